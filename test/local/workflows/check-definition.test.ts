import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import jsonata206 from 'jsonata-2.0.6';
import { describe, expect, it } from 'vitest';
import { checkDefinition } from '../../../local/workflows/check-definition.ts';
import { Integrations } from '../../../local/workflows/integrations.ts';
import { call } from './workbench.ts';

const integrations = new Integrations({ invokeFunction: async () => ({ payload: null }) });
const resources = integrations.names().join(', ');
const pass = { Type: 'Pass', End: true };
const machine = (states: Record<string, unknown>, rest = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(states)[0],
  States: states,
  ...rest,
});
const schema = (text: string) => `SCHEMA_VALIDATION_FAILED: ${text}`;
const transition = (text: string) => `MISSING_TRANSITION_TARGET: ${text}`;
const task = (fields: Record<string, unknown>) => machine({ T: { ...call('f'), End: true, ...fields } });
const output = (expression: string) => machine({ P: { ...pass, Output: `{% ${expression} %}` } });

interface Row {
  readonly given: string;
  readonly definition: unknown;
  readonly faults: readonly string[];
}

const rows: Row[] = [
  // The machine
  {
    given: 'no object',
    definition: 'text',
    faults: [schema('The definition is string at /; give an object with StartAt and States')],
  },
  {
    given: 'nothing in it',
    definition: {},
    faults: [schema('These fields are required: [States, StartAt] at /; add them')],
  },
  {
    given: 'no states',
    definition: machine({}, { StartAt: 'A' }),
    faults: [schema('States is empty at /States; give an object with a state')],
  },
  {
    given: 'an unknown field',
    definition: machine({ P: pass }, { Timeout: 5 }),
    faults: [
      schema(
        "Field 'Timeout' is not supported at /Timeout; supported here are Comment, StartAt, States, QueryLanguage, Version, TimeoutSeconds",
      ),
    ],
  },
  {
    given: 'a start that is not there',
    definition: machine({ P: pass }, { StartAt: 'Q' }),
    faults: [
      transition(`Missing 'StartAt' target: Q at /StartAt; give one of "P"`),
      transition(`State "P" is not reachable. at /States/P; lead a Next to it or remove it`),
    ],
  },
  {
    given: 'a time limit of zero',
    definition: machine({ P: pass }, { TimeoutSeconds: 0 }),
    faults: [schema('The value is 0 at /TimeoutSeconds; give an integer from 1 to 99999999')],
  },
  {
    given: 'the other query language',
    definition: { StartAt: 'P', States: { P: { ...pass, Parameters: { 'a.$': '$.a' } } } },
    faults: [
      schema(
        'The state "P" uses the query language "JSONPath", which is not supported at /QueryLanguage; write "QueryLanguage": "JSONata" and use its fields',
      ),
      schema("Field 'Parameters' belongs to JSONPath at /States/P/Parameters; use Arguments"),
    ],
  },
  {
    // The service's sentence, in LocalStack's snapshot of test_validate_state_machine_definition_type_standard.
    given: 'a state with the other query language',
    definition: machine({ P: { ...pass, QueryLanguage: 'JSONPath' } }),
    faults: [
      schema(
        "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/P; remove it",
      ),
    ],
  },
  // States
  {
    given: 'a state of an unknown type',
    definition: machine({ M: { Type: 'constructor', End: true } }),
    faults: [
      schema(
        'The type "constructor" is not supported at /States/M/Type; give one of Pass, Task, Parallel, Map, Choice, Wait, Succeed, Fail',
      ),
    ],
  },
  {
    given: 'a state with a name of 81 characters',
    definition: machine({ ['n'.repeat(81)]: pass }),
    faults: [schema(`The name has 81 characters at /States/${'n'.repeat(81)}; give it 1 to 80`)],
  },
  {
    given: 'a Next to nowhere',
    definition: machine({ P: { Type: 'Pass', Next: 'Chek' }, Check: pass }),
    faults: [
      transition(`Missing 'Next' target: Chek at /States/P/Next; give one of "P", "Check"`),
      transition('State "Check" is not reachable. at /States/Check; lead a Next to it or remove it'),
    ],
  },
  {
    given: 'neither Next nor End',
    definition: machine({ P: { Type: 'Pass' } }),
    faults: [
      schema('The state has neither Next nor End at /States/P; give "Next" with a state, or "End": true'),
    ],
  },
  {
    given: 'Next and End',
    definition: machine({ P: { Type: 'Pass', Next: 'P', End: true } }),
    faults: [schema('The state has both Next and End at /States/P; keep one of them')],
  },
  {
    given: 'a variable called states',
    definition: machine({ P: { ...pass, Assign: { states: 1 } } }),
    faults: [
      schema(
        '"states" is no name for a variable at /States/P/Assign; begin with a letter, go on with letters, digits and _, at most 80, and none of states, partition, range, hash, random, uuid, parse, eval, now, millis',
      ),
    ],
  },
  {
    given: 'a variable that begins with an underscore',
    definition: machine({ P: { ...pass, Assign: JSON.parse('{"__proto__": 1}') as unknown } }),
    faults: [
      schema(
        '"__proto__" is no name for a variable at /States/P/Assign; begin with a letter, go on with letters, digits and _, at most 80, and none of states, partition, range, hash, random, uuid, parse, eval, now, millis',
      ),
    ],
  },
  {
    given: 'Assign on a Succeed',
    definition: machine({ S: { Type: 'Succeed', Assign: {} } }),
    faults: [
      schema(
        "Field 'Assign' is not supported at /States/S/Assign; supported here are Type, Comment, QueryLanguage, Output",
      ),
    ],
  },
  {
    given: 'a Choice without rules',
    definition: machine({ C: { Type: 'Choice', Choices: [] } }),
    faults: [
      schema('These fields are required: [Choices] at /States/C; give an array with at least one rule'),
    ],
  },
  {
    given: 'a Choice rule of the other language',
    definition: machine({ C: { Type: 'Choice', Choices: [{ Variable: '$.a', Next: 'C' }] } }),
    faults: [
      schema("Field 'Variable' belongs to JSONPath at /States/C/Choices[0]/Variable; use Condition"),
      schema(
        'Condition is missing at /States/C/Choices[0]/Condition; give an expression like "{% $x = 1 %}"',
      ),
    ],
  },
  {
    given: 'a Wait with both limits',
    definition: machine({ W: { Type: 'Wait', Seconds: 1, Timestamp: '2026-11-21T09:00:00Z', End: true } }),
    faults: [schema('A Wait has either Seconds or Timestamp at /States/W; give one of them')],
  },
  {
    given: 'a timestamp without zone',
    definition: machine({ W: { Type: 'Wait', Timestamp: '2026-11-21T09:00:00', End: true } }),
    faults: [
      schema(
        'String does not match RFC3339 timestamp at /States/W/Timestamp; write it like 2026-11-21T09:00:00Z',
      ),
    ],
  },
  {
    given: 'a wait of half a second',
    definition: machine({ W: { Type: 'Wait', Seconds: 0.5, End: true } }),
    faults: [schema('The value is 0.5 at /States/W/Seconds; give an integer from 0 to 99999999')],
  },
  {
    given: 'half an expression',
    definition: machine({ P: { ...pass, Output: { a: ['{% $x'] } } }),
    faults: [
      schema(
        '"{% $x" is half an expression at /States/P/Output/a[0]; begin it with {% and end it with %}, without blanks outside',
      ),
    ],
  },
  // Tasks
  {
    given: 'an unknown resource',
    definition: task({ Resource: 'arn:aws:states:::sns:publish' }),
    faults: [
      schema(
        `The resource "arn:aws:states:::sns:publish" is not supported at /States/T/Resource; give one of ${resources}`,
      ),
    ],
  },
  {
    given: 'a call of the SDK that nothing here answers',
    definition: task({ Resource: 'arn:aws:states:::aws-sdk:s3:getObject' }),
    faults: [
      schema(
        `The resource "arn:aws:states:::aws-sdk:s3:getObject" is not supported at /States/T/Resource; give one of ${resources}`,
      ),
    ],
  },
  {
    given: 'credentials without a role',
    definition: task({ Credentials: {} }),
    faults: [
      schema('These fields are required: [RoleArn] at /States/T/Credentials; give the ARN of the role'),
    ],
  },
  {
    given: 'an activity',
    definition: task({ Resource: 'arn:aws:states:us-east-1:111111111111:activity:a' }),
    faults: [
      schema(
        `The resource "arn:aws:states:us-east-1:111111111111:activity:a" is not supported at /States/T/Resource; give one of ${resources}`,
      ),
    ],
  },
  {
    given: 'another machine without its ARN',
    definition: task({ Resource: 'arn:aws:states:::states:startExecution.sync:2', Arguments: {} }),
    faults: [
      schema('StateMachineArn is undefined; give the ARN of the machine to start at /States/T/Arguments'),
    ],
  },
  {
    given: 'a call without function name',
    definition: task({ Arguments: { Payload: {} } }),
    faults: [schema("FunctionName is undefined; give the function's name or ARN at /States/T/Arguments")],
  },
  {
    given: 'an asynchronous call',
    definition: task({ Arguments: { FunctionName: 'f', InvocationType: 'Event' } }),
    faults: [
      schema(
        'Arguments has InvocationType, which is not supported; give FunctionName and Payload at /States/T/Arguments',
      ),
    ],
  },
  {
    given: 'a placeholder that was not filled',
    definition: task({ Arguments: { FunctionName: ['$', '{CheckAgainArn}'].join('') } }),
    faults: [
      schema(
        `FunctionName is "${'$'}{CheckAgainArn}", a placeholder; substitute it before registering at /States/T/Arguments`,
      ),
    ],
  },
  {
    given: 'a heartbeat as long as the time limit',
    definition: task({
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      HeartbeatSeconds: 60,
      TimeoutSeconds: 60,
    }),
    faults: [
      schema(
        'HeartbeatSeconds 60 is not below TimeoutSeconds 60 at /States/T/HeartbeatSeconds; make it shorter',
      ),
    ],
  },
  {
    given: 'a retrier with every fault',
    definition: task({
      Retry: [
        { ErrorEquals: ['States.ALL', 'A'], IntervalSeconds: 0, MaxAttempts: -1, BackoffRate: 0.5 },
        { ErrorEquals: [], IntervalSeconds: 9, MaxDelaySeconds: 5, JitterStrategy: 'SOME' },
        { ErrorEquals: ['States.Timeouts'], Delay: 1 },
      ],
    }),
    faults: [
      schema(
        'States.ALL must stand alone and last at /States/T/Retry[0]/ErrorEquals; move it to an entry of its own at the end',
      ),
      schema('The value is 0 at /States/T/Retry[0]/IntervalSeconds; give an integer from 1 to 99999999'),
      schema('The value is -1 at /States/T/Retry[0]/MaxAttempts; give an integer from 0 to 99999999'),
      schema('BackoffRate is 0.5 at /States/T/Retry[0]/BackoffRate; give a number, 1 or more'),
      schema(
        'ErrorEquals must list error names at /States/T/Retry[1]/ErrorEquals; give an array like ["States.TaskFailed"]',
      ),
      schema(
        'MaxDelaySeconds 5 is below IntervalSeconds 9 at /States/T/Retry[1]/MaxDelaySeconds; make it longer',
      ),
      schema('JitterStrategy is "SOME" at /States/T/Retry[1]/JitterStrategy; give "FULL" or "NONE"'),
      schema(
        "Field 'Delay' is not supported at /States/T/Retry[2]/Delay; supported here are Comment, ErrorEquals, IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds, JitterStrategy",
      ),
      schema(
        '"States.Timeouts" is no error name of the language at /States/T/Retry[2]/ErrorEquals; give one of States.ALL, States.BranchFailed, States.DataLimitExceeded, States.ExceedToleratedFailureThreshold, States.HeartbeatTimeout, States.IntrinsicFailure, States.ItemReaderFailed, States.NoChoiceMatched, States.ParameterPathFailure, States.Permissions, States.QueryEvaluationError, States.ResultPathMatchFailure, States.ResultWriterFailed, States.Runtime, States.TaskFailed, States.Timeout',
      ),
    ],
  },
  {
    given: 'a catcher to nowhere',
    definition: task({ Catch: [{ ErrorEquals: ['States.ALL'] }] }),
    faults: [transition(`Missing 'Next' target: undefined at /States/T/Catch[0]/Next; give one of "T"`)],
  },
  // Expressions
  {
    given: 'an expression that is no JSONata',
    definition: output('1 +'),
    faults: [
      schema(
        '"1 +" is no JSONata of the service: Unexpected end of expression (character 3) at /States/P/Output',
      ),
    ],
  },
  {
    given: 'an operator that the service does not know',
    definition: output('$a ?? 1'),
    faults: [
      schema(
        '"$a ?? 1" uses ??, which the service does not know; write $exists(a) ? a : b at /States/P/Output',
      ),
    ],
  },
  {
    given: 'the other operator that the service does not know',
    definition: output('$a ?: 1'),
    faults: [
      schema('"$a ?: 1" uses ?:, which the service does not know; write a ? a : b at /States/P/Output'),
    ],
  },
  {
    given: 'a field name with nothing before it',
    definition: output('input.a'),
    faults: [
      schema(
        '"input.a" reads input of nothing; write $states.input.… or a variable before it at /States/P/Output',
      ),
    ],
  },
  {
    given: 'the whole input as $$',
    definition: output('$$.a'),
    faults: [schema('"$$.a" reads $$, which is not set; write $states.input at /States/P/Output')],
  },
  {
    given: '$ outside a filter',
    definition: output('$'),
    faults: [schema('"$" reads $ of nothing; write $states.input at /States/P/Output')],
  },
  {
    given: '$eval',
    definition: output('$eval("1")'),
    faults: [
      schema(`"$eval("1")" uses $eval, which is not supported; use $parse to read JSON at /States/P/Output`),
    ],
  },
  {
    given: 'a result where there is none',
    definition: output('$states.result.a'),
    faults: [
      schema(
        '"$states.result.a" reads $states.result, which is there only in Output and Assign of a Task at /States/P/Output',
      ),
    ],
  },
  {
    given: 'an error outside a Catch',
    definition: task({ Output: '{% $states.errorOutput %}' }),
    faults: [
      schema(
        '"$states.errorOutput" reads $states.errorOutput, which is there only inside Catch at /States/T/Output',
      ),
    ],
  },
  {
    given: 'a token that the task does not have',
    definition: task({ Arguments: { FunctionName: 'f', Payload: '{% $states.context.Task.Token %}' } }),
    faults: [
      schema(
        '"$states.context.Task.Token" reads the task token, which is there only with a Resource that ends in .waitForTaskToken at /States/T/Arguments/Payload',
      ),
    ],
  },
  {
    given: 'a Parallel without branches',
    definition: machine({ P: { Type: 'Parallel', Branches: [], End: true } }),
    faults: [
      schema('These fields are required: [Branches] at /States/P; give an array with at least one branch'),
    ],
  },
  {
    given: 'a branch that leads out of itself',
    definition: machine({
      P: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'Q' } } }],
        Next: 'Q',
      },
      Q: pass,
    }),
    faults: [
      transition('Missing \'Next\' target: Q at /States/P/Branches[0]/States/A/Next; give one of "A"'),
    ],
  },
  {
    given: 'one name twice',
    definition: machine({
      P: { Type: 'Parallel', Branches: [{ StartAt: 'P', States: { P: pass } }], End: true },
    }),
    faults: [
      'DUPLICATE_STATE_NAME: Duplicate State name: P at /States/P/Branches[0]/States/P; rename it or /States/P',
    ],
  },
  {
    given: 'a Map without states to run',
    definition: machine({ M: { Type: 'Map', End: true } }),
    faults: [
      schema('These fields are required: [ItemProcessor] at /States/M; give one with StartAt and States'),
    ],
  },
  {
    given: 'a distributed Map',
    definition: machine({
      M: {
        Type: 'Map',
        ItemReader: {},
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'I', States: { I: pass } },
        End: true,
      },
    }),
    faults: [
      schema(
        "Field 'ItemReader' is not supported at /States/M/ItemReader; supported here are Type, Comment, QueryLanguage, Items, ItemSelector, ItemProcessor, Iterator, MaxConcurrency, ToleratedFailureCount, ToleratedFailurePercentage, Assign, Output, Next, End, Retry, Catch",
      ),
      schema(
        'The mode "DISTRIBUTED" is not supported at /States/M/ItemProcessor/ProcessorConfig/Mode; write "INLINE"',
      ),
    ],
  },
  {
    given: 'a Map with every number wrong',
    definition: machine({
      M: {
        Type: 'Map',
        Items: { a: 1 },
        MaxConcurrency: -1,
        ToleratedFailureCount: 1.5,
        ToleratedFailurePercentage: 101,
        ItemProcessor: { StartAt: 'I', States: { I: pass } },
        End: true,
      },
    }),
    faults: [
      schema('Items is object at /States/M/Items; give an array, or an expression that gives one'),
      schema('The value is -1 at /States/M/MaxConcurrency; give an integer from 0 to 99999999'),
      schema('The value is 1.5 at /States/M/ToleratedFailureCount; give an integer from 0 to 99999999'),
      schema('The value is 101 at /States/M/ToleratedFailurePercentage; give a number from 0 to 100'),
    ],
  },
  {
    given: 'the Map of the other language',
    definition: machine({
      M: {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemProcessor: { StartAt: 'I', States: { I: pass } },
        End: true,
      },
    }),
    faults: [schema("Field 'ItemsPath' belongs to JSONPath at /States/M/ItemsPath; use Items")],
  },
  {
    given: 'a time of day read without its day',
    definition: output('$toMillis($states.input.t, "[H01]:[m01]")'),
    faults: [
      schema(
        '"$toMillis($states.input.t, "[H01]:[m01]")" reads a time without its year, which would take today\'s date; give a picture with [Y0001] at /States/P/Output',
      ),
    ],
  },
];

