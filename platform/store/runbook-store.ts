import type { CustomRunbook } from '../../core/runbook/custom.ts';

type RunbookRef = Pick<CustomRunbook, 'account' | 'id'>;

/** The accounts' own runbooks. Reads are strongly consistent but for `waiting`. */
export interface RunbookStore {
  /** One read gives all that was done with a runbook, and the text of the version in use. */
  runbook(ref: RunbookRef): Promise<CustomRunbook | undefined>;
  /** In the order of their ids. */
  ofAccount(account: string): Promise<CustomRunbook[]>;
  /** Those of all accounts with a version that waits for review, by account and id. What was just written may be missing. */
  waiting(): Promise<CustomRunbook[]>;
  /**
   * Writes a runbook if the stored one has `revision - 1`, or none is stored when `revision` is 1.
   * @returns false when another writer was first
   */
  replace(after: CustomRunbook): Promise<boolean>;
  /** @returns undefined when no such version was kept */
  text(ref: RunbookRef, version: string): Promise<string | undefined>;
  /** Keeps the text of a version for ever; one that is kept is left as it is. */
  keepText(ref: RunbookRef, version: string, text: string): Promise<void>;
}
