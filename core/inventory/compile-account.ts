import type { Account } from '../account.ts';
import type { Monitor } from '../monitor.ts';
import type { Server } from '../server.ts';
import { compileServer } from './compile-server.ts';
import { judgeDefaults } from './defaults.ts';
import { unknownKey } from './explain-issue.ts';
import { accountForm } from './form.ts';
import { judge } from './judge.ts';
import { nearest } from './nearest.ts';
import { shown } from './printable.ts';
import type { Place, ProblemList } from './problem.ts';
import type { Surroundings } from './surroundings.ts';
import { entryValue, pick, type WrittenMap } from './written.ts';

export interface CompiledAccount {
  /** Undefined when it has a fault; its servers are judged all the same. */
  readonly account: Account | undefined;
  readonly servers: readonly Server[];
  readonly monitors: readonly Monitor[];
}

/** Twice what one machine watches in time; more is a mistake, or meant to hurt. */
export const most = { servers: 20_000, monitors: 200_000 };

const parts = ['defaults', 'servers'];

/**
 * Compiles an account with all that it has. Every fault goes to the problems.
 *
 * @param room how many servers and monitors the inventory may still get
 */
export function compileAccount(
  written: WrittenMap,
  accountIds: ReadonlySet<string>,
  surroundings: Surroundings,
  room: { readonly servers: number; readonly monitors: number },
): CompiledAccount {
  const { problems, catalogue } = surroundings;
  const known = [...Object.keys(accountForm.shape), ...parts];
  for (const [key, { key: place }] of written.entries) {
    if (!known.includes(key)) problems.add(place, `${written.field}.${key}`, unknownKey(key, known));
  }
  const account = judge(
    accountForm,
    pick(written, (key) => Object.hasOwn(accountForm.shape, key)),
    problems,
  );
  if (account !== undefined) {
    judgeTimeZone(account, written, problems);
    judgeContacts(account, written, problems);
  }

  const defaults = judgeDefaults(entryValue(written, 'defaults'), catalogue, problems, surroundings.defaults);
  const id = entryValue(written, 'id');
  const owner = id?.kind === 'scalar' ? id.source : '';
  const servers: Server[] = [];
  const monitors: Monitor[] = [];
  const places = new Map<string, Place>();
  for (const item of serverItems(written, problems)) {
    if (servers.length >= room.servers || monitors.length >= room.monitors) {
      const text =
        'makes the inventory larger than 20000 servers or 200000 monitors; run a second deployment';
      problems.add(item.place, item.field, text);
      break;
    }
    judgeServerId(item, places, problems);
    const compiled = compileServer(item, owner, accountIds, { ...surroundings, defaults });
    if (compiled === undefined) continue;
    servers.push(compiled.server);
    monitors.push(...compiled.monitors);
  }
  return { account, servers, monitors };
}

function serverItems(written: WrittenMap, problems: ProblemList): WrittenMap[] {
  const list = entryValue(written, 'servers');
  if (list === undefined) return [];
  if (list.kind !== 'list') {
    problems.add(list.place, list.field, 'is not a list; write one server after each dash');
    return [];
  }
  return list.items.flatMap((item) => {
    if (item.kind === 'map') return item;
    problems.add(item.place, item.field, 'is not a map of keys; give a server with id and address');
    return [];
  });
}

function judgeServerId(item: WrittenMap, places: Map<string, Place>, problems: ProblemList): void {
  const id = entryValue(item, 'id');
  if (id?.kind !== 'scalar') return;
  const earlier = places.get(id.source);
  if (earlier === undefined) {
    places.set(id.source, id.place);
    return;
  }
  const text = `is ${shown(id.source)}, which is the server in line ${earlier.line} too; give each server of an account an id of its own`;
  problems.add(id.place, id.field, text);
}

function judgeTimeZone({ timeZone }: Account, written: WrittenMap, problems: ProblemList): void {
  const zone = entryValue(written, 'timeZone');
  if (zone === undefined || isTimeZone(timeZone)) return;
  const meant = nearest(timeZone, Intl.supportedValuesOf('timeZone'));
  const question = meant === undefined ? '' : `did you mean ${meant}? `;
  const text = `is ${shown(timeZone)}; ${question}give a name of the IANA time zone database, for example Asia/Tokyo`;
  problems.add(zone.place, zone.field, text);
}

function isTimeZone(name: string): boolean {
  // `+09:00` is understood too, but knows no summer time and no place.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** An address twice would get every mail twice, as one thread. */
function judgeContacts({ contacts }: Account, written: WrittenMap, problems: ProblemList): void {
  const list = entryValue(written, 'contacts');
  if (list?.kind !== 'list') return;
  const first = new Map<string, number>();
  for (const [index, { mail }] of contacts.entries()) {
    const address = mail.toLowerCase();
    const earlier = first.get(address);
    if (earlier === undefined) {
      first.set(address, index);
      continue;
    }
    const item = list.items[index];
    const value = item?.kind === 'map' ? entryValue(item, 'mail') : undefined;
    const at = value ?? list;
    problems.add(
      at.place,
      at.field,
      `is ${shown(mail)}, as contacts[${earlier}].mail is; give each contact an address of its own`,
    );
  }
}
