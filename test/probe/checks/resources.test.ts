import { afterEach, describe, expect, it } from 'vitest';
import type { SnmpAccess } from '../../../core/server.ts';
import {
  type AgentContent,
  type AgentValue,
  counter,
  counter64,
  gauge,
  integer,
  octets,
  oid,
  startAgent,
  startUdp,
  type TestAgent,
  ticks,
} from '../../platform/snmp/snmp-agent.ts';
import { runMonitor, snmpV2c, snmpV3 } from '../run-monitor.ts';
import { closedPort, closeServersAfterEach, startTcp } from '../tcp-server.ts';

closeServersAfterEach();
const running: TestAgent[] = [];
afterEach(async () => {
  for (const agent of running.splice(0)) await agent.close();
});

const sysUpTime = '1.3.6.1.2.1.1.3';
const storage = '1.3.6.1.2.1.25.2.3.1';
const processes = '1.3.6.1.2.1.25.4.2.1';
const processors = '1.3.6.1.2.1.25.3.3.1';
const laTable = '1.3.6.1.4.1.2021.10.1';
const interfaces = '1.3.6.1.2.1.31.1.1.1';
const ucdMemory = '1.3.6.1.4.1.2021.4';
const ucdStats = '1.3.6.1.4.1.2021.11';

/** Runs a check against an agent that has this to tell. */
async function ask(
  check: string,
  content: AgentContent,
  settings: Record<string, unknown> = {},
  sample?: unknown,
  access: (port: number) => SnmpAccess = snmpV2c,
) {
  const agent = await startAgent(content);
  running.push(agent);
  return await runMonitor(check, settings, { snmp: access(agent.port) }, { sample });
}

const silent = async () => {
  const peer = await startUdp(() => {});
  running.push(peer);
  return peer.port;
};

const resources = ['cpu', 'load', 'memory', 'disk', 'traffic', 'process'];
const settingsOf = (check: string) => (check === 'process' ? { name: 'nginx' } : {});

describe('an agent that cannot be asked', () => {
  for (const check of resources) {
    it(`given an agent that keeps silent, when ${check} is checked, then it is unknown: the agent monitor alerts`, async () => {
      const port = await silent();
      const { outcome } = await runMonitor(
        check,
        settingsOf(check),
        { snmp: snmpV2c(port) },
        { timeLimitMs: 60 },
      );
      expect(outcome).toMatchObject({
        severity: 'unknown',
        summary: { en: `SNMP agent 127.0.0.1:${port} gave no answer within 0.06 s` },
        values: {},
      });
    });

    it(`given an agent that offers nothing, when ${check} is checked, then it is unknown and says what to let through`, async () => {
      const { outcome } = await ask(
        check,
        { scalars: { '1.3.6.1.2.1.1.5': octets('x') } },
        settingsOf(check),
      );
      expect(outcome.severity).toBe('unknown');
      expect(outcome.summary.en).toMatch(
        /^the agent does not offer .+; see that the view in snmpd\.conf includes it$/,
      );
    });

    it(`given a server without SNMP access, when ${check} is checked, then it is unknown and says the mend`, async () => {
      const { outcome } = await runMonitor(check, settingsOf(check));
      expect(outcome.severity).toBe('unknown');
      expect(outcome.summary.en).toContain('the server has no snmp access in the inventory');
    });
  }

  it('given a secret that is not there, when a resource is checked, then it is unknown and names the reference', async () => {
    const { outcome } = await runMonitor('memory', {}, { snmp: snmpV2c(await silent(), 'acme/gone') });
    expect(outcome.severity).toBe('unknown');
    expect(outcome.summary.en).toContain('secret acme/gone is not in the secret store');
    expect(outcome.summary.ja).toContain('シークレット acme/gone がありません');
  });
});

