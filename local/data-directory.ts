import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from './start-error.ts';

/** Where everything is kept that outlives the process. Held by one process at a time. */
export interface DataDirectory {
  readonly path: string;
  /** A file or directory in it. */
  file(...parts: string[]): string;
  release(): void;
}

/**
 * Makes the directory if it is absent, and takes it for this process. The lock is the kernel's, through SQLite:
 * it ends with the process, however that ends, and leaves nothing stale behind.
 *
 * @throws StartError when it cannot be written to, or another process has it
 */
export function openDataDirectory(path: string): DataDirectory {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new StartError(
      `data directory ${path} cannot be written to (${codeOf(cause)}); give another one with --data DIR, or change its owner or mode`,
      { cause },
    );
  }
  const holder = join(path, 'lock.pid');
  const lock = new DatabaseSync(join(path, 'lock'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new StartError(
      `data directory ${path} is in use by process ${readHolder(holder)}; stop that one, or give this one another directory with --data DIR`,
      { cause },
    );
  }
  writeFileSync(holder, String(process.pid), { mode: 0o600 });
  return {
    path,
    file: (...parts) => join(path, ...parts),
    release: () => lock.close(),
  };
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
