import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BoundedLog } from '../../../local/functions/bounded-log.ts';
import { temporaryDirectory } from '../assembly/write-assembly.ts';

it('given a limit of ten bytes, when thirty are written, then two files of ten stay, the newest last', () => {
  const directory = temporaryDirectory();
  const log = new BoundedLog(join(directory, 'a.log'), 10);
  for (const piece of ['one\n', 'two\n', 'three\n', 'four\n', 'five\n']) log.write(piece);
  expect(readdirSync(directory).sort()).toEqual(['a.log', 'a.log.1']);
  expect(readFileSync(join(directory, 'a.log.1'), 'utf8')).toBe('three\n');
  expect(readFileSync(join(directory, 'a.log'), 'utf8')).toBe('four\nfive\n');
  expect(statSync(join(directory, 'a.log')).mode & 0o777).toBe(0o600);
});

it('given a piece longer than the limit, when it is written, then it is cut', () => {
  const directory = temporaryDirectory();
  new BoundedLog(join(directory, 'a.log'), 10).write('x'.repeat(100));
  expect(readFileSync(join(directory, 'a.log'), 'utf8')).toBe('x'.repeat(10));
});
