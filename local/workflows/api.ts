import { z } from 'zod';
import type { WorkflowEngine } from './engine.ts';
import { detailsKey, type HistoryEvent } from './history.ts';
import { readPageToken, writePageToken } from './page-token.ts';
import {
  executionArn,
  failure,
  includedData,
  page,
  parseRequest,
  refuse,
  stateMachineArn,
  taskToken,
} from './request-shapes.ts';
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

type Operation = (engine: WorkflowEngine, body: unknown) => unknown;

/** Ties an operation to the shape of its request, see {@link parseRequest}. */
function operation<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (engine: WorkflowEngine, request: z.output<z.ZodObject<Shape, z.core.$strict>>) => unknown,
): Operation {
  const schema = z.strictObject(shape);
  return (engine, body) => run(engine, parseRequest(schema, body));
}

/** Reads one page of a list; the tokens that callers see belong to this list alone. */
function readPage<Request extends { nextToken?: string | undefined }, Answer extends { nextToken?: string }>(
  name: string,
  request: Request,
  read: (request: Request) => Answer,
): Answer {
  const listing = { operation: name, request };
  const { nextToken } = request;
  const answer = read(
    nextToken === undefined ? request : { ...request, nextToken: readPageToken(listing, nextToken) },
  );
  return answer.nextToken === undefined
    ? answer
    : { ...answer, nextToken: writePageToken(listing, answer.nextToken) };
}

const operations: Readonly<Record<string, Operation>> = {
  StartExecution: operation(
    {
      stateMachineArn,
      name: z.string().optional(),
      input: z.string().optional(),
      // Accepted, as the SDK's tracing adds it; there is no X-Ray to hand it to.
      traceHeader: z.string().max(256).optional(),
    },
    async (engine, { traceHeader: _, ...request }) => withDates(await engine.startExecution(request)),
  ),
  StopExecution: operation({ executionArn, ...failure }, async (engine, request) =>
    withDates(await engine.stopExecution(request)),
  ),
  RedriveExecution: operation(
    {
      executionArn,
      clientToken: z
        .string()
        .min(1)
        .max(64)
        .regex(/^[!-~]+$/, 'give printable ASCII characters without spaces')
        .optional(),
    },
    async (engine, request) => withDates(await engine.redriveExecution(request)),
  ),
  DescribeExecution: operation({ executionArn, includedData }, (engine, request) => {
    const { input, output, ...described } = engine.describeExecution(request);
    const included = request.includedData !== 'METADATA_ONLY';
    return withDates({
      ...described,
      ...(included ? { input, output } : {}),
      inputDetails: { included },
      ...(output === undefined ? {} : { outputDetails: { included } }),
    });
  }),
  ListExecutions: operation(
    {
      stateMachineArn: stateMachineArn.optional(),
      mapRunArn: z.string().min(1).max(2_000).optional(),
      statusFilter: z
        .enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'])
        .optional(),
      redriveFilter: z.enum(['REDRIVEN', 'NOT_REDRIVEN']).optional(),
      ...page,
    },
    (engine, { mapRunArn, statusFilter, ...request }) => {
      if ((request.stateMachineArn === undefined) === (mapRunArn === undefined))
        throw refuse('give one of stateMachineArn and mapRunArn');
      if (mapRunArn !== undefined) {
        const problem = `Resource not found: '${mapRunArn}'; there are no Map Runs on one machine`;
        throw new ServiceError('ResourceNotFound', problem);
      }
      if (statusFilter === 'PENDING_REDRIVE')
        throw refuse('statusFilter is PENDING_REDRIVE, which only executions of a Map Run have');
      const { executions, ...rest } = readPage('ListExecutions', { ...request, statusFilter }, (wanted) =>
        engine.listExecutions(wanted),
      );
      return { executions: executions.map(withDates), ...rest };
    },
  ),
  GetExecutionHistory: operation(
    {
      executionArn,
      reverseOrder: z.boolean().optional(),
      includeExecutionData: z.boolean().optional(),
      ...page,
    },
    (engine, request) => {
      const { events, ...rest } = readPage('GetExecutionHistory', request, (wanted) =>
        engine.getExecutionHistory(wanted),
      );
      return { events: events.map(wireEvent), ...rest };
    },
  ),
  TestState: operation(
    {
      definition: z.string().min(1).max(limits.definitionBytes),
      input: z.string().optional(),
      roleArn: z.string().min(1).max(256).optional(),
      stateName: z.string().min(1).max(limits.nameCharacters).optional(),
      inspectionLevel: z.enum(['INFO', 'DEBUG', 'TRACE']).optional(),
      // Only HTTP Tasks have secrets to reveal, and there are none here.
      revealSecrets: z.boolean().optional(),
      variables: z.string().optional(),
      context: z.string().optional(),
      mock: z
        .strictObject({
          result: z.string().optional(),
          errorOutput: z.strictObject(failure).optional(),
          fieldValidationMode: z.enum(['STRICT', 'PRESENT', 'NONE']).optional(),
        })
        .optional(),
      stateConfiguration: z
        .strictObject({ retrierRetryCount: z.int().min(0).max(1_000_000).optional() })
        .optional(),
    },
    (engine, { definition, inspectionLevel, revealSecrets: _, stateConfiguration = {}, ...request }) =>
      engine.testState({
        ...request,
        ...stateConfiguration,
        definition: parseDefinition(definition),
        isInspected: inspectionLevel === 'DEBUG' || inspectionLevel === 'TRACE',
      }),
  ),
  DescribeStateMachine: operation({ stateMachineArn, includedData }, (engine, request) =>
    withDefinition(engine.describeStateMachine(request), request.includedData),
  ),
  DescribeStateMachineForExecution: operation({ executionArn, includedData }, (engine, request) =>
    withDefinition(engine.describeStateMachineForExecution(request), request.includedData),
  ),
  ListStateMachines: operation(page, (engine, request) => {
    const { stateMachines, ...rest } = readPage('ListStateMachines', request, (wanted) =>
      engine.listStateMachines(wanted),
    );
    return { stateMachines: stateMachines.map(withDates), ...rest };
  }),
  SendTaskSuccess: operation({ taskToken, output: z.string() }, async (engine, request) => {
    await engine.sendTaskSuccess(request);
    return {};
  }),
  SendTaskFailure: operation({ taskToken, ...failure }, async (engine, request) => {
    await engine.sendTaskFailure(request);
    return {};
  }),
  SendTaskHeartbeat: operation({ taskToken }, async (engine, request) => {
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

/** With the definition only for those who want it, as the service has it. */
function withDefinition(
  answer: object & { readonly definition: string },
  included: z.output<typeof includedData>,
): Record<string, unknown> {
  return withDates(included === 'METADATA_ONLY' ? { ...answer, definition: '{}' } : answer);
}

/** Events that have nothing to tell but their type have no details, as the service's. */
function wireEvent({ details, timestamp, ...event }: HistoryEvent): Record<string, unknown> {
  const told = Object.keys(details).length === 0 ? {} : { [detailsKey(event.type)]: details };
  return { ...event, timestamp: timestamp / 1_000, ...told };
}
