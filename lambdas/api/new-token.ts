import { randomBytes, randomInt } from 'node:crypto';
import { sha256 } from './authenticate.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** An id of twelve letters and digits, as tokens, maintenances and announcements have. */
export const newId = (): string =>
  Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('');

/** Makes a token's id, the text that is shown once, and the hash that is kept. The secret has 256 bits. */
export function newToken(): { readonly id: string; readonly text: string; readonly hash: string } {
  const id = newId();
  const secret = randomBytes(32).toString('base64url');
  return { id, text: `mim_${id}_${secret}`, hash: sha256(secret) };
}
