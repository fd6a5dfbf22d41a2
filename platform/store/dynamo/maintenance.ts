import type { Instant } from '../../../core/instant.ts';
import type { Maintenance } from '../../../core/maintenance/maintenance.ts';
import { byKey } from '../cursor.ts';
import { endOf, type MaintenanceStore, mostMaintenances, mostPast } from '../maintenance-store.ts';
import { assertMaintenanceFits } from '../size-limits.ts';
import type { DynamoContext } from './context.ts';
import { ifConditionHolds } from './if-condition-holds.ts';
import { readRange } from './read-list.ts';

/** How long what is over can still be asked for as if it might hold: a month, and two days of a table that is late to drop it. */
const leftDays = 33;
const keptDays = 400;
/** Pages of 1 MB that are read of an account: it harms nobody but itself by announcing more. */
const mostPages = 10;

/**
 * What may still come lies by itself, so that a sweep reads it in one consistent query, however many there have been: it
 * leaves by its time to live. A second item, written after it, is kept for the reports; if that write fails the first one
 * stands, and the next change of it, or the same one again, makes good what the reports lack.
 */
export class DynamoMaintenances implements MaintenanceStore {
  readonly #context: DynamoContext;

  constructor(context: DynamoContext) {
    this.#context = context;
  }

  async maintenances(account: string, at: Instant) {
    const { data } = await this.#context.entities.maintenance.query
      .maintenance({ account })
      .where(({ end }, is) => `${is.notExists(end)} OR ${is.gt(end, at)}`)
      .go({ consistent: true, pages: mostPages });
    return data
      .map(({ body }) => body)
      .sort(byKey(({ createdAt, id }) => `${createdAt}#${id}`))
      .slice(0, mostMaintenances);
  }

  async past(account: string, { from, to }: { from: Instant; to: Instant }) {
    const found = await readRange(
      this.#context,
      { index: 'account', partition: `maintenance#${account}`, from, to, order: 'descending' },
      mostPast,
    );
    return found.map(({ body }) => body as Maintenance);
  }

  async maintenance(account: string, id: string) {
    const { maintenance, pastMaintenance } = this.#context.entities;
    const { data } = await maintenance.get({ account, id }).go({ consistent: true });
    if (data !== null) return data.body;
    const { data: past } = await pastMaintenance.get({ account, id }).go({ consistent: true });
    return past?.body;
  }

  async replaceMaintenance(after: Maintenance, lastUntil: Instant | undefined) {
    assertMaintenanceFits(after);
    const { account, id, version, from } = after;
    const { maintenance, pastMaintenance } = this.#context.entities;
    const end = endOf(after, lastUntil);
    const item = {
      account,
      id,
      version,
      body: after,
      ...(end !== undefined && { end, expires: expiry(end, leftDays) }),
    };
    const write =
      version === 1
        ? maintenance.create(item).go()
        : maintenance
            .put(item)
            .where((stored, is) => is.eq(stored.version, version - 1))
            .go();
    if (!(await ifConditionHolds(write))) return false;
    const past = {
      account,
      id,
      version,
      from,
      body: after,
      ...(end !== undefined && { expires: expiry(end, keptDays) }),
    };
    await ifConditionHolds(
      pastMaintenance
        .put(past)
        .where((stored, is) => `${is.notExists(stored.version)} OR ${is.lt(stored.version, version)}`)
        .go(),
    );
    return true;
  }
}

const expiry = (end: Instant, days: number): number => Math.floor(Date.parse(end) / 1000) + days * 86_400;
