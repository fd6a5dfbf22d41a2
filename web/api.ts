import type { Problem } from '../core/api/problem.ts';
import type { Instant } from '../core/instant.ts';
import { now } from './clock.ts';
import { accessToken } from './session.ts';

/** What the API answers below a path, as the reader sees it. */
export interface Resource<T> {
  /** `account`: below the account that is looked at; `portal`: the same for everybody. */
  readonly of: 'account' | 'portal';
  /** Without the version: `servers/web-1`. */
  readonly path: string;
  /** Its address will not be asked again: the answer is not kept. */
  readonly isPassing?: boolean;
  /** Never there; it carries the type of the answer. */
  readonly answers?: T;
}

/** A request that was refused, failed or was not answered (status 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly problem: Problem | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    {
      status,
      problem,
      retryAfterSeconds,
      cause,
    }: {
      status: number;
      problem?: Problem | undefined;
      retryAfterSeconds?: number | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause });
    this.status = status;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface Answer<T> {
  readonly data: T;
  /** The version that goes with `If-Match`. */
  readonly etag: string | undefined;
  /** When it was answered, or found to be still so, by the server's clock. */
  readonly at: Instant;
}

interface Asked {
  readonly signal?: AbortSignal;
}

export interface Deed extends Asked {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly ifMatch?: string;
  /** The same key again is the same deed. */
  readonly key?: string;
}

const limitMs = 20_000;
const keptAnswers = 60;

/** The API as one reader of one account (or of none) sees it. */
export class Api {
  readonly #prefix: string;
  /** The newest answers by address, oldest first: what is shown at once, and what a 304 stands for. */
  static readonly #kept = new Map<string, Answer<unknown>>();

  /** @param account the one that an operator looks at; customers have their own and name none */
  constructor(account?: string) {
    this.#prefix = account === undefined ? '/api/v1/' : `/api/v1/accounts/${encodeURIComponent(account)}/`;
  }

  addressOf({ of, path }: Resource<unknown>): string {
    return of === 'account' ? this.#prefix + path : `/api/v1/${path}`;
  }

  /** What was answered last, if it is still kept. */
  kept<T>(resource: Resource<T>): Answer<T> | undefined {
    return Api.#kept.get(this.addressOf(resource)) as Answer<T> | undefined;
  }

  /** Drops what was answered: after a change, or when somebody else signs in. */
  static forget(): void {
    Api.#kept.clear();
  }

  /** @throws {ApiError} @throws {SignedOut} */
  async get<T>(resource: Resource<T>, { signal }: Asked = {}): Promise<Answer<T>> {
    const address = this.addressOf(resource);
    const before = this.kept(resource);
    const headers = new Headers({ accept: 'application/json' });
    if (before?.etag !== undefined) headers.set('if-none-match', before.etag);
    const response = await ask(address, { headers, cache: 'no-store' }, signal);
    const answer: Answer<T> =
      response.status === 304 && before !== undefined
        ? { ...before, at: now() }
        : {
            data: (await response.json()) as T,
            etag: response.headers.get('etag') ?? undefined,
            at: now(),
          };
    if (resource.isPassing === true) return answer;
    Api.#kept.delete(address);
    Api.#kept.set(address, answer);
    const [oldest] = Api.#kept.keys();
    if (Api.#kept.size > keptAnswers && oldest !== undefined) Api.#kept.delete(oldest);
    return answer;
  }

  /**
   * Changes something.
   *
   * @returns what is answered; `undefined` for an empty answer
   * @throws {ApiError} @throws {SignedOut}
   */
  async send<T>(
    resource: Resource<T>,
    { method, body, ifMatch, key, signal }: Deed,
  ): Promise<Answer<T | undefined>> {
    const headers = new Headers({ accept: 'application/json' });
    if (body !== undefined) headers.set('content-type', 'application/json');
    if (ifMatch !== undefined) headers.set('if-match', ifMatch);
    if (key !== undefined) headers.set('idempotency-key', key);
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await ask(this.addressOf(resource), init, signal);
    const content = await response.text();
    return {
      data: content === '' ? undefined : (JSON.parse(content) as T),
      etag: response.headers.get('etag') ?? undefined,
      at: now(),
    };
  }

  /** A file that is not JSON: a CSV or PDF to be saved. @throws {ApiError} @throws {SignedOut} */
  async file(resource: Resource<Blob>, { signal }: Asked = {}): Promise<Blob> {
    const response = await ask(this.addressOf(resource), { headers: new Headers() }, signal);
    return response.blob();
  }
}

type Init = RequestInit & { readonly headers: Headers };

async function ask(address: string, init: Init, signal: AbortSignal | undefined): Promise<Response> {
  const token = await accessToken();
  let response = await fetchWith(token, address, init, signal);
  // A token can be taken back before its time; the session knows better.
  if (response.status === 401) response = await fetchWith(await accessToken(token), address, init, signal);
  if (response.ok || response.status === 304) return response;
  throw await errorOf(response, address);
}

async function fetchWith(
  token: string,
  address: string,
  init: Init,
  signal: AbortSignal | undefined,
): Promise<Response> {
  init.headers.set('authorization', `Bearer ${token}`);
  const limit = AbortSignal.timeout(limitMs);
  try {
    return await fetch(address, { ...init, signal: signal ? AbortSignal.any([signal, limit]) : limit });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(`${address} was not answered`, { status: 0, cause });
  }
}

async function errorOf(response: Response, address: string): Promise<ApiError> {
  const isProblem = response.headers.get('content-type')?.includes('json') ?? false;
  const problem = isProblem
    ? await response.json().then(
        (body) => body as Problem,
        () => undefined,
      )
    : undefined;
  const after = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiError(`${address} answered ${response.status}: ${problem?.detail ?? ''}`, {
    status: response.status,
    problem,
    retryAfterSeconds: Number.isNaN(after) ? undefined : after,
  });
}
