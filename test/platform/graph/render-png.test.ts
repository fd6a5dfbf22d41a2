import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePng } from '../../../platform/graph/encode-png.ts';
import { createPngRenderer, installedAssets } from '../../../platform/graph/render-png.ts';

const render = createPngRenderer(installedAssets());
const svg = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60" font-family="Noto Sans JP"><rect width="200" height="60" fill="#1558b0"/>${content}</svg>`;

interface Picture {
  readonly width: number;
  readonly height: number;
  /** `#rrggbb` of each pixel, row by row. */
  readonly pixels: readonly string[];
}

/** Reads what `encodePng` writes: one byte for each pixel, no filters. */
function readPng(png: Buffer): Picture {
  expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const header = chunks.get('IHDR') ?? Buffer.alloc(13);
  const palette = chunks.get('PLTE') ?? Buffer.alloc(0);
  const rows = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  expect([...chunks.keys()]).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND']);
  expect([...header.subarray(8)]).toEqual([8, 3, 0, 0, 0]);
  expect(rows).toHaveLength((width + 1) * height);
  const pixels = Array.from({ length: width * height }, (_, n) => {
    const index = rows[Math.floor(n / width) * (width + 1) + 1 + (n % width)] ?? 0;
    return `#${palette.subarray(index * 3, index * 3 + 3).toString('hex')}`;
  });
  return { width, height, pixels };
}

describe('a picture as PNG', () => {
  it('given Japanese letters, when they are drawn twice as large, then they are there, and the same bytes come each time', async () => {
    const [empty, one, other, again] = [
      readPng(await render(svg(''), 2)),
      await render(svg('<text x="10" y="40" font-size="24" fill="#ffffff">障害</text>'), 2),
      await render(svg('<text x="10" y="40" font-size="24" fill="#ffffff">復旧</text>'), 2),
      await render(svg('<text x="10" y="40" font-size="24" fill="#ffffff">障害</text>'), 2),
    ];
    expect([empty.width, empty.height]).toEqual([400, 120]);
    expect(new Set(empty.pixels)).toEqual(new Set(['#1558b0']));
    const white = ({ pixels }: Picture) => pixels.filter((pixel) => pixel === '#ffffff').length;
    expect(white(readPng(one))).toBeGreaterThan(500);
    const hash = (png: Buffer) => createHash('sha256').update(png).digest('hex');
    expect(hash(one)).toBe(hash(again));
    expect(hash(one)).not.toBe(hash(other));
  });

  it('given a picture that names files and addresses, when it is drawn, then nothing of them is', async () => {
    const content =
      '<image href="file:///etc/hostname" width="200" height="60"/><image href="http://127.0.0.1:9/x.png" width="200" height="60"/>';
    expect(new Set(readPng(await render(svg(content), 1)).pixels)).toEqual(new Set(['#1558b0']));
  });

  it('given what is no picture, when it is drawn, then it throws, and the next one is drawn', async () => {
    await expect(render('<svg', 1)).rejects.toThrow();
    expect(readPng(await render(svg(''), 1)).width).toBe(200);
  });

  it('given files that are not there, when a picture is drawn, then it throws', async () => {
    const { renderer } = installedAssets();
    const lost = createPngRenderer({ renderer, font: new URL('file:///nowhere/font.ttf') });
    await expect(lost(svg(''), 1)).rejects.toThrow('ENOENT');
  });

  it('given up to 256 colours, when they are written, then each pixel is what it was', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.integer({ min: 0, max: 0xffffff }), { minLength: 1, maxLength: 200 }),
        (width, colours) => {
          const height = Math.ceil(colours.length / width);
          const pixels = new Uint8Array(width * height * 4);
          for (let n = 0; n < width * height; n++)
            pixels.set(
              [(colours[n] ?? 0) >> 16, ((colours[n] ?? 0) >> 8) & 255, (colours[n] ?? 0) & 255, 255],
              n * 4,
            );
          const read = readPng(encodePng(pixels, width, height));
          expect(read.pixels).toEqual(
            Array.from(
              { length: width * height },
              (_, n) => `#${(colours[n] ?? 0).toString(16).padStart(6, '0')}`,
            ),
          );
        },
      ),
    );
  });

  it('given more colours than a palette has, when they are written, then the frequent ones stay and the others become their nearest', () => {
    const pixels = new Uint8Array(600 * 4);
    // 300 white ones, and 300 different greys and blues.
    for (let n = 0; n < 600; n++)
      pixels.set(n < 300 ? [255, 255, 255, 255] : [n % 256, n % 256, Math.floor(n / 3), 255], n * 4);
    const { pixels: read } = readPng(encodePng(pixels, 600, 1));
    expect(read.slice(0, 300).every((pixel) => pixel === '#ffffff')).toBe(true);
    expect(new Set(read).size).toBe(256);
    for (let n = 300; n < 600; n++) {
      const [red, blue] = [
        Number.parseInt(read[n]?.slice(1, 3) ?? '', 16),
        Number.parseInt(read[n]?.slice(5) ?? '', 16),
      ];
      expect(Math.abs(red - (n % 256)) + Math.abs(blue - Math.floor(n / 3))).toBeLessThan(120);
    }
  });
});
