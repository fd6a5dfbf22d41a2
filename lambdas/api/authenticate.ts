import { createHash, timingSafeEqual } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { type ApiToken, type Principal, role, type User } from '../../core/identity/principal.ts';
import { scopesOf } from '../../core/identity/scopes.ts';
import type { Instant } from '../../core/instant.ts';
import type { IdentityStore } from '../../platform/store/identity-store.ts';
import type { TokenIssuer } from './ports.ts';
import { Refusal } from './refusal.ts';

export interface AuthenticatePorts {
  readonly identity: Pick<IdentityStore, 'user' | 'token' | 'noteTokenUse'>;
  readonly issuer: TokenIssuer;
}

/** Who asks. Of a person also what the record says of them. */
export interface Authenticated {
  readonly principal: Principal;
  readonly user?: User;
}

/** Our own tokens; nothing else has this form. */
const ownToken = /^mim_([a-z0-9]{12})_([A-Za-z0-9_-]{20,100})$/;
const longestToken = 8_000;

/** What is read of an access token; the signature, issuer and times are looked at before. */
const accessClaims = z.object({
  sub: z.string().min(1).max(128),
  token_use: z.literal('access'),
  client_id: z.string(),
  'cognito:groups': z.array(z.string()).max(50).default([]),
});

/**
 * Finds who asks by `Authorization: Bearer …`: an access token of the sign-in, or an API token `mim_<id>_<secret>`.
 *
 * Whether an access token has expired goes by the machine's clock, as the issuer's does; all else goes by the request's time.
 *
 * @throws Refusal 401 for whoever is not known, 403 for who is known and has no way in, 503 when the issuer's keys cannot be had
 */
export async function authenticate(
  ports: AuthenticatePorts,
  authorization: string | undefined,
  at: Instant,
): Promise<Authenticated> {
  const [, given = ''] = /^Bearer +([!-~]+)$/i.exec(authorization ?? '') ?? [];
  if (given === '')
    throw unauthorized('sign in, or give an API token: Authorization: Bearer mim_…', undefined);
  if (given.length > longestToken) throw invalid();
  return given.startsWith('mim_')
    ? { principal: await programBy(ports, given, at) }
    : await personBy(ports, given);
}

async function programBy({ identity }: AuthenticatePorts, given: string, at: Instant): Promise<Principal> {
  const [, id = '', secret = ''] = ownToken.exec(given) ?? [];
  if (id === '') throw invalid();
  const token = await identity.token(id);
  // The secret is hashed and compared also where there is no such token, so that the time says nothing of ids.
  const isRight = isSame(sha256(secret), token?.hash ?? ''.padEnd(64, '0'));
  if (token === undefined || !isRight || hasEnded(token, at)) throw invalid();
  await identity.noteTokenUse(token, at);
  const may = scopesOf(token.role);
  return {
    kind: 'token',
    id,
    name: token.name,
    role: token.role,
    ...(token.account !== undefined && { account: token.account }),
    scopes: token.scopes.filter((scope) => may.includes(scope)),
  };
}

const hasEnded = ({ revokedAt, expiresAt }: ApiToken, at: Instant): boolean =>
  revokedAt !== undefined || (expiresAt !== undefined && expiresAt <= at);

/** Hexadecimal, as tokens are kept. */
export const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex');

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function personBy({ identity, issuer }: AuthenticatePorts, given: string): Promise<Authenticated> {
  const claims = await verifiedClaims(issuer, given);
  const user = await identity.user(claims.sub);
  if (user === undefined || user.disabledAt !== undefined)
    throw new Refusal(403, 'you have no access here; ask the operators', { reason: 'no-access' });
  // Both must say so: a group alone gives nothing, nor does a record alone.
  const groups = claims['cognito:groups'].filter((group) => role.safeParse(group).success);
  if (!groups.includes(user.role) || (user.role === 'customer' && user.account === undefined))
    throw new Refusal(
      403,
      'your sign-in does not go with your access; sign out, sign in again, or ask the operators',
      {
        reason: 'role-differs',
      },
    );
  const { subject: id, name, account } = user;
  return {
    user,
    principal: {
      kind: 'person',
      id,
      name,
      role: user.role,
      ...(user.role === 'customer' && account !== undefined && { account }),
      scopes: scopesOf(user.role),
    },
  };
}

async function verifiedClaims(
  { issuer, clientId, keys }: TokenIssuer,
  given: string,
): Promise<z.output<typeof accessClaims>> {
  let payload: unknown;
  try {
    ({ payload } = await jwtVerify(given, keys, {
      issuer,
      // Named here, as the token's own word for it cannot be trusted: with a secret of two sides our public key would be one.
      algorithms: ['RS256', 'ES256'],
      requiredClaims: ['exp', 'sub'],
    }));
  } catch (error) {
    if (!isTokensFault(error))
      throw new Refusal(
        503,
        'your sign-in could not be looked at; try again in a minute',
        {},
        { 'retry-after': '30' },
      );
    throw invalid();
  }
  const claims = accessClaims.safeParse(payload);
  if (!claims.success || claims.data.client_id !== clientId) throw invalid();
  return claims.data;
}

/** False for what went wrong while the issuer's keys were fetched. */
const isTokensFault = (error: unknown): boolean =>
  error instanceof errors.JOSEError &&
  !['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'].includes(error.code);

/** One answer for all that is wrong with a token: what exactly it is helps only who forges one. */
const invalid = (): Refusal =>
  unauthorized(
    'the token is not valid here, has expired or was revoked; sign in again, or give another',
    'invalid_token',
  );

/** @see RFC 6750 §3 */
const unauthorized = (detail: string, error: string | undefined): Refusal =>
  new Refusal(
    401,
    detail,
    {},
    { 'www-authenticate': `Bearer realm="mimamori"${error === undefined ? '' : `, error="${error}"`}` },
  );
