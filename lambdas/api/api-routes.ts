import { z } from 'zod';
import type { Principal, TokenScope, User } from '../../core/identity/principal.ts';
import { accountId } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import type { AccountView } from './account-view.ts';
import type { ApiPorts } from './ports.ts';
import type { RefusalStatus } from './refusal.ts';
import { nothingHere, unprocessable } from './refusal.ts';
import { faultsOf } from './request-faults.ts';

export type Shape = Readonly<Record<string, z.ZodType>>;
type None = Record<never, never>;

/** What a route answers when it goes well: JSON of a schema, a file, or nothing (204). */
export type AnswerForm =
  | { readonly json: z.ZodType; readonly example: unknown; readonly status?: 200 | 201 | 202 }
  | { readonly file: string; readonly description: string }
  | 'nothing';
export type AnswerValue<F extends AnswerForm> = F extends { readonly json: infer S extends z.ZodType }
  ? z.input<S>
  : F extends 'nothing'
    ? undefined
    : string | Uint8Array;

/** The answer itself; `headers` beside those that every answer has. An `etag` given here stands for the one that is made of the bytes. */
export interface Answer<T> {
  readonly value: T;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A route as it is declared; the description of the API is made of the same. */
export interface Route<P extends Shape, Q extends Shape, B extends z.ZodType, F extends AnswerForm> {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** Below `/api/v1`, parameters in braces: `/servers/{server}`. */
  readonly path: string;
  /** Name of the operation, which generated clients call it by: `listServers`. */
  readonly id: string;
  /** Subject under which the description lists it. */
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** What a token must be allowed; with `person` no token will do. */
  readonly scope: TokenScope | 'person';
  /** A value that its schema refuses is answered as what does not exist. */
  readonly params?: P;
  /** A name that is not here is refused. Arrays are given by repeating the name. */
  readonly query?: Q;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly required?: boolean }>>;
  readonly body?: { readonly schema: B; readonly example: unknown };
  readonly answer: F;
  /** Refusals beside those that follow from all this. */
  readonly refusals?: readonly RefusalStatus[];
  /** Fields of the answer that change all the time; they make no new ETag. */
  readonly passing?: readonly string[];
}

/** A request as a route's handler gets it: read, bounded and allowed. */
export interface Asked<P extends Shape = None, Q extends Shape = None, B extends z.ZodType = z.ZodUndefined> {
  readonly ports: ApiPorts;
  readonly principal: Principal;
  /** The record of a person; a token has none. */
  readonly user: User | undefined;
  readonly at: Instant;
  readonly requestId: string;
  readonly params: z.output<z.ZodObject<P>>;
  readonly query: z.output<z.ZodObject<Q>>;
  readonly body: z.output<B>;
  /** A header of the request by its lower-case name. */
  header(name: string): string | undefined;
}

/** The same with the account that it is about, and the account's name for the audit trail. */
export interface AskedOfAccount<
  P extends Shape = None,
  Q extends Shape = None,
  B extends z.ZodType = z.ZodUndefined,
> extends Asked<P, Q, B> {
  readonly view: AccountView;
  readonly account: string;
}

export type Access =
  | 'anyone'
  | 'everybody'
  | 'account'
  | 'operators'
  | 'administrators'
  | 'operators-of-account';

/** A request before its route has read it. */
export interface RawAsked
  extends Pick<Asked, 'ports' | 'principal' | 'user' | 'at' | 'requestId' | 'header'> {
  readonly view: AccountView | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** Parsed JSON; only asked for where the route has a body. */
  json(): Promise<unknown>;
}

/** A route under one path, ready to be served. */
export interface PlacedRoute {
  readonly path: string;
  /** Name of the operation under this path. */
  readonly id: string;
  readonly access: Access;
  readonly route: Route<Shape, Shape, z.ZodType, AnswerForm>;
  handle(raw: RawAsked): Promise<Answer<unknown>>;
}

const accountPath = '/accounts/{account}';

/**
 * Collects routes. Each file of `routes/` has a function that adds its own, under the heading of who may use them.
 */
export class ApiRoutes {
  readonly placed: PlacedRoute[] = [];

  /** Without signing in. */
  anyone<
    P extends Shape = None,
    Q extends Shape = None,
    B extends z.ZodType = z.ZodUndefined,
    const F extends AnswerForm = AnswerForm,
  >(
    route: Route<P, Q, B, F>,
    answer: (asked: Omit<Asked<P, Q, B>, 'principal' | 'user'>) => Promise<Answer<AnswerValue<F>>>,
  ): void {
    this.#place('anyone', route, route.path, route.id, (raw) => read(route, raw).then(answer));
  }

  /** Customers, operators and administrators, where no account comes into it. */
  everybody<
    P extends Shape = None,
    Q extends Shape = None,
    B extends z.ZodType = z.ZodUndefined,
    const F extends AnswerForm = AnswerForm,
  >(route: Route<P, Q, B, F>, answer: (asked: Asked<P, Q, B>) => Promise<Answer<AnswerValue<F>>>): void {
    this.#place('everybody', route, route.path, route.id, (raw) => read(route, raw).then(answer));
  }

