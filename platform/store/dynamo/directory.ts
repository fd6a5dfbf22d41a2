import type { Incident } from '../../../core/incident/incident.ts';
import type { WatchedMonitor } from '../../../core/monitor.ts';
import { boundedLimit, byKey, byKeyDown, cursorOf, type ListRequest, positionOf } from '../cursor.ts';
import { incidentKey, keyOfWatched, mostOpen, mostTroubled, unknownKey } from '../directory-lists.ts';
import type { DirectoryStore, ListedAccount, ListedServer, Part } from '../directory-store.ts';
import type { DynamoContext } from './context.ts';
import { accountList, accountOfRow, type Row, serverList, serverOfRow } from './directory-items.ts';
import type { Staged } from './entities.ts';
import { troubledList, unknownList, unknownLists } from './monitor-state.ts';
import { type Item, type Range, readPart, readRange } from './read-list.ts';
import { readWatched } from './watched.ts';

/** Lists that are kept as they were read: a page asks for the same one every few seconds, and it changes with an apply only. */
const keptLists = 50;
/** How often a list is looked for whose parts another apply takes away meanwhile. */
const tries = 5;

interface KeptList {
  readonly key: string;
  readonly rows: readonly unknown[];
}

export class DynamoDirectory implements DirectoryStore {
  readonly #context: DynamoContext;
  readonly #kept = new Map<string, KeptList>();

  constructor(context: DynamoContext) {
    this.#context = context;
  }

  accounts(): Promise<ListedAccount[]> {
    return this.#list(accountList, accountOfRow);
  }

  servers(account: string): Promise<ListedServer[]> {
    return this.#list(serverList(account), serverOfRow);
  }

  troubled(account: string) {
    const range = { index: 'account', partition: troubledList(account), most: mostTroubled } as const;
    return readWatched(this.#context, range);
  }

  async unknown({ limit, cursor }: ListRequest): Promise<Part<WatchedMonitor>> {
    const after = positionOf('unknown', cursor);
    const wanted = boundedLimit(limit);
    const keyOf = (one: WatchedMonitor) => unknownKey(keyOfWatched(one), one.state.unknownSince ?? '');
    // Each list may have them all, so that each is asked for as many, and one more to know whether there is more.
    const found = await Promise.all(
      Array.from({ length: unknownLists }, (_, number) =>
        readWatched(this.#context, {
          index: 'list',
          partition: unknownList(number),
          after,
          most: wanted + 1,
        }),
      ),
    );
    return merged('unknown', found.flat().sort(byKey(keyOf)), keyOf, wanted);
  }

  async incidents(account: string, page: ListRequest & { from?: string; to?: string }) {
    const position = positionOf('incidents', page.cursor);
    const wanted = boundedLimit(page.limit);
    const { from, to } = page;
    const found = await Promise.all(
      (['open', 'closed'] as const).map((state) =>
        readRange(this.#context, { ...incidentsOf(account, state), from, to }, wanted + 1, position),
      ),
    );
    // One that is closed between the two reads is in both.
    const all = new Map(found.flat().map((item) => [incidentKey(bodyOf(item)), bodyOf(item)]));
    return merged('incidents', [...all.values()].sort(byKeyDown(incidentKey)), incidentKey, wanted);
  }

  async openIncidents(account: string) {
    return (await readRange(this.#context, incidentsOf(account, 'open'), mostOpen)).map(bodyOf);
  }

  incidentsOfServer(
    { account, server }: Parameters<DirectoryStore['incidentsOfServer']>[0],
    page: ListRequest,
  ) {
    const range: Range = {
      partition: `server#${account}.${server}`,
      prefix: 'incident#',
      order: 'descending',
    };
    return readPart(this.#context, 'incidents-of-server', range, page, bodyOf);
  }

  /** A list by its head: one small read tells that what was read before still holds. */
  async #list<T>(list: string, oneOf: (row: Row) => T): Promise<T[]> {
    const { entities } = this.#context;
    // What lags is asked for again where the truth is.
    for (let attempt = 0, consistent = false; attempt < tries; attempt += 1, consistent = true) {
      const { data: head } = await entities.directoryList.get({ list }).go({ consistent });
      if (head === null) return [];
      const key = `${head.version}#${head.digest}`;
      const kept = this.#kept.get(list);
      const rows = (kept?.key === key ? kept.rows : await this.#rows(list, head, oneOf, consistent)) as
        | readonly T[]
        | undefined;
      if (rows === undefined) continue;
      this.#keep(list, { key, rows });
      return [...rows];
    }
    throw new Error(
      `the directory's list ${list} has not all its parts in the table, looked for ${tries} times; restore the table to a time when it had all`,
    );
  }

  async #rows<T>(
    list: string,
    { version, digest, parts }: Staged,
    oneOf: (row: Row) => T,
    consistent: boolean,
  ): Promise<T[] | undefined> {
    const { data } = await this.#context.entities.directoryPart.query
      .part({ list, version, digest })
      .go({ consistent, pages: 'all' });
    if (data.length !== parts) return undefined;
    return data.flatMap(({ text }) => (JSON.parse(text) as Row[]).map(oneOf));
  }

  #keep(list: string, kept: KeptList): void {
    this.#kept.delete(list);
    this.#kept.set(list, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > keptLists && oldest !== undefined) this.#kept.delete(oldest);
  }
}

const incidentsOf = (account: string, state: Incident['state']): Range => ({
  index: 'account',
  partition: `incidents#${account}`,
  prefix: `${state}#`,
  order: 'descending',
});

const bodyOf = ({ body }: Item): Incident => body as Incident;

/** The first of what several lists gave, each of which has given one more than is wanted if it has it. */
function merged<T>(list: string, sorted: readonly T[], keyOf: (one: T) => string, wanted: number): Part<T> {
  const items = sorted.slice(0, wanted);
  const last = items.at(-1);
  if (last === undefined || sorted.length <= wanted) return { items };
  return { items, next: cursorOf(list, keyOf(last)) };
}
