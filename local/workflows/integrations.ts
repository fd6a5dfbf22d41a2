import { isObject, type Json, kindOf } from './state-data.ts';

/** One call of a function by a Task state. A call may be repeated after a crash, with the same key and token. */
export interface FunctionCall {
  readonly functionName: string;
  readonly payload: unknown;
  /** The task token, for `.waitForTaskToken` only. */
  readonly token?: string;
  /** The same for every repetition of one attempt: whatever the function does, it must do once per key. */
  readonly idempotencyKey: string;
  /** Aborted when nobody waits for the answer any longer: time-out, stop, or the engine closes. */
  readonly signal: AbortSignal;
  /** Waits for `promise` (virtual time, mostly) without keeping the engine from being idle meanwhile. */
  readonly parked: <Value>(promise: Promise<Value>) => Promise<Value>;
}

/**
 * What a function call came to. `functionError` is `Unhandled` (or `Handled`) when the function itself failed, with its
 * error payload `{errorMessage, errorType, trace}` as the cause; else the error's name, like
 * `Lambda.TooManyRequestsException`, with any text.
 */
export type FunctionAnswer =
  | { readonly payload: unknown }
  | { readonly functionError: string; readonly cause: string };

export interface TaskHandlers {
  invokeFunction(call: FunctionCall): Promise<FunctionAnswer>;
}

/** One call of an integration. */
export interface TaskCall extends Omit<FunctionCall, 'functionName' | 'payload'> {
  readonly arguments: Json;
  /** Tells, for a Resource that ends in `.sync`, what the start of its job has answered; the job's end is the answer. */
  readonly submitted: (output: Json) => void;
}

export type TaskOutcome =
  | { readonly output: Json }
  | { readonly error: string | null; readonly cause: string | null };

/** What a Task's Resource stands for. */
export interface Integration {
  /**
   * Names what is wrong with these arguments: a literal template at registration (`isTemplate`: expressions stand for
   * any value), the real ones before the call.
   */
  checkArguments(args: unknown, isTemplate: boolean): string | undefined;
  run(call: TaskCall): Promise<TaskOutcome>;
}

/** How the last part of a Resource changes what the state waits for. */
export const callbackSuffix = '.waitForTaskToken';

/** Resources whose answer comes later than that of their handler. */
export const answersLater = /\.(?:waitForTaskToken|sync(?::2)?)$/;

const startExecutionResource = 'arn:aws:states:::states:startExecution';

/** Starts of another machine, which the engine does itself, in the commit of the state that asks for it. */
export const childStartResources: readonly string[] = [
  startExecutionResource,
  `${startExecutionResource}.sync`,
  `${startExecutionResource}.sync:2`,
  `${startExecutionResource}${callbackSuffix}`,
];

/** A function as the whole of a Resource. */
export const functionArn = /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(?::[\w$-]+)?$/;

/** What there is for each Resource. */
export class Integrations {
  readonly #byResource: ReadonlyMap<string, Integration>;
  readonly #handlers: TaskHandlers;

  /** @param others by Resource, without `.waitForTaskToken` */
  constructor(handlers: TaskHandlers, others: Readonly<Record<string, Integration>> = {}) {
    this.#handlers = handlers;
    this.#byResource = new Map(Object.entries({ ...functionIntegrations(handlers), ...others }));
  }

