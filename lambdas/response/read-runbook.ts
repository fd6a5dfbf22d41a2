import { createHash } from 'node:crypto';
import type { InventoryFile } from '../../core/inventory/read-yaml.ts';
import { type ParsedRunbook, parseRunbook } from '../../core/runbook/parse-runbook.ts';
import { checkTypes } from '../probe/checks/registry.ts';

/** Reads a runbook against the check types there are; its version is what `sha256sum` says of the file, shortened. */
export function readRunbook({ name, text }: InventoryFile): ParsedRunbook {
  const sha256 = createHash('sha256').update(text, 'utf8').digest('hex');
  return parseRunbook({ name, text, sha256 }, Object.keys(checkTypes));
}
