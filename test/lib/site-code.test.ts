import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildSite, hashedFolder } from '../../lib/site-code.ts';

const { files, firstScripts, pageScripts } = buildSite();
const text = (path: string): string => Buffer.from(files.get(path) ?? '').toString();
const page = text('index.html');

describe('the built portal', () => {
  it('given the page, when its references are followed, then each is a file of the site, and what is hashed says so by its folder', () => {
    const named = [...page.matchAll(/(?:href|src)="\/([^"]+)"/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThanOrEqual(5);
    for (const path of named) expect([...files.keys()]).toContain(path);
    expect(named.filter((path) => /\.(js|css)$/.test(path))).toEqual(
      named.filter((path) => path.startsWith(`${hashedFolder}/`)),
    );
    for (const path of files.keys()) {
      if (path.includes('/')) expect(path).toMatch(/^assets\/[\w.-]+-[A-Z0-9]{8}\.[a-z0-9]+$/);
    }
  });

  it('given the strict policy, when the page is made, then nothing of it stands inside: no script, style or handler', () => {
    expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script>/);
  });

  it('given the scripts that the page names, then none waits for another to be named', () => {
    expect(firstScripts.length).toBeGreaterThan(1);
    for (const path of firstScripts) expect(page).toContain(`"/${path}"`);
  });

  it('given any page, when it is the first that is opened, then its scripts weigh less than 80 kB in all, compressed', () => {
    expect([...pageScripts.keys()]).toContain('pages/overview-page.tsx');
    for (const [source, scripts] of pageScripts) {
      const weights = [...firstScripts, ...scripts].map(
        (path) => gzipSync(files.get(path) ?? '', { level: 9 }).length,
      );
      expect(
        weights.reduce((sum, one) => sum + one, 0),
        source,
      ).toBeLessThan(80_000);
    }
  });

  it('given the scripts, when they import each other, then by names that are there', () => {
    for (const path of files.keys()) {
      if (extname(path) !== '.js') continue;
      for (const [, name = ''] of text(path).matchAll(/(?:from|import)\s*\(?"\.\/([^"]+)"/g))
        expect([...files.keys()]).toContain(`${hashedFolder}/${name}`);
    }
  });

  it('given web/, when it is built again, then in the same process nothing is done twice', () => {
    expect(buildSite().files).toBe(files);
  });

  it('given a file that is served under its own name, then it is the one of web/', () => {
    expect(text('mark.svg')).toBe(readFileSync('web/mark.svg', 'utf8'));
  });
});
