import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import type { LocalUser } from './local-users.ts';
import type { ProviderKeys } from './provider-keys.ts';

export const accessTokenSeconds = 15 * 60;

export interface AccessTokenOf {
  readonly issuer: string;
  readonly clientId: string;
  /** When the person gave their password, in seconds since 1970. */
  readonly authTime: number;
}

/**
 * What an access token says, as the user pool's do.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export const accessClaims = (user: LocalUser, { issuer, clientId, authTime }: AccessTokenOf) => ({
  sub: user.username,
  ...(user.groups.length > 0 && { 'cognito:groups': user.groups }),
  iss: issuer,
  version: 2,
  client_id: clientId,
  origin_jti: randomUUID(),
  token_use: 'access',
  scope: 'openid',
  auth_time: authTime,
  username: user.username,
});

/** Makes an access token for one who has no browser: a script, a test. */
export async function makeAccessToken(
  user: LocalUser,
  keys: ProviderKeys,
  of: AccessTokenOf,
): Promise<string> {
  const key = await importJWK(keys.token, 'RS256');
  return new SignJWT({ ...accessClaims(user, of), jti: randomUUID() })
    .setProtectedHeader({ alg: 'RS256', kid: keys.token.kid })
    .setIssuedAt(of.authTime)
    .setExpirationTime(of.authTime + accessTokenSeconds)
    .sign(key);
}
