import type { Call } from '../../core/call/call.ts';
import type { CallKey, CallStore } from '../../platform/store/call-store.ts';

const maxAttempts = 25;

/**
 * Reads a call, changes it and writes it, again from the start when another writer was first.
 *
 * @param change answers the fields that change, or undefined to leave the call as it is
 * @returns the call as it stands afterwards
 * @throws when it does not exist, or other writers never let this one through
 */
export async function changeCall(
  calls: CallStore,
  key: CallKey,
  change: (call: Call) => Partial<Call> | undefined,
): Promise<Call> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const call = await calls.call(key);
    if (call === undefined) throw new Error(`call ${key.id} of ${key.incident} is not in the table`);
    const changes = change(call);
    if (changes === undefined) return call;
    const after = { ...call, ...changes, version: call.version + 1 };
    if (await calls.replaceCall(after)) return after;
  }
  throw new Error(`call ${key.id} was changed by others ${maxAttempts} times in a row; try again`);
}
