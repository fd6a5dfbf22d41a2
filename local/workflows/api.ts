import { z } from 'zod';
import type { WorkflowEngine } from './engine.ts';
import { detailsKey, type HistoryEvent } from './history.ts';
import { parseDefinition } from './requests.ts';
import { ServiceError } from './service-error.ts';
import { limits } from './state-data.ts';

/** What an HTTP server sends back, with the content type `application/x-amz-json-1.0`. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface StepFunctionsApi {
  /**
   * Answers one request.
   *
   * @param target the operation: the `X-Amz-Target` header, whole or without `AWSStepFunctions.`
   * @param body the parsed JSON body
   */
  handle(target: string, body: unknown): Promise<ApiAnswer>;
}

const arn = z.string().min(1).max(2_048);
const page = { maxResults: z.int().optional(), nextToken: z.string().max(1_024).optional() };
const status = z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']);
const failure = { error: z.string().max(256).optional(), cause: z.string().max(32_768).optional() };

type Operation = (engine: WorkflowEngine, body: unknown) => unknown;

/** Ties an operation to the shape of its request. Unknown fields are refused: none is silently ignored. */
function operation<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (engine: WorkflowEngine, request: z.output<z.ZodObject<Shape, z.core.$strict>>) => unknown,
): Operation {
  const schema = z.strictObject(shape);
  return (engine, body) => {
    const parsed = schema.safeParse(body ?? {});
    if (parsed.success) return run(engine, parsed.data);
    const faults = parsed.error.issues.map(({ path, message }) => `Value at '${path.join('.')}': ${message}`);
    throw new ServiceError(
      'ValidationException',
      `${faults.length} validation error detected: ${faults.join('; ')}`,
    );
  };
}

const operations: Readonly<Record<string, Operation>> = {
  StartExecution: operation(
    {
      stateMachineArn: arn,
      name: z.string().optional(),
      input: z.string().optional(),
    },
    async (engine, request) => withDates(await engine.startExecution(request)),
  ),
  StopExecution: operation({ executionArn: arn, ...failure }, async (engine, request) =>
    withDates(await engine.stopExecution(request)),
  ),
  RedriveExecution: operation(
    { executionArn: arn, clientToken: z.string().min(1).max(64).optional() },
    async (engine, { executionArn }) => withDates(await engine.redriveExecution({ executionArn })),
  ),
  DescribeExecution: operation(
    { executionArn: arn, includedData: z.literal('ALL_DATA').optional() },
    (engine, request) => {
      const { input, output, ...described } = engine.describeExecution(request);
      const included = { included: true };
      return withDates({
        ...described,
        input,
        inputDetails: included,
        ...(output === undefined ? {} : { output, outputDetails: included }),
      });
    },
  ),
  ListExecutions: operation(
    { stateMachineArn: arn.optional(), statusFilter: status.optional(), ...page },
    (engine, request) => {
      const { executions, ...rest } = engine.listExecutions(request);
      return { executions: executions.map(withDates), ...rest };
    },
  ),
  GetExecutionHistory: operation(
    {
      executionArn: arn,
      reverseOrder: z.boolean().optional(),
      includeExecutionData: z.boolean().optional(),
      ...page,
    },
    (engine, request) => {
      const { events, ...rest } = engine.getExecutionHistory(request);
      return { events: events.map(wireEvent), ...rest };
    },
  ),
  TestState: operation(
    {
      definition: z.string().min(1).max(limits.definitionBytes),
      input: z.string().optional(),
      roleArn: arn.optional(),
      stateName: z.string().max(limits.nameCharacters).optional(),
      inspectionLevel: z.enum(['INFO', 'DEBUG', 'TRACE']).optional(),
      mock: z
        .strictObject({
          result: z.string().optional(),
          errorOutput: z.strictObject(failure).optional(),
          fieldValidationMode: z.enum(['STRICT', 'PRESENT', 'NONE']).optional(),
        })
        .optional(),
    },
    (engine, { definition, inspectionLevel: _, ...request }) =>
      engine.testState({ ...request, definition: parseDefinition(definition) }),
  ),
  DescribeStateMachine: operation(
    { stateMachineArn: arn, includedData: z.literal('ALL_DATA').optional() },
    (engine, request) => withDates(engine.describeStateMachine(request)),
  ),
  DescribeStateMachineForExecution: operation(
    { executionArn: arn, includedData: z.literal('ALL_DATA').optional() },
    (engine, request) => withDates(engine.describeStateMachineForExecution(request)),
  ),
  ListStateMachines: operation(page, (engine, request) => {
    const { stateMachines, ...rest } = engine.listStateMachines(request);
    return { stateMachines: stateMachines.map(withDates), ...rest };
  }),
  SendTaskSuccess: operation({ taskToken: z.string(), output: z.string() }, async (engine, request) => {
    await engine.sendTaskSuccess(request);
    return {};
  }),
  SendTaskFailure: operation({ taskToken: z.string(), ...failure }, async (engine, request) => {
    await engine.sendTaskFailure(request);
    return {};
  }),
  SendTaskHeartbeat: operation({ taskToken: z.string() }, async (engine, request) => {
    await engine.sendTaskHeartbeat(request);
    return {};
  }),
};

/**
 * Speaks the service's protocol, AWS JSON 1.0, over an engine. The HTTP server round it is the caller's.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/
 */
export function createStepFunctionsApi(engine: WorkflowEngine): StepFunctionsApi {
  return {
    handle: async (target, body) => {
      const name = target.split('.').at(-1) ?? '';
      const run = Object.hasOwn(operations, name) ? operations[name] : undefined;
      try {
        if (run === undefined) {
          const known = Object.keys(operations).join(', ');
          throw new ServiceError(
            'UnknownOperationException',
            `${name} is not supported here; there are ${known}`,
          );
        }
        return { status: 200, body: await run(engine, body) };
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        return {
          status: error.name === 'ServiceUnavailable' ? 503 : 400,
          body: { __type: `com.amazonaws.swf.service.v2.model#${error.name}`, message: error.message },
          headers: { 'x-amzn-errortype': error.name },
        };
      }
    },
  };
}

/** The protocol writes instants as seconds; ours are milliseconds, under names that end in Date. */
function withDates<Answer extends object>(answer: Answer): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answer).map(([key, value]) => [
      key,
      key.endsWith('Date') && typeof value === 'number' ? value / 1_000 : value,
    ]),
  );
}

function wireEvent({ details, timestamp, ...event }: HistoryEvent): Record<string, unknown> {
  return { ...event, timestamp: timestamp / 1_000, [detailsKey(event.type)]: details };
}
