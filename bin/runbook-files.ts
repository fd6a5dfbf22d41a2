import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { knownNames } from '../core/inventory/nearest.ts';
import { shown } from '../core/inventory/printable.ts';
import { renderProblem } from '../core/inventory/problem.ts';
import type { Runbook } from '../core/runbook/form.ts';
import { readRunbook } from '../lambdas/response/read-runbook.ts';
import { CommandError } from './command-line.ts';
import { readInventoryFiles } from './inventory-files.ts';

const directory = fileURLToPath(new URL('../runbooks/', import.meta.url));

/** The runbooks that come with Mimamori, in the order of their names. */
export async function shippedRunbooks(): Promise<Runbook[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(
    names.map(async (name) =>
      checkedRunbook(`runbooks/${name}`, await readFile(join(directory, name), 'utf8')),
    ),
  );
}

/**
 * The runbook that a word names: the id of a shipped one, or the path of a file.
 *
 * @throws CommandError with every fault of the file
 */
export async function runbookNamed(word: string): Promise<Runbook> {
  if (/[./\\]/.test(word)) return (await runbookFile(word)).runbook;
  const all = await shippedRunbooks();
  const found = all.find(({ id }) => id === word);
  if (found !== undefined) return found;
  const ids = all.map(({ id }) => id);
  throw new CommandError(`${shown(word)} is no runbook; ${knownNames(word, 'runbooks', ids)}`);
}

/**
 * A runbook in a file of one's own.
 *
 * @throws CommandError with every fault of the file
 */
export async function runbookFile(path: string): Promise<{ runbook: Runbook; text: string }> {
  const [file] = await readInventoryFiles([path]);
  if (file === undefined) throw new CommandError(`${shown(path)} is no file; give the path of a runbook`);
  return { runbook: checkedRunbook(file.name, file.text), text: file.text };
}

function checkedRunbook(name: string, text: string): Runbook {
  const parsed = readRunbook({ name, text });
  if (!parsed.ok) throw new CommandError(parsed.problems.map(renderProblem).join('\n'));
  const { id } = parsed.runbook;
  if (basename(name).replace(/\.ya?ml$/, '') !== id) {
    throw new CommandError(`${name}: id is ${shown(id)}; name the file ${id}.yaml, so that it is found`);
  }
  return parsed.runbook;
}
