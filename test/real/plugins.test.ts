import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SshAccess } from '../../core/server.ts';
import { check, secrets } from './check.ts';
import type { RealServer } from './servers/child-server.ts';
import { startSnmpd } from './servers/snmpd.ts';
import { type RealSshd, startSshd } from './servers/sshd.ts';

const plugins = '/usr/lib/nagios/plugins';
let sshd: RealSshd;
let snmpd: RealServer;
let ssh: SshAccess;
let folder: string;

beforeAll(async () => {
  [sshd, snmpd] = await Promise.all([
    startSshd(),
    startSnmpd({
      settings: [
        `extend load ${plugins}/check_load -w 900,900,900 -c 999,999,999`,
        `extend dummy ${plugins}/check_dummy 2 down`,
        'extend gone /nonexistent/plugin',
      ],
    }),
  ]);
  secrets['acme/ssh-key'] = sshd.key;
  ssh = { port: sshd.port, user: sshd.user, key: 'acme/ssh-key', hostKey: sshd.hostKey };
  folder = mkdtempSync(join(tmpdir(), 'real-age-'));
});
afterAll(async () => {
  await Promise.all([sshd.remove(), snmpd.remove()]);
  rmSync(folder, { recursive: true, force: true });
});

const byAgent = () => ({ snmp: { version: '2c', port: snmpd.port, community: 'acme/community' } as const });

describe('plugins of Nagios on a real server', () => {
  const rows = [
    {
      given: 'a load that is fine',
      command: ['check_load', '-w', '900,900,900', '-c', '999,999,999'],
      then: 'ok',
      label: /^performance:load1$/,
    },
    {
      given: 'a disk that can never be empty enough',
      command: ['check_disk', '-w', '100%', '-c', '100%', '-p', '/'],
      then: 'critical',
      label: /^performance:\/( \w+)?$/,
    },
    {
      given: 'few users',
      command: ['check_users', '-w', '500', '-c', '600'],
      then: 'ok',
      label: /^performance:users$/,
    },
    {
      given: 'a file that is there',
      command: ['check_file_age', '-w', '99999999999', '-c', '99999999999', '-f', '/etc/passwd'],
      then: 'ok',
      label: /^performance:age s$/,
    },
    { given: 'a dummy that warns', command: ['check_dummy', '1', 'take care'], then: 'warning' },
    { given: 'a dummy that does not know', command: ['check_dummy', '3'], then: 'unknown' },
    {
      given: 'an option that a plugin does not have',
      command: ['check_load', '--nonsense'],
      then: 'unknown',
    },
    { given: 'a plugin that is not there', command: ['check_nothing'], then: 'unknown' },
  ];
  for (const {
    given,
    command: [name, ...more],
    then,
    label,
  } of rows) {
    it(`given ${given}, when it is run by SSH, then it is ${then}`, async () => {
      const { outcome } = await check('command', { command: [`${plugins}/${name}`, ...more] }, { ssh });
      expect(outcome.severity, outcome.summary.en).toBe(then);
      if (label !== undefined)
        expect(Object.keys(outcome.values).some((value) => label.test(value))).toBe(true);
    });
  }

  it('given a plugin that the agent runs, when it is asked by SNMP, then verdict and values are those of the plugin', async () => {
    const { outcome } = await check('command', { extend: 'load' }, byAgent());
    expect(outcome.severity, outcome.summary.en).toBe('ok');
    expect(outcome.summary.en).toMatch(/^(?:LOAD )?OK/);
    expect(outcome.values['performance:load1']).toBeGreaterThanOrEqual(0);
  });

  it('given a plugin that fails, when the agent is asked, then it is critical with its line', async () => {
    const { outcome } = await check('command', { extend: 'dummy' }, byAgent());
    expect(outcome).toMatchObject({ severity: 'critical', summary: { en: 'CRITICAL: down' } });
  });

  it('given an extend of a plugin that is not there, or none of that name, when the agent is asked, then it is unknown', async () => {
    for (const extend of ['gone', 'nothing']) {
      const { outcome } = await check('command', { extend }, byAgent());
      expect(outcome.severity, outcome.summary.en).toBe('unknown');
    }
  });
});

describe('files of a real server', () => {
  it('given backups of several days, when the newest is looked at, then its age is measured and judged', async () => {
    for (const hours of [1, 25, 49]) {
      const file = join(folder, `db-${hours}.dump`);
      writeFileSync(file, 'x');
      const at = Date.now() / 1000 - hours * 3_600;
      utimesSync(file, at, at);
    }
    const settings = { path: folder, newest: 'db-*.dump', ageHours: { critical: 26 } };
    const { outcome } = await check('file-age', settings, { ssh });
    expect(outcome.severity, outcome.summary.en).toBe('ok');
    expect(outcome.values.ageMinutes).toBeCloseTo(60, 0);
    const { outcome: old } = await check('file-age', { ...settings, newest: 'db-4*.dump' }, { ssh });
    expect(old.severity, old.summary.en).toBe('critical');
  });

  it('given no backup at all, when it is looked for, then it is critical', async () => {
    const settings = { path: join(folder, 'none.dump'), ageHours: { critical: 26 } };
    expect((await check('file-age', settings, { ssh })).outcome.severity).toBe('critical');
  });
});
