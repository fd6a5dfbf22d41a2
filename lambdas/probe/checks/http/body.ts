import type { Readable } from 'node:stream';
import { TimeLimitReached } from '../check-type.ts';
import { NotHttp } from './faults.ts';

/** What came of a page. */
export interface HttpBody {
  /** The bytes that were kept, at most a MiB. */
  readonly bytes: Buffer;
  readonly receivedBytes: number;
  /** By Content-Length, if the server gave one. */
  readonly announcedBytes: number | undefined;
  /** `cut` by us at the bound, `short` by the peer before its end, `stalled` when the time was up. */
  readonly end: 'whole' | 'cut' | 'short' | 'stalled';
}

const maxBytes = 1024 * 1024;

/**
 * Reads a page to its end or to the bound, to learn whether it comes whole; keeps it only if somebody looks at it.
 *
 * @throws NotHttp, or the signal's reason if that is not the time limit
 */
export function readBody(
  stream: Readable,
  { isKept, announced }: { readonly isKept: boolean; readonly announced: string | undefined },
  signal: AbortSignal,
): Promise<HttpBody> {
  const chunks: Buffer[] = [];
  let receivedBytes = 0;
  const announcedBytes = /^\d{1,15}$/.test(announced ?? '') ? Number(announced) : undefined;
  return new Promise((resolve, reject) => {
    const finish = (end: HttpBody['end']) => {
      signal.removeEventListener('abort', onAbort);
      resolve({ bytes: Buffer.concat(chunks).subarray(0, maxBytes), receivedBytes, announcedBytes, end });
    };
    const fail = (reason: unknown) => {
      signal.removeEventListener('abort', onAbort);
      reject(reason);
    };
    const onAbort = () => {
      if (signal.reason instanceof TimeLimitReached) finish('stalled');
      else fail(signal.reason);
    };
    signal.addEventListener('abort', onAbort);
    stream.on('data', (chunk: Buffer) => {
      receivedBytes += chunk.length;
      if (isKept) chunks.push(chunk);
      if (receivedBytes < maxBytes) return;
      stream.pause();
      finish(receivedBytes === announcedBytes ? 'whole' : 'cut');
    });
    stream.on('end', () => finish('whole'));
    stream.on('error', (error) => (error instanceof NotHttp ? fail(error) : finish('short')));
    stream.on('close', () => finish('short'));
    // Head and fault may have come in one packet, and were told before anybody listened here.
    if (stream.errored instanceof NotHttp) fail(stream.errored);
    else if (stream.closed) finish('short');
    else if (signal.aborted) onAbort();
  });
}
