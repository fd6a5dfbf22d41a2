// Executions a second of a machine whose executions have thirteen events (one function call), with and without full sync.
// Run: npx node bench/workflow-rate.ts [executions]      (default 2000)
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeptClock } from '../local/kept-clock.ts';
import { WorkflowEngine } from '../local/workflows/engine.ts';

const executions = Number(process.argv[2] ?? 2_000);
const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Take up',
  States: {
    'Take up': { Type: 'Pass', Assign: { n: '{% $states.input.n %}' }, Next: 'Which?' },
    'Which?': {
      Type: 'Choice',
      Choices: [{ Condition: '{% $n < 0 %}', Next: 'Done' }],
      Default: 'Call',
    },
    Call: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'f', Payload: { n: '{% $n %}' } },
      Output: '{% $states.result.Payload %}',
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
};

for (const synchronous of ['FULL', 'NORMAL'] as const) {
  const folder = mkdtempSync(join(tmpdir(), 'mimamori-bench-'));
  const engine = WorkflowEngine.open({
    file: join(folder, 'journal.sqlite'),
    clock: new KeptClock({ file: join(folder, 'clock.json') }),
    synchronous,
    accountId: '111111111111',
    region: 'us-east-1',
    tasks: { invokeFunction: async ({ payload }) => ({ payload }) },
  });
  const stateMachineArn = engine.stateMachineArn('m');
  engine.registerMachine({ arn: stateMachineArn, name: 'm', definition });
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: executions }, (_, n) =>
      engine.startExecution({ stateMachineArn, name: `e${n}`, input: JSON.stringify({ n }) }),
    ),
  );
  await engine.whenIdle();
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const succeeded = engine.listExecutions({ statusFilter: 'RUNNING' }).executions.length === 0;
  const cpuMs = (user + system) / 1_000 / executions;
  console.log(
    `${synchronous}: ${(executions / seconds).toFixed(0)} executions/s, ${cpuMs.toFixed(2)} ms CPU each, ${succeeded ? 'all ended' : 'NOT ALL ENDED'}`,
  );
  await engine.close();
  rmSync(folder, { recursive: true });
}
