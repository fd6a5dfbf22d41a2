import type { Change } from '../inventory/difference.ts';
import { maskPhones } from './mask-phones.ts';

/** What an apply changes in one account, or with undefined in what concerns none, as the trail keeps it. */
export interface InventoryAudit {
  readonly account?: string;
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

/** A trail says what was changed; who needs every value of a thousand monitors has the files. */
const mostFields = 150;
const mostCharacters = 9_000;

/** The changes of an apply by account; values by `acme.web-1.https timing.intervalMinutes`. */
export function inventoryAudits(changes: readonly Change[]): InventoryAudit[] {
  const byAccount = Map.groupBy(changes, ({ entity, id }) =>
    entity === 'settings' ? undefined : (id.split('.')[0] ?? id),
  );
  return [...byAccount].map(([account, own]) => ({
    ...(account !== undefined && { account }),
    before: sideOf(own, 'before'),
    after: sideOf(own, 'after'),
  }));
}

function sideOf(changes: readonly Change[], side: 'before' | 'after'): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  let characters = 0;
  let left = 0;
  for (const { entity, id, fields } of changes)
    for (const field of fields) {
      if (!(side in field)) continue;
      const name = `${entity} ${id} ${field.path}`.trim();
      const value = maskPhones(field[side]);
      const size = name.length + JSON.stringify(value ?? null).length;
      if (Object.keys(values).length >= mostFields || characters + size > mostCharacters) {
        left += 1;
        continue;
      }
      characters += size;
      values[name] = value;
    }
  return left === 0 ? values : { ...values, '…': `${left} more` };
}
