/** What an invocation gave: JSON text, or the error as the service reports it. */
export type InvocationResult = { readonly payload: string } | InvocationFailure;

export interface InvocationFailure {
  readonly functionError: 'Unhandled';
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** An error of the function or of what it runs in. */
export const failed = (
  errorType: string,
  errorMessage: string,
  trace: readonly string[] = [],
): InvocationResult => ({ functionError: 'Unhandled', errorType, errorMessage, trace });

/** The function has as many invocations in flight as it may; the service answers 429. */
export class TooManyRequests extends Error {}

/** No function has that name or ARN. */
export class FunctionNotFound extends Error {}

/** What the main thread tells a worker. */
export interface InvokeMessage {
  readonly id: number;
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  readonly timeLimitMs: number;
}

/** What a worker tells the main thread: that it is ready, that it cannot be, or how an invocation ended. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'broken'; readonly result: InvocationResult }
  | { readonly kind: 'done'; readonly id: number; readonly result: InvocationResult };

/** What a worker is started with. */
export interface WorkerSettings {
  /** Directory of the bundle. */
  readonly codePath: string;
  /** `index.handler`: file and exported name. */
  readonly handler: string;
  readonly name: string;
  readonly arn: string;
  readonly memoryMb: number;
}
