import type { Call } from '../../core/call/call.ts';
import type { CallKey, CallStore } from './call-store.ts';
import { byKeyDown, descending, type ListRequest, partOf } from './cursor.ts';

/** By when it was prepared. */
export const keyOfCall = ({ preparedAt, id }: Call): string => `${preparedAt}#${id}`;

export class MemoryCalls implements CallStore {
  readonly #calls = new Map<string, Map<string, Call>>();
  readonly #contacts = new Map<string, CallKey>();

  async call({ incident, id }: CallKey) {
    return this.#calls.get(incident)?.get(id);
  }

  async calls(incident: string) {
    const found = [...(this.#calls.get(incident)?.values() ?? [])];
    return found.sort((a, b) => a.round - b.round || a.number - b.number);
  }

  async replaceCall(after: Call) {
    const { incident, id, version } = after;
    const ofIncident = this.#calls.get(incident) ?? new Map<string, Call>();
    if ((ofIncident.get(id)?.version ?? 0) !== version - 1) return false;
    this.#calls.set(incident, ofIncident.set(id, structuredClone(after)));
    return true;
  }

  async saveContact(contact: string, { incident, id }: CallKey) {
    this.#contacts.set(contact, { incident, id });
  }

  async callsOn(day: string, page: ListRequest) {
    const found = [...this.#calls.values()]
      .flatMap((ofIncident) => [...ofIncident.values()])
      .filter(({ preparedAt }) => preparedAt.startsWith(day));
    return partOf('calls', found.sort(byKeyDown(keyOfCall)), keyOfCall, page, descending);
  }

  async callOfContact(contact: string) {
    return this.#contacts.get(contact);
  }
}
