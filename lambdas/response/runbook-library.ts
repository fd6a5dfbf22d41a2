import { readFile } from 'node:fs/promises';
import { runbookId } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import { renderProblem } from '../../core/inventory/problem.ts';
import type { Repair } from '../../core/response/repair.ts';
import type { Runbook } from '../../core/runbook/form.ts';
import type { Text } from '../../core/text.ts';
import type { OperatorNotice } from '../mail/tell-operators.ts';
import { readRunbook } from './read-runbook.ts';

/** The runbooks that may run on an account's servers. */
export interface RunbookLibrary {
  /**
   * @returns undefined when the account has no runbook of this id
   * @throws RunbookWithheld
   */
  find(account: string, id: string): Promise<Runbook | undefined>;
}

/** The account has such a runbook, and it may not run as things stand. */
export class RunbookWithheld extends Error {
  /** For the timeline, which customers read too. */
  readonly reason: Text;

  constructor(reason: Text) {
    super(reason.en);
    this.name = 'RunbookWithheld';
    this.reason = reason;
  }
}

const unknown: Text = {
  en: 'There is no such runbook for this account.',
  ja: 'この手順書は登録されていません。',
};

/** @returns the runbook, or why there is none that may run */
export async function findRunbook(
  library: RunbookLibrary,
  account: string,
  id: string,
): Promise<{ readonly runbook: Runbook } | { readonly lack: Text }> {
  try {
    const runbook = await library.find(account, id);
    return runbook === undefined ? { lack: unknown } : { runbook };
  } catch (error) {
    if (error instanceof RunbookWithheld) return { lack: error.reason };
    throw error;
  }
}

/** Monitors may name it, so that each incident would skip it: whoever writes and approves runbooks is to know. */
export function runbookLackNotice(
  { incident, monitor, runbook }: Pick<Repair, 'incident' | 'monitor' | 'runbook'>,
  account: string,
  at: Instant,
  lack: Text,
): OperatorNotice {
  const name = `${account}/${runbook}`;
  return {
    key: `runbook-lack/${name}/${incident}`,
    at,
    subject: {
      en: `Runbook ${name} was skipped in incident ${incident}`,
      ja: `手順書 ${name} を実行できませんでした(インシデント ${incident})`,
    },
    body: {
      en: `The monitor ${monitor} names the runbook ${name}, and it did not run: ${lack.en} The first response went on without it.
See mimamori runbook versions ${name}; a version runs once somebody else than its writer has approved it.`,
      ja: `監視項目 ${monitor} に指定された手順書 ${name} は実行しませんでした。${lack.ja} 一次対応はこの手順書を除いて続行しています。
mimamori runbook versions ${name} で状態をご確認ください。作成者以外の承認後に実行できるようになります。`,
    },
  };
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
