import type { AccessState } from '../../core/access/access.ts';
import type { ServerRef } from '../../core/ids.ts';

/** What the daily verifications of servers found. */
export interface AccessStore {
  /** Of the last verification; undefined when there was none. */
  access(ref: ServerRef): Promise<AccessState | undefined>;
  saveAccess(ref: ServerRef, state: AccessState): Promise<void>;
}
