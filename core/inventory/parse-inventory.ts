import type { Account } from '../account.ts';
import type { Catalogue } from '../catalogue.ts';
import { accountId } from '../ids.ts';
import type { Monitor } from '../monitor.ts';
import type { Server } from '../server.ts';
import type { Settings } from '../settings.ts';
import { compileAccount, most } from './compile-account.ts';
import { judgeDefaults } from './defaults.ts';
import { unknownKey } from './explain-issue.ts';
import { settingsForm } from './form.ts';
import type { Inventory } from './inventory.ts';
import { judge } from './judge.ts';
import { shown } from './printable.ts';
import { type Place, type Problem, ProblemList } from './problem.ts';
import { type InventoryFile, readYaml } from './read-yaml.ts';
import type { Surroundings } from './surroundings.ts';
import { entryValue, type Written, type WrittenMap } from './written.ts';

export type ParsedInventory =
  | { readonly ok: true; readonly inventory: Inventory }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface ParseOptions {
  /** Whether servers may have `reach: local`; only where the probe runs on the user's own machine. @default true */
  readonly localAllowed?: boolean;
}

const topLevel = ['settings', 'defaults', 'accounts'];

/**
 * Reads an inventory from its files and compiles it: defaults and timings filled in, each monitor complete by itself.
 * It is taken whole or not at all, and every fault is told at once.
 *
 * @param files in the order in which problems are told; together they make one inventory
 * @param catalogue the check types there are
 */
export function parseInventory(
  files: readonly InventoryFile[],
  catalogue: Catalogue,
  { localAllowed = true }: ParseOptions = {},
): ParsedInventory {
  const problems = new ProblemList(files.map(({ name }) => name));
  const roots: WrittenMap[] = [];
  let areAllRead = true;
  for (const file of files) {
    const root = readYaml(file, problems);
    if (root?.kind === 'map') roots.push(root);
    else if (root !== undefined) {
      problems.add(root.place, '', `the file is not a map; begin it with ${topLevel.join(':, ')}:`);
    }
    areAllRead &&= root?.kind === 'map';
  }
  for (const root of roots) {
    for (const [key, { key: place }] of root.entries) {
      if (!topLevel.includes(key)) problems.add(place, key, unknownKey(key, topLevel));
    }
  }

  const settings = readSettings(roots, files, areAllRead, problems);
  const defaults = judgeDefaults(onlyOne(roots, 'defaults', problems), catalogue, problems);
  const { accounts, servers, monitors } = readAccounts(roots, {
    catalogue,
    defaults,
    localAllowed,
    problems,
  });

  const found = problems.sorted();
  if (found.length > 0 || settings === undefined) return { ok: false, problems: found };
  return { ok: true, inventory: { settings, accounts, servers, monitors } };
}

/** The one value that a top-level key has in all files. */
function onlyOne(roots: readonly WrittenMap[], key: string, problems: ProblemList): Written | undefined {
  let first: { readonly value: Written; readonly place: Place } | undefined;
  for (const root of roots) {
    const entry = root.entries.get(key);
    if (entry === undefined) continue;
    if (first === undefined) {
      first = { value: entry.value, place: entry.key };
      continue;
    }
    const { file, line } = first.place;
    problems.add(
      entry.key,
      key,
      `is in ${shownPlace(file, line)} too, and holds for all files; keep one of them`,
    );
  }
  return first?.value;
}

const shownPlace = (file: string, line: number): string => `${shown(file).slice(1, -1)}:${line}`;

function readSettings(
  roots: readonly WrittenMap[],
  files: readonly InventoryFile[],
  areAllRead: boolean,
  problems: ProblemList,
): Settings | undefined {
  const written = onlyOne(roots, 'settings', problems);
  if (written !== undefined) return judge(settingsForm, written, problems);
  // A file that could not be read may hold them.
  if (areAllRead) {
    const place = roots[0]?.place ?? { file: files[0]?.name ?? 'inventory', line: 1, column: 1 };
    problems.add(
      { ...place, line: 1, column: 1 },
      'settings',
      'is missing; give settings once, with mailFrom and operators',
    );
  }
  return undefined;
}

/** A server may not use another customer's secrets, so all accounts must be known first. */
function readAccounts(roots: readonly WrittenMap[], surroundings: Surroundings) {
  const { problems } = surroundings;
  const written: WrittenMap[] = [];
  for (const root of roots) {
    const list = entryValue(root, 'accounts');
    if (list === undefined) continue;
    if (list.kind !== 'list') {
      problems.add(list.place, list.field, 'is not a list; write one account after each dash');
      continue;
    }
    for (const item of list.items) {
      if (item.kind === 'map') written.push(item);
      else problems.add(item.place, item.field, 'is not a map of keys; give an account with id and name');
    }
  }

  const places = new Map<string, Place>();
  for (const item of written) {
    const id = entryValue(item, 'id');
    if (id?.kind !== 'scalar' || !accountId.safeParse(id.source).success) continue;
    const earlier = places.get(id.source);
    if (earlier === undefined) places.set(id.source, id.place);
    else {
      const { file, line } = earlier;
      problems.add(
        id.place,
        id.field,
        `is ${shown(id.source)}, which is the account in ${shownPlace(file, line)} too; give each account an id of its own`,
      );
    }
  }

  const accountIds = new Set(places.keys());
  const accounts: Account[] = [];
  const servers: Server[] = [];
  const monitors: Monitor[] = [];
  for (const item of written) {
    const compiled = compileAccount(item, accountIds, surroundings, {
      servers: most.servers - servers.length,
      monitors: most.monitors - monitors.length,
    });
    if (compiled.account !== undefined) accounts.push(compiled.account);
    servers.push(...compiled.servers);
    monitors.push(...compiled.monitors);
  }
  return { accounts, servers, monitors };
}
