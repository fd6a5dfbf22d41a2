import { serverKey } from '../ids.ts';
import { gapsOf } from '../on-call/rota.ts';
import type { Inventory } from './inventory.ts';
import { printable } from './printable.ts';

const mostGaps = 5;

/**
 * What an inventory may have and its plans can then not do: sentences for whoever reads the plan, each with the mend.
 * None of them is a fault: a server may be taken in before its access is there.
 */
export function notesOn({ settings, accounts, servers, monitors }: Inventory): string[] {
  const notes: string[] = [];
  const responding = new Set(
    monitors.filter(({ response }) => response !== undefined).map((one) => serverKey(one)),
  );
  for (const { account, id, plan, ssh } of servers) {
    const key = serverKey({ account, server: id });
    if (ssh !== undefined || !responding.has(key)) continue;
    notes.push(
      `server ${key} has the plan ${plan} and no ssh: no first response can log in, and people are called at once; give it ssh with user, key and hostKey`,
    );
  }
  for (const { id, contacts } of accounts) {
    const isCalled = servers.some(({ account, plan }) => account === id && plan !== 'notify');
    if (!isCalled || contacts.some(({ phone }) => phone !== undefined)) continue;
    notes.push(
      `account ${id} has servers whose plan calls people, and no contact with a phone: it is told by mail alone; give a contact a phone`,
    );
  }
  return [...notes, ...notesOnCall(settings, servers)];
}

function notesOnCall(settings: Inventory['settings'], servers: Inventory['servers']): string[] {
  if (!servers.some(({ plan }) => plan === 'managed')) return [];
  const { onCall } = settings;
  if (onCall === undefined) {
    return [
      'servers have the plan managed, and settings.onCall is not there: the operators are told in place of an engineer; give settings.onCall engineers and shifts',
    ];
  }
  const gaps = gapsOf(onCall);
  if (gaps.length === 0) return [];
  const shown = gaps.slice(0, mostGaps).map(({ from, to }) => `${from} to ${to}`);
  const more = gaps.length > mostGaps ? ` and ${gaps.length - mostGaps} more` : '';
  return [
    `settings.onCall has nobody on call from ${shown.join(', ')}${more} (${onCall.timeZone}): the operators' desk takes what happens then; give further shifts`,
  ];
}

/** After a difference; empty when there are none. */
export const renderNotes = (notes: readonly string[]): string =>
  notes.map((note) => `\nnote: ${printable(note)}`).join('');
