import { parseInventory } from '../../core/inventory/parse-inventory.ts';
import type { Problem } from '../../core/inventory/problem.ts';
import type { InventoryFile } from '../../core/inventory/read-yaml.ts';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';

/** An inventory as JSON, or what is wrong with it. */
export type ParsedAside =
  | { readonly ok: true; readonly json: string }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Parses inventory files against the checks there are. */
export default function parse(files: unknown): ParsedAside {
  const parsed = parseInventory(files as readonly InventoryFile[], checkTypes);
  return parsed.ok ? { ok: true, json: JSON.stringify(parsed.inventory) } : parsed;
}