describe('checking a definition', () => {
  for (const { given, definition, faults } of rows) {
    it(`given ${given}, when it is checked, then the fault, its place and its mend are told`, () => {
      expect(checkDefinition(definition, integrations)).toEqual(faults);
    });
  }

  it('given a definition with every supported field, when it is checked, then nothing is wrong', () => {
    const retrier = {
      ErrorEquals: ['Lambda.TooManyRequestsException', 'States.HeartbeatTimeout'],
      IntervalSeconds: 1,
      MaxAttempts: 0,
      BackoffRate: 1,
      MaxDelaySeconds: 5,
      JitterStrategy: 'NONE',
    };
    const definition = machine(
      {
        C: {
          Type: 'Choice',
          Comment: 'which',
          Choices: [
            { Comment: 'a rule', Condition: '{% $states.input.list[a = 1 and $.b = 2].c = 3 %}', Next: 'T' },
          ],
          Default: 'W',
          Assign: { größe: '{% $map([1, 2], function($v) { $v * 2 }) %}' },
          Output: '{% $states.input.list.(a + 1) ~> $sum() %}',
        },
        T: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          Arguments: { FunctionName: 'f', Payload: { token: '{% $states.context.Task.Token %}' } },
          TimeoutSeconds: '{% $states.input.limit %}',
          HeartbeatSeconds: 5,
          Retry: [retrier, { ErrorEquals: ['States.ALL'] }],
          Catch: [
            {
              ErrorEquals: ['States.ALL'],
              Assign: { e: '{% $states.errorOutput %}' },
              Output: {},
              Next: 'F',
            },
          ],
          Next: 'W',
        },
        W: { Type: 'Wait', Timestamp: '{% $fromMillis($toMillis($states.input.at) + 1000) %}', Next: 'S' },
        S: { Type: 'Succeed', Output: '{% $states.input.list^(>a){name: $sum(b)} %}' },
        F: { Type: 'Fail', Error: '{% $e.Error %}', Cause: 'so' },
      },
      { Comment: 'all', Version: '1.0', TimeoutSeconds: 60 },
    );
    expect(checkDefinition(definition, integrations)).toEqual([]);
  });
});

