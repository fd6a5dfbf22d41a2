import { KeptClock } from '../../../local/kept-clock.ts';
import { type FunctionCall, ServiceError, WorkflowEngine } from '../../../local/workflows/engine.ts';

/*
 * A process of its own for the kill test: opens the journal, starts what is not started yet, and runs until all has ended.
 * Prints `called` for every call of a function, so that it can be killed by its progress, and at the end the outcome of every
 * execution.
 */
const [file = '', count = ''] = process.argv.slice(2);

const invoke = (functionName: string, payload: unknown) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: functionName, Payload: payload },
  Output: '{% $states.result.Payload %}',
});

/** Every kind of step that a crash can come between. */
const parent = {
  QueryLanguage: 'JSONata',
  StartAt: 'Take up',
  States: {
    'Take up': {
      Type: 'Pass',
      Assign: { n: '{% $states.input.n %}', log: ['{% "n" & $states.input.n %}'] },
      Next: 'Wait',
    },
    Wait: { Type: 'Wait', Seconds: '{% 1 + $n % 3 %}', Next: 'Which?' },
    'Which?': {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $n % 3 = 0 %}', Assign: { log: '{% $append($log, "flaky") %}' }, Next: 'Flaky' },
        { Condition: '{% $n % 3 = 1 %}', Assign: { log: '{% $append($log, "ask") %}' }, Next: 'Ask' },
      ],
      Default: 'Broken',
      Assign: { log: '{% $append($log, "broken") %}' },
    },
    Flaky: {
      ...invoke('flaky', { n: '{% $n %}', retries: '{% $states.context.State.RetryCount %}' }),
      Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 1 }],
      Next: 'Start a child',
    },
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'ask', Payload: { n: '{% $n %}' } },
      HeartbeatSeconds: 3_600,
      Next: 'Start a child',
    },
    Broken: {
      ...invoke('broken', { n: '{% $n %}' }),
      Catch: [{ ErrorEquals: ['Broken'], Output: '{% $states.errorOutput.Error %}', Next: 'Start a child' }],
      Next: 'Start a child',
    },
    'Start a child': {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution',
      Arguments: {
        StateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:child',
        Name: '{% "child-" & $n %}',
        Input: { n: '{% $n %}' },
      },
      Output: { came: '{% $states.input %}', child: '{% $states.result.ExecutionArn %}' },
      Next: 'Both',
    },
    Both: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Map',
              Items: '{% [$n, $n + 1, $n + 2] %}',
              MaxConcurrency: 1,
              ItemProcessor: {
                StartAt: 'Double each',
                States: { 'Double each': { ...invoke('double', '{% $states.input %}'), End: true } },
              },
              End: true,
            },
          },
        },
        { StartAt: 'Keep', States: { Keep: { Type: 'Pass', Output: '{% $states.input %}', End: true } } },
      ],
      Next: 'Wait for a child',
    },
    'Wait for a child': {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Arguments: {
        StateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:child',
        Name: '{% "waited-" & $n %}',
        Input: { n: '{% $n %}' },
      },
      Output:
        '{% $merge([$states.input[1], {"doubled": $states.input[0], "waited": $states.result.Output}]) %}',
      Next: 'Done',
    },
    Done: { Type: 'Succeed', Output: '{% $merge([$states.input, {"log": $log}]) %}' },
  },
};
const child = {
  QueryLanguage: 'JSONata',
  StartAt: 'Wait',
  States: {
    Wait: { Type: 'Wait', Seconds: 1, Next: 'Double' },
    Double: { ...invoke('double', '{% $states.input.n %}'), End: true },
  },
};

const thrown = (errorType: string) => ({
  functionError: 'Unhandled',
  cause: JSON.stringify({ errorMessage: errorType, errorType }),
});

async function answer({ functionName, payload, token = '' }: FunctionCall) {
  console.log('called');
  // Long enough for a kill to come between the call and its answer.
  await new Promise((resolve) => setTimeout(resolve, 2));
  if (functionName === 'double') return { payload: Number(payload) * 2 };
  const { n, retries = 0 } = payload as { n: number; retries?: number };
  if (functionName === 'broken') return thrown('Broken');
  if (functionName === 'flaky')
    return retries < 2 ? thrown('Flaky') : { payload: `flaky ${n} after ${retries}` };
  try {
    await engine.sendTaskSuccess({ taskToken: token, output: JSON.stringify(`answer ${n}`) });
  } catch (error) {
    // A call repeated after a kill may find its token answered.
    if (!(error instanceof ServiceError) || error.name !== 'TaskTimedOut') throw error;
  }
  return { payload: null };
}

const engine = WorkflowEngine.open({
  file,
  clock: new KeptClock({ file: `${file}.clock.json`, speed: 20 }),
  synchronous: 'NORMAL',
  accountId: '111111111111',
  region: 'us-east-1',
  tasks: { invokeFunction: answer },
});
const parentArn = engine.stateMachineArn('parent');
engine.registerMachine({ arn: parentArn, name: 'parent', definition: parent });
engine.registerMachine({ arn: engine.stateMachineArn('child'), name: 'child', definition: child });
for (let n = 0; n < Number(count); n++) {
  const request = { stateMachineArn: parentArn, name: `parent-${n}`, input: JSON.stringify({ n }) };
  await engine.startExecution(request).catch((error: unknown) => {
    if (!(error instanceof ServiceError) || error.name !== 'ExecutionAlreadyExists') throw error;
  });
}
while (engine.listExecutions({ statusFilter: 'RUNNING', maxResults: 1 }).executions.length > 0) {
  await new Promise((resolve) => setTimeout(resolve, 5));
}
const outcomes: { name: string }[] = [];
for (let nextToken: string | undefined, isLast = false; !isLast; ) {
  const page = engine.listExecutions({ maxResults: 1_000, nextToken });
  for (const { executionArn, name } of page.executions) {
    const { status, output, error } = engine.describeExecution({ executionArn });
    const { events } = engine.getExecutionHistory({ executionArn, maxResults: 1_000 });
    outcomes.push({ name, status, output, error, events: events.map(({ type }) => type) } as {
      name: string;
    });
  }
  nextToken = page.nextToken;
  isLast = nextToken === undefined;
}
await engine.close();
console.log(JSON.stringify(outcomes.sort((a, b) => (a.name < b.name ? -1 : 1))));
