// The product's side of bench/check-cost.ts: checks through the product's runner, in a warm process. Given the ports of
// the targets; answers each message with the CPU of one check.
import pMap from 'p-map';
import { z } from 'zod';
import type { Monitor } from '../../core/monitor.ts';
import { checkType } from '../../lambdas/probe/checks/check-type.ts';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';
import { measureByAgent, notOffered } from '../../lambdas/probe/checks/snmp/snmp-exchange.ts';
import { type CheckedMonitor, createCheckRunner } from '../../lambdas/probe/run-check.ts';
import { createMemorySecretStore } from '../../platform/secrets/memory.ts';
import { numberOf } from '../../platform/snmp/snmp-value.ts';
import { snmpdAccess } from '../../test/real/servers/snmpd.ts';
import { type Asked, atOnce, polledOids, type RowName, type Targets } from './rows.ts';

const targets = JSON.parse(process.argv[2] ?? '') as Targets;
const { community, user, authProtocol, authKey, privProtocol, privKey } = snmpdAccess;

/** No check of the catalogue reads twelve values at once; this one does nothing else. */
const poll = checkType(
  { class: 'resource', priority: 1, timeLimitMs: 5000 },
  z.strictObject({}),
  (_, context) =>
    measureByAgent(context, async (session) => {
      const read = await session.get(polledOids);
      const values: Record<string, number> = {};
      for (const [i, value] of read.entries()) {
        const number = numberOf(value);
        if (number === undefined) return notOffered(`${polledOids[i]}`, `${polledOids[i]}`);
        values[`value-${i}`] = number;
      }
      return { severity: 'ok', summary: { ja: '応答しました', en: 'answered' }, values };
    }),
);

const runCheck = createCheckRunner({
  checkTypes: { ...checkTypes, poll },
  secrets: createMemorySecretStore({
    'bench/community': community,
    'bench/auth': authKey,
    'bench/priv': privKey,
  }),
  localTargetsAllowed: true,
});

const v2c = { version: '2c', port: targets.snmp, community: 'bench/community' } as const;
const v3 = {
  version: '3',
  port: targets.snmp,
  user,
  authProtocol,
  authKey: 'bench/auth',
  privProtocol,
  privKey: 'bench/priv',
} as const;

const monitorOf = (
  check: string,
  settings: CheckedMonitor['settings'],
  target: Partial<Monitor['target']> = {},
): CheckedMonitor => ({
  check,
  settings,
  timeLimitMs: 5000,
  target: { address: '127.0.0.1', reach: 'local', ...target },
});

const monitors: Readonly<Record<RowName, CheckedMonitor>> = {
  tcp: monitorOf('tcp', { port: targets.tcp }),
  http: monitorOf('http', { port: targets.http, path: '/' }),
  snmp: monitorOf('poll', {}, { snmp: v2c }),
  'snmp v3': monitorOf('poll', {}, { snmp: v3 }),
  cpu: monitorOf('cpu', {}, { snmp: v2c }),
};

process.on('message', async ({ row, checks }: Asked) => {
  const before = process.cpuUsage();
  await pMap(Array(checks).keys(), () => runOnce(monitors[row]), { concurrency: atOnce });
  const { user: inUser, system } = process.cpuUsage(before);
  process.send?.((inUser + system) / 1000 / checks);
});

async function runOnce(monitor: CheckedMonitor): Promise<void> {
  const { outcome } = await runCheck(monitor, '2026-11-21T03:00:00.000Z');
  if (outcome.severity !== 'ok') throw new Error(outcome.summary.en);
}
