import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isTurnOf } from '../../core/access/access.ts';
import { addSeconds, type Instant } from '../../core/instant.ts';
import { monitorResponse } from '../../core/monitor.ts';
import type { Server } from '../../core/server.ts';
import { createVerifyAccess, type VerifyPorts } from '../../lambdas/access/verify-access.ts';
import type { OperatorNotice } from '../../lambdas/mail/tell-operators.ts';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';
import { createCheckRunner } from '../../lambdas/probe/run-check.ts';
import { createShippedLibrary } from '../../lambdas/response/runbook-library.ts';
import { SecretMissing } from '../../platform/secrets/secret-store.ts';
import { openSshConnection } from '../../platform/ssh/ssh-connection.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';
import { agentCredentials, startAgent, ticks } from '../platform/snmp/snmp-agent.ts';
import { startSshServer } from '../platform/ssh/ssh-server.ts';
import { accountNamed, monitorNamed, serverNamed, settings } from '../platform/store/sample-inventory.ts';
import { closedPort } from '../probe/tcp-server.ts';

const midnight = '2026-11-21T00:00:00.000Z';
const web1 = { account: 'acme', server: 'web-1' };
const turn =
  Array.from({ length: 96 }, (_, n) => addSeconds(midnight, n * 900)).find((at) => isTurnOf(web1, at)) ??
  midnight;
const day = (n: number): Instant => addSeconds(turn, n * 86_400);

const show = (unit: string) => `systemctl show -p LoadState -p ActiveState -p UnitFileState ${unit}.service`;
const unitIs = (state: string) => `LoadState=${state}\nActiveState=active\nUnitFileState=enabled\n`;
const healthy: Readonly<Record<string, string | number>> = {
  'test -d /run/systemd/system': 0,
  'test -e /etc/debian_version': 0,
  [show('nginx')]: unitIs('loaded'),
  [show('apache2')]: unitIs('not-found'),
  'sudo -n -l /bin/systemctl restart nginx.service': 0,
};

let answers = healthy;
let asked: string[] = [];
let close: (() => Promise<void>)[] = [];
let told: OperatorNotice[] = [];
let stores: ReturnType<typeof createMemoryStores>;
let server: Server;
let clock = 0;
/** Milliseconds that each look at the clock takes. */
let tick = 0;

beforeEach(async () => {
  [answers, asked, told, clock, tick] = [healthy, [], [], 0, 0];
  const ssh = await startSshServer({
    exec: (quoted, channel) => {
      const command = quoted.replaceAll("'", '');
      asked.push(command);
      const answer = answers[command] ?? 1;
      if (typeof answer === 'string') channel.write(answer);
      channel.exit(typeof answer === 'string' ? 0 : answer);
      channel.end();
    },
  });
  const agent = await startAgent({ scalars: { '1.3.6.1.2.1.1.3': ticks(4_200) } });
  close = [ssh.close, () => agent.close()];
  server = {
    ...serverNamed('web-1'),
    address: '127.0.0.1',
    reach: 'local',
    plan: 'respond',
    ssh: { port: ssh.target.port, user: 'mimamori', hostKey: ssh.hostKey, password: 'acme/web-1-ssh' },
    snmp: { version: '2c', port: agent.port, community: 'acme/community' },
  };
  stores = createMemoryStores();
});
afterEach(async () => {
  for (const one of close) await one();
});

/** Verifies on a day, with the server as it is by then. */
async function verify(n: number, servers: readonly Server[] = [server], changes: Partial<VerifyPorts> = {}) {
  const { version } = await stores.inventory.load();
  const response = monitorResponse.parse({ standard: 'restart-web' });
  await stores.inventory.replace(version, {
    settings,
    accounts: [accountNamed('acme')],
    servers: [...servers],
    monitors: [monitorNamed('https', { response }), monitorNamed('http', { response })],
  });
  const secrets = {
    read: async (ref: string) => {
      if (ref === 'acme/community') return agentCredentials.v2c.community;
      if (ref === 'acme/web-1-ssh') return 'correct horse';
      throw new SecretMissing(ref);
    },
  };
  return createVerifyAccess({
    ...stores,
    secrets,
    openSsh: openSshConnection,
    localTargetsAllowed: true,
    library: createShippedLibrary(new URL('../../runbooks/', import.meta.url)),
    runCheck: createCheckRunner({ checkTypes, secrets, localTargetsAllowed: true }),
    tellOperators: async (notice) => void told.push(notice),
    now: () => {
      clock += tick;
      return clock;
    },
    log: { info: () => {} },
    ...changes,
  })({ time: day(n) });
}

const withSsh = (changes: Partial<NonNullable<Server['ssh']>>): Server => {
  if (server.ssh === undefined) throw new Error('the server has a log-in');
  return { ...server, ssh: { ...server.ssh, ...changes } };
};

