import { contactDrift } from '../../core/contacts/contact-drift.ts';
import { differ } from '../../core/inventory/difference.ts';
import { notesOn, renderNotes } from '../../core/inventory/notes.ts';
import {
  ansiPaint,
  noPaint,
  type Paint,
  renderContactDrift,
  renderDifference,
} from '../../core/inventory/render-difference.ts';
import { createDynamoStores } from '../../platform/store/dynamo/stores.ts';
import { explainTargetError, readTarget, targetOptions, targetUsage, withLocalPort } from '../aws-target.ts';
import { type Command, readArguments } from '../command-line.ts';
import { compileInventory } from '../compiled-inventory.ts';
import { contactChangesOf } from '../contact-changes.ts';
import { notesOnCustomRunbooks } from '../custom-runbook-notes.ts';

const usage = `mimamori plan FILE...: show what an apply would change, and change nothing

FILE is an inventory file, or a directory with *.yaml files; all together are the inventory.
Notes tell what a plan of a customer promises and the inventory has nothing for. What customers
have changed in the portal and the files do not have is shown too; an apply leaves it in force.

${targetUsage}
  --exit-code      exit with 3 when there is something to do

Exit codes: 0 done, 1 could not be done, 2 not understood, 3 something to do (with --exit-code).
`;

const somethingToDo = 3;

/** Colours on a terminal that has them, and nowhere else. */
export const paintFor = (stream: NodeJS.WriteStream): Paint =>
  stream.isTTY === true && stream.hasColors() && process.env.NO_COLOR === undefined ? ansiPaint : noPaint;

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(
    'plan',
    withLocalPort(args),
    { ...targetOptions, 'exit-code': { type: 'boolean', default: false } },
    { name: 'FILE', atLeast: 1, atMost: 1000 },
  );
  const target = readTarget(values);
  const inventory = await compileInventory(positionals, { localAllowed: target.isLocal });
  try {
    const stores = createDynamoStores({ client: target.dynamo(), table: target.table });
    const { inventory: applied } = await stores.inventory.load();
    const changes = differ(applied, inventory);
    const drift = contactDrift(applied, inventory, await contactChangesOf(stores.contacts, applied));
    const notes = [...notesOn(inventory), ...(await notesOnCustomRunbooks(inventory, stores.runbooks))];
    const paint = paintFor(process.stdout);
    console.log(
      `${renderDifference(changes, paint)}${renderContactDrift(drift, paint)}${renderNotes(notes)}`,
    );
    return changes.length > 0 && values['exit-code'] ? somethingToDo : 0;
  } catch (error) {
    throw explainTargetError(error, target) ?? error;
  }
}

export const plan: Command = { usage, run };
