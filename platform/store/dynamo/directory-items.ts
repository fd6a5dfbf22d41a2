import { createHash } from 'node:crypto';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import type { Plan } from '../../../core/server.ts';
import { listAccounts, listServers } from '../directory-lists.ts';
import type { ListedAccount, ListedServer } from '../directory-store.ts';
import type { Entities, Staged } from './entities.ts';
import { ifConditionHolds } from './if-condition-holds.ts';
import { inParallel } from './in-parallel.ts';

/** An item may have 400 KB with its names and keys. */
const partLimitBytes = 290_000;

/** Name of the list of accounts, and of an account's servers. */
export const accountList = 'accounts';
export const serverList = (account: string): string => `servers/${account}`;

// Rows without names: ten thousand servers are then two items in place of three or four.
type AccountRow = readonly [id: string, name: string, timeZone: string, servers: number];
type ServerRow = readonly [id: string, name: string, address: string, plan: Plan, monitors: number];
export type Row = AccountRow | ServerRow;

const accountRow = ({ id, name, timeZone, servers }: ListedAccount): Row => [id, name, timeZone, servers];
const serverRow = ({ id, name, address, plan, monitors }: ListedServer): Row => [
  id,
  name,
  address,
  plan,
  monitors,
];

export const accountOfRow = ([id, name, timeZone, servers]: Row): ListedAccount =>
  Object.freeze({ id, name, timeZone, servers: Number(servers) });
export const serverOfRow = (row: Row): ListedServer => {
  const [id, name, address, plan, monitors = 0] = row as ServerRow;
  return Object.freeze({ id, name, address, plan, monitors });
};

type Lists = Pick<Inventory, 'accounts' | 'servers' | 'monitors'>;

/** All lists of an inventory's directory, by name. */
function listsOf(inventory: Lists): Map<string, readonly Row[]> {
  const lists = new Map<string, readonly Row[]>([[accountList, listAccounts(inventory).map(accountRow)]]);
  for (const [account, servers] of listServers(inventory)) {
    lists.set(serverList(account), servers.map(serverRow));
  }
  return lists;
}

/** The lists that differ between two inventories, as they are afterwards; empty for an account whose servers all went. */
function changedLists(before: Lists, after: Lists): Map<string, readonly Row[]> {
  const was = listsOf(before);
  const is = listsOf(after);
  const changed = new Map<string, readonly Row[]>();
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    const rows = is.get(name) ?? [];
    if (JSON.stringify(was.get(name)) !== JSON.stringify(rows)) changed.set(name, rows);
  }
  return changed;
}

/**
 * Writes the lists that differ. Of each the parts come first, under keys of their own, then the head that names them: a
 * reader finds the old list or the new one, whole. An older version writes over no newer one.
 *
 * @returns the names of the lists
 */
export async function writeDirectory(
  entities: Entities,
  version: number,
  before: Lists,
  after: Lists,
): Promise<string[]> {
  const changed = changedLists(before, after);
  await inParallel(changed, async ([list, rows]) => {
    const { staged, texts } = stagedOf(version, rows);
    for (const [part, text] of texts.entries()) {
      await entities.directoryPart.put({ list, version, digest: staged.digest, part, text }).go();
    }
    const write = entities.directoryList
      .put({ list, ...staged })
      .where((head, is) => `${is.notExists(head.version)} OR ${is.lte(head.version, version)}`);
    await ifConditionHolds(write.go());
  });
  return [...changed.keys()];
}

function stagedOf(version: number, rows: readonly Row[]): { staged: Staged; texts: string[] } {
  const texts = [...partsOf(rows)];
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text);
  const digest = hash.digest('hex').slice(0, 16);
  return { staged: { version, digest, parts: texts.length }, texts };
}

function* partsOf(rows: readonly Row[]): Generator<string> {
  let part: string[] = [];
  let bytes = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    const rowBytes = Buffer.byteLength(text) + 1;
    if (part.length > 0 && bytes + rowBytes > partLimitBytes) {
      yield `[${part.join(',')}]`;
      part = [];
      bytes = 0;
    }
    part.push(text);
    bytes += rowBytes;
  }
  yield `[${part.join(',')}]`;
}

/** Drops the parts of lists that versions before this one had written. */
export async function dropListsBefore(
  entities: Entities,
  lists: readonly string[],
  version: number,
): Promise<void> {
  await inParallel(lists, async (list) => {
    const { data } = await entities.directoryPart.query
      .part({ list })
      .lt({ version })
      .go({ consistent: true, pages: 'all', attributes: ['list', 'version', 'digest', 'part'] });
    for (const key of data) await entities.directoryPart.delete(key).go();
  });
}
