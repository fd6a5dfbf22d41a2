import type { SecondResponse } from '../../core/on-call/second-response.ts';

/** The engineers' part of incidents. Reads are strongly consistent. */
export interface OnCallStore {
  /** Undefined before the engineers' workflow has begun. */
  secondResponse(incident: string): Promise<SecondResponse | undefined>;
  /**
   * Writes it if the stored one has `version - 1`, or none is stored when `version` is 1. Of two engineers who
   * acknowledge in the same moment one is first.
   * @returns false when another writer was first
   */
  replaceSecondResponse(after: SecondResponse): Promise<boolean>;
}
