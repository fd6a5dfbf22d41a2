import type { Inventory } from '../core/inventory/inventory.ts';
import { customKey } from '../core/runbook/custom.ts';
import { namedRunbooks, notesOnRunbooks } from '../core/runbook/custom-notes.ts';
import type { RunbookStore } from '../platform/store/runbook-store.ts';

/** What whoever reads a plan is told of the accounts' own runbooks; nothing is read where no monitor names one. */
export async function notesOnCustomRunbooks(
  inventory: Inventory,
  runbooks: Pick<RunbookStore, 'ofAccount'>,
): Promise<string[]> {
  const named = namedRunbooks(inventory);
  const inUse = new Set<string>();
  for (const account of new Set([...named.keys()].map((key) => key.slice(0, key.indexOf('/'))))) {
    for (const runbook of await runbooks.ofAccount(account)) {
      if (runbook.inUse !== undefined) inUse.add(customKey(runbook));
    }
  }
  return notesOnRunbooks(named, inUse);
}