  find(resource: string): Integration | undefined {
    const known = this.#byResource.get(withoutCallback(resource));
    return known ?? (functionArn.test(resource) ? bareFunction(this.#handlers, resource) : undefined);
  }

  /** Whether this Resource starts another machine. */
  startsChild(resource: string): boolean {
    return childStartResources.includes(resource) && this.find(resource) === undefined;
  }

  /** Resources that can be used, for messages. */
  names(): string[] {
    const names = [...this.#byResource.keys()].flatMap((name) => [name, `${name}${callbackSuffix}`]);
    return [...names, ...childStartResources, "a function's ARN"];
  }
}

function withoutCallback(resource: string): string {
  return resource.endsWith(callbackSuffix) ? resource.slice(0, -callbackSuffix.length) : resource;
}

function bareFunction(handlers: TaskHandlers, functionName: string): Integration {
  return {
    checkArguments: () => undefined,
    run: async ({ arguments: payload, submitted: _, ...call }) => {
      const answer = await handlers.invokeFunction({ ...call, functionName, payload });
      if ('functionError' in answer) return functionFailure(answer.functionError, answer.cause);
      return { output: plainJson(answer.payload) };
    },
  };
}

/** Integrations by Resource without the callback suffix. */
function functionIntegrations(handlers: TaskHandlers): Record<string, Integration> {
  return {
    'arn:aws:states:::lambda:invoke': {
      checkArguments: checkInvokeArguments,
      run: async ({ arguments: args, submitted: _, ...call }) => {
        const { FunctionName, Payload = {} } = args as { FunctionName: string; Payload?: Json };
        const answer = await handlers.invokeFunction({
          ...call,
          functionName: FunctionName,
          payload: Payload,
        });
        if ('functionError' in answer) return functionFailure(answer.functionError, answer.cause);
        // Without the SDK metadata: on one machine it would be made up.
        return {
          output: { ExecutedVersion: '$LATEST', Payload: plainJson(answer.payload), StatusCode: 200 },
        };
      },
    },
  };
}

function checkInvokeArguments(args: unknown, isTemplate: boolean): string | undefined {
  if (!isObject(args)) return `Arguments is ${kindOf(args)}; give an object with FunctionName and Payload`;
  const unknown = Object.keys(args).find((key) => key !== 'FunctionName' && key !== 'Payload');
  if (unknown !== undefined)
    return `Arguments has ${unknown}, which is not supported; give FunctionName and Payload`;
  const { FunctionName: name } = args;
  if (typeof name !== 'string' || name === '') {
    return `FunctionName is ${name === '' ? 'empty' : kindOf(name)}; give the function's name or ARN`;
  }
  return isTemplate && name.includes('${')
    ? `FunctionName is "${name}", a placeholder; substitute it before registering`
    : undefined;
}

/** The service names a failed function after the error's type, and hands on the whole payload as the cause. */
function functionFailure(functionError: string, cause: string): TaskOutcome {
  if (functionError !== 'Unhandled' && functionError !== 'Handled') return { error: functionError, cause };
  return { error: errorTypeIn(cause) ?? 'Lambda.Unknown', cause };
}

function errorTypeIn(cause: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(cause);
    return isObject(payload) && typeof payload.errorType === 'string' ? payload.errorType : undefined;
  } catch {
    return undefined;
  }
}

/** A function that returns nothing answers null. */
function plainJson(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value) ?? 'null') as Json);
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html */
export function checkStartArguments(args: unknown): string | undefined {
  if (!isObject(args))
    return `Arguments is ${kindOf(args)}; give an object with StateMachineArn, Name and Input`;
  const unknown = Object.keys(args).find((key) => !['StateMachineArn', 'Name', 'Input'].includes(key));
  if (unknown !== undefined) {
    return `Arguments has ${unknown}, which is not supported; give StateMachineArn, Name and Input`;
  }
  if (typeof args.StateMachineArn !== 'string') {
    return `StateMachineArn is ${kindOf(args.StateMachineArn)}; give the ARN of the machine to start`;
  }
  if (args.Name !== undefined && typeof args.Name !== 'string') {
    return `Name is ${kindOf(args.Name)}; give a string, or leave it out for a random one`;
  }
  return undefined;
}

/** Splits a Resource as the history names it: `arn:aws:states:::aws-sdk:s3:getObject` is `aws-sdk:s3` and `getObject`. */
export function resourceParts(resource: string): { resourceType: string; resource: string } {
  const action = resource.slice(resource.indexOf(':::') + 3);
  const [, service = '', rest = ''] = /^(aws-sdk:[^:]+|[^:]+):(.*)$/.exec(action) ?? [];
  return { resourceType: service, resource: rest };
}