describe('agent', () => {
  const content = { scalars: { [sysUpTime]: ticks(123_456) } };

  for (const access of [snmpV2c, snmpV3]) {
    it(`given an agent that answers by ${access.name}, when it is checked, then it is ok with its uptime`, async () => {
      const { outcome } = await ask('agent', content, {}, undefined, access);
      expect(outcome.summary.en).toMatch(/^the SNMP agent answered in \d+ ms$/);
      expect(outcome).toMatchObject({
        severity: 'ok',
        values: { upSeconds: 1234.56, responseMs: expect.any(Number) },
      });
    });
  }

  it('given a wrong community, when it is checked, then it is critical and no secret is told', async () => {
    const agent = await startAgent(content);
    running.push(agent);
    const target = { snmp: snmpV2c(agent.port, 'acme/wrong') };
    const { outcome } = await runMonitor('agent', {}, target, { timeLimitMs: 100 });
    expect(outcome.severity).toBe('critical');
    expect(JSON.stringify(outcome)).not.toContain('wrong-secret-value');
  });

  it('given a closed port, when it is checked, then it is critical at once', async () => {
    const { outcome } = await runMonitor('agent', {}, { snmp: snmpV2c(await closedPort()) });
    expect(outcome.severity).toBe('critical');
    expect(outcome.summary.en).toContain('has its port closed');
  });

  it('given an agent without sysUpTime, when it is checked, then it is critical: it answers nonsense', async () => {
    const { outcome } = await ask('agent', { scalars: { '1.3.6.1.2.1.1.5': octets('x') } });
    expect(outcome.severity).toBe('critical');
    expect(outcome.summary.en).toContain('does not tell sysUpTime');
  });
});

describe('response times by way of the agent', () => {
  const content = { scalars: { [sysUpTime]: ticks(1) } };
  for (const check of ['agent', 'host']) {
    it(`given bounds of the response time, when ${check} is slower, then it is a warning and says so`, async () => {
      const { outcome } = await ask(check, content, { responseMs: { warning: 0.001 } });
      expect(outcome.severity).toBe('warning');
      expect(outcome.summary.en).toMatch(/in \d+ ms \(warning from 0\.001 ms\)$/);
      expect(outcome.summary.ja).toMatch(/: \d+ ms\(警告のしきい値 0\.001 ms 以上\)$/);
    });
  }
});

describe('host', () => {
  it('given an agent that answers, when the host is checked, then no port is knocked at', async () => {
    let knocks = 0;
    const port = await startTcp(() => {
      knocks += 1;
    });
    const { outcome } = await ask('host', { scalars: { [sysUpTime]: ticks(1) } }, { ports: [port] });
    expect(outcome.severity).toBe('ok');
    expect(outcome.summary.en).toMatch(/^the host answers \(SNMP\) in \d+ ms$/);
    expect(knocks).toBe(0);
  });

  it('given an agent that refuses our user, when the host is checked, then it lives', async () => {
    const other = (port: number) => ({ ...snmpV3(port), user: 'nobody' });
    const { outcome } = await ask(
      'host',
      { scalars: { [sysUpTime]: ticks(1) } },
      { ports: [1] },
      undefined,
      other,
    );
    expect(outcome).toMatchObject({ severity: 'ok', values: { responseMs: expect.any(Number) } });
    expect(outcome.summary.en).toContain('SNMP');
  });

  it('given an open port and no agent, when the host is checked, then it lives', async () => {
    const port = await startTcp(() => {});
    const { outcome } = await runMonitor('host', { ports: [port] });
    expect(outcome.severity).toBe('ok');
    expect(outcome.summary.en).toContain(`TCP ${port}`);
  });

  it('given ports that refuse, when the host is checked, then it lives: somebody refused', async () => {
    const { outcome } = await runMonitor('host', { ports: [await closedPort()] });
    expect(outcome.severity).toBe('ok');
  });

  it('given an agent whose port is closed, when a port refuses, then the host lives', async () => {
    const { outcome } = await runMonitor(
      'host',
      { ports: [await closedPort()] },
      { snmp: snmpV2c(await closedPort()) },
    );
    expect(outcome.severity).toBe('ok');
  });

  it('given an agent that keeps silent, when a port is open, then the host lives', async () => {
    const port = await startTcp(() => {});
    const { outcome } = await runMonitor('host', { ports: [port] }, { snmp: snmpV2c(await silent()) });
    expect(outcome.severity).toBe('ok');
    expect(outcome.summary.en).toContain(`TCP ${port}`);
  });

  it('given a name that does not exist, when the host is checked, then it is critical', async () => {
    const { outcome } = await runMonitor('host', {}, { address: 'no-such-host.invalid' });
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: { en: 'no-such-host.invalid does not exist in DNS' },
    });
  });

  it('given an address that is refused, when the host is checked, then it is unknown', async () => {
    const { outcome } = await runMonitor('host', {}, { address: '10.0.0.1', reach: 'internet' });
    expect(outcome.severity).toBe('unknown');
    expect(outcome.summary.en).toContain('10.0.0.1 is a private address');
  });
});

