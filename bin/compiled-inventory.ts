import type { Inventory } from '../core/inventory/inventory.ts';
import { parseInventory } from '../core/inventory/parse-inventory.ts';
import { renderProblem } from '../core/inventory/problem.ts';
import { checkTypes } from '../lambdas/probe/checks/registry.ts';
import { CommandError } from './command-line.ts';
import { readInventoryFiles } from './inventory-files.ts';

const mostShown = 200;

/**
 * Reads and compiles an inventory from files and directories.
 * @throws CommandError with every fault on a line of its own
 */
export async function compileInventory(
  paths: readonly string[],
  { localAllowed }: { readonly localAllowed: boolean },
): Promise<Inventory> {
  const parsed = parseInventory(await readInventoryFiles(paths), checkTypes, { localAllowed });
  if (parsed.ok) return parsed.inventory;
  const { problems } = parsed;
  const lines = problems.slice(0, mostShown).map(renderProblem);
  if (problems.length > mostShown) lines.push(`… and ${problems.length - mostShown} more`);
  const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
  throw new CommandError([...lines, '', `${count}; nothing was changed.`].join('\n'));
}
