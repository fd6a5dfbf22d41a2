import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, it } from 'vitest';
import { entries, entryName } from '../../lib/function-code.ts';
import { assetsIn, createPngRenderer } from '../../platform/graph/render-png.ts';
import { appFor } from './templates.ts';

/** Imports a module of the bundle as Lambda does, in a thread with no code of ours. @returns the types of its exports */
function exportsOf(file: string): Promise<Record<string, string>> {
  const script = `
    const { parentPort } = require('node:worker_threads');
    import(${JSON.stringify(pathToFileURL(file).href)}).then((module) =>
      parentPort.postMessage(Object.fromEntries(Object.entries(module).map(([name, value]) => [name, typeof value]))));`;
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { eval: true, env: {}, execArgv: [] });
    worker.once('message', resolve).once('error', reject);
  });
}

describe('the code of the functions', () => {
  let directory: string;
  beforeAll(() => {
    const { assets, directory: assembly } = assemblyOf();
    const code = assets.find((path) => globSync(`${join(assembly, path)}/sweep.mjs`).length === 1);
    directory = join(assembly, code ?? 'no asset has the functions');
  });

  it('given lambdas/, when files that export a handler are listed, then each is an entry of the bundle', () => {
    const withHandler = globSync('lambdas/**/*.ts')
      .filter((file) => /^export const handler\b/m.test(readFileSync(file, 'utf8')))
      .map((file) => file.replace(/^lambdas\/|\.ts$/g, ''));
    expect(withHandler.sort()).toEqual([...entries].sort());
  });

  for (const entry of entries) {
    it(`given the bundle, when ${entryName(entry)} is loaded without any environment, then it has its handler`, async () => {
      expect(await exportsOf(join(directory, `${entryName(entry)}.mjs`))).toMatchObject({
        handler: 'function',
      });
    });
  }

  it('given the runbooks, when the bundle is made, then they lie beside the code, where a first response looks for them', () => {
    const names = (folder: string) =>
      globSync(`${folder}/runbooks/*`)
        .map((file) => basename(file))
        .sort();
    expect(names(directory)).toEqual(names('.'));
    // The code asks for ./runbooks/ from where it lies itself, so none of it may lie deeper.
    expect(globSync(join(directory, '*/**/*.mjs'))).toEqual([]);
    const readers = globSync(join(directory, '*.mjs')).filter((file) =>
      readFileSync(file, 'utf8').includes('new URL("./runbooks/", import.meta.url)'),
    );
    expect(readers).toHaveLength(1);
  });

  it('given the renderer and the font of pictures, when the bundle is made, then a function finds them beside its code and draws', async () => {
    const render = createPngRenderer(assetsIn(pathToFileURL(`${directory}/`)));
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text y="15">障害</text></svg>';
    expect((await render(svg, 1)).subarray(1, 4).toString()).toBe('PNG');
    expect(readFileSync(join(directory, 'NotoSansJP-LICENSE.txt'), 'utf8')).toContain(
      'SIL OPEN FONT LICENSE',
    );
  });

  it('given the bundle, when it is made again, then it has the same hash, so that nothing is deployed in vain', () => {
    expect(assemblyOf().assets.sort()).toEqual(assemblyOf().assets.sort());
  });
});

function assemblyOf(): { directory: string; assets: string[] } {
  const { directory } = appFor().synth();
  const manifest = JSON.parse(readFileSync(join(directory, 'MimamoriService.assets.json'), 'utf8')) as {
    files: Record<string, { source: { path: string } }>;
  };
  return {
    directory,
    assets: Object.values(manifest.files)
      .map(({ source }) => source.path)
      .filter((path) => path.startsWith('asset.')),
  };
}
