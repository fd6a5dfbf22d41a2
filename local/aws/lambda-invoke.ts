import { randomUUID } from 'node:crypto';
import type { Functions } from '../functions/functions.ts';
import { FunctionNotFound, TooManyRequests } from '../functions/invocation.ts';
import { AwsError, type AwsRequest, type AwsResponse } from './exchange.ts';

export interface LambdaInvokeOptions {
  readonly functions: Pick<Functions, 'invoke' | 'check'>;
  /** Runs a function without a caller that waits. */
  readonly invokeLater: (functionName: string, event: string) => void;
}

/** The service's limit for what a waiting caller sends. */
const largestEventBytes = 6 * 1024 * 1024;

export const invocationPath = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/;

/** Lambda's Invoke, the one operation of its REST API that is simulated. */
export function createLambdaInvoke({ functions, invokeLater }: LambdaInvokeOptions) {
  return async ({ method, path, headers, body }: AwsRequest): Promise<AwsResponse> => {
    try {
      const [, encoded] = invocationPath.exec(path) ?? [];
      if (encoded === undefined || method !== 'POST') {
        throw new AwsError(
          'UnknownOperationException',
          `lambda ${method} ${path} is not simulated on one machine; known is Invoke`,
          404,
        );
      }
      return await invoke(decodeURIComponent(encoded), headers, eventIn(body));
    } catch (error) {
      return restError(error);
    }
  };

  async function invoke(name: string, headers: AwsRequest['headers'], event: string): Promise<AwsResponse> {
    functions.check(name);
    const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
    const answer = { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() };
    if (type === 'DryRun') return { status: 204, headers: answer, body: '' };
    if (type === 'Event') {
      invokeLater(name, event);
      return { status: 202, headers: answer, body: '' };
    }
    const result = await functions.invoke(name, event);
    const executed = { ...answer, 'x-amz-executed-version': '$LATEST' };
    if ('payload' in result) return { status: 200, headers: executed, body: result.payload };
    const { functionError, ...error } = result;
    return {
      status: 200,
      headers: { ...executed, 'x-amz-function-error': functionError },
      body: JSON.stringify(error),
    };
  }
}

function eventIn(body: Buffer): string {
  if (body.length > largestEventBytes) {
    throw new AwsError('RequestTooLargeException', `An event has at most ${largestEventBytes} bytes.`, 413);
  }
  const event = body.length === 0 ? '{}' : body.toString();
  try {
    JSON.parse(event);
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json.');
  }
  return event;
}

/** An error of the REST protocol. */
export function restError(error: unknown): AwsResponse {
  const { code, message, status } = asAwsError(error);
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message, message }),
  };
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof FunctionNotFound) return new AwsError('ResourceNotFoundException', error.message, 404);
  if (error instanceof TooManyRequests) return new AwsError('TooManyRequestsException', error.message, 429);
  if (error instanceof URIError) return new AwsError('InvalidParameterValueException', error.message);
  throw error;
}
