/**
 * What the pages of the portal weigh: their scripts and styles as they are sent, and how long building all of it takes.
 *
 *     npx node bench/site-weight.ts
 */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { buildSite } from '../lib/site-code.ts';

const begunAt = performance.now();
const { files, firstScripts, pageScripts } = buildSite();
const builtMs = performance.now() - begunAt;

const kilobytes = (paths: readonly string[], compress: (body: Uint8Array) => Uint8Array): string =>
  `${(paths.reduce((sum, path) => sum + compress(files.get(path) ?? new Uint8Array()).length, 0) / 1000).toFixed(1)} kB`;
const line = (name: string, paths: readonly string[]): void =>
  console.log(
    `${name.padEnd(44)} ${kilobytes(paths, (body) => gzipSync(body, { level: 9 })).padStart(9)} gzip ${kilobytes(paths, brotliCompressSync).padStart(9)} brotli`,
  );

console.log(`built in ${builtMs.toFixed(0)} ms; goal: less than 80 kB of scripts by gzip for the overview`);
line('every page', firstScripts);
const pages = [...pageScripts].map(([source, scripts]) => [source, [...firstScripts, ...scripts]] as const);
for (const [source, scripts] of pages.toSorted(([a], [b]) => (a < b ? -1 : 1))) line(source, scripts);
line(
  'all scripts',
  [...files.keys()].filter((path) => path.endsWith('.js')),
);
line(
  'styles',
  [...files.keys()].filter((path) => path.endsWith('.css')),
);
