import { readFileSync } from 'node:fs';
import type { FunctionAnswer } from '../../../local/workflows/engine.ts';
import { type Functions, hang, thrown, Workbench } from '../workflows/workbench.ts';

/** The shipped state machine files, each ARN that the template fills in replaced by its name. */
export const shippedMachines = (['detection', 'incident'] as const).map((name) => {
  const text = readFileSync(new URL(`../../../statemachines/${name}.asl.json`, import.meta.url), 'utf8');
  return { name: `mimamori-${name}`, text };
});

/** A machine with all that the shipped ones have not: branches, iterations, an expected error. */
export const survey = {
  Comment: 'Looks at each server, and meanwhile at the way out.',
  QueryLanguage: 'JSONata',
  StartAt: 'Look everywhere at once',
  States: {
    'Look everywhere at once': {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'Look at each server',
          States: {
            'Look at each server': {
              Type: 'Map',
              Items: '{% $states.input.servers %}',
              MaxConcurrency: 3,
              ToleratedFailureCount: 2,
              ItemProcessor: {
                StartAt: 'Ask the server',
                States: {
                  'Ask the server': {
                    Type: 'Task',
                    Resource: 'arn:aws:states:::lambda:invoke',
                    TimeoutSeconds: 30,
                    Arguments: { FunctionName: 'ask', Payload: '{% $states.input %}' },
                    Assign: { answer: '{% $states.result.Payload %}' },
                    Catch: [{ ErrorEquals: ['Expected'], Next: 'Note the answer' }],
                    Next: 'Note the answer',
                  },
                  'Note the answer': { Type: 'Pass', End: true },
                },
              },
              End: true,
            },
          },
        },
        {
          StartAt: 'Try the way out',
          States: {
            'Try the way out': {
              Type: 'Task',
              Resource: 'arn:aws:states:::lambda:invoke',
              TimeoutSeconds: 30,
              Arguments: { FunctionName: 'wayOut', Payload: {} },
              Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 2 }],
              End: true,
            },
          },
        },
      ],
      Assign: { seen: '{% $states.result %}' },
      Next: 'Is all well?',
    },
    'Is all well?': {
      Type: 'Choice',
      Choices: [{ Condition: '{% $count($seen[0]) > 2 %}', Next: 'Fine' }],
      Default: 'Not fine',
    },
    Fine: { Type: 'Succeed' },
    'Not fine': { Type: 'Fail', Error: 'Survey.NotFine' },
  },
};

const severity = (value: string): FunctionAnswer => ({
  payload: {
    severity: value,
    summary: {
      ja: '127.41.0.11:8081 に接続できません(接続拒否)',
      en: '127.41.0.11:8081 refused the connection',
    },
    durationMs: 1.4,
    values: {},
  },
});

export const detectionInput = (monitor: string) => ({
  monitor: { account: 'demo', server: 'web-1', monitor },
  episode: 3,
  failingSince: '2026-11-21T08:59:30.000Z',
  outcome: { severity: 'critical' },
  confirmations: 2,
  spacingSeconds: 60,
  holdLimit: 30,
});

export const servers = ['web-1', 'web-2', 'db-1', 'mail-1', 'dns-1'];

/** An engine with the shipped machines and the survey, and functions that a test may exchange. */
export function workflowSample(functions: Functions = {}): Workbench {
  let looks = 0;
  const steps = ['gather', 'collect', 'mail'];
  const bench = new Workbench({
    functions: {
      CheckAgainArn: () => severity('critical'),
      EndDetectionArn: () => ({ payload: {} }),
      TellOperatorsArn: () => ({ payload: {} }),
      JoinIncidentArn: () => ({ payload: { leads: true, incident: 'demo.web-1-1' } }),
      LookAtIncidentArn: () => ({
        payload: {
          step: steps[looks++] ?? 'wait',
          until: '2026-11-21T09:03:00.000Z',
          limitSeconds: 25,
          seconds: 3600,
          number: 1,
          news: 2,
          plan: 'notify',
          mail: { number: 1, kind: 'problem', failing: ['web-3'] },
        },
      }),
      CollectInformationArn: () => thrown('LoginError', 'the server closed the connection <script>'),
      SendIncidentMailArn: () => ({ payload: { sent: 2 } }),
      WaitForNewsArn: () => ({ payload: {} }),
      ask: ({ payload }) =>
        payload === 'db-1'
          ? thrown('Expected', 'maintenance')
          : payload === 'dns-1'
            ? thrown('Odd')
            : { payload: 'well' },
      wayOut: () => ({ payload: 'open' }),
      hang,
      ...functions,
    },
  });
  const incidentArn = bench.engine.stateMachineArn('mimamori-incident');
  for (const { name, text } of shippedMachines) {
    const definition = JSON.parse(
      text.replaceAll(/\$\{(\w+)\}/g, (_, variable: string) =>
        variable === 'IncidentMachineArn' ? incidentArn : variable,
      ),
    ) as unknown;
    bench.engine.registerMachine({ arn: bench.engine.stateMachineArn(name), name, definition });
  }
  bench.engine.registerMachine({
    arn: bench.engine.stateMachineArn('survey'),
    name: 'survey',
    definition: survey,
  });
  return bench;
}

/** Starts an execution and lets it run as far as it goes without time. */
export async function start(
  bench: Workbench,
  machine: string,
  name: string,
  input: unknown,
): Promise<string> {
  const { executionArn } = await bench.engine.startExecution({
    stateMachineArn: bench.engine.stateMachineArn(machine),
    name,
    input: JSON.stringify(input),
  });
  await bench.idle();
  return executionArn;
}