describe('process', () => {
  const run = (name: string, path: string, parameters: string, status = 1) => ({
    2: octets(name),
    4: octets(path),
    5: octets(parameters),
    7: integer(status),
  });
  const table = {
    tables: {
      [processes]: {
        1: run('systemd', '/sbin/init', ''),
        20: run('nginx', 'nginx: master process', '/usr/sbin/nginx'),
        21: run('nginx', 'nginx: worker process', ''),
        22: run('nginx', 'nginx: worker process', ''),
        30: run('java', '/usr/bin/java', '-Xmx1g -jar /opt/shop/app.jar'),
        31: run('java', '/usr/bin/java', '-jar /opt/other/app.jar'),
        40: run('very-long-proce', '/opt/very-long-process-name', ''),
        50: run('defunct', '', '', 4),
      },
    },
  };
  const cases = [
    { settings: { name: 'nginx' }, found: 3, severity: 'ok' },
    { settings: { name: 'nginx', argument: 'worker' }, found: 2, severity: 'ok' },
    { settings: { name: 'nginx', min: 4 }, found: 3, severity: 'critical' },
    { settings: { name: 'nginx', max: 2 }, found: 3, severity: 'critical' },
    { settings: { name: 'ngin' }, found: 0, severity: 'critical' },
    { settings: { name: 'ngin*' }, found: 3, severity: 'ok' },
    { settings: { argument: '/opt/shop/' }, found: 1, severity: 'ok' },
    { settings: { name: 'java', argument: '/opt/shop/' }, found: 1, severity: 'ok' },
    { settings: { name: 'very-long-process-name' }, found: 1, severity: 'ok' },
    { settings: { name: 'defunct' }, found: 0, severity: 'critical' },
    { settings: { name: 'defunct', min: 0, max: 0 }, found: 0, severity: 'ok' },
  ] as const;
  for (const { settings, found, severity } of cases) {
    it(`given a process table, when ${JSON.stringify(settings)} is counted, then ${found} are found and it is ${severity}`, async () => {
      const { outcome } = await ask('process', table, settings);
      expect(outcome).toMatchObject({
        severity,
        values: { processes: found, responseMs: expect.any(Number) },
      });
    });
  }

  it('given too few, when it is told, then the line says how many there are and were wanted', async () => {
    const { outcome } = await ask('process', table, { name: 'mysqld' });
    expect(outcome.summary).toEqual({
      en: '0 processes mysqld, wanted at least 1',
      ja: 'プロセス mysqld: 0 個(必要数 1 個以上)',
    });
  });

  it('given two thousand processes, when a few are counted, then all are seen', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 2000 }, (_, i) => [i + 1, run(i % 100 === 0 ? 'worker' : 'other', '', '')]),
    );
    const { outcome } = await ask(
      'process',
      { tables: { [processes]: many } },
      { name: 'worker', min: 20, max: 20 },
    );
    expect(outcome).toMatchObject({ severity: 'ok', values: { processes: 20 } });
  });

  const warned = [
    {
      settings: { name: 'nginx', warning: 3 },
      severity: 'warning',
      en: '3 processes nginx (warning from 3)',
      ja: 'プロセス nginx: 3 個(警告のしきい値 3 個以上)',
    },
    {
      settings: { name: 'nginx', warning: '@1:2' },
      severity: 'ok',
      en: '3 processes nginx, wanted at least 1',
      ja: 'プロセス nginx: 3 個(必要数 1 個以上)',
    },
    {
      settings: { name: 'nginx', max: 10, warning: '4:8' },
      severity: 'warning',
      en: '3 processes nginx (warning outside 4 to 8)',
      ja: 'プロセス nginx: 3 個(警告のしきい値 4〜8 個の範囲外)',
    },
    {
      settings: { name: 'nginx', min: 4, warning: '6:' },
      severity: 'critical',
      en: '3 processes nginx, wanted at least 4',
      ja: 'プロセス nginx: 3 個(必要数 4 個以上)',
    },
  ];
  for (const { settings, severity, en, ja } of warned) {
    it(`given a warning, when ${JSON.stringify(settings)} is counted, then it is ${severity} and says "${en}"`, async () => {
      const { outcome } = await ask('process', table, settings);
      expect(outcome).toMatchObject({ severity, summary: { en, ja } });
    });
  }

  for (const settings of [
    {},
    { name: 'x', min: 3, max: 1 },
    { name: 'x', max: 5, warning: 6 },
    { name: 'x', warning: '1:' },
  ]) {
    it(`given ${JSON.stringify(settings)}, then the settings are refused`, async () => {
      expect((await runMonitor('process', settings)).outcome.severity).toBe('unknown');
    });
  }
});

