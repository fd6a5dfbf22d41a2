import type { Severity } from '../../core/check-outcome.ts';
import { type DownSampler, mostValues, type Span } from '../../core/graph/down-sample.ts';
import { isWorse } from '../../core/threshold.ts';

export const hourMs = 3_600_000;
export const hoursOfDay = 24;
export const dayMs = hoursOfDay * hourMs;

/** As they are numbered in the file. */
export const severities: readonly Severity[] = ['ok', 'warning', 'critical', 'unknown'];
const noCheck = 255;

// 24 bytes of severities, then for each value 24 counts (4 bytes), sums, least and greatest (8 bytes each).
const bytesOfValue = hoursOfDay * (4 + 3 * 8);

interface Hours {
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  readonly mins: Float64Array;
  readonly maxs: Float64Array;
}

/** What a monitor measured on one day (UTC), rolled up hour by hour. */
export class HoursOfDay {
  #check = '';
  readonly #worst = new Array<Severity | undefined>(hoursOfDay).fill(undefined);
  readonly #values = new Map<string, Hours>();

  /** Whether there was no check at all. */
  get isEmpty(): boolean {
    return this.#worst.every((severity) => severity === undefined);
  }

  /** Type of the newest check. */
  get check(): string {
    return this.#check;
  }

  /** In their order in the packed form. */
  get names(): string[] {
    return [...this.#values.keys()];
  }

  /** Adds one check; they come in the order of their times. */
  add(
    ms: number,
    {
      check,
      severity,
      names,
      values,
    }: { check: string; severity: Severity; names: readonly string[]; values: DataView },
  ): void {
    const hour = Math.floor((ms % dayMs) / hourMs);
    this.#check = check;
    const worst = this.#worst[hour];
    if (worst === undefined || isWorse(severity, worst)) this.#worst[hour] = severity;
    for (const [index, name] of names.entries())
      this.#addValue(hour, name, values.getFloat64(index * 8, true));
  }

  #addValue(hour: number, name: string, value: number): void {
    let hours = this.#values.get(name);
    if (hours === undefined) {
      if (this.#values.size === mostValues) return;
      hours = {
        counts: new Float64Array(hoursOfDay),
        sums: new Float64Array(hoursOfDay),
        mins: new Float64Array(hoursOfDay).fill(Number.POSITIVE_INFINITY),
        maxs: new Float64Array(hoursOfDay).fill(Number.NEGATIVE_INFINITY),
      };
      this.#values.set(name, hours);
    }
    hours.counts[hour] = (hours.counts[hour] ?? 0) + 1;
    hours.sums[hour] = (hours.sums[hour] ?? 0) + value;
    if (value < (hours.mins[hour] ?? value)) hours.mins[hour] = value;
    if (value > (hours.maxs[hour] ?? value)) hours.maxs[hour] = value;
  }

  /** Little-endian, so that the file can move between machines. */
  pack(): Uint8Array {
    const bytes = new DataView(new ArrayBuffer(hoursOfDay + this.#values.size * bytesOfValue));
    for (const [hour, severity] of this.#worst.entries())
      bytes.setUint8(hour, severity === undefined ? noCheck : severities.indexOf(severity));
    let offset = hoursOfDay;
    for (const { counts, sums, mins, maxs } of this.#values.values()) {
      for (const [hour, count] of counts.entries()) bytes.setUint32(offset + hour * 4, count, true);
      offset += hoursOfDay * 4;
      for (const row of [sums, mins, maxs]) {
        for (const [hour, value] of row.entries()) bytes.setFloat64(offset + hour * 8, value, true);
        offset += hoursOfDay * 8;
      }
    }
    return new Uint8Array(bytes.buffer);
  }
}

/**
 * Adds the hours of a packed day to a graph; those outside of its range are left out.
 *
 * @param day days since the epoch
 */
export function addHours(
  sampler: DownSampler,
  { day, check, names, packed }: { day: number; check: string; names: readonly string[]; packed: Uint8Array },
): void {
  const bytes = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const startMs = day * dayMs;
  for (let hour = 0; hour < hoursOfDay; hour++) {
    const severity = severities[bytes.getUint8(hour)];
    if (severity !== undefined) sampler.addCheck(startMs + hour * hourMs, check, severity);
  }
  for (const [index, name] of names.entries()) {
    const start = hoursOfDay + index * bytesOfValue;
    for (let hour = 0; hour < hoursOfDay; hour++) {
      const span = spanAt(bytes, start, hour);
      if (span.count > 0) sampler.addSpan(startMs + hour * hourMs, name, span);
    }
  }
}

function spanAt(bytes: DataView, start: number, hour: number): Span {
  const rows = start + hoursOfDay * 4;
  const at = (row: number) => bytes.getFloat64(rows + (row * hoursOfDay + hour) * 8, true);
  return { count: bytes.getUint32(start + hour * 4, true), sum: at(0), min: at(1), max: at(2) };
}
