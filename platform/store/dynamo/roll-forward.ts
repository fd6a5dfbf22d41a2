import type { Account } from '../../../core/account.ts';
import { type MonitorRef, monitorKey, type ServerRef, serverKey } from '../../../core/ids.ts';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import type { Monitor } from '../../../core/monitor.ts';
import { dueSlot, slotKey } from '../../../core/schedule/due.ts';
import type { Server } from '../../../core/server.ts';
import type { DynamoContext } from './context.ts';
import { writeDirectory } from './directory-items.ts';
import type { Entities } from './entities.ts';
import { ifConditionHolds } from './if-condition-holds.ts';
import { inParallel } from './in-parallel.ts';
import { listParts } from './monitor-state.ts';
import { forgetSample, forgetSamples } from './samples.ts';

type Lists = Pick<Inventory, 'accounts' | 'servers' | 'monitors'>;

/**
 * Writes what differs between two inventories into the entities' items. It may be cut off at any write and done
 * again, by several at once and late: each item holds the version that wrote it, and no older one writes over it.
 * So an item is never deleted, but emptied: what a slow process still has to say of it must find that version.
 *
 * @returns the lists of the directory that were written
 */
export async function rollForward(
  context: DynamoContext,
  version: number,
  before: Lists,
  after: Lists,
): Promise<string[]> {
  const { entities, documents, table } = context;
  const accounts = compare(before.accounts, after.accounts, ({ id }) => id);
  const servers = compare(before.servers, after.servers, (one) => serverKey(refOfServer(one)));
  const monitors = compare(before.monitors, after.monitors, (one) => monitorKey(refOfMonitor(one)));

  // A monitor comes after its server and goes before it: a check that fails meanwhile finds whom to tell.
  await inParallel(accounts.put, (one) => ifConditionHolds(putAccount(entities, version, one)));
  await inParallel(servers.put, (one) => ifConditionHolds(putServer(entities, version, one)));
  await inParallel(monitors.put, (one) => ifConditionHolds(putMonitor(entities, version, one)));
  // Between the two no page lists what is not there.
  const lists = await writeDirectory(entities, version, before, after);
  await inParallel(monitors.gone, async (one) => {
    const ref = refOfMonitor(one);
    if (!(await ifConditionHolds(emptyMonitor(entities, version, ref)))) return;
    await forgetSample(documents, table, ref);
    // One that comes back must not be missed since then.
    if (one.check === 'heartbeat') await entities.heartbeat.delete(ref).go();
  });
  await inParallel(servers.gone, async (one) => {
    const ref = refOfServer(one);
    if (await ifConditionHolds(emptyServer(entities, version, ref)))
      await forgetSamples(documents, table, ref);
  });
  await inParallel(accounts.gone, ({ id }) => ifConditionHolds(emptyAccount(entities, version, id)));
  return lists;
}

function compare<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (one: T) => string,
): { put: T[]; gone: T[] } {
  const texts = new Map(before.map((one) => [keyOf(one), JSON.stringify(one)]));
  const keys = new Set(after.map(keyOf));
  return {
    put: after.filter((one) => texts.get(keyOf(one)) !== JSON.stringify(one)),
    gone: before.filter((one) => !keys.has(keyOf(one))),
  };
}

const refOfServer = ({ account, id }: Server): ServerRef => ({ account, server: id });
const refOfMonitor = ({ account, server, id }: Monitor): MonitorRef => ({ account, server, monitor: id });

const putAccount = (entities: Entities, version: number, account: Account) =>
  entities.account
    .upsert({ account: account.id, inventoryVersion: version, body: account })
    .where(
      (item, is) => `${is.notExists(item.inventoryVersion)} OR ${is.lte(item.inventoryVersion, version)}`,
    )
    .go();

const putServer = (entities: Entities, version: number, server: Server) =>
  entities.server
    .upsert({ ...refOfServer(server), inventoryVersion: version, body: server })
    .where(
      (item, is) => `${is.notExists(item.inventoryVersion)} OR ${is.lte(item.inventoryVersion, version)}`,
    )
    .go();

/** Leaves the monitor's state as it is, also when the interval, and with it the slot, is another. */
const putMonitor = (entities: Entities, version: number, monitor: Monitor) =>
  entities.monitor
    .upsert({
      ...refOfMonitor(monitor),
      inventoryVersion: version,
      slot: slotKey(dueSlot(monitor, monitor.timing.intervalMinutes)),
      definition: JSON.stringify(monitor),
    })
    .where(
      (item, is) => `${is.notExists(item.inventoryVersion)} OR ${is.lte(item.inventoryVersion, version)}`,
    )
    .go();

/** Keeps the episode: it names executions, and must not fall when the monitor comes back. */
const emptyMonitor = (entities: Entities, version: number, ref: MonitorRef) =>
  entities.monitor
    .patch(ref)
    .set({ inventoryVersion: version })
    .remove([
      'slot',
      'definition',
      'phase',
      'severity',
      'since',
      'summary',
      'unknownSince',
      'unknownTold',
      'pause',
      ...listParts,
    ])
    .where((item, is) => is.lte(item.inventoryVersion, version))
    .go();

const emptyServer = (entities: Entities, version: number, ref: ServerRef) =>
  entities.server
    .patch(ref)
    .set({ inventoryVersion: version })
    .remove(['body'])
    .where((item, is) => is.lte(item.inventoryVersion, version))
    .go();

const emptyAccount = (entities: Entities, version: number, account: string) =>
  entities.account
    .patch({ account })
    .set({ inventoryVersion: version })
    .remove(['body'])
    .where((item, is) => is.lte(item.inventoryVersion, version))
    .go();