describe('load', () => {
  const content = (load5: number, cores: number): AgentContent => ({
    tables: {
      [laTable]: { 1: { 5: integer(10) }, 2: { 5: integer(load5 * 100) }, 3: { 5: integer(30) } },
      [processors]: Object.fromEntries(
        Array.from({ length: cores }, (_, i) => [196_608 + i, { 1: oid('0.0') }]),
      ),
    },
  });
  const cases = [
    { load5: 1.5, cores: 2, severity: 'ok' },
    { load5: 3.99, cores: 2, severity: 'ok' },
    { load5: 4, cores: 2, severity: 'critical' },
    { load5: 100, cores: 64, severity: 'ok' },
  ];
  for (const { load5, cores, severity } of cases) {
    it(`given a load of ${load5} on ${cores} cores, then it is ${severity}`, async () => {
      const { outcome } = await ask('load', content(load5, cores));
      expect(outcome).toMatchObject({
        severity,
        values: { load1: 0.1, load5, load15: 0.3, cores, loadPerCore: load5 / cores },
      });
    });
  }

  it('given a warning threshold, when it alone is crossed, then it is a warning and says so', async () => {
    const { outcome } = await ask('load', content(3, 2), { loadPerCore: { warning: 1.5 } });
    expect(outcome.severity).toBe('warning');
    expect(outcome.summary.en).toBe('5-minute load 1.50 per core (warning from 1.5): 3.00 on 2 cores');
  });

  it('given a batch server that should be busy, when it is idle, then the range that was left is told', async () => {
    const { outcome } = await ask('load', content(0.1, 2), { loadPerCore: { warning: '0.5:', critical: 4 } });
    expect(outcome.severity).toBe('warning');
    expect(outcome.summary.en).toBe('5-minute load 0.05 per core (warning below 0.5): 0.10 on 2 cores');
  });
});

describe('memory', () => {
  const ucd = (values: Record<number, number>) => ({
    scalars: Object.fromEntries(
      Object.entries(values).map(([object, value]) => [`${ucdMemory}.${object}`, integer(value)]),
    ),
  });
  it('given what the kernel calls available, then that counts as free', async () => {
    const { outcome } = await ask(
      'memory',
      ucd({ 3: 2000, 4: 1500, 5: 10_000, 6: 500, 14: 100, 15: 900, 27: 4000 }),
    );
    expect(outcome).toMatchObject({
      severity: 'ok',
      values: { usedPercent: 60, usedBytes: 6000 * 1024, totalBytes: 10_000 * 1024, swapUsedPercent: 25 },
    });
  });

  it('given an agent without it, then buffers and cache count as free', async () => {
    const { outcome } = await ask('memory', ucd({ 3: 0, 4: 0, 5: 10_000, 6: 500, 14: 100, 15: 400 }));
    expect(outcome).toMatchObject({ severity: 'critical', values: { usedPercent: 90 } });
    expect(outcome.summary.en).toBe('memory 90 % used (critical from 90 %), 0.0 / 0.0 GiB');
    expect(outcome.values).not.toHaveProperty('swapUsedPercent');
  });

  it('given a range, when it is left, then the line says so in both languages', async () => {
    const { outcome } = await ask('memory', ucd({ 5: 10_000, 6: 500, 27: 9000 }), {
      usedPercent: { warning: '20:80' },
    });
    expect(outcome).toMatchObject({
      severity: 'warning',
      summary: {
        en: 'memory 10 % used (warning outside 20 to 80 %), 0.0 / 0.0 GiB',
        ja: 'メモリー使用率 10 %(警告のしきい値 20〜80 % の範囲外)、0.0 / 0.0 GiB',
      },
    });
  });

  it('given an agent with host resources only, then buffers and cache count as free too', async () => {
    const row = (type: string, name: string, size: number, used: number) => ({
      2: oid(`1.3.6.1.2.1.25.2.1.${type}`),
      3: octets(name),
      4: integer(1024),
      5: integer(size),
      6: integer(used),
    });
    const { outcome } = await ask('memory', {
      tables: {
        [storage]: {
          1: row('2', 'Physical memory', 10_000, 9000),
          6: row('1', 'Memory buffers', 10_000, 1000),
          7: row('1', 'Cached memory', 3000, 3000),
        },
      },
    });
    expect(outcome).toMatchObject({ severity: 'ok', values: { usedPercent: 50 } });
  });
});