describe('the daily verification', () => {
  it('given a server on which everything is in place, when it is verified, then nobody is told, and nothing was changed', async () => {
    expect(await verify(0)).toEqual({ at: turn, verified: 1, failing: 0, notReached: 0 });
    expect(told).toEqual([]);
    expect(asked.filter((command) => /restart/.test(command))).toEqual([
      'sudo -n -l /bin/systemctl restart nginx.service',
    ]);
    expect(await stores.access.access(web1)).toEqual({ verifiedAt: turn, findings: [] });
  });

  it('given it is not the server’s turn, when the quarter comes, then it is left alone', async () => {
    const report = await verify(0.5);
    expect(report).toMatchObject({ verified: 0, notReached: 0 });
    expect(asked).toEqual([]);
  });

  it('given sudo does not permit a command any more, when days go by, then it is told once, and once that it is mended', async () => {
    answers = { ...healthy, 'sudo -n -l /bin/systemctl restart nginx.service': 1 };
    for (const n of [0, 1, 2]) expect(await verify(n)).toMatchObject({ failing: 1 });
    answers = healthy;
    for (const n of [3, 4]) expect(await verify(n)).toMatchObject({ failing: 0 });
    expect(told.map(({ key, subject }) => [key, subject.en])).toEqual([
      [`access-failed.${day(0)}`, 'A first response would fail on acme.web-1'],
      [`access-restored.${day(3)}`, 'A first response would work again on acme.web-1'],
    ]);
    expect(told[0]?.body.en).toContain(
      '\nacme.web-1: runbook restart-web: sudo does not permit sudo /bin/systemctl restart nginx.service; run the install script on the server again\n',
    );
  });

  it('given a server in announced maintenance, when it is not as it was, then nobody is told before it is over', async () => {
    const until = addSeconds(day(0), 3_600);
    await stores.maintenance.replaceMaintenance(
      {
        id: 'a'.repeat(12),
        account: 'acme',
        scope: [{ server: 'web-1', monitors: ['https'] }],
        from: addSeconds(day(0), -60),
        until,
        reason: 'disk swap',
        createdAt: day(0),
        createdBy: 'Tanaka',
        version: 1,
      },
      until,
    );
    answers = { ...healthy, [show('nginx')]: unitIs('not-found') };
    expect(await verify(0)).toMatchObject({ verified: 1, failing: 1 });
    expect(told).toEqual([]);
    expect(await stores.access.access(web1)).toBeUndefined();
    await verify(1);
    expect(told.map(({ key }) => key)).toEqual([`access-failed.${day(1)}`]);
  });

  const findings: { given: string; change: () => Promise<Server> | Server; key: string; text: RegExp }[] = [
    {
      given: 'a service that is not there any more',
      change: () => {
        answers = { ...healthy, [show('nginx')]: unitIs('not-found') };
        return server;
      },
      key: 'runbook/restart-web',
      text: /^runbook restart-web: the server has none of the services nginx, apache2; name the one it has as unit$/,
    },
    {
      given: 'another host key',
      change: () => withSsh({ hostKey: `SHA256:${'A'.repeat(43)}` }),
      key: 'host-key',
      text: /host key/,
    },
    {
      given: 'a closed port',
      change: async () => withSsh({ port: await closedPort() }),
      key: 'ssh',
      text: /./,
    },
    {
      given: 'a changed password',
      change: () => withSsh({ password: 'acme/community' }),
      key: 'ssh',
      text: /refused|log-in/,
    },
    {
      given: 'a secret that is missing',
      change: () => withSsh({ password: 'acme/none' }),
      key: 'ssh',
      text: /acme\/none/,
    },
    {
      given: 'an agent that does not answer',
      change: async () => ({
        ...server,
        snmp: { version: '2c', port: await closedPort(), community: 'acme/community' },
      }),
      key: 'snmp',
      text: /SNMP/,
    },
  ];
  for (const { given, change, key, text } of findings) {
    it(`given ${given}, when it is verified, then ${key} is found, and no secret is told`, async () => {
      const changed = await change();
      expect(await verify(0, [changed])).toMatchObject({ verified: 1, failing: 1 });
      const state = await stores.access.access(web1);
      expect(state?.findings.map((one) => one.key)).toEqual([key]);
      expect(state?.findings[0]?.text.en).toMatch(text);
      expect(told).toHaveLength(1);
      expect(JSON.stringify(told)).not.toMatch(/correct horse|right-community/);
    });
  }

  it('given a failure that is over a moment later, when it is verified, then nobody is told', async () => {
    let first = true;
    const report = await verify(0, [server], {
      openSsh: async (target, signal) => {
        const hostKey = first ? `SHA256:${'A'.repeat(43)}` : target.hostKey;
        first = false;
        return openSshConnection({ ...target, hostKey }, signal);
      },
    });
    expect(report).toMatchObject({ verified: 1, failing: 0 });
    expect(told).toEqual([]);
  });

  it('given the operators cannot be told, when it is repeated, then they are told under the same key', async () => {
    answers = { ...healthy, 'sudo -n -l /bin/systemctl restart nginx.service': 1 };
    const fails = { tellOperators: () => Promise.reject(new Error('the outbox is away')) };
    await expect(verify(0, [server], fails)).rejects.toThrow('the outbox is away');
    await verify(0);
    expect(told.map(({ key }) => key)).toEqual([`access-failed.${day(0)}`]);
  });

  it('given no time is left, when servers have their turn, then the operators are told how many were not reached', async () => {
    tick = 12 * 60_000;
    expect(await verify(0)).toMatchObject({ verified: 0, notReached: 1 });
    expect(told.map(({ key }) => key)).toEqual([`access-not-verified.${turn}`]);
    expect(await stores.access.access(web1)).toBeUndefined();
  });
});
