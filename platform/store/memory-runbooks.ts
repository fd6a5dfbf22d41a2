import { type CustomRunbook, customKey, isWaiting } from '../../core/runbook/custom.ts';
import type { RunbookStore } from './runbook-store.ts';

type RunbookRef = Parameters<RunbookStore['runbook']>[0];

/** The accounts' own runbooks in memory. What it gives is a copy. */
export class MemoryRunbooks implements RunbookStore {
  readonly #runbooks = new Map<string, CustomRunbook>();
  readonly #texts = new Map<string, string>();

  async runbook(ref: RunbookRef) {
    return structuredClone(this.#runbooks.get(customKey(ref)));
  }

  async ofAccount(account: string) {
    return this.#where((one) => one.account === account);
  }

  async waiting() {
    return this.#where(isWaiting);
  }

  async replace(after: CustomRunbook) {
    const key = customKey(after);
    if ((this.#runbooks.get(key)?.revision ?? 0) !== after.revision - 1) return false;
    this.#runbooks.set(key, structuredClone(after));
    return true;
  }

  async text(ref: RunbookRef, version: string) {
    return this.#texts.get(`${customKey(ref)}#${version}`);
  }

  async keepText(ref: RunbookRef, version: string, text: string) {
    const key = `${customKey(ref)}#${version}`;
    if (!this.#texts.has(key)) this.#texts.set(key, text);
  }

  #where(isWanted: (one: CustomRunbook) => boolean): CustomRunbook[] {
    const found = [...this.#runbooks].filter(([, one]) => isWanted(one));
    return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => structuredClone(one));
  }
}