describe('disk', () => {
  const row = (name: string, size: number, used: number, { type = '4', units = 4096 } = {}) => ({
    2: oid(`1.3.6.1.2.1.25.2.1.${type}`),
    3: octets(name),
    4: integer(units),
    5: integer(size),
    6: integer(used),
  });
  const disks = (...rows: Record<number, AgentValue>[]): AgentContent => ({
    tables: { [storage]: Object.fromEntries(rows.map((one, i) => [i + 31, one])) },
  });

  it('given several file systems, when one is full, then it decides and all are measured', async () => {
    const { outcome } = await ask(
      'disk',
      disks(row('/', 1000, 400), row('/var', 1000, 930), row('/home', 1000, 10)),
    );
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: {
        en: 'disk used: /var 93 % (critical from 90 %)',
        ja: 'ディスク使用率 /var 93 %(しきい値 90 % 以上)',
      },
      values: { 'usedPercent:/': 40, 'usedPercent:/var': 93, 'usedPercent:/home': 1 },
    });
  });

  it('given a disk that should not be empty, when it is and others warn, then what is critical is named first', async () => {
    const { outcome } = await ask(
      'disk',
      disks(row('/a', 100, 85), row('/b', 100, 84), row('/c', 100, 83), row('/backup', 100, 2)),
      { usedPercent: { warning: 80, critical: '5:' } },
    );
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: { en: 'disk used: /backup 2 %, /a 85 %, /b 84 % and 1 more (critical below 5 %)' },
    });
  });

  it('given memory, images and kernel file systems, when they are full, then they do not count', async () => {
    const full = [
      '/dev/shm',
      '/run/lock',
      '/sys/fs/cgroup',
      '/snap/core/1',
      '/var/lib/docker/overlay2/x/merged',
    ];
    const { outcome } = await ask(
      'disk',
      disks(
        row('/', 1000, 400),
        ...full.map((name) => row(name, 100, 100)),
        row('Physical memory', 100, 100, { type: '2' }),
        row('/cdrom', 100, 100, { type: '7' }),
        row('/empty', 0, 0),
      ),
    );
    expect(outcome).toMatchObject({ severity: 'ok', values: { 'usedPercent:/': 40 } });
    expect(Object.keys(outcome.values)).toEqual(['usedPercent:/']);
  });

  it('given a file system above 8 TiB, when its size does not fit the signed type, then it is read as unsigned', async () => {
    // 3,000,000,000 units of 4 KiB, as a signed 32-bit number.
    const { outcome } = await ask('disk', disks(row('/data', 3_000_000_000 - 2 ** 32, 1_500_000_000)));
    expect(outcome).toMatchObject({ severity: 'ok', values: { 'usedPercent:/data': 50 } });
  });

  const choices = [
    { settings: { include: ['/var'] }, measured: ['/var'] },
    { settings: { include: ['/var*'] }, measured: ['/var', '/var/log'] },
    { settings: { exclude: ['/var*'] }, measured: ['/'] },
    { settings: { include: ['*'], exclude: ['/'] }, measured: ['/var', '/var/log'] },
  ];
  for (const { settings, measured } of choices) {
    it(`given ${JSON.stringify(settings)}, then ${measured.join(', ')} are measured`, async () => {
      const { outcome } = await ask(
        'disk',
        disks(row('/', 100, 1), row('/var', 100, 3), row('/var/log', 100, 2)),
        settings,
      );
      expect(Object.keys(outcome.values).sort()).toEqual(measured.map((name) => `usedPercent:${name}`));
    });
  }

  it('given patterns that fit nothing, then it is unknown and shows what there is', async () => {
    const { outcome } = await ask('disk', disks(row('/', 100, 1)), { include: ['/data'] });
    expect(outcome).toMatchObject({
      severity: 'unknown',
      summary: { en: 'no file system fits include and exclude; the agent offers / and more' },
    });
  });

  it('given a hundred file systems with hostile names, then the measurement and the line stay bounded', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => row(`/${i}\n${'x'.repeat(500)}`, 100, 95));
    const { outcome } = await ask('disk', disks(...rows));
    expect(outcome.severity).toBe('critical');
    expect(Object.keys(outcome.values)).toHaveLength(50);
    expect(outcome.summary.en).toContain('and 97 more');
    expect(outcome.summary.en.length).toBeLessThan(500);
    expect(JSON.stringify(outcome)).not.toContain('\\n');
  });
});

