import type { SnmpAccess } from '../../../core/server.ts';
import {
  type AgentContent,
  integer,
  octets,
  oid,
  startAgent,
  startUdp,
  ticks,
} from '../../platform/snmp/snmp-agent.ts';
import { snmpdAccess, startSnmpd } from '../servers/snmpd.ts';
import { differs, rowsOf, soon, type Target } from './row.ts';
import { closeLater, nobodyListens, shared } from './scripted.ts';
import { secrets } from './secrets.ts';

const snmpd = shared(startSnmpd);
const snmpdPort: Target = async () => (await snmpd()).port;

const scripted =
  (content: AgentContent): Target =>
  async () => {
    const agent = await startAgent(content);
    closeLater(() => agent.close());
    return agent.port;
  };
const silentAgent: Target = async () => {
  const agent = await startUdp(() => {});
  closeLater(() => agent.close());
  return agent.port;
};

const because = {
  noAnswer:
    'check_snmp tells of a dead agent by each value. Here the `agent` monitor does, once, and the value is not known: one lost packet is not a full disk',
  onBound:
    'a plain number has been crossed by a value that has reached it ("90 % or more"); to plugins only by one above it. Written as a range, `0:2`, both agree',
} as const;

const sysUpTime = '1.3.6.1.2.1.1.3.0';
const laLoadInt5 = '1.3.6.1.4.1.2021.10.1.5.2';

const community = (ref: string) => ({
  snmp: (port: number): SnmpAccess => ({ version: '2c', port, community: ref }),
  args: ['-P', '2c', '-C', secrets[ref] ?? ''],
});
/** Version 3 with authentication and privacy. */
const v3 = ({ user = snmpdAccess.user as string, auth = 'acme/auth', priv = 'acme/priv' } = {}) => ({
  snmp: (port: number): SnmpAccess => ({
    version: '3',
    port,
    user,
    authProtocol: snmpdAccess.authProtocol,
    authKey: auth,
    privProtocol: snmpdAccess.privProtocol,
    privKey: priv,
  }),
  args: [
    '-o',
    sysUpTime,
    '-P',
    '3',
    '-L',
    'authPriv',
    '-U',
    user,
    '-a',
    'SHA-256',
    '-A',
    secrets[auth] ?? '',
    '-x',
    'AES',
    '-X',
    secrets[priv] ?? '',
  ],
});
const right = community('acme/community');
const wrong = community('acme/wrong');

const agentRows = rowsOf({ plugin: 'check_snmp', check: 'agent' }, [
  {
    given: 'snmpd, its uptime by v2c',
    target: snmpdPort,
    snmp: right.snmp,
    args: [...right.args, '-o', sysUpTime],
    says: 'ok',
  },
  {
    given: 'snmpd, its uptime by v3 with authentication and privacy',
    target: snmpdPort,
    ...v3(),
    says: 'ok',
  },
  {
    given: 'snmpd, a wrong community',
    target: snmpdPort,
    snmp: wrong.snmp,
    args: [...wrong.args, '-o', sysUpTime],
    ...soon,
    says: 'critical',
  },
  {
    given: 'snmpd, a wrong authentication key',
    target: snmpdPort,
    ...v3({ auth: 'acme/wrong' }),
    says: 'unknown',
  },
  { given: 'snmpd, an unknown user', target: snmpdPort, ...v3({ user: 'nobody' }), says: 'unknown' },
  {
    given: 'snmpd, a wrong privacy key',
    target: snmpdPort,
    ...v3({ priv: 'acme/wrong' }),
    ...soon,
    says: 'critical',
  },
  {
    given: 'an agent that keeps silent',
    target: silentAgent,
    snmp: right.snmp,
    args: [...right.args, '-o', sysUpTime],
    ...soon,
    says: 'critical',
  },
  {
    given: 'a port where nobody listens',
    target: nobodyListens,
    snmp: right.snmp,
    args: [...right.args, '-o', sysUpTime],
    ...soon,
    says: 'critical',
  },
]);

const scriptedAccess = community('acme/scripted');
const processors = '1.3.6.1.2.1.25.3.3.1';
const storage = '1.3.6.1.2.1.25.2.3.1';

/** One core, and a load over five minutes in hundredths. */
const loadOf = (hundredths: number) =>
  scripted({
    scalars: { '1.3.6.1.2.1.1.3': ticks(1000) },
    tables: {
      '1.3.6.1.4.1.2021.10.1': Object.fromEntries([1, 2, 3].map((row) => [row, { 5: integer(hundredths) }])),
      [processors]: { 1: { 1: oid('0.0'), 2: integer(10) } },
    },
  });
const load = (limits: { warning?: unknown; critical?: unknown }, args: readonly string[]) => ({
  settings: { loadPerCore: limits },
  args: ['-o', laLoadInt5, ...args],
});

