// How soon an engine with many waiting executions is up after a restart, and what memory it then holds.
// Run: npx node bench/waiting-executions.ts [executions]      (default 100000)
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeptClock } from '../local/kept-clock.ts';
import { WorkflowEngine } from '../local/workflows/engine.ts';

const executions = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), 'mimamori-bench-'));
const clock = new KeptClock({ file: join(folder, 'clock.json') });
const open = () =>
  WorkflowEngine.open({
    file: join(folder, 'journal.sqlite'),
    clock,
    synchronous: 'NORMAL',
    accountId: '111111111111',
    region: 'us-east-1',
    tasks: { invokeFunction: async () => ({ payload: null }) },
  });

const before = open();
const stateMachineArn = before.stateMachineArn('m');
const states = { W: { Type: 'Wait', Seconds: 86_400, End: true } };
const definition = { QueryLanguage: 'JSONata', StartAt: 'W', States: states };
before.registerMachine({ arn: stateMachineArn, name: 'm', definition });
for (let started = 0; started < executions; started += 1_000) {
  const thousand = Array.from({ length: 1_000 }, (_, n) =>
    before.startExecution({ stateMachineArn, name: `e${started + n}`, input: '{"server":"web-1"}' }),
  );
  await Promise.all(thousand);
}
await before.whenIdle();
await before.close();

const startedAt = performance.now();
const after = open();
await after.whenIdle();
const upMs = performance.now() - startedAt;
await after.startExecution({ stateMachineArn, name: 'one-more', input: '{}' });
const answeredMs = performance.now() - startedAt;
const memory = Math.round(process.memoryUsage().rss / 1_048_576);
console.log(
  `${executions} waiting: up after ${upMs.toFixed(0)} ms, another started after ${answeredMs.toFixed(0)} ms, ${memory} MB resident`,
);
await after.close();
rmSync(folder, { recursive: true });
