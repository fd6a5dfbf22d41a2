import type { MonitorRef, ServerRef } from '../../../core/ids.ts';
import type { Instant } from '../../../core/instant.ts';
import type { MonitorRepair, Repair } from '../../../core/response/repair.ts';
import { type ResponseStore, repairsKept, type ServerLock } from '../response-store.ts';
import { assertRepairFits } from '../size-limits.ts';
import type { Entities } from './entities.ts';
import { ifConditionHolds } from './if-condition-holds.ts';

/** More writers than this at one monitor's repairs in the same moment means that something is wrong. */
const maxAttempts = 25;
/** A lock that nobody has: its time passed before every instant. */
const free = { holder: '', until: '' };

export class DynamoResponses implements ResponseStore {
  readonly #entities: Entities;

  constructor(entities: Entities) {
    this.#entities = entities;
  }

  async takeLock({ account, server }: ServerRef, lock: ServerLock, at: Instant): Promise<ServerLock> {
    const { serverLock } = this.#entities;
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const write = serverLock
        .put({ account, server, ...lock })
        .where(
          (held, is) =>
            `${is.notExists(held.holder)} OR ${is.eq(held.holder, lock.holder)} OR ${is.lte(held.until, at)}`,
        );
      if (await ifConditionHolds(write.go())) return lock;
      const { data } = await serverLock.get({ account, server }).go({ consistent: true });
      // Given back between the two: it can be taken now.
      if (data !== null && data.holder !== lock.holder && data.until > at) {
        return { holder: data.holder, until: data.until };
      }
    }
    throw new Error(
      `the lock of ${account}.${server} changed hands ${maxAttempts} times in a row; try again`,
    );
  }

  async releaseLock({ account, server }: ServerRef, holder: string) {
    await ifConditionHolds(
      this.#entities.serverLock
        .put({ account, server, ...free })
        .where((held, is) => is.eq(held.holder, holder))
        .go(),
    );
  }

  async repair(incident: string, number: number) {
    const { data } = await this.#entities.repair.get({ incident, number }).go({ consistent: true });
    return data?.body;
  }

  async latestRepair(incident: string) {
    const { data } = await this.#entities.repair.query
      .repair({ incident })
      .go({ consistent: true, order: 'desc', limit: 1 });
    return data[0]?.body;
  }

  replaceRepair(after: Repair) {
    assertRepairFits(after);
    const { incident, number, revision } = after;
    const item = { incident, number, revision, body: after };
    const { repair } = this.#entities;
    if (revision === 1) return ifConditionHolds(repair.create(item).go());
    return ifConditionHolds(
      repair
        .put(item)
        .where((stored, is) => is.eq(stored.revision, revision - 1))
        .go(),
    );
  }

  async repairsOf(ref: MonitorRef) {
    return (await this.#ofMonitor(ref)).repairs;
  }

  async addRepairOf(ref: MonitorRef, added: MonitorRepair) {
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const { repairs: earlier, revision } = await this.#ofMonitor(ref);
      if (earlier.some(({ by }) => by === added.by)) return;
      const { monitorRepairs } = this.#entities;
      const repairs = [...earlier, added].slice(-repairsKept);
      const item = { ...ref, repairs, revision: revision + 1 };
      const write =
        revision === 0
          ? monitorRepairs.create(item).go()
          : monitorRepairs
              .put(item)
              .where((stored, is) => is.eq(stored.revision, revision))
              .go();
      if (await ifConditionHolds(write)) return;
    }
    throw new Error(
      `${ref.account}.${ref.server}.${ref.monitor}: others changed its repairs ${maxAttempts} times in a row; try again`,
    );
  }

  async #ofMonitor({ account, server, monitor }: MonitorRef) {
    const { data } = await this.#entities.monitorRepairs
      .get({ account, server, monitor })
      .go({ consistent: true });
    return { repairs: data?.repairs ?? [], revision: data?.revision ?? 0 };
  }
}
