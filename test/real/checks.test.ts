import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckOutcome } from '../../core/check-outcome.ts';
import type { SnmpAccess } from '../../core/server.ts';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';
import { createCheckRunner } from '../../lambdas/probe/run-check.ts';
import { SecretMissing } from '../../platform/secrets/secret-store.ts';
import { makeAuthority, makeCertificate } from '../probe/certificate.ts';
import { at, monitorOf } from '../probe/run-monitor.ts';
import type { RealServer } from './servers/child-server.ts';
import { nginxGreeting, type RealNginx, startNginx } from './servers/nginx.ts';
import { snmpdAccess, startSnmpd } from './servers/snmpd.ts';
import { type RealSshd, startSshd } from './servers/sshd.ts';

const secrets: Readonly<Record<string, string>> = {
  'acme/community': snmpdAccess.community,
  'acme/auth': snmpdAccess.authKey,
  'acme/priv': snmpdAccess.privKey,
  'acme/wrong': 'not-the-secret',
};
const run = createCheckRunner({
  checkTypes,
  secrets: { read: async (ref) => secrets[ref] ?? Promise.reject(new SecretMissing(ref)) },
  localTargetsAllowed: true,
});

let snmpd: RealServer;
let sshd: RealSshd;
let nginx: RealNginx;

const authority = makeAuthority('Mimamori Test Authority');
beforeAll(async () => {
  setDefaultCACertificates([...getCACertificates('bundled'), authority.cert]);
  const certificate = makeCertificate({ names: ['shop.example'], issuer: authority });
  [snmpd, sshd, nginx] = await Promise.all([startSnmpd(), startSshd(), startNginx({ certificate })]);
});
afterAll(async () => {
  await Promise.all([snmpd, sshd, nginx].map((server) => server?.remove()));
});

const v2c = (community = 'acme/community'): SnmpAccess => ({ version: '2c', port: snmpd.port, community });
const v3 = (change: { user?: string; authKey?: string; privKey?: string } = {}): SnmpAccess => ({
  version: '3',
  port: snmpd.port,
  user: snmpdAccess.user,
  authProtocol: snmpdAccess.authProtocol,
  authKey: 'acme/auth',
  privProtocol: snmpdAccess.privProtocol,
  privKey: 'acme/priv',
  ...change,
});

async function check(
  type: string,
  settings: Record<string, unknown> = {},
  snmp?: SnmpAccess,
  sample?: unknown,
) {
  const { timeLimitMs } = checkTypes[type] ?? expect.fail(`no check type ${type}`);
  return await run(monitorOf(type, settings, snmp === undefined ? {} : { snmp }, timeLimitMs), at, sample);
}
const severityOf = async (...given: Parameters<typeof check>) => (await check(...given)).outcome.severity;

/** A failed expectation shows what the check saw. */
const expectOk = (outcome: CheckOutcome) =>
  expect(outcome, outcome.summary.en).toMatchObject({ severity: 'ok' });

describe('services on TCP', () => {
  const services = () => [
    { type: 'ssh', settings: { port: sshd.port }, server: sshd },
    { type: 'tcp', settings: { port: sshd.port, expect: 'SSH-2.0-OpenSSH' }, server: sshd },
    { type: 'http', settings: { port: nginx.port, body: { contains: nginxGreeting } }, server: nginx },
    {
      type: 'https',
      settings: { port: nginx.securePort, virtualHost: 'shop.example', headers: { server: 'nginx' } },
      server: nginx,
    },
  ];

  it('given real servers, when each is checked, then it is ok with its time; stopped it is critical; started, ok again', async () => {
    for (const { type, settings, server } of services()) {
      const { outcome } = await check(type, settings);
      expectOk(outcome);
      expect(outcome.values.responseMs).toBeGreaterThan(0);
      await server.stop();
      expect(await severityOf(type, settings), type).toBe('critical');
      await server.start();
      expectOk((await check(type, settings)).outcome);
    }
  });

  const pages = [
    { path: '/broken', onRedirect: 'ok', severity: 'critical' },
    { path: '/moved', onRedirect: 'ok', severity: 'ok' },
    { path: '/moved', onRedirect: 'follow', severity: 'ok' },
    { path: '/missing', onRedirect: 'ok', severity: 'critical' },
  ];
  for (const { path, onRedirect, severity } of pages) {
    it(`given ${path}${onRedirect === 'follow' ? ', followed' : ''}, when nginx is asked, then it is ${severity}`, async () => {
      expect(await severityOf('http', { port: nginx.port, path, onRedirect })).toBe(severity);
    });
  }

  it('given the certificate of another name, when nginx is asked over TLS, then it is critical', async () => {
    const { outcome } = await check('https', { port: nginx.securePort, virtualHost: 'other.example' });
    expect(outcome.severity).toBe('critical');
    expect(outcome.summary.en).toContain('its certificate is for another host name');
  });
});

