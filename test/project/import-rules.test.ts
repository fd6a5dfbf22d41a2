import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Rule {
  readonly from: readonly string[];
  /** The only packages it may import; any without. */
  readonly packages?: readonly string[];
}

/** What the rules may use besides themselves: schemas, a parser, address and calendar arithmetic; no I/O. */
const purePackages = ['zod', 'yaml', 'ipaddr.js', 'temporal-polyfill'];

/** What each folder may import of the project. */
const rules: Readonly<Record<string, Rule>> = {
  core: { from: ['core'], packages: purePackages },
  platform: { from: ['core', 'platform'] },
  lambdas: { from: ['core', 'platform', 'lambdas'] },
  lib: { from: ['core', 'lib'] },
  local: { from: ['core', 'platform', 'local'] },
  bin: { from: ['core', 'platform', 'lambdas', 'lib', 'local', 'bin'] },
  // Every byte is carried to a phone.
  web: { from: ['core', 'web'], packages: ['preact', 'preact/hooks', 'uplot'] },
};
const time = /\bDate\.now\(|\bnew Date\(\)|\bTemporal\.Now\b/;
const timeOrChance =
  /\bDate\.now\(|\bnew Date\(\)|\bTemporal\.Now\b|\bMath\.random\(|\bperformance\.now\(|\bprocess\./;

const importsOf = (source: string): string[] =>
  [...source.matchAll(/(?:\bfrom|\bimport)(?: |\s*\(\s*)'([^'\s]+)'/g)].flatMap(([, name]) =>
    name === undefined ? [] : [name],
  );

const files = Object.keys(rules).flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`));

describe('imports go one way', () => {
  it('given the source tree, when it is listed, then there is something to look at in every folder', () => {
    for (const folder of Object.keys(rules))
      expect(files.some((file) => file.startsWith(`${folder}/`))).toBe(true);
  });

  for (const [folder, rule] of Object.entries(rules)) {
    it(`given the files of ${folder}, when their imports are read, then each comes from ${rule.from.join(', ')}`, () => {
      const wrong = files
        .filter((file) => file.startsWith(`${folder}/`))
        .flatMap((file) => importsOf(readFileSync(file, 'utf8')).map((name) => ({ file, name })))
        .filter(({ file, name }) => !isAllowed(file, name, rule))
        .map(({ file, name }) => `${file} imports ${name}`);
      expect(wrong).toEqual([]);
    });
  }
});

function isAllowed(file: string, name: string, { from, packages }: Rule): boolean {
  if (!name.startsWith('.')) return packages === undefined || packages.includes(name);
  const target = normalize(join(dirname(file), name));
  return (
    from.some((folder) => target.startsWith(`${folder}/`)) || ['package.json', 'cdk.json'].includes(target)
  );
}

describe('the portal is light', () => {
  it('given what its files import of core beyond types, when that is followed, then no package comes with it', () => {
    const wrong = files
      .filter((file) => file.startsWith('web/'))
      .flatMap((file) =>
        valuesOf(file)
          .filter((target) => target.startsWith('core/'))
          .flatMap((target) =>
            packagesBehind(target).map((name) => `${file} imports ${target}, and with it ${name}`),
          ),
      );
    expect(wrong).toEqual([]);
  });
});

/** The files that a file imports to run: types are gone by then. */
function valuesOf(file: string): string[] {
  const source = readFileSync(file, 'utf8').replace(/^import type [^;]*;$/gms, '');
  return importsOf(source).map((name) =>
    name.startsWith('.') ? normalize(join(dirname(file), name)) : name,
  );
}

function packagesBehind(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  return valuesOf(file).flatMap((target) =>
    target.startsWith('core/') ? packagesBehind(target, seen) : [target],
  );
}

describe('nobody asks what time it is', () => {
  for (const folder of ['core', 'platform', 'lambdas']) {
    it(`given the files of ${folder}, when they are read, then time is given to them`, () => {
      // Outside of core I/O is measured, retries have jitter, and settings come from the environment.
      const forbidden = folder === 'core' ? timeOrChance : time;
      const found = files
        .filter((file) => file.startsWith(`${folder}/`))
        .flatMap((file) =>
          readFileSync(file, 'utf8')
            .split('\n')
            .map((line, index) => `${file}:${index + 1}: ${line.trim()}`),
        )
        .filter((line) => forbidden.test(line));
      expect(found).toEqual([]);
    });
  }
});
