import { monitorKey } from '../ids.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { customKey } from './custom.ts';

/** Monitors by the runbook of their account that they name: `acme/free-shop` → `acme.web-1.disk`, … */
export function namedRunbooks({ monitors }: Pick<Inventory, 'monitors'>): Map<string, string[]> {
  const named = new Map<string, string[]>();
  for (const { account, server, id: monitor, response } of monitors) {
    for (const id of response?.custom ?? []) {
      const key = customKey({ account, id });
      const of = named.get(key) ?? [];
      named.set(key, [...of, monitorKey({ account, server, monitor })]);
    }
  }
  return named;
}

/**
 * Sentences on runbooks that monitors name and that are not approved. It is no fault: they are reviewed in their own time.
 *
 * @param inUse keys of runbooks with a version in use
 */
export function notesOnRunbooks(
  named: ReadonlyMap<string, readonly string[]>,
  inUse: ReadonlySet<string>,
): string[] {
  return [...named]
    .filter(([key]) => !inUse.has(key))
    .map(([key, [first, ...others]]) => {
      const who = others.length === 0 ? first : `${first} and ${others.length} more`;
      return `runbook ${key} is named by ${who}, and no version of it is approved: it is skipped until then; see mimamori runbook versions ${key}, or put it forward with mimamori runbook submit`;
    });
}
