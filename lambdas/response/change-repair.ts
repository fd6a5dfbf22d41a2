import type { Repair } from '../../core/response/repair.ts';
import type { ResponseStore } from '../../platform/store/response-store.ts';

/** Two functions write at one repair at most: one that was given up and its repeat. */
const maxAttempts = 10;

/** @throws when it does not exist */
export async function readRepair(
  responses: ResponseStore,
  incident: string,
  number: number,
): Promise<Repair> {
  const repair = await responses.repair(incident, number);
  if (repair === undefined) throw new Error(`repair ${number} of ${incident} is not in the table`);
  return repair;
}

/**
 * Reads a repair, changes it and writes it, again from the start when another writer was first.
 *
 * @param change answers what to write, or undefined to leave it as it is
 * @returns the repair as it stands afterwards, and whether this call changed it
 */
export async function changeRepair(
  responses: ResponseStore,
  { incident, number }: Pick<Repair, 'incident' | 'number'>,
  change: (repair: Repair) => Omit<Repair, 'revision'> | undefined,
): Promise<{ repair: Repair; changed: boolean }> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const repair = await readRepair(responses, incident, number);
    const changed = change(repair);
    if (changed === undefined) return { repair, changed: false };
    const after = { ...changed, revision: repair.revision + 1 };
    if (await responses.replaceRepair(after)) return { repair: after, changed: true };
  }
  throw new Error(`repair ${number} of ${incident} was changed by others ${maxAttempts} times in a row`);
}
