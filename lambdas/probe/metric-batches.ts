import type { MetricRecord, MetricStore } from '../../platform/metrics/metric-store.ts';

const recordsPerWrite = 500;

/** Gathers a sweep's measurements into few writes. A store that fails costs points on graphs, never a detection. */
export class MetricBatches {
  #records: MetricRecord[] = [];
  readonly #writes: Promise<void>[] = [];
  readonly #store: MetricStore;
  #lost = 0;
  #reason = '';

  constructor(store: MetricStore) {
    this.#store = store;
  }

  add(record: MetricRecord): void {
    this.#records.push(record);
    if (this.#records.length >= recordsPerWrite) this.#flush();
  }

  /** Waits for all writes. @returns how many records were not stored, and the first reason */
  async finish(): Promise<{ count: number; reason: string }> {
    this.#flush();
    await Promise.all(this.#writes);
    return { count: this.#lost, reason: this.#reason };
  }

  #flush(): void {
    const batch = this.#records;
    if (batch.length === 0) return;
    this.#records = [];
    this.#writes.push(
      this.#store.write(batch).then(
        (rejected) => this.#lose(rejected.length, rejected[0]?.reason ?? ''),
        (fault: unknown) => this.#lose(batch.length, fault instanceof Error ? fault.message : String(fault)),
      ),
    );
  }

  #lose(count: number, reason: string): void {
    this.#lost += count;
    if (this.#reason === '') this.#reason = reason;
  }
}
