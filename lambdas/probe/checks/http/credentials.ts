import type { SecretRef } from '../../../../core/ids.ts';
import { peerText } from '../../../../platform/network/peer-text.ts';
import type { HttpSettings } from './settings.ts';

/** What proves to a server who asks. */
export interface Credentials {
  /** The headers that carry them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Makes what a peer sent fit for a message: what it sends back of our secrets is taken out. */
  readonly quote: (sent: string, maxLength?: number) => string;
}

/**
 * Reads the secrets that the settings name.
 *
 * @throws SecretMissing, or an error that names the secret which no header can carry
 * @see RFC 7617 (basic), RFC 6750 (bearer)
 */
export async function readCredentials(
  { authorization, secretHeaders = {} }: Pick<HttpSettings, 'authorization' | 'secretHeaders'>,
  secret: (ref: SecretRef) => Promise<string>,
): Promise<Credentials> {
  const headers: Record<string, string> = {};
  const secrets: string[] = [];
  const read = async (ref: SecretRef): Promise<string> => {
    const value = await secret(ref);
    secrets.push(value);
    return value;
  };
  const readForHeader = async (ref: SecretRef): Promise<string> => {
    const value = await read(ref);
    if (/^[\x20-\x7e]+$/.test(value)) return value;
    throw new Error(
      `secret ${ref} is empty or has a line break or a character beyond ASCII in it, which a header cannot carry; put it there anew with: mimamori secret put ${ref}`,
    );
  };
  if (authorization?.bearer !== undefined) {
    headers.Authorization = `Bearer ${await readForHeader(authorization.bearer)}`;
  }
  if (authorization?.basic !== undefined) {
    const { user, password } = authorization.basic;
    const pair = Buffer.from(`${user}:${await read(password)}`).toString('base64');
    secrets.push(pair);
    headers.Authorization = `Basic ${pair}`;
  }
  for (const [name, ref] of Object.entries(secretHeaders)) headers[name] = await readForHeader(ref);

  // Longest first: one may be a part of another.
  const hidden = secrets
    .flatMap((value) => [value, encodeURIComponent(value)])
    .filter((value) => value !== '')
    .sort((a, b) => b.length - a.length);
  const quote = (sent: string, maxLength = 60) =>
    peerText(
      hidden.reduce((text, value) => text.replaceAll(value, '***'), sent),
      maxLength,
    );
  return { headers, quote };
}