describe('the grammar of the service', () => {
  const expressions = ['$a ?? 1', '$a ?: 1', '$a.b ?? $c ?: 2', '($x := 1; $x ?? 2)'];
  for (const expression of expressions) {
    it(`given ${expression}, when the service’s JSONata refuses it, then our check does too`, () => {
      expect(() => jsonata206(expression)).toThrow();
      expect(checkDefinition(output(expression), integrations)).not.toEqual([]);
    });
  }

  const allowed = ['$a ? 1 : 2', '$match("a", /b??c/)', '"a ?? b"', '{"?:": 1}', '$a[b ? c : d]'];
  for (const expression of allowed) {
    it(`given ${expression}, when the service’s JSONata takes it, then our check does too`, () => {
      expect(() => jsonata206(expression)).not.toThrow();
      expect(checkDefinition(output(expression), integrations)).toEqual([]);
    });
  }

  const folder = path.resolve(import.meta.dirname, '../../../statemachines');
  const shipped = readdirSync(folder).filter((name) => name.endsWith('.asl.json'));
  for (const name of shipped) {
    it(`given the shipped ${name}, when its placeholders are filled, then it can run here and on the service`, () => {
      const text = readFileSync(path.join(folder, name), 'utf8').replaceAll(/\$\{(\w+)\}/g, 'arn:aws:x:::$1');
      const definition: unknown = JSON.parse(text);
      expect(checkDefinition(definition, integrations)).toEqual([]);
      JSON.stringify(definition, (_key, value: unknown) => {
        if (typeof value === 'string' && value.startsWith('{%')) jsonata206(value.slice(2, -2));
        return value;
      });
    });
  }
});