describe.each([
  { version: 'v2c', access: () => v2c() },
  { version: 'v3 authPriv', access: () => v3() },
])('a real snmpd over $version', ({ access }) => {
  it('given the agent runs, then agent and host are ok', async () => {
    expectOk((await check('agent', {}, access())).outcome);
    const { outcome } = await check('host', { ports: [1] }, access());
    expectOk(outcome);
    expect(outcome.summary.en).toContain('SNMP');
  });

  it('given this machine, then its load, memory and disks are measured as they are', async () => {
    const load = (await check('load', { loadPerCore: { critical: 900 } }, access())).outcome;
    expectOk(load);
    expect(load.values.cores).toBe(cpus().length);
    const memory = (await check('memory', { usedPercent: { critical: 100 } }, access())).outcome;
    expectOk(memory);
    expect(memory.values.usedPercent).toBeGreaterThan(0);
    expect(memory.values.usedPercent).toBeLessThan(100);
    const disk = (await check('disk', { usedPercent: { critical: 100 } }, access())).outcome;
    expect(disk.severity, disk.summary.en).toBe('ok');
    expect(disk.values['usedPercent:/']).toBeGreaterThan(0);
  });

  it('given its processes, then snmpd is found once by its name and port, and what does not run is missing', async () => {
    const found = (
      await check('process', { name: 'snmpd', argument: `127.0.0.1:${snmpd.port}`, max: 1 }, access())
    ).outcome;
    expectOk(found);
    expect(found.values.processes).toBe(1);
    expect(await severityOf('process', { name: 'no-such-program' }, access())).toBe('critical');
  });

  it('given two checks some seconds apart, then CPU and traffic are measured from their samples', async () => {
    // The agent looks at its interfaces and its CPU only every few seconds.
    const settings = { include: ['*'], exclude: [] };
    const first = {
      cpu: await check('cpu', {}, access()),
      traffic: await check('traffic', settings, access()),
    };
    expect(first.traffic.outcome).toMatchObject({ severity: 'ok', values: {} });
    let cpuSample = first.cpu.sample;
    await expect
      .poll(
        async () => {
          const { outcome, sample } = await check(
            'cpu',
            { usedPercent: { critical: 100 } },
            access(),
            cpuSample,
          );
          if (outcome.values.usedPercent === undefined && sample !== undefined) cpuSample ??= sample;
          return outcome.values.usedPercent;
        },
        { timeout: 40_000, interval: 1000 },
      )
      .toBeGreaterThan(0);
    await wait(1100);
    const { outcome } = await check('traffic', settings, access(), first.traffic.sample);
    expectOk(outcome);
    expect(outcome.values['inBitsPerSecond:lo']).toBeGreaterThanOrEqual(0);
  });
});

describe('access that is refused', () => {
  it('given a wrong community, then the agent is critical, resources are unknown, and nothing tells the secret', async () => {
    const agent = (await check('agent', {}, v2c('acme/wrong'))).outcome;
    expect(agent.severity).toBe('critical');
    expect(await severityOf('memory', {}, v2c('acme/wrong'))).toBe('unknown');
    expect(JSON.stringify(agent)).not.toContain('not-the-secret');
  });

  const wrong = [
    {
      given: 'a wrong authentication key',
      change: { authKey: 'acme/wrong' },
      severity: 'unknown',
      said: 'refuses the authentication key',
    },
    {
      given: 'an unknown user',
      change: { user: 'nobody' },
      severity: 'unknown',
      said: 'does not know the user',
    },
    {
      given: 'a wrong privacy key',
      change: { privKey: 'acme/wrong' },
      severity: 'critical',
      said: 'the keys may be wrong',
    },
  ];
  for (const { given, change, severity, said } of wrong) {
    it(`given ${given}, then the agent is ${severity}, says why, and nothing tells the secret`, async () => {
      const { outcome } = await check('agent', {}, v3(change));
      expect(outcome.severity).toBe(severity);
      expect(outcome.summary.en).toContain(said);
      expect(JSON.stringify(outcome)).not.toContain('not-the-secret');
    });
  }
});

describe('an agent that was stopped', () => {
  it('given the agent stops, then agent is critical, resources and processes are unknown; started, all is well again', async () => {
    await snmpd.stop();
    expect(await severityOf('agent', {}, v3())).toBe('critical');
    for (const [type, settings] of Object.entries({
      load: {},
      memory: {},
      disk: {},
      cpu: {},
      traffic: {},
      process: { name: 'snmpd' },
    })) {
      expect(await severityOf(type, settings, v2c()), type).toBe('unknown');
    }
    await snmpd.start();
    expectOk((await check('agent', {}, v3())).outcome);
  });

  it('given a host whose agent stopped, when a port answers or refuses, then the host lives', async () => {
    await snmpd.stop();
    expectOk((await check('host', { ports: [sshd.port] }, v2c())).outcome);
    await snmpd.start();
  });
});
