/**
 * Makes docs/portal.md and its pictures: every page in Japanese on a wide screen by day, and in English on a phone by night.
 *
 *     npm run draw-portal [-- name ...]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPngRenderer, installedAssets } from '../../platform/graph/render-png.ts';
import { sampledPages } from './pages.ts';

const pictures = 'docs/portal';
/** Of a page that goes on and on the beginning is enough. */
const mostPixels = { wide: 2200, narrow: 2600 };
const variants = [
  { suffix: 'wide', name: 'ja-1440-light', width: 1440, shown: 560, most: mostPixels.wide },
  { suffix: 'narrow', name: 'en-360-dark', width: 360, shown: 180, most: mostPixels.narrow },
] as const;

const directory = mkdtempSync(join(tmpdir(), 'mimamori-portal-'));
const render = createPngRenderer(installedAssets());
const wanted = process.argv.slice(2);
if (wanted.length === 0) rmSync(pictures, { recursive: true, force: true });
mkdirSync(pictures, { recursive: true });
try {
  execFileSync(process.execPath, ['test/web/screenshots.ts', directory, ...wanted], {
    env: { ...process.env, ONLY: variants.map(({ name }) => name).join(',') },
    stdio: 'inherit',
  });
  for (const { name } of sampledPages.filter((one) => wanted.length === 0 || wanted.includes(one.name)))
    for (const { suffix, name: variant, width, most } of variants) {
      const png = readFileSync(join(directory, `${name}-${variant}.png`));
      // Of a PNG the height lies behind the width in its first chunk.
      const height = Math.min(most, png.readUInt32BE(20));
      // Drawn anew with a palette, which takes a third of the bytes.
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image href="data:image/png;base64,${png.toString('base64')}" width="${width}" height="${png.readUInt32BE(20)}"/></svg>`;
      writeFileSync(join(pictures, `${name}-${suffix}.png`), await render(svg, 1));
    }
} finally {
  rmSync(directory, { recursive: true });
}

const page = ({ name, path, options }: (typeof sampledPages)[number]): string => {
  const who = options.role === undefined ? 'customer' : options.role;
  const images = variants.map(
    ({ suffix, shown }) =>
      `<img src="portal/${name}-${suffix}.png" width="${shown}" alt="${name}, ${suffix}">`,
  );
  return `## ${name}\n\n\`${path}\`, as ${who}\n\n${images.join('\n')}\n`;
};
writeFileSync(
  'docs/portal.md',
  `# The portal in pictures

Every page on sample data, in Japanese on a wide screen in light colours and in English on a phone in dark ones, as \`npm run draw-portal\`
draws them.

${sampledPages.map(page).join('\n')}`,
);
