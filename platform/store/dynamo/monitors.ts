import type { MonitorRef, ServerRef } from '../../../core/ids.ts';
import type { Monitor, MonitorState, WatchedMonitor } from '../../../core/monitor.ts';
import { type DueSlot, slotKey } from '../../../core/schedule/due.ts';
import type { MonitorStore } from '../monitor-store.ts';
import { asCounts } from '../occupancy.ts';
import type { DynamoContext } from './context.ts';
import { ifConditionHolds } from './if-condition-holds.ts';
import { listParts, listPartsOf, pauseText, stateOf, storedParts } from './monitor-state.ts';
import { readSamples, writeSamples } from './samples.ts';
import { readWatched } from './watched.ts';

const optionalParts = ['since', 'summary', 'unknownSince', 'unknownTold', 'pause'] as const;

export class DynamoMonitors implements MonitorStore {
  readonly #context: DynamoContext;

  constructor(context: DynamoContext) {
    this.#context = context;
  }

  async settings() {
    return (await this.#head())?.settings;
  }

  async occupancy() {
    return asCounts((await this.#head())?.occupancy ?? {});
  }

  async account(id: string) {
    const { data } = await this.#context.entities.account.get({ account: id }).go({ consistent: true });
    return data?.body;
  }

  async server({ account, server }: ServerRef) {
    const { data } = await this.#context.entities.server.get({ account, server }).go({ consistent: true });
    return data?.body;
  }

  async monitor({ account, server, monitor }: MonitorRef): Promise<WatchedMonitor | undefined> {
    const key = { account, server, monitor };
    const { data } = await this.#context.entities.monitor.get(key).go({ consistent: true });
    return data?.definition === undefined ? undefined : watched(data.definition, stateOf(data));
  }

  async monitorsOf({ account, server }: ServerRef) {
    const { data } = await this.#context.entities.monitor.query
      .monitor({ account, server })
      .go({ consistent: true, pages: 'all' });
    return data.flatMap((item) =>
      item.definition === undefined ? [] : [watched(item.definition, stateOf(item))],
    );
  }

  due(slot: DueSlot) {
    return readWatched(this.#context, { index: 'due', partition: `due#${slotKey(slot)}` });
  }

  replaceState({ account, server, monitor }: MonitorRef, before: MonitorState, after: MonitorState) {
    const lists: Partial<Record<(typeof listParts)[number], string>> = listPartsOf(
      { account, server, monitor },
      after,
    );
    const gone = [
      ...optionalParts.filter((part) => after[part] === undefined),
      ...listParts.filter((part) => lists[part] === undefined),
    ];
    const write = this.#context.entities.monitor
      .patch({ account, server, monitor })
      .set({ ...storedParts(after), ...lists })
      .remove(gone)
      .where((item, is) =>
        [
          is.exists(item.definition),
          // A monitor that never failed has no state in its item.
          `(${before.phase === 'well' ? `${is.notExists(item.phase)} OR ` : ''}${is.eq(item.phase, before.phase)})`,
          `(${before.episode === 0 ? `${is.notExists(item.episode)} OR ` : ''}${is.eq(item.episode, before.episode)})`,
          before.since === undefined ? is.notExists(item.since) : is.eq(item.since, before.since),
          before.unknownSince === undefined
            ? is.notExists(item.unknownSince)
            : is.eq(item.unknownSince, before.unknownSince),
          before.pause === undefined ? is.notExists(item.pause) : is.eq(item.pause, pauseText(before.pause)),
        ].join(' AND '),
      )
      .go();
    return ifConditionHolds(write);
  }

  samples(refs: readonly MonitorRef[]) {
    return readSamples(this.#context.documents, this.#context.table, refs);
  }

  saveSamples(samples: ReadonlyMap<MonitorRef, unknown>) {
    return writeSamples(this.#context.documents, this.#context.table, samples);
  }

  async #head() {
    const { data } = await this.#context.entities.inventoryHead.get({}).go({ consistent: true });
    return data ?? undefined;
  }
}

function watched(definition: string, state: MonitorState): WatchedMonitor {
  const monitor: Monitor = JSON.parse(definition);
  return { monitor, state };
}