const loadRows = rowsOf({ plugin: 'check_snmp', check: 'load', ...scriptedAccess }, [
  {
    given: 'a load below its bounds',
    target: loadOf(50),
    ...load({ warning: 1, critical: 2 }, ['-w', '100', '-c', '200']),
    says: 'ok',
  },
  {
    given: 'a load above the warning',
    target: loadOf(150),
    ...load({ warning: 1, critical: 2 }, ['-w', '100', '-c', '200']),
    says: 'warning',
  },
  {
    given: 'a load above critical',
    target: loadOf(250),
    ...load({ warning: 1, critical: 2 }, ['-w', '100', '-c', '200']),
    says: 'critical',
  },
  {
    given: 'a load that is the plain bound',
    target: loadOf(200),
    ...load({ critical: 2 }, ['-c', '200']),
    says: differs('critical', 'ok', because.onBound),
  },
  {
    given: 'a load that is the end of the range 0:2',
    target: loadOf(200),
    ...load({ critical: '0:2' }, ['-c', '0:200']),
    says: 'ok',
  },
  {
    given: 'a load above the range 1:2',
    target: loadOf(250),
    ...load({ critical: '1:2' }, ['-c', '100:200']),
    says: 'critical',
  },
  {
    given: 'a load inside the range 1:2',
    target: loadOf(150),
    ...load({ critical: '1:2' }, ['-c', '100:200']),
    says: 'ok',
  },
  {
    given: 'a load below the range 1:2',
    target: loadOf(50),
    ...load({ critical: '1:2' }, ['-c', '100:200']),
    says: 'critical',
  },
  {
    given: 'a load below the range 1: without an end',
    target: loadOf(50),
    ...load({ critical: '1:' }, ['-c', '100:']),
    says: 'critical',
  },
  {
    given: 'a load in the range ~:2 without a start',
    target: loadOf(0),
    ...load({ critical: '~:2' }, ['-c', '~:200']),
    says: 'ok',
  },
  {
    given: 'a load inside the range @1:2',
    target: loadOf(150),
    ...load({ critical: '@1:2' }, ['-c', '@100:200']),
    says: 'critical',
  },
  {
    given: 'a load that is the start of the range @1:2',
    target: loadOf(100),
    ...load({ critical: '@1:2' }, ['-c', '@100:200']),
    says: 'critical',
  },
  {
    given: 'a load outside the range @1:2',
    target: loadOf(250),
    ...load({ critical: '@1:2' }, ['-c', '@100:200']),
    says: 'ok',
  },
  {
    given: 'a load in the warning range 0:1 and out of the critical one 0:3',
    target: loadOf(200),
    ...load({ warning: '0:1', critical: '0:3' }, ['-w', '0:100', '-c', '0:300']),
    says: 'warning',
  },
  {
    given: 'an agent without a load',
    target: scripted({ scalars: { '1.3.6.1.2.1.1.5': octets('host') } }),
    ...load({ critical: 2 }, ['-c', '200']),
    says: 'unknown',
  },
  {
    given: 'an agent that keeps silent, asked for its load',
    target: silentAgent,
    ...load({ critical: 2 }, ['-c', '200']),
    ...soon,
    says: differs('unknown', 'critical', because.noAnswer),
  },
]);

/** One file system of 100 units. */
const diskOf = (used: number) =>
  scripted({
    tables: {
      [storage]: {
        1: {
          2: oid('1.3.6.1.2.1.25.2.1.4'),
          3: octets('/'),
          4: integer(4096),
          5: integer(100),
          6: integer(used),
        },
      },
    },
  });
const diskUsed = {
  args: ['-o', `${storage}.6.1`, '-w', '80', '-c', '90'],
  settings: { usedPercent: { warning: 80, critical: 90 } },
};
const diskRows = rowsOf({ plugin: 'check_snmp', check: 'disk', ...scriptedAccess }, [
  { given: 'a disk that is half full', target: diskOf(50), ...diskUsed, says: 'ok' },
  { given: 'a disk that is 85 % full, above the warning', target: diskOf(85), ...diskUsed, says: 'warning' },
  { given: 'a disk that is 97 % full, above critical', target: diskOf(97), ...diskUsed, says: 'critical' },
]);

/** 100 KiB of memory, so much of it available. */
const memoryOf = (available: number) =>
  scripted({
    scalars: Object.fromEntries(
      Object.entries({ 3: 0, 4: 0, 5: 100, 6: 1, 14: 0, 15: 0, 27: available }).map(([at, value]) => [
        `1.3.6.1.4.1.2021.4.${at}`,
        integer(value),
      ]),
    ),
  });
/** Asked for what is left: below 20 % is a warning, below 10 % critical. */
const memoryLeft = {
  args: ['-o', '1.3.6.1.4.1.2021.4.27.0', '-w', '20:', '-c', '10:'],
  settings: { usedPercent: { warning: 80, critical: 90 } },
};
const memoryRows = rowsOf({ plugin: 'check_snmp', check: 'memory', ...scriptedAccess }, [
  { given: 'memory with 40 % left', target: memoryOf(40), ...memoryLeft, says: 'ok' },
  { given: 'memory with 15 % left, below the warning', target: memoryOf(15), ...memoryLeft, says: 'warning' },
  { given: 'memory with 5 % left, below critical', target: memoryOf(5), ...memoryLeft, says: 'critical' },
]);

/** The processor's load over a minute, for agents without finer counters. */
const cpuOf = (percent: number) =>
  scripted({
    scalars: { '1.3.6.1.2.1.1.3': ticks(1000) },
    tables: { [processors]: { 1: { 1: oid('0.0'), 2: integer(percent) } } },
  });
const cpuUsed = {
  args: ['-o', `${processors}.2.1`, '-w', '80', '-c', '90'],
  settings: { usedPercent: { warning: 80, critical: 90 } },
};
const cpuRows = rowsOf({ plugin: 'check_snmp', check: 'cpu', ...scriptedAccess }, [
  { given: 'a processor at 30 %', target: cpuOf(30), ...cpuUsed, says: 'ok' },
  { given: 'a processor at 95 %', target: cpuOf(95), ...cpuUsed, says: 'critical' },
]);

export const snmpRows = [...agentRows, ...loadRows, ...diskRows, ...memoryRows, ...cpuRows];
