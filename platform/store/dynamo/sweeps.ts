import type { Instant } from '../../../core/instant.ts';
import type { SweepStore, WayOutState } from '../monitor-store.ts';
import type { Entities } from './entities.ts';

export class DynamoSweeps implements SweepStore {
  readonly #entities: Entities;

  constructor(entities: Entities) {
    this.#entities = entities;
  }

  async lastSweep(shard: number) {
    const { data } = await this.#entities.sweep.get({ shard }).go({ consistent: true });
    return data?.at;
  }

  async saveLastSweep(shard: number, at: Instant) {
    await this.#entities.sweep.put({ shard, at }).go();
  }

  async wayOut(shard: number): Promise<WayOutState> {
    const { data } = await this.#entities.wayOut.get({ shard }).go({ consistent: true });
    return data?.downSince === undefined ? { shard } : { shard, downSince: data.downSince };
  }

  async saveWayOut(state: WayOutState) {
    await this.#entities.wayOut.put(state).go();
  }
}
