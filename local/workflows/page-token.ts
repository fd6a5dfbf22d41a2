import { createHash } from 'node:crypto';
import { ServiceError } from './service-error.ts';

/** What a page belongs to: the operation, and all of its request but the page itself. */
export interface Listing {
  readonly operation: string;
  readonly request: Readonly<Record<string, unknown>>;
}

const digestBytes = 12;

/**
 * The `nextToken` of a page. It holds where the next page begins, and a digest that ties it to its listing: a token that
 * was cut short, mixed up or meant for another request would else show some other page without a word.
 *
 * It is no secret: who can list may begin where they like. So it needs no key, and outlives a restart.
 *
 * @param position where the next page begins, as the engine says it
 */
export function writePageToken(listing: Listing, position: string): string {
  return Buffer.concat([digest(listing, position), Buffer.from(position)]).toString('base64url');
}

/** @throws ServiceError `InvalidToken` for a token that was not written for this listing */
export function readPageToken(listing: Listing, token: string): string {
  const bytes = Buffer.from(token, 'base64url');
  const position = bytes.subarray(digestBytes).toString();
  // Compared as text: several texts decode to the same bytes.
  if (position !== '' && writePageToken(listing, position) === token) return position;
  throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
}

function digest({ operation, request }: Listing, position: string): Buffer {
  const { maxResults: _size, nextToken: _token, ...rest } = request;
  const fields = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([operation, fields, position]);
  return createHash('sha256').update(text).digest().subarray(0, digestBytes);
}
