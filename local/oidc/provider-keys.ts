import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { readIfThere, writeWhole } from '../whole-file.ts';

const providerKeys = z.strictObject({
  /** Signs tokens: an RSA key with its private part. */
  token: z.looseObject({
    kty: z.literal('RSA'),
    kid: z.string(),
    d: z.string(),
    n: z.string(),
    e: z.string(),
  }),
  /** Signs the cookies of the sign-in. */
  cookie: z.string().min(32),
});
export type ProviderKeys = z.output<typeof providerKeys>;

/**
 * Reads the keys of the one machine's sign-in, or makes them.
 *
 * @param file its owner's alone
 * @throws when the file is none of ours; the message names it and the mend
 */
export async function openProviderKeys(file: string): Promise<ProviderKeys> {
  const kept = readIfThere(file);
  if (kept === undefined) {
    const made = await makeKeys();
    writeWhole(file, Buffer.from(JSON.stringify(made)));
    return made;
  }
  chmodSync(file, 0o600);
  try {
    return providerKeys.parse(JSON.parse(kept.toString('utf8')));
  } catch {
    // What could not be read may be a key: it stays out of the message.
    throw new Error(
      `${file} does not hold the keys of the sign-in; delete it, and everybody signs in again with new ones`,
    );
  }
}

async function makeKeys(): Promise<ProviderKeys> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const kid = randomBytes(12).toString('base64url');
  return providerKeys.parse({
    token: { ...(await exportJWK(privateKey)), kid, use: 'sig', alg: 'RS256' },
    cookie: randomBytes(32).toString('base64url'),
  });
}
