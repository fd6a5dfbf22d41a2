import { crc32, deflateSync } from 'node:zlib';

const mostColours = 256;
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * Writes opaque pixels as a PNG with a palette: a third of the bytes of one with true colours, which a mail carries to every
 * contact. The most frequent colours stay as they are, the others become the nearest of them; a graph has few, and the
 * rest are the edges of its letters.
 *
 * @param pixels red, green, blue and alpha for each; alpha is taken for opaque
 * @see PNG (Third Edition), W3C
 */
export function encodePng(pixels: Uint8Array, width: number, height: number): Buffer {
  const { palette, indexOf } = paletteOf(pixels);
  // One byte before each row: it is not filtered, which is best for a palette.
  const rows = Buffer.alloc((width + 1) * height);
  // Neighbours are mostly of one colour, and a look-up for each pixel is what takes time.
  let colour = -1;
  let index = 0;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const next = colourAt(pixels, pixel * 4);
    if (next !== colour) index = indexOf.get(next) ?? 0;
    colour = next;
    rows[pixel + Math.floor(pixel / width) + 1] = index;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits for each pixel, of a palette.
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap(partsOf))),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const colourAt = (pixels: Uint8Array, at: number): number =>
  ((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0);

const partsOf = (colour: number): [number, number, number] => [
  colour >> 16,
  (colour >> 8) & 255,
  colour & 255,
];

function paletteOf(pixels: Uint8Array): { palette: number[]; indexOf: Map<number, number> } {
  const counts = new Map<number, number>();
  let start = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    const colour = colourAt(pixels, at);
    if (at + 4 < pixels.length && colourAt(pixels, at + 4) === colour) continue;
    counts.set(colour, (counts.get(colour) ?? 0) + (at + 4 - start) / 4);
    start = at + 4;
  }
  // Of two that are as frequent the darker one: the order must not go by where they come first.
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || a - b).map(([colour]) => colour);
  const palette = byCount.slice(0, mostColours);
  const indexOf = new Map(palette.map((colour, index) => [colour, index]));
  for (const colour of byCount.slice(mostColours)) indexOf.set(colour, nearest(colour, palette));
  return { palette, indexOf };
}

function nearest(colour: number, palette: readonly number[]): number {
  const [red, green, blue] = partsOf(colour);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, one] of palette.entries()) {
    const distance = ((one >> 16) - red) ** 2 + (((one >> 8) & 255) - green) ** 2 + ((one & 255) - blue) ** 2;
    if (distance >= least) continue;
    best = index;
    least = distance;
  }
  return best;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
