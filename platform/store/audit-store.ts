import type { AuditEntry } from '../../core/audit/audit-entry.ts';
import type { Instant } from '../../core/instant.ts';
import type { Part } from './directory-store.ts';

/** The trail of changes. Kept 400 days. */
export interface AuditStore {
  /** Writes an entry with the outcome `begun`, before the change. @throws when it is larger than 30 KB */
  beginAudit(entry: AuditEntry): Promise<void>;
  /** Writes what came of it, and what the change made of its target. */
  settleAudit(entry: AuditEntry): Promise<void>;
  /** Of an account, or with undefined what concerns none, the newest first. */
  audit(
    account: string | undefined,
    page: { from?: Instant; to?: Instant; limit: number; cursor?: string },
  ): Promise<Part<AuditEntry>>;
}
