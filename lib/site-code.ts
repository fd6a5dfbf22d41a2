import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { type BuildOptions, type BuildResult, buildSync } from 'esbuild';

const web = fileURLToPath(new URL('../web/', import.meta.url));

/** The addresses that web/index.html names, and what is built for each. */
const sources = {
  /** Loads its parts as they are needed. */
  module: { address: '/main.js', source: 'main.tsx' },
  /** Runs before the first paint, so that it may not wait for anything. */
  classic: { address: '/early.js', source: 'early.ts' },
  style: { address: '/style/site.css', source: 'style/site.css' },
};
/** Served under their own names. */
const plainFiles = ['mark.svg', 'site.webmanifest'];

/** Where the files lie whose names hold a hash of their content: browsers keep them for good. */
export const hashedFolder = 'assets';

export interface Site {
  /** By path, without a slash at its beginning: `index.html`, `assets/main-5GHJ2K3L.js`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Paths of the scripts that every page waits for: those that index.html names, and what they import at once. */
  readonly firstScripts: readonly string[];
  /** What a page waits for beside, by its source: `pages/overview-page.tsx`. */
  readonly pageScripts: ReadonlyMap<string, readonly string[]>;
}

let built: Site | undefined;

/**
 * Builds the portal from web/, once in a process.
 *
 * @throws with esbuild's findings, and for what no page would load
 */
export function buildSite(): Site {
  built ??= build();
  return built;
}

/** The portal as an asset: a directory here, an archive in the cloud. */
export function siteAsset(scope: Construct): Asset {
  const directory = mkdtempSync(join(tmpdir(), 'mimamori-site-'));
  try {
    for (const [path, content] of buildSite().files) {
      const file = join(directory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    return new Asset(scope, 'Site', { path: directory });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const shared = {
  absWorkingDir: web,
  outdir: web,
  write: false,
  bundle: true,
  minify: true,
  metafile: true,
  platform: 'browser',
  target: 'es2022',
  charset: 'utf8',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  entryNames: `${hashedFolder}/[name]-[hash]`,
  chunkNames: `${hashedFolder}/[name]-[hash]`,
  assetNames: `${hashedFolder}/[name]-[hash]`,
  loader: { '.svg': 'file', '.woff2': 'file' },
  logLevel: 'warning',
} satisfies BuildOptions;

function build(): Site {
  const modules = buildSync({
    ...shared,
    entryPoints: [sources.module.source],
    format: 'esm',
    splitting: true,
  });
  const rest = buildSync({
    ...shared,
    entryPoints: [sources.classic.source, sources.style.source],
    format: 'iife',
  });
  const main = outputOf(modules, sources.module.source);
  const early = outputOf(rest, sources.classic.source);
  const style = outputOf(rest, sources.style.source);
  refuseLooseStyles(modules);
  const imported = importedAtOnce(modules, main);
  const page = namedIn(readFileSync(join(web, 'index.html'), 'utf8'), [
    [sources.module.address, main],
    [sources.classic.address, early],
    [sources.style.address, style],
  ]).replace('  </head>', `${imported.map(preload).join('')}  </head>`);

  const files = new Map<string, Uint8Array>([['index.html', Buffer.from(page)]]);
  for (const name of plainFiles) files.set(name, readFileSync(join(web, name)));
  for (const { path, contents } of [...modules.outputFiles, ...rest.outputFiles])
    files.set(relative(web, path), contents);
  const firstScripts = [early, main, ...imported];
  const pageScripts = Object.entries(modules.metafile.outputs).flatMap(
    ([path, { entryPoint = '' }]): [string, string[]][] => {
      if (!entryPoint.startsWith('pages/')) return [];
      const scripts = [path, ...importedAtOnce(modules, path)];
      return [[entryPoint, scripts.filter((script) => !firstScripts.includes(script))]];
    },
  );
  return { files, firstScripts, pageScripts: new Map(pageScripts) };
}

type Built = BuildResult<typeof shared>;

const outputOf = ({ metafile }: Built, source: string): string => {
  const [path] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === source) ?? [];
  if (path === undefined) throw new Error(`esbuild made nothing of web/${source}`);
  return path;
};

/** What a script imports before it runs, itself and by what it imports, each once. */
function importedAtOnce({ metafile }: Built, entry: string): string[] {
  const found = new Set<string>();
  const follow = (path: string): void => {
    for (const { path: next, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind !== 'import-statement' || found.has(next)) continue;
      found.add(next);
      follow(next);
    }
  };
  follow(entry);
  return [...found];
}

/** A style sheet beside a script would lie there and be loaded by nobody. */
function refuseLooseStyles({ metafile }: Built): void {
  const loose = Object.entries(metafile.outputs).find(([path]) => path.endsWith('.css'));
  if (loose === undefined) return;
  const [, { inputs }] = loose;
  throw new Error(
    `${Object.keys(inputs)
      .map((path) => basename(path))
      .join(', ')} is imported by a script, and no page would load it; ` +
      `import it in web/${sources.style.source}`,
  );
}

/** Puts the built files' names into the page. */
function namedIn(page: string, names: readonly (readonly [address: string, path: string])[]): string {
  return names.reduce((text, [address, path]) => {
    if (!text.includes(`"${address}"`))
      throw new Error(`web/index.html does not name ${address}; without it the page is not whole`);
    return text.replace(`"${address}"`, `"/${path}"`);
  }, page);
}

const preload = (path: string): string => `    <link rel="modulepreload" href="/${path}" />\n`;
