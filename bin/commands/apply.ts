import { randomUUID } from 'node:crypto';
import type { AuditEntry } from '../../core/audit/audit-entry.ts';
import { inventoryAudits } from '../../core/audit/inventory-audit.ts';
import { contactDrift } from '../../core/contacts/contact-drift.ts';
import { type Change, differ } from '../../core/inventory/difference.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import { notesOn, renderNotes } from '../../core/inventory/notes.ts';
import { renderContactDrift, renderDifference } from '../../core/inventory/render-difference.ts';
import { createDynamoStores } from '../../platform/store/dynamo/stores.ts';
import { InventoryConflict } from '../../platform/store/monitor-store.ts';
import type { Stores } from '../../platform/store/stores.ts';
import { explainTargetError, readTarget, targetOptions, targetUsage, withLocalPort } from '../aws-target.ts';
import { commandAuthor } from '../command-author.ts';
import { type Command, CommandError, readArguments } from '../command-line.ts';
import { compileInventory } from '../compiled-inventory.ts';
import { contactChangesOf, dropOverruled } from '../contact-changes.ts';
import { notesOnCustomRunbooks } from '../custom-runbook-notes.ts';
import { paintFor } from './plan.ts';

const usage = `mimamori apply FILE...: make what is watched what the files say, whole or not at all

FILE is an inventory file, or a directory with *.yaml files; all together are the inventory.
What is applied and not in the files any more is removed only with --remove. Contacts that were
changed in the portal stay so until the files have other contacts than before: these stand over them.

  --remove         remove what the files do not have any more
${targetUsage}

Exit codes: 0 done, also when there was nothing to do; 1 could not be done; 2 not understood.
`;

const mostShown = 50;

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(
    'apply',
    withLocalPort(args),
    { ...targetOptions, remove: { type: 'boolean', default: false } },
    { name: 'FILE', atLeast: 1, atMost: 1000 },
  );
  const target = readTarget(values);
  const inventory = await compileInventory(positionals, { localAllowed: target.isLocal });
  try {
    const stores = createDynamoStores({ client: target.dynamo(), table: target.table });
    const notes = [...notesOn(inventory), ...(await notesOnCustomRunbooks(inventory, stores.runbooks))];
    await makeSo(stores, inventory, notes, values.remove);
    return 0;
  } catch (error) {
    throw explainTargetError(error, target) ?? error;
  }
}

async function makeSo(
  stores: Pick<Stores, 'inventory' | 'contacts' | 'audit'>,
  wanted: Inventory,
  notes: readonly string[],
  mayRemove: boolean,
): Promise<void> {
  const { version, inventory: before } = await stores.inventory.load();
  const changes = differ(before, wanted);
  const portal = await contactChangesOf(stores.contacts, before);
  const drift = contactDrift(before, wanted, portal);
  if (changes.length === 0) {
    console.log(`${renderDifference(changes)}${renderContactDrift(drift)}${renderNotes(notes)}`);
    return;
  }
  const removals = changes.filter(({ kind }) => kind === 'remove');
  if (removals.length > 0 && !mayRemove) throw refuseRemovals(removals);
  const trail = trailOf(changes, new Date().toISOString());
  for (const entry of trail) await stores.audit.beginAudit(entry);
  const settle = async (outcome: AuditEntry['outcome']): Promise<void> => {
    for (const entry of trail) await stores.audit.settleAudit({ ...entry, outcome });
  };
  try {
    await stores.inventory.replace(version, wanted);
  } catch (error) {
    await settle(error instanceof InventoryConflict ? 'refused' : 'failed');
    if (!(error instanceof InventoryConflict)) throw error;
    throw new CommandError(
      'another apply was made while this one ran; of this one nothing was changed. Look with mimamori plan, then apply again',
      1,
      { cause: error },
    );
  }
  await settle('done');
  await dropOverruled(stores.contacts, portal, wanted);
  const paint = paintFor(process.stdout);
  const shown = `${renderDifference(changes, paint)}${renderContactDrift(drift, paint)}`;
  console.log(`${shown}${renderNotes(notes)}\nApplied.`);
}

/** Lines of the trail, one for each account whose servers, monitors or contacts change. */
function trailOf(changes: readonly Change[], at: string): AuditEntry[] {
  return inventoryAudits(changes).map(({ account, before, after }) => ({
    id: randomUUID(),
    at,
    ...(account !== undefined && { account }),
    who: commandAuthor('apply'),
    deed: 'inventory.apply',
    target: account ?? 'settings',
    before,
    after,
    outcome: 'begun',
  }));
}

function refuseRemovals(removals: readonly Change[]): CommandError {
  const lines = removals.slice(0, mostShown).map(({ entity, id }) => `- ${entity} ${id}`);
  if (removals.length > mostShown) lines.push(`… and ${removals.length - mostShown} more`);
  const what = removals.length === 1 ? 'one entry that is' : `${removals.length} entries that are`;
  return new CommandError(
    `${lines.join('\n')}\n\nThe files do not have ${what} applied now; nothing was changed. Put back what is missing, or apply with --remove.`,
  );
}

export const apply: Command = { usage, run };
