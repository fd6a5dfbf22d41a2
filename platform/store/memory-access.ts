import type { AccessState } from '../../core/access/access.ts';
import { type ServerRef, serverKey } from '../../core/ids.ts';
import type { AccessStore } from './access-store.ts';

/** What verifications found, in memory. What it gives is a copy. */
export class MemoryAccess implements AccessStore {
  readonly #states = new Map<string, AccessState>();

  async access(ref: ServerRef) {
    return structuredClone(this.#states.get(serverKey(ref)));
  }

  async saveAccess(ref: ServerRef, state: AccessState) {
    this.#states.set(serverKey(ref), structuredClone(state));
  }
}
