import type { SecondResponse } from '../../core/on-call/second-response.ts';
import type { OnCallStore } from '../../platform/store/on-call-store.ts';

/** More writers than this at once mean that something is wrong. */
const maxAttempts = 25;

/**
 * Reads the engineers' part of an incident, changes it and writes it, again from the start when another writer was first.
 *
 * @param change answers what to write, or undefined to leave it as it is; the version is raised here
 * @returns how it stands afterwards, and whether this call changed it; undefined when the engineers' response has not begun
 * @throws when other writers never let this one through
 */
export async function changeSecondResponse(
  onCall: OnCallStore,
  incident: string,
  change: (second: SecondResponse) => SecondResponse | undefined,
): Promise<{ second: SecondResponse; changed: boolean } | undefined> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const second = await onCall.secondResponse(incident);
    if (second === undefined) return undefined;
    const changed = change(second);
    if (changed === undefined) return { second, changed: false };
    const after = { ...changed, version: second.version + 1 };
    if (await onCall.replaceSecondResponse(after)) return { second: after, changed: true };
  }
  throw new Error(
    `the engineers' response to ${incident} was changed by others ${maxAttempts} times in a row; try again`,
  );
}
