import { readFile } from 'node:fs/promises';
import { runbookId } from '../../core/ids.ts';
import { renderProblem } from '../../core/inventory/problem.ts';
import type { Runbook } from '../../core/runbook/form.ts';
import { readRunbook } from './read-runbook.ts';

/** The runbooks that may run on an account's servers. */
export interface RunbookLibrary {
  /** @returns undefined when the account has no runbook of this id */
  find(account: string, id: string): Promise<Runbook | undefined>;
}

/** The runbooks that come with Mimamori, for every account. */
export function createShippedLibrary(directory: URL): RunbookLibrary {
  return {
    async find(_account, id) {
      // An id is a part of a file name here.
      if (!runbookId.safeParse(id).success) return undefined;
      const text = await readIfThere(new URL(`${id}.yaml`, directory));
      if (text === undefined) return undefined;
      const parsed = readRunbook({ name: `runbooks/${id}.yaml`, text });
      if (!parsed.ok) throw new Error(parsed.problems.map(renderProblem).join('\n'));
      return parsed.runbook;
    },
  };
}

/** Several as one: an account's own runbook comes before a shipped one of the same id. */
export const libraryOf = (...libraries: readonly RunbookLibrary[]): RunbookLibrary => ({
  async find(account, id) {
    for (const library of libraries) {
      const found = await library.find(account, id);
      if (found !== undefined) return found;
    }
    return undefined;
  },
});

/** What lies beside a function's code: the bundle is flat, so this is `runbooks/` within it. */
export const bundledLibrary = (): RunbookLibrary =>
  createShippedLibrary(new URL('./runbooks/', import.meta.url));

async function readIfThere(file: URL): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
