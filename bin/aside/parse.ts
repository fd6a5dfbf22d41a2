import { type ParsedInventory, parseInventory } from '../../core/inventory/parse-inventory.ts';
import type { InventoryFile } from '../../core/inventory/read-yaml.ts';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';

/** Parses inventory files against the checks there are. */
export default function parse(files: unknown): ParsedInventory {
  return parseInventory(files as readonly InventoryFile[], checkTypes);
}
