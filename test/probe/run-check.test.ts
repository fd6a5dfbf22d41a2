import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CheckContext, checkType } from '../../lambdas/probe/checks/check-type.ts';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';
import { createCheckRunner } from '../../lambdas/probe/run-check.ts';
import { SecretMissing } from '../../platform/secrets/secret-store.ts';
import { at, monitorOf, run } from './run-monitor.ts';
import { closeServersAfterEach, startTcp } from './tcp-server.ts';

closeServersAfterEach();

const ok = { outcome: { severity: 'ok', summary: { ja: '', en: '' }, durationMs: 1, values: {} } } as const;

/** A runner with one check type that does what the test says. */
function runnerOf(check: (context: CheckContext) => Promise<typeof ok>, localTargetsAllowed = false) {
  const probe = checkType(
    { class: 'liveness', priority: 1, timeLimitMs: 1000 },
    z.strictObject({}),
    (_, context) => check(context),
  );
  return createCheckRunner({
    checkTypes: { probe },
    secrets: { read: (ref) => Promise.reject(new SecretMissing(ref)) },
    localTargetsAllowed,
  });
}
const monitor = (timeLimitMs = 2000) => monitorOf('probe', {}, {}, timeLimitMs);

describe('faults of ours', () => {
  const cases = [
    {
      given: 'an error with a system code of this machine',
      fault: () => Object.assign(new Error('connect EMFILE'), { code: 'EMFILE' }),
      en: 'the probe check of 127.0.0.1 could not be carried out: connect EMFILE',
    },
    {
      given: 'a missing secret',
      fault: () => new SecretMissing('acme/x'),
      en: 'the probe check of 127.0.0.1 could not be carried out: secret acme/x is not in the secret store; put it there with: mimamori secret put acme/x',
    },
    {
      given: 'a thrown text',
      fault: () => 'boo',
      en: 'the probe check of 127.0.0.1 could not be carried out: boo',
    },
    {
      given: 'a message of many lines',
      fault: () => new Error(`a\nb${'c'.repeat(5000)}`),
      en: expect.stringMatching(/could not be carried out: a\?bc{297}$/),
    },
  ];
  for (const { given, fault, en } of cases) {
    it(`given ${given}, when a check throws it, then the outcome is unknown and says what and where`, async () => {
      const { outcome } = await runnerOf(() => Promise.reject(fault()))(monitor(), at);
      expect(outcome).toMatchObject({ severity: 'unknown', summary: { en }, values: {} });
      expect(outcome.summary.ja).toMatch(/^監視\(probe\)を実行できませんでした\(対象 127\.0\.0\.1\): ./);
    });
  }

  it('given a check that throws before it waits, when it runs, then the outcome is unknown, too', async () => {
    const runner = runnerOf(() => {
      throw new Error('at once');
    });
    expect((await runner(monitor(), at)).outcome.severity).toBe('unknown');
  });

  it('given a check type that nobody knows, when it runs, then the outcome names those that are known', async () => {
    for (const name of ['tpc', 'toString', '__proto__']) {
      const { outcome } = await run({ ...monitor(), check: name }, at);
      expect(outcome.summary.en).toContain(
        `check is "${name}"; known checks are agent, command, cpu, disk, dns`,
      );
    }
  });

  it('given loopback that is not allowed, when a server is reached by it, then the check is unknown', async () => {
    const runner = runnerOf(async (context) => {
      await context.resolve(context.target.address);
      return ok;
    });
    const { outcome } = await runner(monitor(), at);
    expect(outcome.severity).toBe('unknown');
    expect(outcome.summary.en).toContain("127.0.0.1 is the probe's own loopback");
    expect(outcome.summary.ja).toContain('ループバックアドレス');
  });
});

