import type { SecondResponse } from '../../core/on-call/second-response.ts';
import type { OnCallStore } from './on-call-store.ts';

/** The engineers' part of incidents in memory. What it gives is a copy. */
export class MemoryOnCall implements OnCallStore {
  readonly #byIncident = new Map<string, SecondResponse>();

  async secondResponse(incident: string) {
    return structuredClone(this.#byIncident.get(incident));
  }

  async replaceSecondResponse(after: SecondResponse) {
    if ((this.#byIncident.get(after.incident)?.version ?? 0) !== after.version - 1) return false;
    this.#byIncident.set(after.incident, structuredClone(after));
    return true;
  }
}
