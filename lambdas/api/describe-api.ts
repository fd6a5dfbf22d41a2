import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi';
import { z } from 'zod';
import { problem } from '../../core/api/problem.ts';
import type { Access, AnswerForm, PlacedRoute } from './api-routes.ts';
import { limits } from './rate-limit.ts';
import { type RefusalStatus, titleOf } from './refusal.ts';

type DescribedApp = Pick<OpenAPIHono, 'openAPIRegistry' | 'getOpenAPI31Document'>;
type Registry = OpenAPIHono['openAPIRegistry'];
type Responses = RouteConfig['responses'];

const introduction = `What the customer portal shows and does, for programs.

**Who asks** is said by \`Authorization: Bearer …\` with an API token (\`mim_…\`, made in the portal under "API tokens") or the access token of a person who signed in. Customers use the addresses as they stand and see their own account; operators use the same ones below \`/accounts/{account}\`.

**Lists** come in parts: while there is more, an answer has \`next\`, which goes into \`cursor\` for the next part.

**Times** are ISO 8601 in UTC with milliseconds: \`2026-11-21T03:04:05.000Z\`.

**Refusals** are \`application/problem+json\` (RFC 9457). \`errors\` names every field that is not as it should be, \`reason\` is for programs.

**Limits**: ${limits.principal} requests a minute for whoever signed in or has a token, ${limits.address} for others; every answer tells by \`X-RateLimit-…\` how many are left. Ask again with \`If-None-Match\` and the \`ETag\` of the last answer: what has not changed answers 304.`;

const refusals: Readonly<Record<RefusalStatus, string>> = {
  400: 'The body is no JSON.',
  401: 'Nobody said who asks, or the token is not valid (any longer).',
  403: 'Whoever asks may not do this. It says nothing of what exists.',
  404: 'It does not exist, or is another account’s.',
  405: 'The address does not take this method; `Allow` says which it takes.',
  409: 'It cannot be done as things stand; `reason` says why.',
  412: 'It was changed meanwhile: read it again, then decide.',
  413: 'The body has more than 128 KB.',
  415: 'The body is not `application/json`.',
  422: 'Fields are not as they should be; `errors` has them all.',
  428: 'Give `If-Match` with the version that was read.',
  429: 'Too many requests; `Retry-After` says how many seconds to wait.',
  500: 'A fault of ours; `reference` names it to the operators.',
  503: 'The sign-in could not be looked at just now; `Retry-After` says when to try again.',
};

const whole = (description: string, example: number) => ({
  description,
  schema: { type: 'integer' as const },
  example,
});
const rateHeaders = {
  'X-RateLimit-Limit': whole('Requests allowed in a minute.', limits.principal),
  'X-RateLimit-Remaining': whole('How many of them are left.', 287),
  'X-RateLimit-Reset': whole('Seconds until the count begins anew.', 41),
};

const problemExample = (status: RefusalStatus) => ({
  title: titleOf(status),
  status,
  detail: refusals[status].replaceAll('`', ''),
  ...(status === 422 && {
    errors: [{ field: 'query.from', message: 'give a time as 2026-11-21T00:00:00.000Z' }],
  }),
  ...(status === 500 && { reference: '7f3a2c' }),
});

/**
 * Registers every route for the description of the API.
 *
 * @returns what makes the document (OpenAPI 3.1), once
 */
export function describeApi(app: DescribedApp, placed: readonly PlacedRoute[]): () => unknown {
  const { openAPIRegistry: registry } = app;
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'mim_… or JWT',
    description:
      'An API token, or the access token of a person who signed in. A token needs the scope that an operation names.',
  });
  for (const status of Object.keys(refusals).map(Number) as RefusalStatus[])
    describeRefusal(registry, status);
  for (const route of placed) registry.registerPath(describeRoute(route));
  let document: unknown;
  return () => {
    document ??= app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'Mimamori',
        version: '1',
        description: introduction,
        license: { name: 'Apache-2.0' },
      },
      // Relative, so that one document serves every deployment.
      servers: [{ url: '/api/v1' }],
      tags: [...new Set(placed.map(({ route }) => route.tag))].sort().map((name) => ({ name })),
    });
    return document;
  };
}

