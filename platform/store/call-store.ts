import type { Call } from '../../core/call/call.ts';
import type { Part } from './directory-store.ts';

/** Where a call lies. */
export interface CallKey {
  readonly incident: string;
  readonly id: string;
}

/** Telephone calls, and by which contact of the telephone service each goes. Reads are strongly consistent but for `callsOn`. */
export interface CallStore {
  call(key: CallKey): Promise<Call | undefined>;
  /** Of an incident, by round and number. */
  calls(incident: string): Promise<Call[]>;
  /**
   * Writes a call if the stored one has `version - 1`, or none is stored when `version` is 1.
   * @returns false when another writer was first
   */
  replaceCall(after: Call): Promise<boolean>;
  /** Remembers which call a contact of the telephone service is. */
  saveContact(contact: string, key: CallKey): Promise<void>;
  /** Calls of all incidents that were prepared on this day of UTC, `2026-11-21`, the newest first. May lag by a second or two. */
  callsOn(day: string, page: { limit: number; cursor?: string }): Promise<Part<Call>>;
  /** Undefined for a contact that is not a call of ours. */
  callOfContact(contact: string): Promise<CallKey | undefined>;
}