describe('cpu', () => {
  const raw = { user: 50, nice: 51, system: 52, idle: 53, wait: 54, interrupt: 56, softIrq: 61, steal: 64 };
  type Ticks = Partial<Record<keyof typeof raw, number>>;
  const content = (upTime: number, values: Ticks): AgentContent => ({
    scalars: {
      [sysUpTime]: ticks(upTime),
      ...Object.fromEntries(
        Object.entries(raw).map(([name, object]) => [
          `${ucdStats}.${object}`,
          counter(values[name as keyof Ticks] ?? 0),
        ]),
      ),
    },
  });
  const sampleOf = (upTime: number, values: Ticks) => ({
    upTime,
    ticks: Object.fromEntries(Object.keys(raw).map((name) => [name, values[name as keyof Ticks] ?? 0])),
  });
  const before = sampleOf(100_000, { user: 1000, system: 500, idle: 100_000, wait: 200 });
  const fiveMinutes = 130_000;

  it('given no sample, when it is checked, then it is ok without a value and leaves one', async () => {
    const { outcome, sample } = await ask(
      'cpu',
      content(100_000, { user: 1000, system: 500, idle: 100_000, wait: 200 }),
    );
    expect(outcome).toMatchObject({ severity: 'ok', values: {} });
    expect(sample).toEqual(before);
  });

  // Two cores over 300 s have 60,000 ticks.
  const cases = [
    {
      given: 'half of the time used',
      now: { user: 21_000, system: 10_500, idle: 130_000, wait: 200 },
      used: 50,
      severity: 'ok',
    },
    {
      given: 'nearly all used',
      now: { user: 51_000, system: 6_500, idle: 104_000, wait: 200 },
      used: 93.33,
      severity: 'critical',
    },
    {
      given: 'waiting for disks',
      now: { user: 1000, system: 500, idle: 100_000, wait: 60_200 },
      used: 0,
      severity: 'ok',
    },
    {
      given: 'time stolen by the hypervisor',
      now: { user: 1000, system: 500, idle: 102_000, wait: 200, steal: 58_000 },
      used: 96.66,
      severity: 'critical',
    },
    {
      given: 'an idle counter that stepped back a little',
      now: { user: 58_000, system: 500, idle: 99_950, wait: 3_200 },
      used: 95,
      severity: 'critical',
    },
  ];
  for (const { given, now, used, severity } of cases) {
    it(`given ${given}, then ${used} % is seen and it is ${severity}`, async () => {
      const { outcome } = await ask('cpu', content(fiveMinutes, now), {}, before);
      expect(outcome.severity).toBe(severity);
      expect(outcome.values.usedPercent).toBeCloseTo(used, 1);
    });
  }

  it('given counters that passed 2³², then they are followed', async () => {
    const high = 2 ** 32 - 10_000;
    const { outcome } = await ask(
      'cpu',
      content(fiveMinutes, { user: 20_000, system: 1, idle: 20_000, wait: 200 }),
      {},
      sampleOf(100_000, { user: high, system: 1, idle: high, wait: 200 }),
    );
    expect(outcome).toMatchObject({ severity: 'ok', values: { usedPercent: 50 } });
  });

  const broken = [
    { given: 'a restart of the system', upTime: 500, now: { user: 100, system: 100, idle: 1000 } },
    { given: 'no time between', upTime: 100_000, now: { user: 1000, system: 500, idle: 100_000, wait: 200 } },
    {
      given: 'a day between',
      upTime: 100_000 + 8_640_000,
      now: { user: 9000, system: 500, idle: 900_000, wait: 200 },
    },
    {
      given: 'counters that fell back',
      upTime: fiveMinutes,
      now: { user: 900, system: 500, idle: 20_000, wait: 200 },
    },
    {
      given: 'counters that stand still',
      upTime: fiveMinutes,
      now: { user: 1000, system: 500, idle: 100_000, wait: 200 },
    },
    { given: 'an agent that has not looked yet', upTime: 200, now: {} },
  ];
  for (const { given, upTime, now } of broken) {
    it(`given ${given}, then nothing is claimed: an alert must not end by it`, async () => {
      const { outcome } = await ask('cpu', content(upTime, now), {}, before);
      expect(outcome).toMatchObject({ severity: 'unknown', values: {} });
    });
  }

  for (const sample of [
    'x',
    5,
    null,
    {},
    { upTime: -1, ticks: {} },
    { ...before, ticks: { ...before.ticks, user: 'x' } },
  ]) {
    it(`given the damaged sample ${JSON.stringify(sample)?.slice(0, 40)}, then it counts as none`, async () => {
      const { outcome } = await ask('cpu', content(fiveMinutes, { user: 5, system: 5, idle: 5 }), {}, sample);
      expect(outcome).toMatchObject({ severity: 'ok', values: {} });
    });
  }

  it('given an agent without raw counters, then the average of its cores counts', async () => {
    const { outcome } = await ask('cpu', {
      scalars: { [sysUpTime]: ticks(1) },
      tables: { [processors]: { 1: { 2: integer(90) }, 2: { 2: integer(100) } } },
    });
    expect(outcome).toMatchObject({ severity: 'critical', values: { usedPercent: 95 } });
  });
});

