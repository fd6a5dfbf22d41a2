import { randomInt } from 'node:crypto';

/** Without those that are taken for each other when read aloud or written down. */
const kinds = ['abcdefghjkmnpqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789'];
const groups = 4;
const groupLength = 5;

/** Makes a password that any policy of ours takes: `h7Kma-…`, about 110 bits. */
export function makePassword(): string {
  const all = kinds.join('');
  for (;;) {
    const made = Array.from({ length: groups }, () =>
      Array.from({ length: groupLength }, () => all[randomInt(all.length)]).join(''),
    ).join('-');
    if (kinds.every((kind) => [...kind].some((letter) => made.includes(letter)))) return made;
  }
}
