import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';
import type { Text } from '../../../../core/text.ts';
import type { HttpAnswer } from './exchange.ts';

/** A page as text, or why it cannot be read, as a clause that follows the name of the place. */
export type Page =
  | { readonly text: string; readonly byteLength: number; readonly isCut: boolean }
  | { readonly wrong: Text };

const maxBytes = 1024 * 1024;

/**
 * Makes a text of a page: unpacked, if the server packed it though it was asked not to, up to the first MiB.
 *
 * @param quote makes what a peer sent fit for a message
 */
export async function readPage(
  { body, headers }: Pick<HttpAnswer, 'body' | 'headers'>,
  quote: (sent: string) => string,
): Promise<Page> {
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const make = unpackers[encoding];
  if (make === undefined) {
    const shown = quote(encoding);
    return {
      wrong: {
        ja: `の本文は読めない形式(Content-Encoding: ${shown})です`,
        en: `packed its page in a way that cannot be read (Content-Encoding: ${shown})`,
      },
    };
  }
  const isCut = body.end === 'cut';
  if (make === 'as it is') return { text: decode(body.bytes, headers), byteLength: body.bytes.length, isCut };
  try {
    const { bytes, isFull } = await unpack(make(), body.bytes);
    return { text: decode(bytes, headers), byteLength: bytes.length, isCut: isCut || isFull };
  } catch {
    return {
      wrong: {
        ja: `の本文の圧縮(${encoding})が壊れています`,
        en: `sent a page whose packing (${encoding}) is broken`,
      },
    };
  }
}

// A page that was cut at the bound ends in the middle: what is there is unpacked all the same.
const zlib = { finishFlush: constants.Z_SYNC_FLUSH };
const gzip = () => createGunzip(zlib);
const unpackers: Readonly<Record<string, (() => Transform) | 'as it is' | undefined>> = Object.assign(
  Object.create(null),
  {
    identity: 'as it is',
    '': 'as it is',
    gzip,
    'x-gzip': gzip,
    deflate: () => createInflate(zlib),
    br: () => createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }),
    zstd: () => createZstdDecompress({ finishFlush: constants.ZSTD_e_flush }),
  },
);

/** A MiB can unpack to a GiB: what is beyond the bound is never made. */
async function unpack(unpacker: Transform, packed: Buffer): Promise<{ bytes: Buffer; isFull: boolean }> {
  unpacker.end(packed);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of unpacker) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= maxBytes) break;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), isFull: length >= maxBytes };
}

/** Japanese pages still come in Shift_JIS and EUC-JP. */
function decode(bytes: Buffer, headers: HttpAnswer['headers']): string {
  const charset = /charset="?([\w.:-]{1,40})/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('utf8');
  }
}
