/** One call of an AWS service. Bodies are whole and bounded. */
export interface AwsRequest {
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly caller: Caller;
}

/** Who signed a call. The signature itself is not verified. */
export interface Caller {
  readonly accessKeyId: string | undefined;
  /** The template's function that holds the key; undefined for everybody else: the CLI, a user's own script. */
  readonly functionName: string | undefined;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** An error that a service answers with. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** An answer of the JSON protocols. */
export const jsonResponse = (value: unknown, status = 200): AwsResponse => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(value),
});

/** An error of the JSON protocols. */
export const jsonError = ({ code, message, status }: AwsError): AwsResponse => ({
  ...jsonResponse({ __type: code, message }, status),
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code },
});
