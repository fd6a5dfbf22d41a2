import { sha256 } from './authenticate.ts';
import { Refusal } from './refusal.ts';

/** The header of a request that changes what another may be changing too. */
export const ifMatchHeader = {
  'if-match': {
    description: 'The `ETag` of the last answer, or its `version` in quotes: `"3"`.',
    required: true,
  },
} as const;
export const ifMatchIfWanted = {
  'if-match': { ...ifMatchHeader['if-match'], required: false },
} as const;

/** An ETag that holds the version of what is answered, and tells apart what changes without one, as time passes. */
export const versionTag = (version: number, value: unknown): string =>
  `W/"${version}.${sha256(JSON.stringify(value)).slice(0, 16)}"`;

const given = /^(?:W\/)?"?(\d{1,9})(?:\.[0-9a-f]{16})?"?$/;

/**
 * Refuses a change of what is no longer as it was read.
 *
 * @param header `If-Match`
 * @param tag of the present answer, where a version may come again: it counts where the whole tag is given
 * @throws Refusal 428 without it where it is wanted, 412 with another version
 */
export function matchVersion(
  header: string | undefined,
  version: number,
  { isRequired = true, tag }: { isRequired?: boolean; tag?: string } = {},
): void {
  if (header === undefined) {
    if (!isRequired) return;
    throw new Refusal(428, 'give If-Match with the version that you read: If-Match: "3"');
  }
  if (header.trim() === '*') return;
  const [, read] = given.exec(header.trim()) ?? [];
  if (read === undefined) throw new Refusal(400, 'If-Match is the ETag of an answer, or its version: "3"');
  const isOther = tag !== undefined && header.includes('.') && weak(header) !== weak(tag);
  if (Number(read) !== version || isOther) throw changedMeanwhile();
}

const weak = (tag: string): string => tag.trim().replace(/^W\//, '');

export const changedMeanwhile = (): Refusal =>
  new Refusal(412, 'it was changed meanwhile; read it again, then decide', { reason: 'changed' });
