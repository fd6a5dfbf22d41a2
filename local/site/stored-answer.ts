import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { StoredFile } from './bucket-files.ts';

type Encoding = 'br' | 'gzip';

/** The service compresses what is larger than this and smaller than ten million bytes. */
const leastBytes = 1_000;
const compressible =
  /^(text\/|application\/(javascript|json|manifest\+json|xml)|image\/(svg\+xml|vnd\.microsoft\.icon))/;

const compressors: Readonly<Record<Encoding, (body: Buffer) => Promise<Buffer>>> = {
  br: (body) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (body) => promisify(gzip)(body, { level: 9 }),
};

/** Compressed once, at the first request for it. */
const compressed = new WeakMap<StoredFile, Map<Encoding, Promise<Buffer>>>();

function compress(file: StoredFile, encoding: Encoding): Promise<Buffer> {
  const known = compressed.get(file) ?? new Map<Encoding, Promise<Buffer>>();
  compressed.set(file, known);
  const body = known.get(encoding) ?? compressors[encoding](file.body);
  known.set(encoding, body);
  return body;
}

/** Answers GET and HEAD for a file: whole, compressed where that helps, or with 304 for who has it already. */
export async function answerFile(
  file: StoredFile,
  request: Request,
  { isCompressed }: { readonly isCompressed: boolean },
): Promise<Response> {
  const canBeCompressed = isCompressed && file.body.length >= leastBytes && compressible.test(file.type);
  const encoding = canBeCompressed ? chooseEncoding(request.headers.get('accept-encoding')) : undefined;
  const headers = new Headers({
    'content-type': file.type,
    // What was compressed is not the same, byte by byte.
    etag: encoding === undefined ? file.etag : `W/${file.etag}`,
  });
  if (file.cacheControl !== undefined) headers.set('cache-control', file.cacheControl);
  if (canBeCompressed) headers.set('vary', 'accept-encoding');
  if (isKnown(request.headers.get('if-none-match'), file.etag)) {
    return new Response(null, { status: 304, headers });
  }
  const body = encoding === undefined ? file.body : await compress(file, encoding);
  if (encoding !== undefined) headers.set('content-encoding', encoding);
  headers.set('content-length', String(body.length));
  return new Response(request.method === 'HEAD' ? null : new Uint8Array(body), { headers });
}

/** Brotli before gzip; what the reader refuses by a weight of zero is not taken. */
function chooseEncoding(accepted: string | null): Encoding | undefined {
  const wishes = (accepted ?? '')
    .slice(0, 500)
    .split(',')
    .map((entry) =>
      entry
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/),
    )
    .filter(([, weight]) => weight === undefined || !/^q=0(\.0*)?$/.test(weight))
    .map(([name]) => name);
  return (['br', 'gzip'] as const).find((encoding) => wishes.includes(encoding));
}

const isKnown = (given: string | null, etag: string): boolean =>
  (given ?? '')
    .slice(0, 2_000)
    .split(',')
    .some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag);
