import type { AuditEntry } from '../../../core/audit/audit-entry.ts';
import type { AuditStore } from '../audit-store.ts';
import { assertAuditFits, fittingAudit } from '../size-limits.ts';
import type { DynamoContext } from './context.ts';
import { readPart } from './read-list.ts';

const keptDays = 400;
/** Stands where there is no account; no account is named so. */
const none = '-';

export class DynamoAudit implements AuditStore {
  readonly #context: DynamoContext;

  constructor(context: DynamoContext) {
    this.#context = context;
  }

  async beginAudit(entry: AuditEntry) {
    assertAuditFits(entry);
    await this.#put(entry);
  }

  settleAudit(entry: AuditEntry) {
    return this.#put(fittingAudit(entry));
  }

  audit(account: string | undefined, { from, to, ...page }: Parameters<AuditStore['audit']>[1]) {
    const range = { partition: `audit#${account ?? none}`, from, to, order: 'descending' } as const;
    return readPart(this.#context, 'audit', range, page, ({ body }) => body as AuditEntry);
  }

  auditOfAll({ from, to, ...page }: Parameters<AuditStore['auditOfAll']>[0]) {
    const range = { index: 'list', partition: 'audit', from, to, order: 'descending' } as const;
    return readPart(this.#context, 'audit-of-all', range, page, ({ body }) => body as AuditEntry);
  }

  async #put(entry: AuditEntry): Promise<void> {
    const { account = none, at, id } = entry;
    const expires = Math.floor(Date.parse(at) / 1000) + keptDays * 86_400;
    await this.#context.entities.auditEntry.put({ of: account, at, id, body: entry, expires }).go();
  }
}