describe('the time limit', () => {
  it('given a check that heeds its signal, when the time is up, then the signal has the limit as its reason', async () => {
    const runner = runnerOf(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    );
    const { outcome } = await runner(monitor(100), at);
    expect(outcome).toMatchObject({
      severity: 'unknown',
      summary: { en: 'the probe check of 127.0.0.1 could not be carried out: it took longer than 0.1 s' },
    });
  });

  it('given a check that does not heed its signal, when the time is up, then it is left alone', async () => {
    const { outcome } = await runnerOf(() => new Promise(() => {}))(monitor(100), at);
    expect(outcome).toMatchObject({ severity: 'unknown' });
    expect(outcome.summary.en).toContain('the check did not end at its time limit');
    expect(outcome.durationMs).toBeLessThan(3000);
  });

  it('given an answer that came while this process was busy, when the time is up, then the answer counts', async () => {
    const port = await startTcp((socket) => socket.end('hello'));
    const work = run(monitorOf('tcp', { port, expect: 'hello' }, {}, 100), at);
    const busyUntil = performance.now() + 300;
    while (performance.now() < busyUntil);
    const { outcome } = await work;
    // The connection stood in time; what came after it is another round of waiting.
    expect(outcome.summary.en).not.toContain('could not be carried out');
    const connected = run(monitorOf('tcp', { port }, {}, 100), at);
    const again = performance.now() + 300;
    while (performance.now() < again);
    expect((await connected).outcome.severity).toBe('ok');
  });

  it('given many checks that end in time, when they have ended, then no timer and no socket is left', async () => {
    const port = await startTcp((socket) => socket.on('error', () => {}));
    const count = (kind: string) => process.getActiveResourcesInfo().filter((one) => one === kind).length;
    await run(monitorOf('tcp', { port }), at);
    const timers = count('Timeout');
    for (let i = 0; i < 50; i++) {
      expect((await run(monitorOf('tcp', { port }, {}, 30_000), at)).outcome.severity).toBe('ok');
    }
    expect(count('Timeout')).toBeLessThanOrEqual(timers);
  });
});

describe('the registry', () => {
  /** SPEC section 5. */
  const catalogue = {
    host: ['liveness', 1],
    ssh: ['liveness', 2],
    agent: ['liveness', 3],
    http: ['liveness', 5],
    https: ['liveness', 5],
    tcp: ['liveness', 7],
    process: ['liveness', 7],
    disk: ['resource', 8],
    memory: ['resource', 9],
    cpu: ['resource', 10],
    load: ['resource', 11],
    traffic: ['resource', 12],
    mysql: ['liveness', 4],
    postgres: ['liveness', 4],
    smtp: ['liveness', 6],
    imap: ['liveness', 6],
    pop3: ['liveness', 6],
    dns: ['liveness', 6],
    ftp: ['liveness', 7],
    tls: ['daily', 12],
    command: ['liveness', 8],
    'file-age': ['resource', 8],
    heartbeat: ['liveness', 8],
  };
  it('given the catalogue, then each check type has its class and priority', () => {
    const found = Object.fromEntries(
      Object.entries(checkTypes).map(([name, type]) => [name, [type.class, type.priority]]),
    );
    expect(found).toEqual(catalogue);
  });

  const defaults = {
    host: { ports: [22, 80, 443], responseMs: {} },
    ssh: { port: 22, responseMs: {} },
    agent: { responseMs: {} },
    http: {
      port: 80,
      path: '/',
      method: 'GET',
      status: ['200-399'],
      onRedirect: 'ok',
      maxRedirects: 5,
      responseMs: {},
    },
    https: {
      port: 443,
      path: '/',
      method: 'GET',
      status: ['200-399'],
      onRedirect: 'ok',
      maxRedirects: 5,
      responseMs: {},
      verifyCertificate: true,
      httpVersion: 1.1,
    },
    disk: { usedPercent: { critical: 90 }, include: ['*'], exclude: expect.any(Array) },
    memory: { usedPercent: { critical: 90 } },
    cpu: { usedPercent: { critical: 90 } },
    load: { loadPerCore: { critical: 2 } },
    traffic: { include: ['*'], exclude: expect.any(Array), inMbps: {}, outMbps: {} },
  };
  for (const [name, filled] of Object.entries(defaults)) {
    it(`given ${name} without settings, then the catalogue's defaults are filled in, and hold when read again`, () => {
      const parsed = checkTypes[name]?.settings.parse({});
      expect(parsed).toEqual(filled);
      expect(checkTypes[name]?.settings.parse(parsed)).toEqual(parsed);
    });
  }
});
