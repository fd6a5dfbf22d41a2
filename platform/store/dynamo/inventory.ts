import type { Inventory } from '../../../core/inventory/inventory.ts';
import { InventoryConflict, type InventoryStore } from '../monitor-store.ts';
import { asCounts, joinOccupancy, occupancyOf } from '../occupancy.ts';
import type { DynamoContext } from './context.ts';
import { dropListsBefore } from './directory-items.ts';
import type { Entities, Staged } from './entities.ts';
import { ifConditionHolds } from './if-condition-holds.ts';
import { dropPartsBefore, readStaged, stage } from './inventory-parts.ts';
import { renewItems } from './renew-items.ts';
import { rollForward } from './roll-forward.ts';

type Head = NonNullable<Awaited<ReturnType<ReturnType<Entities['inventoryHead']['get']>['go']>>['data']>;

/**
 * Which items an apply of this build writes. What an earlier build applied has a lower one and is written again by
 * whoever comes first: `apply`, also one that finds nothing to do, `plan`, or the start of one machine. 2: the directory,
 * and the lists of accounts' incidents and of monitors that are not simply well.
 */
const form = 2;
const formOf = (head: Head): number => head.form ?? 1;

const nothing = { accounts: [], servers: [], monitors: [] };

/**
 * All or nothing without transactions: the inventory is staged in parts, made current by one conditional write of the
 * head, and then written into the entities' items. The parts of the current version stay: they are what `load` reads,
 * and what the next apply is compared with. A cut-off apply is one whose head still says `applying`.
 */
export class DynamoInventory implements InventoryStore {
  readonly #context: DynamoContext;

  constructor(context: DynamoContext) {
    this.#context = context;
  }

  async load() {
    for (;;) {
      const head = await this.#settledHead();
      if (head === undefined) return { version: 0, inventory: undefined };
      const inventory = await this.#unlessPast(head, readStaged(this.#context.entities, head));
      if (inventory !== undefined) return { version: head.version, inventory };
    }
  }

  async replace(version: number, inventory: Inventory) {
    const before = await this.#settledHead();
    const found = before?.version ?? 0;
    if (found !== version) throw InventoryConflict.of(version, found);

    const staged = await stage(this.#context.entities, version + 1, inventory);
    const head: Head = {
      ...staged,
      state: 'applying',
      form,
      settings: inventory.settings,
      // Until all is written, a monitor whose interval changes stands in one slot or in the other.
      occupancy: joinOccupancy(asCounts(before?.occupancy ?? {}), occupancyOf(inventory.monitors)),
      ...(before && { before: stagedOf(before) }),
    };
    if (!(await this.#makeCurrent(head, version))) {
      const current = await this.#head();
      // The client repeats a write whose answer was lost, and is then refused for what it has written itself.
      const isOurs = current?.version === staged.version && current.digest === staged.digest;
      if (!isOurs) throw InventoryConflict.of(version, current?.version ?? 0);
    }
    await this.#settledHead();
  }

  /** The head, after the apply that it may still speak of is done. */
  async #settledHead(): Promise<Head | undefined> {
    const head = await this.#head();
    if (head?.state === 'applying') return this.#finish(head);
    return head !== undefined && formOf(head) < form ? this.#renew(head) : head;
  }

  /** Takes what an earlier build applied for an apply that was cut off, from nothing: all its items are written again. */
  async #renew(head: Head): Promise<Head | undefined> {
    const again: Head = {
      ...stagedOf(head),
      state: 'applying',
      renews: formOf(head),
      settings: head.settings,
      occupancy: asCounts(head.occupancy),
    };
    const write = this.#context.entities.inventoryHead
      .put(again)
      .where((item, is) => `${is.eq(item.version, head.version)} AND ${is.eq(item.state, 'applied')}`);
    await ifConditionHolds(write.go());
    // Whoever was first, it is applied or under way now.
    return this.#settledHead();
  }

  async #finish(head: Head): Promise<Head> {
    const { entities } = this.#context;
    const lists = await this.#unlessPast(
      head,
      Promise.all([
        head.before === undefined ? nothing : readStaged(entities, head.before),
        readStaged(entities, head),
      ]),
    );
    if (lists === undefined) return (await this.#settledHead()) ?? head;
    const [before, after] = lists;
    const written = await rollForward(this.#context, head.version, before, after);
    if (head.renews !== undefined) await renewItems(this.#context, after);
    const applied: Head = {
      ...stagedOf(head),
      state: 'applied',
      // What an earlier build began has been finished, but not all that this one writes.
      ...((head.form === form || head.renews !== undefined) && { form }),
      settings: head.settings,
      occupancy: occupancyOf(after.monitors),
    };
    const write = entities.inventoryHead
      .put(applied)
      .where((item, is) => `${is.eq(item.version, head.version)} AND ${is.eq(item.state, 'applying')}`);
    // Refused when another has finished it too, and perhaps gone on.
    if (!(await ifConditionHolds(write.go()))) return (await this.#settledHead()) ?? applied;
    await dropPartsBefore(entities, head.version);
    await dropListsBefore(entities, written, head.version);
    return applied.form === form ? applied : ((await this.#settledHead()) ?? applied);
  }

  /**
   * Awaits what is read of a head. Whoever goes on to the next version drops the parts of those before it, so that they may
   * be gone before a slow process has read them.
   *
   * @returns undefined when the head is no longer this one, so that it must be read again
   * @throws when parts are missing of the head that is current
   */
  async #unlessPast<T>(head: Head, reading: Promise<T>): Promise<T | undefined> {
    try {
      return await reading;
    } catch (error) {
      const now = await this.#head();
      if (now === undefined || (now.version === head.version && now.state === head.state)) throw error;
      return undefined;
    }
  }

  #makeCurrent(head: Head, version: number): Promise<boolean> {
    const { inventoryHead } = this.#context.entities;
    if (version === 0) return ifConditionHolds(inventoryHead.create(head).go());
    const write = inventoryHead
      .put(head)
      .where((item, is) => `${is.eq(item.version, version)} AND ${is.eq(item.state, 'applied')}`);
    return ifConditionHolds(write.go());
  }

  async #head(): Promise<Head | undefined> {
    const { data } = await this.#context.entities.inventoryHead.get({}).go({ consistent: true });
    return data ?? undefined;
  }
}

const stagedOf = ({ version, digest, parts }: Staged): Staged => ({ version, digest, parts });
