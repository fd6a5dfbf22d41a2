import type { AuditEntry } from '../../core/audit/audit-entry.ts';
import type { AuditStore } from './audit-store.ts';
import { byKeyDown, descending, partOf } from './cursor.ts';
import { assertAuditFits, fittingAudit } from './size-limits.ts';

type AuditPage = Parameters<AuditStore['auditOfAll']>[0];

/** The trail of changes in memory. What it gives is a copy. */
export class MemoryAudit implements AuditStore {
  readonly #entries = new Map<string, AuditEntry>();

  async beginAudit(entry: AuditEntry) {
    assertAuditFits(entry);
    this.#entries.set(auditKey(entry), structuredClone(entry));
  }

  async settleAudit(entry: AuditEntry) {
    this.#entries.set(auditKey(entry), structuredClone(fittingAudit(entry)));
  }

  async audit(account: string | undefined, page: AuditPage) {
    return this.#part('audit', (one) => one.account === account, page);
  }

  async auditOfAll(page: AuditPage) {
    return this.#part('audit-of-all', () => true, page);
  }

  #part(list: string, isWanted: (one: AuditEntry) => boolean, page: AuditPage) {
    const { from, to } = page;
    const found = [...this.#entries.values()].filter(
      (one) => isWanted(one) && (from === undefined || one.at >= from) && (to === undefined || one.at < to),
    );
    const copies = found.map((one) => structuredClone(one)).sort(byKeyDown(auditKey));
    return partOf(list, copies, auditKey, page, descending);
  }
}

export const auditKey = ({ at, id }: AuditEntry): string => `${at}#${id}`;
