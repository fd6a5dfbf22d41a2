import type { InventoryStore } from '../../../platform/store/monitor-store.ts';
import type { DeskCall } from '../../connect/call-book.ts';
import type { DeskPhone } from '../../connect/desk-phone.ts';

/** The desk phone as the pages use it. */
export interface PhoneSource extends Pick<DeskPhone, 'list' | 'answer' | 'decline'> {
  /** Names of those whom these calls are for, by number; a number that the inventory does not have is absent. */
  names(calls: readonly DeskCall[]): Promise<ReadonlyMap<string, string>>;
}

const freshMs = 5_000;

/** Finds the callees' names among contacts and engineers. */
export function phoneSource(
  deskPhone: Pick<DeskPhone, 'list' | 'answer' | 'decline'>,
  inventories: Pick<InventoryStore, 'load'>,
): PhoneSource {
  let known: ReadonlyMap<string, string> = new Map();
  let knownAt = Number.NEGATIVE_INFINITY;
  return {
    list: (limit) => deskPhone.list(limit),
    answer: (id, digit) => deskPhone.answer(id, digit),
    decline: (id) => deskPhone.decline(id),
    async names(calls) {
      const now = performance.now();
      if (calls.length > 0 && now - knownAt > freshMs) {
        knownAt = now;
        const { inventory } = await inventories.load();
        const people = [
          ...(inventory?.settings.onCall?.engineers ?? []),
          ...(inventory?.accounts ?? []).flatMap(({ contacts }) => contacts),
        ];
        known = new Map(
          people.flatMap(({ phone, name }) => (phone === undefined ? [] : [[phone, name] as const])),
        );
      }
      return known;
    },
  };
}
