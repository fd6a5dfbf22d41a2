import { createHash } from 'node:crypto';
import type { Account } from '../../../core/account.ts';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import type { Monitor } from '../../../core/monitor.ts';
import type { Server } from '../../../core/server.ts';
import type { Settings } from '../../../core/settings.ts';
import type { Entities, Staged } from './entities.ts';
import { inParallel } from './in-parallel.ts';

/** An item may have 400 KB with its names and keys. */
const partLimitBytes = 290_000;

/** A part is a JSON list of these. */
interface Entry {
  readonly settings?: Settings;
  readonly account?: Account;
  readonly server?: Server;
  readonly monitor?: Monitor;
}

/**
 * Writes an inventory's parts. Nobody sees them before the head names them. Their keys hold a digest of the whole:
 * two who stage the same version at once do not mix, and staging again after a crash writes the same items.
 */
export async function stage(entities: Entities, version: number, inventory: Inventory): Promise<Staged> {
  const texts = [...partsOf(inventory)];
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text);
  const digest = hash.digest('hex').slice(0, 16);
  await inParallel(texts.entries(), ([part, text]) =>
    entities.inventoryPart.put({ version, digest, part, text }).go(),
  );
  return { version, digest, parts: texts.length };
}

function* partsOf({ settings, accounts, servers, monitors }: Inventory): Generator<string> {
  let part: string[] = [];
  let bytes = 0;
  for (const entry of entriesOf({ settings, accounts, servers, monitors })) {
    const text = JSON.stringify(entry);
    const entryBytes = Buffer.byteLength(text) + 1;
    if (part.length > 0 && bytes + entryBytes > partLimitBytes) {
      yield `[${part.join(',')}]`;
      part = [];
      bytes = 0;
    }
    part.push(text);
    bytes += entryBytes;
  }
  yield `[${part.join(',')}]`;
}

function* entriesOf({ settings, accounts, servers, monitors }: Inventory): Generator<Entry> {
  yield { settings };
  for (const account of accounts) yield { account };
  for (const server of servers) yield { server };
  for (const monitor of monitors) yield { monitor };
}

/** @throws when a part is missing */
export async function readStaged(entities: Entities, { version, digest, parts }: Staged): Promise<Inventory> {
  const { data } = await entities.inventoryPart.query
    .part({ version, digest })
    .go({ consistent: true, pages: 'all' });
  const entries = data.flatMap(({ text }): Entry[] => JSON.parse(text));
  const settings = entries[0]?.settings;
  if (data.length !== parts || settings === undefined) {
    throw new Error(
      `inventory version ${version} has ${data.length} of its ${parts} parts in the table; restore the table to a time when it had all`,
    );
  }
  return {
    settings,
    accounts: entries.flatMap(({ account }) => account ?? []),
    servers: entries.flatMap(({ server }) => server ?? []),
    monitors: entries.flatMap(({ monitor }) => monitor ?? []),
  };
}

/** Drops what lies of versions before the current one: the inventory it replaced, and what applies that failed had staged. */
export async function dropPartsBefore(entities: Entities, version: number): Promise<void> {
  const { data } = await entities.inventoryPart.query
    .part({})
    .lt({ version })
    .go({ consistent: true, pages: 'all', attributes: ['version', 'digest', 'part'] });
  await inParallel(data, (key) => entities.inventoryPart.delete(key).go());
}
