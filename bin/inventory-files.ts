import { open, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { InventoryFile } from '../core/inventory/read-yaml.ts';
import { CommandError } from './command-line.ts';

const most = {
  files: 2000,
  /** More than the parser takes, so that it is the parser that says so. */
  fileBytes: 16 * 1024 * 1024,
  allBytes: 64 * 1024 * 1024,
};

/**
 * Reads the files of an inventory. A directory stands for its *.yaml and *.yml files, those of its folders too, in the
 * order of their names; hidden ones are left out. A file that is named twice is read once.
 *
 * @throws CommandError naming every path that cannot be read
 */
export async function readInventoryFiles(paths: readonly string[]): Promise<InventoryFile[]> {
  const faults: string[] = [];
  const names = new Map<string, string>();
  for (const path of paths) {
    try {
      for (const name of await filesAt(path)) names.set(resolve(name), names.get(resolve(name)) ?? name);
    } catch (error) {
      faults.push(faultText(path, error));
    }
  }
  if (names.size > most.files) {
    throw new CommandError(`${names.size} files make too large an inventory; ${most.files} at most`);
  }
  const files: InventoryFile[] = [];
  let allBytes = 0;
  for (const name of names.values()) {
    try {
      const bytes = await readBounded(name);
      allBytes += bytes.byteLength;
      files.push({ name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) });
    } catch (error) {
      faults.push(faultText(name, error));
    }
    if (allBytes > most.allBytes) {
      throw new CommandError(
        `the files have more than ${most.allBytes / 1024 / 1024} MiB; divide the inventory`,
      );
    }
  }
  if (faults.length > 0) throw new CommandError(faults.join('\n'));
  return files;
}

async function filesAt(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((name) => !/(?:^|[/\\])\.[^./\\]/.test(name.slice(path.length)))
    .sort();
  if (found.length > 0) return found;
  throw new CommandError(`${path} has no *.yaml file; name a file, or a directory that has some`);
}

/** Never more than the limit, be it a device without an end. */
async function readBounded(name: string): Promise<Uint8Array> {
  await using file = await open(name);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of file.createReadStream({ autoClose: false })) {
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.byteLength;
    if (bytes > most.fileBytes) {
      throw new CommandError(
        `${name} has more than ${most.fileBytes / 1024 / 1024} MiB; divide it into several files`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function faultText(path: string, error: unknown): string {
  if (error instanceof CommandError) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'ENOENT') return `${path} is not there; give the path of an inventory file or directory`;
  if (code === 'EACCES') return `${path} may not be read; look at its permissions`;
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return `${path} is not UTF-8 text; save it in that encoding`;
  return `${path} cannot be read (${code}); look at the path`;
}
