import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';

const timeoutMs = 5_000;

const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

/**
 * The keys that an issuer signs with, found by its own description, fetched when first needed and kept. A key that is not
 * among them makes it look again, every 30 seconds at most, so that forged ones cost the issuer nothing.
 *
 * @throws (the set itself) when the issuer cannot be reached; the next request tries again
 * @see OpenID Connect Discovery 1.0 §4
 */
export function remoteKeys(issuer: string): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    found ??= find(issuer).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return (await found)(header, token);
  };
}

async function find(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer}/.well-known/openid-configuration`;
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${url} answered with status ${response.status}, wanted 200`);
  const described = discovery.parse(await response.json());
  if (described.issuer !== issuer)
    throw new Error(`${url} describes the issuer ${described.issuer}; set OIDC_ISSUER to the same`);
  return createRemoteJWKSet(new URL(described.jwks_uri), { timeoutDuration: timeoutMs });
}
