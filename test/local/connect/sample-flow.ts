import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { type ContactFlow, readContactFlows } from '../../../local/connect/contact-flow.ts';
import { DeskPhone } from '../../../local/connect/desk-phone.ts';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import { writeAssembly } from '../assembly/write-assembly.ts';

const action = (Identifier: string, Type: string, Parameters: object, Transitions: object): object => ({
  Identifier,
  Type,
  Parameters,
  Transitions,
});
const when = (operand: string, NextAction: string): object => ({
  NextAction,
  Condition: { Operator: 'Equals', Operands: [operand] },
});
const error = (ErrorType: string, NextAction: string): object => ({ ErrorType, NextAction });

/** Says the report up to three times, and takes the key 1 to a function. */
export const sampleFlowContent = {
  Version: '2019-10-30',
  StartAction: 'voice',
  Metadata: {},
  Actions: [
    action('voice', 'UpdateContactTextToSpeechVoice', { TextToSpeechVoice: 'Takumi' }, { NextAction: 'ask' }),
    action(
      'ask',
      'GetParticipantInput',
      { Text: '$.Attributes.report', StoreInput: 'False', InputTimeLimitSeconds: '8' },
      {
        NextAction: 'again',
        Conditions: [when('1', 'take')],
        Errors: [
          error('InputTimeLimitExceeded', 'again'),
          error('NoMatchingCondition', 'again'),
          error('NoMatchingError', 'bye'),
        ],
      },
    ),
    action(
      'again',
      'Loop',
      { LoopCount: '2' },
      { NextAction: 'bye', Conditions: [when('ContinueLooping', 'ask'), when('DoneLooping', 'bye')] },
    ),
    action(
      'take',
      'InvokeLambdaFunction',
      {
        LambdaFunctionARN: 'arn:aws:lambda:ap-northeast-1:000000000000:function:take-key',
        InvocationTimeLimitSeconds: '8',
        LambdaInvocationAttributes: { digit: '1' },
        ResponseValidation: { ResponseType: 'STRING_MAP' },
      },
      { NextAction: 'taken', Conditions: [], Errors: [error('NoMatchingError', 'untaken')] },
    ),
    action(
      'taken',
      'Compare',
      { ComparisonValue: '$.External.taken' },
      {
        NextAction: 'untaken',
        Conditions: [when('yes', 'thanks')],
        Errors: [error('NoMatchingCondition', 'untaken')],
      },
    ),
    action(
      'thanks',
      'MessageParticipant',
      { SSML: '<speak>$.Attributes.thanks</speak>' },
      { NextAction: 'end' },
    ),
    action('untaken', 'MessageParticipant', { Text: 'not recorded' }, { NextAction: 'end' }),
    action('bye', 'MessageParticipant', { Text: 'goodbye' }, { NextAction: 'end' }),
    action('end', 'DisconnectParticipant', {}, {}),
  ],
};

export const flowAssembly = (content: object = sampleFlowContent) =>
  readAssembly(
    writeAssembly({
      Service: {
        Resources: {
          Flow: {
            Type: 'AWS::Connect::ContactFlow',
            Properties: {
              InstanceArn: 'arn:aws:connect:ap-northeast-1:000000000000:instance/i',
              Name: 'mimamori-report',
              Type: 'CONTACT_FLOW',
              Content: JSON.stringify(content),
            },
          },
        },
      },
    }),
  );

export function sampleFlow(content?: object): ContactFlow {
  const [flow] = readContactFlows(flowAssembly(content));
  if (flow === undefined) throw new Error('the assembly has no flow');
  return flow;
}

/** A telephone that never rings, for tests of other things. */
export const silentPhone = (): DeskPhone =>
  new DeskPhone({
    file: ':memory:',
    clock: new VirtualClock(0),
    flows: [],
    bus: { publish: () => [] },
    invoke: async () => ({}),
    warn: () => undefined,
  });
