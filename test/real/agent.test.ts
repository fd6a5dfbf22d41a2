import { cpus } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SnmpAccess } from '../../core/server.ts';
import { check, expectOk } from './check.ts';
import { freePort, type RealServer } from './servers/child-server.ts';
import { snmpdAccess, startSnmpd } from './servers/snmpd.ts';
import { type RealSshd, startSshd } from './servers/sshd.ts';

let snmpd: RealServer;
let sshd: RealSshd;
beforeAll(async () => {
  [snmpd, sshd] = await Promise.all([startSnmpd(), startSshd()]);
});
afterAll(async () => {
  await Promise.all([snmpd?.remove(), sshd?.remove()]);
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
/** Long enough for an agent that answers, here. */
const soonMs = 1500;
const ask = async (type: string, snmp: SnmpAccess, settings: Record<string, unknown> = {}) =>
  (await check(type, settings, { snmp, timeLimitMs: soonMs })).outcome;

describe.each([
  { version: 'v2c', access: () => v2c() },
  { version: 'v3 authPriv', access: () => v3() },
])('a real snmpd over $version', ({ access }) => {
  it('given the agent runs, then agent and host are ok', async () => {
    expectOk(await ask('agent', access()));
    const outcome = await ask('host', access(), { ports: [1] });
    expectOk(outcome);
    expect(outcome.summary.en).toContain('SNMP');
  });

  it('given this machine, then each of its resources is measured, or will be by the second sample', async () => {
    const load = await ask('load', access(), { loadPerCore: { critical: 900 } });
    expectOk(load);
    expect(load.values.cores).toBe(cpus().length);
    const memory = await ask('memory', access(), { usedPercent: { critical: 100 } });
    expectOk(memory);
    expect(memory.values.usedPercent).toBeGreaterThan(0);
    const disk = await ask('disk', access(), { usedPercent: { critical: 100 } });
    expectOk(disk);
    expect(disk.values['usedPercent:/']).toBeGreaterThan(0);
    for (const type of ['cpu', 'traffic']) {
      expect(await ask(type, access()), type).toMatchObject({ severity: 'ok', values: {} });
    }
  });

  it('given its processes, then snmpd is found once by its name and port, and what does not run is missing', async () => {
    const found = await ask('process', access(), {
      name: 'snmpd',
      argument: `127.0.0.1:${snmpd.port}`,
      max: 1,
    });
    expectOk(found);
    expect(found.values.processes).toBe(1);
    expect((await ask('process', access(), { name: 'no-such-program' })).severity).toBe('critical');
  });
});

describe('access that is refused', () => {
  const wrong = [
    {
      given: 'a wrong community',
      access: () => v2c('acme/wrong'),
      severity: 'critical',
      said: 'gave no answer',
    },
    {
      given: 'a wrong authentication key',
      access: () => v3({ authKey: 'acme/wrong' }),
      severity: 'unknown',
      said: 'refuses the authentication key',
    },
    {
      given: 'an unknown user',
      access: () => v3({ user: 'nobody' }),
      severity: 'unknown',
      said: 'does not know the user',
    },
    {
      given: 'a wrong privacy key',
      access: () => v3({ privKey: 'acme/wrong' }),
      severity: 'critical',
      said: 'gave no answer',
    },
  ] as const;
  for (const { given, access, severity, said } of wrong) {
    it(`given ${given}, then the agent is ${severity}, resources are unknown, and nothing tells the secret`, async () => {
      const outcome = await ask('agent', access());
      expect(outcome.summary.en).toContain(said);
      expect(outcome.severity).toBe(severity);
      expect(JSON.stringify(outcome)).not.toContain('not-the-secret');
      expect((await ask('memory', access())).severity).toBe('unknown');
    });
  }

  it('given a wrong privacy key and the time of the check type, then it says that the keys may be wrong', async () => {
    const { outcome } = await check('agent', {}, { snmp: v3({ privKey: 'acme/wrong' }) });
    expect(outcome.summary.en).toContain('the keys may be wrong');
    expect(JSON.stringify(outcome)).not.toContain('not-the-secret');
  });
});

describe('an agent that stands still or was stopped', () => {
  const resources = {
    load: {},
    memory: {},
    disk: {},
    cpu: {},
    traffic: {},
    process: { name: 'snmpd' },
  };
  const expectNothingSeen = async () => {
    expect((await ask('agent', v3())).severity).toBe('critical');
    const asked = Object.entries(resources).map(async ([type, settings]) => {
      expect((await ask(type, v2c(), settings)).severity, type).toBe('unknown');
    });
    await Promise.all(asked);
  };

  it('given the agent stands still, then agent is critical, resources and processes are unknown, and all is well after', async () => {
    snmpd.freeze();
    await expectNothingSeen();
    snmpd.thaw();
    expectOk(await ask('agent', v3()));
  });

  it('given the agent stops, then agent is critical, resources and processes are unknown; started, all is well again', async () => {
    await snmpd.stop();
    await expectNothingSeen();
    await snmpd.start();
    expectOk(await ask('agent', v3()));
  });

  it('given a host whose agent stopped, when a port answers or refuses, then the host lives', async () => {
    await snmpd.stop();
    expectOk(await ask('host', v2c(), { ports: [sshd.port] }));
    expectOk(await ask('host', v2c(), { ports: [await freePort()] }));
    await snmpd.start();
  });
});