const refusalName = (status: RefusalStatus): string => titleOf(status).replaceAll(' ', '');

function describeRefusal(registry: Registry, status: RefusalStatus): void {
  // The generator turns schemas into references only within routes, so the reference is written here.
  registry.register('Problem', problem);
  registry.registerComponent('responses', refusalName(status), {
    description: refusals[status],
    headers: {
      ...rateHeaders,
      ...((status === 429 || status === 503) && { 'Retry-After': whole('Seconds to wait.', 41) }),
      ...(status === 401 && { 'WWW-Authenticate': { schema: { type: 'string' as const } } }),
      ...(status === 405 && { Allow: { schema: { type: 'string' as const } } }),
    },
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        example: problemExample(status),
      },
    },
  });
}

const audiences: Readonly<Record<Access, string>> = {
  anyone: 'Nobody needs to sign in.',
  everybody: '',
  account: 'For customers: their own account.',
  operators: 'For operators.',
  administrators: 'For administrators.',
  'operators-of-account': 'For operators: any account.',
};

function describeRoute({ path, id, access, route }: PlacedRoute): RouteConfig {
  const { method, tag, summary, description, scope, params = {}, query = {}, headers = {}, body } = route;
  const allowed =
    access === 'anyone' ? '' : scope === 'person' ? 'Not for tokens.' : `Tokens need the scope \`${scope}\`.`;
  return {
    method,
    path,
    operationId: id,
    tags: [tag],
    summary,
    description: [description, audiences[access], allowed]
      .filter((part) => part !== undefined && part !== '')
      .join('\n\n'),
    security: access === 'anyone' ? [] : [{ bearer: scope === 'person' ? [] : [scope] }],
    request: {
      ...(Object.keys(params).length > 0 && { params: z.object(params) }),
      ...(Object.keys(query).length > 0 && { query: z.object(query) }),
      ...(body !== undefined && {
        body: {
          required: true,
          content: { 'application/json': { schema: body.schema, example: body.example } },
        },
      }),
    },
    ...(Object.keys(headers).length > 0 && {
      parameters: Object.entries(headers).map(([name, header]) => ({
        in: 'header' as const,
        name,
        required: header.required ?? false,
        description: header.description,
        schema: { type: 'string' as const },
      })),
    }),
    responses: { ...describeAnswer(route.answer, method), ...describeRefusals(access, route) },
  };
}

function describeAnswer(form: AnswerForm, method: string): Responses {
  const etag = { ETag: { description: 'Goes into `If-None-Match`.', schema: { type: 'string' as const } } };
  const headers = { ...rateHeaders, ...(method === 'get' && etag) };
  const unchanged: Responses =
    method === 'get' ? { 304: { description: 'It has not changed.', headers } } : {};
  if (form === 'nothing') return { 204: { description: 'Done.', headers } };
  if ('file' in form)
    return {
      200: {
        description: form.description,
        headers,
        content: { [form.file]: { schema: { type: 'string' as const } } },
      },
      ...unchanged,
    };
  const { json, example, status = 200 } = form;
  return {
    [status]: {
      description: status === 201 ? 'Made.' : status === 202 ? 'Noted; it takes effect later.' : 'Done.',
      headers,
      content: { 'application/json': { schema: json, example } },
    },
    ...unchanged,
  };
}

function describeRefusals(
  access: Access,
  { params = {}, query = {}, body, refusals: own = [] }: PlacedRoute['route'],
): Responses {
  const all = new Set<RefusalStatus>([429, 500, ...own]);
  const add = (holds: boolean, ...statuses: RefusalStatus[]): void => {
    if (holds) for (const status of statuses) all.add(status);
  };
  add(access !== 'anyone', 401, 403, 503);
  add(Object.keys(params).length > 0, 404);
  add(Object.keys(query).length > 0, 422);
  add(body !== undefined, 400, 413, 415, 422);
  return Object.fromEntries(
    [...all]
      .sort((a, b) => a - b)
      .map((status) => [status, { $ref: `#/components/responses/${refusalName(status)}` }]),
  );
}
