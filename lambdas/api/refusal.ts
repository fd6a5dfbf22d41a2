import type { Problem } from '../../core/api/problem.ts';

export type FieldFault = NonNullable<Problem['errors']>[number];

const titles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;
export type RefusalStatus = keyof typeof titles;

export const titleOf = (status: RefusalStatus): string => titles[status];

/** An answer that is a problem. Whoever finds that a request cannot be done throws one; nothing has been changed then. */
export class Refusal extends Error {
  readonly status: RefusalStatus;
  readonly more: Pick<Problem, 'errors' | 'reason' | 'reference'>;
  readonly headers: Readonly<Record<string, string>>;

  /** @param detail what, where and the mend, in English */
  constructor(
    status: RefusalStatus,
    detail: string,
    more: Pick<Problem, 'errors' | 'reason' | 'reference'> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.status = status;
    this.more = more;
    this.headers = headers;
  }

  get problem(): Problem {
    return { title: titles[this.status], status: this.status, detail: this.message, ...this.more };
  }
}

/** What does not exist, and what is another account's: nobody can tell which. It repeats nothing of the request. */
export const nothingHere = (): Refusal =>
  new Refusal(404, 'there is nothing here, or nothing that you may see; look at the address');

/** A request with values that cannot be: all faults at once. */
export const unprocessable = (errors: readonly FieldFault[], reason?: string): Refusal =>
  new Refusal(422, 'the request is not as it should be; see errors', {
    errors: [...errors],
    ...(reason !== undefined && { reason }),
  });
