import type { MetricRecord, RejectedRecord } from './metric-store.ts';

/** Names and counts that every store can hold; what goes beyond is a fault of the check that measured it. */
const maxNameBytes = 200;
const maxValues = 1_000;

/** Why no store takes this record; undefined when it is fit to be stored. */
export function refusalReason({ at, values }: MetricRecord): string | undefined {
  if (Number.isNaN(Date.parse(at))) return `its time "${at}" is no instant; write ISO 8601 in UTC`;
  const entries = Object.entries(values);
  if (entries.length > maxValues)
    return `it has ${entries.length} values; send ${maxValues} at most, or use a monitor for each part`;
  for (const [name, value] of entries) {
    const bytes = Buffer.byteLength(name);
    if (bytes === 0) return 'a value has no name';
    if (bytes > maxNameBytes)
      return `the value name "${name.slice(0, 40)}…" has ${bytes} bytes; use ${maxNameBytes} at most`;
    if (!Number.isFinite(value)) return `its value ${name} is ${value}; leave out what was not measured`;
  }
  return undefined;
}

/** Parts what can be stored from what cannot, in the order given. */
export function partRefused(records: readonly MetricRecord[]): {
  fit: MetricRecord[];
  rejected: RejectedRecord[];
} {
  const fit: MetricRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const record of records) {
    const reason = refusalReason(record);
    if (reason === undefined) fit.push(record);
    else rejected.push({ record, reason });
  }
  return { fit, rejected };
}
