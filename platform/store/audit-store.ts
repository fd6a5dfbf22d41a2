import type { AuditEntry } from '../../core/audit/audit-entry.ts';
import type { Instant } from '../../core/instant.ts';
import type { Part } from './directory-store.ts';

/** The trail of changes. Kept 400 days. */
export interface AuditStore {
  /** Writes an entry with the outcome `begun`, before the change. @throws when it is larger than 30 KB */
  beginAudit(entry: AuditEntry): Promise<void>;
  /**
   * Writes what came of it, and what the change made of its target. The change is made by then, so that nothing is refused:
   * of an entry that is larger than 30 KB `before` and `after` are left out.
   */
  settleAudit(entry: AuditEntry): Promise<void>;
  /** Of an account, or with undefined what concerns none, the newest first, of [from, to). May lag by a second or two. */
  audit(
    account: string | undefined,
    page: { from?: Instant; to?: Instant; limit: number; cursor?: string },
  ): Promise<Part<AuditEntry>>;
  /** Of every account and of none, in the same order. May lag by a second or two. */
  auditOfAll(page: {
    from?: Instant;
    to?: Instant;
    limit: number;
    cursor?: string;
  }): Promise<Part<AuditEntry>>;
}
