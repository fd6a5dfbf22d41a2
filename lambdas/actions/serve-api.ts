import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { refusalTexts } from '../../core/action/action-words.ts';
import { operatorAction } from '../../core/action/operator-action.ts';
import { operatorName } from '../../core/incident/operator-deed.ts';
import { SecretMissing, type SecretStore } from '../../platform/secrets/secret-store.ts';
import { type HttpRequest, type HttpResponse, hasType, json, problem } from '../http/exchange.ts';
import type { IncidentPorts } from '../incident/incident-ports.ts';
import { act } from './act.ts';

export interface ApiPorts extends IncidentPorts {
  readonly secrets: SecretStore;
}

/** Where the operators' token lies; longer than an account's name may be, as that of the links' keys is. */
export const tokenSecret = 'operator-api-access-token/token';
/** A shorter one could be guessed. */
const shortestToken = 32;

const by = z
  .string()
  .transform(operatorName)
  .refine((name) => name !== '', 'give the name of the operator');
const idempotencyKey = /^[A-Za-z0-9._:-]{1,100}$/;

/** `POST /api/operator/incidents/{id}/actions`: the actions of the links, for programs. */
export async function serveApi(ports: ApiPorts, request: HttpRequest, id: string): Promise<HttpResponse> {
  const refusal = await refusalOf(ports, request);
  if (refusal !== undefined) return refusal;
  const { body = '' } = request;
  const given = request.headers['idempotency-key'];
  if (given !== undefined && !idempotencyKey.test(given))
    return problem(400, 'Bad Request', 'Idempotency-Key has 1 to 100 of the characters A-Z a-z 0-9 . _ : -');

  const parsed = parseBody(body);
  if ('problems' in parsed)
    return problem(422, 'Unprocessable Content', 'the action is not as it should be; see errors', {
      errors: parsed.problems,
    });
  const key = `api.${given ?? request.requestId}`;
  const { action, name } = parsed;
  const result = await act(ports, id, { action, key, by: name, at: request.at });
  switch (result.end) {
    case 'unknown':
      return problem(404, 'Not Found', `there is no incident ${JSON.stringify(id.slice(0, 80))}`);
    case 'refused':
      return problem(409, 'Conflict', refusalTexts[result.refusal].en, { reason: result.refusal });
    default: {
      const { isUnfinished: _own, key: _key, ...deed } = result.deed;
      return json(200, { incident: id, done: result.end === 'done', ...deed });
    }
  }
}

/** What the API answers to whoever may not, or does not ask as it is to be asked; undefined when it may go on. */
export async function refusalOf(
  ports: Pick<ApiPorts, 'secrets'>,
  request: HttpRequest,
): Promise<HttpResponse | undefined> {
  if (!(await isAllowed(ports, request))) {
    const refused = problem(
      401,
      'Unauthorized',
      `give the operators' token: Authorization: Bearer …; it is put there with: mimamori secret put ${tokenSecret}`,
    );
    return { ...refused, headers: { ...refused.headers, 'www-authenticate': 'Bearer' } };
  }
  if (request.method !== 'POST') {
    const refused = problem(405, 'Method Not Allowed', 'actions are taken by POST');
    return { ...refused, headers: { ...refused.headers, allow: 'POST' } };
  }
  if (!hasType(request, 'application/json'))
    return problem(415, 'Unsupported Media Type', 'send application/json');
  if (request.body === undefined) return problem(413, 'Content Too Large', 'send 128 KB at most');
  return undefined;
}

function parseBody(
  body: string,
):
  | { readonly action: z.output<typeof operatorAction>; readonly name: string }
  | { readonly problems: readonly { readonly field: string; readonly message: string }[] } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { problems: [{ field: '', message: 'this is no JSON' }] };
  }
  const whole = z.looseObject({ by }).safeParse(value);
  const { by: name, ...rest } = whole.success ? whole.data : { by: '', ...asObject(value) };
  const action = operatorAction.safeParse(rest);
  if (whole.success && action.success) return { action: action.data, name };
  const issues = [...(whole.error?.issues ?? []), ...(action.error?.issues ?? [])];
  return { problems: issues.map(({ path, message }) => ({ field: path.map(String).join('.'), message })) };
}

const asObject = (value: unknown): object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value, by: '' } : { by: '' };

/** Hashes are compared, so that neither length nor beginning of the token shows in the time it takes. */
async function isAllowed({ secrets }: Pick<ApiPorts, 'secrets'>, { headers }: HttpRequest): Promise<boolean> {
  const given = /^Bearer +([!-~]{1,500})$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  let wanted: string;
  try {
    wanted = await secrets.read(tokenSecret);
  } catch (error) {
    if (error instanceof SecretMissing) return false;
    throw error;
  }
  return wanted.length >= shortestToken && timingSafeEqual(digest(given), digest(wanted));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
