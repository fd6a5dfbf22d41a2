import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import pLimit from 'p-limit';
import { z } from 'zod';

/** A password as it is kept. */
export const passwordHash = z.strictObject({
  kind: z.literal('scrypt'),
  cost: z.int(),
  blockSize: z.int(),
  parallel: z.int(),
  salt: z.base64(),
  hash: z.base64(),
});
export type PasswordHash = z.output<typeof passwordHash>;

/** @see OWASP, Password Storage Cheat Sheet: one of the settings for scrypt, 32 MB */
const setting = { cost: 2 ** 15, blockSize: 8, parallel: 3 };
const hashBytes = 32;

/** Each takes 32 MB and a fifth of a second: whoever sends many passwords waits, and not everybody else. */
const limit = pLimit(2);

/** Hashes a password under a salt of its own. */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, setting);
  return { kind: 'scrypt', ...setting, salt: salt.toString('base64'), hash: hash.toString('base64') };
}

/** Stands in for users that do not exist or have no password: a look at them takes as long. */
const nobody: PasswordHash = {
  kind: 'scrypt',
  ...setting,
  salt: Buffer.alloc(16).toString('base64'),
  hash: Buffer.alloc(hashBytes).toString('base64'),
};

/** @returns true only for the right password of one who has one; takes as long for everybody */
export async function isPassword(password: string, kept: PasswordHash | undefined): Promise<boolean> {
  const { salt, hash, cost, blockSize, parallel } = kept ?? nobody;
  const derived = await derive(password, Buffer.from(salt, 'base64'), { cost, blockSize, parallel });
  return timingSafeEqual(derived, Buffer.from(hash, 'base64')) && kept !== undefined;
}

/** How many passwords wait to be looked at. */
export const waitingPasswords = (): number => limit.pendingCount;

const derive = (
  password: string,
  salt: Buffer,
  { cost, blockSize, parallel }: typeof setting,
): Promise<Buffer> => {
  const options: ScryptOptions = {
    cost,
    blockSize,
    parallelization: parallel,
    maxmem: 2 * 128 * blockSize * (cost + parallel),
  };
  return limit(
    () =>
      new Promise((resolve, reject) => {
        // One keyboard sends an accent with its letter, another after it.
        scrypt(password.normalize('NFKC'), salt, hashBytes, options, (error, key) => {
          if (error === null) resolve(key);
          else reject(error);
        });
      }),
  );
};
