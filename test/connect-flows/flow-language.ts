import { z } from 'zod';

/**
 * The part of Amazon Connect's flow language that our flows use, as its documentation states it.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/flow-language.html
 */
const dynamic = z.string().regex(/^\$\.(Attributes|External)\.[A-Za-z0-9_-]+$/);
const prompt = dynamic;
const seconds = (max: number) =>
  z
    .string()
    .regex(/^[0-9]+$/)
    .refine((text) => Number(text) >= 1 && Number(text) <= max, `1 to ${max}`);

/** Up to 50 characters, without those that the service refuses. */
const identifier = z
  .string()
  .min(1)
  .max(50)
  .regex(/^[^%:(\\/)=$,;[\]{}]+$/)
  .refine((name) => !(name in {}), 'a name that the service refuses');

const equals = (operand: z.ZodType<string>) =>
  z.strictObject({
    NextAction: identifier,
    Condition: z.strictObject({ Operator: z.literal('Equals'), Operands: z.tuple([operand]) }),
  });

interface Branch {
  readonly NextAction: string;
}

function action<Type extends string>(
  type: Type,
  parameters: z.ZodType,
  { conditions = z.never(), errors }: { conditions?: z.ZodType<Branch>; errors: readonly string[] },
) {
  return z.strictObject({
    Identifier: identifier,
    Type: z.literal(type),
    Parameters: parameters,
    Transitions: z.strictObject({
      NextAction: identifier,
      Conditions: z.array(conditions),
      // Every error that the action may end in must lead somewhere, and there is no other.
      Errors: z.array(z.strictObject({ NextAction: identifier, ErrorType: z.string() })).refine(
        (given) =>
          given
            .map(({ ErrorType }) => ErrorType)
            .sort()
            .join() === [...errors].sort().join(),
        `each of ${errors.join(', ')} once`,
      ),
    }),
  });
}

const flowAction = z.discriminatedUnion('Type', [
  action('Compare', z.strictObject({ ComparisonValue: dynamic }), {
    conditions: equals(z.string().min(1)),
    errors: ['NoMatchingCondition'],
  }),
  action(
    'UpdateContactTextToSpeechVoice',
    z.strictObject({ TextToSpeechVoice: z.enum(['Takumi', 'Joanna']) }),
    {
      errors: ['NoMatchingError'],
    },
  ),
  action(
    'GetParticipantInput',
    z.strictObject({ Text: prompt, StoreInput: z.literal('False'), InputTimeLimitSeconds: seconds(180) }),
    {
      conditions: equals(z.string().regex(/^[0-9#*]$/)),
      errors: ['InputTimeLimitExceeded', 'NoMatchingCondition', 'NoMatchingError'],
    },
  ),
  action('Loop', z.strictObject({ LoopCount: z.string().regex(/^([0-9]|[1-9][0-9]|100)$/) }), {
    conditions: equals(z.enum(['ContinueLooping', 'DoneLooping'])),
    errors: [],
  }),
  action(
    'InvokeLambdaFunction',
    z.strictObject({
      LambdaFunctionARN: z.string().regex(/^(arn:aws:lambda:.+|\$\{[A-Za-z]+\})$/),
      InvocationTimeLimitSeconds: seconds(8),
      LambdaInvocationAttributes: z.record(z.string(), z.string()),
      ResponseValidation: z.strictObject({ ResponseType: z.literal('STRING_MAP') }),
    }),
    { errors: ['NoMatchingError'] },
  ),
  action('MessageParticipant', z.strictObject({ Text: prompt }), { errors: ['NoMatchingError'] }),
  z.strictObject({
    Identifier: identifier,
    Type: z.literal('DisconnectParticipant'),
    Parameters: z.strictObject({}),
    Transitions: z.strictObject({}),
  }),
]);

export const contactFlow = z.strictObject({
  Version: z.literal('2019-10-30'),
  StartAction: identifier,
  Metadata: z.strictObject({}),
  Actions: z.array(flowAction).min(1).max(250),
});

interface AnyAction {
  readonly Transitions: {
    readonly NextAction?: string;
    readonly Conditions?: readonly Branch[];
    readonly Errors?: readonly Branch[];
  };
}

/** Where an action may go on. */
export function targetsOf({
  Transitions: { NextAction, Conditions = [], Errors = [] },
}: AnyAction): string[] {
  const first = NextAction === undefined ? [] : [NextAction];
  return [...first, ...[...Conditions, ...Errors].map((one) => one.NextAction)];
}
