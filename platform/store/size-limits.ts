import type { AuditEntry } from '../../core/audit/audit-entry.ts';
import { type MonitorRef, monitorKey } from '../../core/ids.ts';
import type { Evidence } from '../../core/incident/timeline.ts';
import type { Maintenance } from '../../core/maintenance/maintenance.ts';
import type { Repair } from '../../core/response/repair.ts';

/** An item of the table may have 400 KB with all its names; these leave room for them. */
const itemLimitBytes = 300_000;
/** Samples of all monitors of a server share an item. */
const sampleLimitBytes = 16_000;
const auditLimitBytes = 30_000;

/** @throws when it would not fit into an item; the outputs are to be cut before they come here */
export function assertEvidenceFits(evidence: Evidence): void {
  const bytes = Buffer.byteLength(JSON.stringify(evidence));
  if (bytes <= itemLimitBytes) return;
  throw new Error(
    `evidence ${evidence.number} of incident ${evidence.incident} has ${bytes} bytes and at most ${itemLimitBytes} are kept; cut the outputs of its sections`,
  );
}

/** @throws when it would not fit into an item; a runbook's steps and outputs are bounded well below */
export function assertRepairFits(repair: Repair): void {
  const bytes = Buffer.byteLength(JSON.stringify(repair));
  if (bytes <= itemLimitBytes) return;
  throw new Error(
    `repair ${repair.number} of incident ${repair.incident} has ${bytes} bytes and at most ${itemLimitBytes} are kept; make two runbooks of ${repair.runbook}`,
  );
}

/** @throws when it would not fit into an item; the form bounds the scope well below */
export function assertMaintenanceFits(maintenance: Maintenance): void {
  const bytes = Buffer.byteLength(JSON.stringify(maintenance));
  if (bytes <= itemLimitBytes) return;
  throw new Error(
    `maintenance ${maintenance.id} of ${maintenance.account} has ${bytes} bytes and at most ${itemLimitBytes} are kept; announce it for the account, or for fewer monitors`,
  );
}

/** @throws when an entry of the audit trail is too large, before the change it speaks of is made */
export function assertAuditFits(entry: AuditEntry): void {
  const bytes = Buffer.byteLength(JSON.stringify(entry));
  if (bytes <= auditLimitBytes) return;
  throw new Error(
    `the audit entry of ${entry.deed} on ${entry.target} has ${bytes} bytes and at most ${auditLimitBytes} are kept; let before and after say less`,
  );
}

/** The entry, or if it is too large what it says without `before` and `after`. */
export function fittingAudit(entry: AuditEntry): AuditEntry {
  const bytes = Buffer.byteLength(JSON.stringify(entry));
  if (bytes <= auditLimitBytes) return entry;
  const { before: _before, after: _after, ...rest } = entry;
  return { ...rest, after: { leftOut: `${bytes} bytes, more than the trail keeps of one change` } };
}

export interface SampleText {
  readonly ref: MonitorRef;
  readonly text: string;
}

/** A monitor whose sample was not saved, and why; the others were. */
export class SampleTooLarge extends Error {}

/**
 * Samples as JSON text, and those that are too large, which must not keep the others from being saved:
 * how much a server answers is in its own hands.
 */
export function sampleTexts(samples: ReadonlyMap<MonitorRef, unknown>): {
  fitting: SampleText[];
  tooLarge: string[];
} {
  const fitting: SampleText[] = [];
  const tooLarge: string[] = [];
  for (const [ref, sample] of samples) {
    // `undefined` has no JSON text; a check without a sample leaves the earlier one.
    const text: string | undefined = JSON.stringify(sample);
    if (text === undefined) continue;
    const bytes = Buffer.byteLength(text);
    if (bytes <= sampleLimitBytes) fitting.push({ ref, text });
    else tooLarge.push(`${monitorKey(ref)} (${bytes} bytes)`);
  }
  return { fitting, tooLarge };
}

/** @throws SampleTooLarge when there is one */
export function assertNoneTooLarge(tooLarge: readonly string[]): void {
  if (tooLarge.length === 0) return;
  throw new SampleTooLarge(
    `samples of at most ${sampleLimitBytes} bytes are kept; not saved: ${tooLarge.join(', ')}; let the check keep only the counters it needs`,
  );
}