describe('traffic', () => {
  const row = (name: string, received: bigint, sent: bigint, { mbps = 1000, discontinuity = 0 } = {}) => ({
    1: octets(name),
    6: counter64(received),
    10: counter64(sent),
    15: gauge(mbps),
    19: ticks(discontinuity),
  });
  const content = (upTime: number, rows: Record<number, Record<number, AgentValue>>): AgentContent => ({
    scalars: { [sysUpTime]: ticks(upTime) },
    tables: { [interfaces]: rows },
  });
  const sampleOf = (received: bigint, sent: bigint, name = 'eth0', discontinuity = 0) => ({
    upTime: 100_000,
    interfaces: { [name]: { in: String(received), out: String(sent), discontinuity } },
  });
  const fiveMinutes = 130_000;
  const mega = 1_000_000n;

  it('given no sample, when it is checked, then it is ok without a value and leaves one', async () => {
    const { outcome, sample } = await ask(
      'traffic',
      content(100_000, { 1: row('lo', 5n, 5n), 2: row('eth0', 2n ** 63n, 7n) }),
    );
    expect(outcome).toMatchObject({ severity: 'ok', values: {} });
    expect(sample).toEqual(sampleOf(2n ** 63n, 7n));
  });

  it('given two samples, then bits per second are counted by the clock of the agent', async () => {
    const { outcome } = await ask(
      'traffic',
      content(fiveMinutes, { 2: row('eth0', 375n * mega, 150n * mega) }),
      {},
      sampleOf(0n, 0n),
    );
    expect(outcome).toMatchObject({
      severity: 'ok',
      values: { 'inBitsPerSecond:eth0': 10_000_000, 'outBitsPerSecond:eth0': 4_000_000 },
    });
  });

  const limits = [
    {
      settings: { inMbps: { critical: 10 } },
      severity: 'critical',
      said: 'traffic: eth0 in 10 Mbit/s (critical from 10 Mbit/s)',
    },
    { settings: { inMbps: { critical: 11 } }, severity: 'ok', said: 'below 11 Mbit/s' },
    {
      settings: { outMbps: { warning: 3, critical: 5 } },
      severity: 'warning',
      said: 'eth0 out 4 Mbit/s (warning from 3 Mbit/s)',
    },
  ];
  for (const { settings, severity, said } of limits) {
    it(`given ${JSON.stringify(settings)}, then it is ${severity}`, async () => {
      const { outcome } = await ask(
        'traffic',
        content(fiveMinutes, { 2: row('eth0', 375n * mega, 150n * mega) }),
        settings,
        sampleOf(0n, 0n),
      );
      expect(outcome.severity).toBe(severity);
      expect(outcome.summary.en).toContain(said);
    });
  }

  it('given a counter that wrapped, then it is followed', async () => {
    const { outcome } = await ask(
      'traffic',
      content(fiveMinutes, { 2: row('eth0', 374n * mega, 0n) }),
      {},
      sampleOf(2n ** 64n - mega, 0n),
    );
    expect(outcome.values['inBitsPerSecond:eth0']).toBe(10_000_000);
  });

  it('given an interface that got another number, then its name keeps it', async () => {
    const { outcome } = await ask(
      'traffic',
      content(fiveMinutes, { 2: row('eth1', 9n, 9n), 7: row('eth0', 375n * mega, 0n) }),
      {},
      sampleOf(0n, 0n),
    );
    expect(outcome.values).toEqual({ 'inBitsPerSecond:eth0': 10_000_000, 'outBitsPerSecond:eth0': 0 });
  });

  const broken = [
    { given: 'a restart of the system', upTime: 900, now: row('eth0', 10n, 10n) },
    { given: 'a counter that was reset', upTime: fiveMinutes, now: row('eth0', 10n, 10n) },
    {
      given: 'a break that the agent tells of',
      upTime: fiveMinutes,
      now: row('eth0', 3000n * mega, 3000n * mega, { discontinuity: 110_000 }),
    },
    {
      given: 'a rate that no link carries',
      upTime: fiveMinutes,
      now: row('eth0', 2000n * mega + 100_000_000_000n, 2000n * mega),
    },
    {
      given: 'an hour and more between',
      upTime: 100_000 + 370_000,
      now: row('eth0', 3000n * mega, 3000n * mega),
    },
    {
      given: 'another interface in its place',
      upTime: fiveMinutes,
      now: row('eth9', 3000n * mega, 3000n * mega),
    },
  ];
  for (const { given, upTime, now } of broken) {
    it(`given ${given}, then there is no value rather than a lie`, async () => {
      const { outcome, sample } = await ask(
        'traffic',
        content(upTime, { 2: now }),
        { inMbps: { critical: 1 } },
        sampleOf(2000n * mega, 2000n * mega),
      );
      expect(outcome).toMatchObject({ severity: 'unknown', values: {} });
      expect(sample).toMatchObject({ upTime });
    });
  }

  it('given one interface of two that broke off, then the other is measured and the whole is unknown', async () => {
    const sample = {
      upTime: 100_000,
      interfaces: { ...sampleOf(0n, 0n).interfaces, ...sampleOf(5n * mega, 0n, 'eth1').interfaces },
    };
    const now = { 1: row('eth0', 375n * mega, 0n), 2: row('eth1', 0n, 0n) };
    const { outcome } = await ask('traffic', content(fiveMinutes, now), {}, sample);
    expect(outcome).toMatchObject({
      severity: 'unknown',
      values: { 'inBitsPerSecond:eth0': 10_000_000, 'outBitsPerSecond:eth0': 0 },
    });
  });

  it('given a virtual interface that claims 10 Mbit/s, when it carries more, then it is believed', async () => {
    const { outcome } = await ask(
      'traffic',
      content(fiveMinutes, { 2: row('eth0', 37_500n * mega, 0n, { mbps: 10 }) }),
      {},
      sampleOf(0n, 0n),
    );
    expect(outcome.values['inBitsPerSecond:eth0']).toBe(1_000_000_000);
  });

  it('given two interfaces of one name, then neither is counted', async () => {
    const { sample } = await ask(
      'traffic',
      content(100_000, { 1: row('eth0', 1n, 1n), 2: row('eth0', 2n, 2n), 3: row('eth1', 3n, 3n) }),
    );
    expect(sample).toMatchObject({ interfaces: { eth1: { in: '3', out: '3', discontinuity: 0 } } });
    expect(sample).not.toHaveProperty('interfaces.eth0');
  });

  it('given patterns that fit no interface, then it is unknown and says so', async () => {
    const { outcome } = await ask('traffic', content(1, { 1: row('eth0', 1n, 1n) }), { include: ['ens*'] });
    expect(outcome).toMatchObject({
      severity: 'unknown',
      summary: { en: 'no network interface fits include and exclude' },
    });
  });
});
