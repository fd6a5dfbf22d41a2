import { accountId, runbookId } from '../../core/ids.ts';
import type { RunbookStore } from '../../platform/store/runbook-store.ts';
import { readRunbook } from './read-runbook.ts';
import { type RunbookLibrary, RunbookWithheld } from './runbook-library.ts';

/**
 * The accounts' own runbooks: the approved version of each. It is read by the rules of today, as it may have been approved
 * when they were not as strict.
 */
export const createCustomLibrary = (runbooks: Pick<RunbookStore, 'runbook'>): RunbookLibrary => ({
  async find(account, id) {
    if (!accountId.safeParse(account).success || !runbookId.safeParse(id).success) return undefined;
    const stored = await runbooks.runbook({ account, id });
    if (stored === undefined) return undefined;
    const { inUse } = stored;
    if (inUse === undefined) {
      throw new RunbookWithheld({
        en: 'No version of it is approved.',
        ja: '承認済みの版がありません。',
      });
    }
    const parsed = readRunbook({ name: `${id}.yaml`, text: inUse.text });
    // Another text than the one that was approved has another version.
    if (!parsed.ok || parsed.runbook.version !== inUse.version || parsed.runbook.id !== id) {
      throw new RunbookWithheld({
        en: `The approved version ${inUse.version} does not keep our rules any more.`,
        ja: `承認済みの版 ${inUse.version} は現在の規則を満たしていません。`,
      });
    }
    return parsed.runbook;
  },
});