  /** About one account: a customer's own, and for operators any, below `/accounts/{account}`. */
  account<
    P extends Shape = None,
    Q extends Shape = None,
    B extends z.ZodType = z.ZodUndefined,
    const F extends AnswerForm = AnswerForm,
  >(
    route: Route<P, Q, B, F>,
    answer: (asked: AskedOfAccount<P, Q, B>) => Promise<Answer<AnswerValue<F>>>,
  ): void {
    const handle = (raw: RawAsked) => readOfAccount(route, raw).then(answer);
    this.#place('account', route, route.path, route.id, handle);
    this.#place('operators-of-account', route, accountPath + route.path, `${route.id}OfAccount`, handle);
  }

  /** About one account, for operators alone: only below `/accounts/{account}`. */
  operatorsOfAccount<
    P extends Shape = None,
    Q extends Shape = None,
    B extends z.ZodType = z.ZodUndefined,
    const F extends AnswerForm = AnswerForm,
  >(
    route: Route<P, Q, B, F>,
    answer: (asked: AskedOfAccount<P, Q, B>) => Promise<Answer<AnswerValue<F>>>,
  ): void {
    this.#place('operators-of-account', route, accountPath + route.path, route.id, (raw) =>
      readOfAccount(route, raw).then(answer),
    );
  }

  /** Operators and administrators. */
  operators<
    P extends Shape = None,
    Q extends Shape = None,
    B extends z.ZodType = z.ZodUndefined,
    const F extends AnswerForm = AnswerForm,
  >(route: Route<P, Q, B, F>, answer: (asked: Asked<P, Q, B>) => Promise<Answer<AnswerValue<F>>>): void {
    this.#place('operators', route, route.path, route.id, (raw) => read(route, raw).then(answer));
  }

  administrators<
    P extends Shape = None,
    Q extends Shape = None,
    B extends z.ZodType = z.ZodUndefined,
    const F extends AnswerForm = AnswerForm,
  >(route: Route<P, Q, B, F>, answer: (asked: Asked<P, Q, B>) => Promise<Answer<AnswerValue<F>>>): void {
    this.#place('administrators', route, route.path, route.id, (raw) => read(route, raw).then(answer));
  }

  #place<P extends Shape, Q extends Shape, B extends z.ZodType, F extends AnswerForm>(
    access: Access,
    route: Route<P, Q, B, F>,
    path: string,
    id: string,
    handle: PlacedRoute['handle'],
  ): void {
    const params = { ...(access === 'operators-of-account' && { account: accountId }), ...route.params };
    this.placed.push({ path, id, access, route: { ...route, params }, handle });
  }
}

/** @throws Refusal 422 with all faults of query and body at once, 404 for a path that names nothing */
async function read<P extends Shape, Q extends Shape, B extends z.ZodType>(
  route: Route<P, Q, B, AnswerForm>,
  raw: RawAsked,
): Promise<Asked<P, Q, B>> {
  const params = z.object(route.params ?? {}).safeParse(raw.params);
  if (!params.success) throw nothingHere();
  const query = z.strictObject(route.query ?? {}).safeParse(queryValues(route.query ?? {}, raw.query));
  const body = route.body?.schema.safeParse(await raw.json());
  const faults = [
    ...(query.success ? [] : faultsOf(query.error, ['query'])),
    ...(body === undefined || body.success ? [] : faultsOf(body.error)),
  ];
  if (faults.length > 0) throw unprocessable(faults);
  const { ports, principal, user, at, requestId, header } = raw;
  return {
    ports,
    principal,
    user,
    at,
    requestId,
    header,
    // An absent shape or schema is an empty one, which the compiler cannot see through the generics.
    params: params.data as z.output<z.ZodObject<P>>,
    query: query.data as z.output<z.ZodObject<Q>>,
    body: body?.data as z.output<B>,
  };
}

async function readOfAccount<P extends Shape, Q extends Shape, B extends z.ZodType>(
  route: Route<P, Q, B, AnswerForm>,
  raw: RawAsked,
): Promise<AskedOfAccount<P, Q, B>> {
  const { view } = raw;
  if (view === undefined) throw new Error(`${route.path} was asked without an account`);
  return { ...(await read(route, raw)), view, account: view.id };
}

/** A value for each name, and all of them where the schema wants an array. */
const queryValues = (shape: Shape, given: RawAsked['query']): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(given).map(([name, values]) => [
      name,
      values.length > 1 || isArray(shape[name]) ? values : values[0],
    ]),
  );

function isArray(schema: z.ZodType | undefined): boolean {
  let inner: unknown = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) inner = inner.unwrap();
  return inner instanceof z.ZodArray;
}
