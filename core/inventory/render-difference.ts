import type { ContactDrift } from '../contacts/contact-drift.ts';
import type { Change, EntityKind, FieldChange } from './difference.ts';
import { printable } from './printable.ts';

/** How a text is marked on a terminal; each the text itself where there is none. */
export interface Paint {
  readonly add: (text: string) => string;
  readonly change: (text: string) => string;
  readonly remove: (text: string) => string;
}

const plain = (text: string): string => text;
export const noPaint: Paint = { add: plain, change: plain, remove: plain };

const ansi = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[39m`;
export const ansiPaint: Paint = { add: ansi(32), change: ansi(33), remove: ansi(31) };

const sign = { add: '+', change: '~', remove: '-' } as const;

/**
 * A difference as an operator reads it: one line for what comes or goes, one for each value that changes, and the
 * counts. What a monitor only takes over from its server is told at the server.
 */
export function renderDifference(changes: readonly Change[], paint: Paint = noPaint): string {
  if (changes.length === 0) return 'Nothing to do: what is applied is what the files say.';
  const { shown, followers } = foldCopies(changes);
  const lines = shown.flatMap((change) => {
    const mark = paint[change.kind];
    const name = change.entity === 'settings' ? change.id : `${change.entity} ${change.id}`;
    const head = mark(`${sign[change.kind]} ${name}`);
    if (change.kind !== 'change') return [`${head}${summaryOf(change)}`];
    const count = followers.get(change.id) ?? 0;
    const follow = count === 0 ? '' : ` (and in its ${plural(count, 'monitor')})`;
    return [`${head}${follow}`, ...change.fields.map((field) => `    ${fieldLine(field)}`)];
  });
  return [...lines, '', countLine(shown)].join('\n');
}

/** `1 to add, 2 to change, 0 to remove`, with what they are */
export function countLine(changes: readonly Change[]): string {
  const phrases = (['add', 'change', 'remove'] as const).map((kind) => {
    const ofKind = changes.filter((change) => change.kind === kind);
    const kinds: readonly EntityKind[] = ['account', 'server', 'monitor'];
    const parts = kinds.flatMap((entity) => {
      const count = ofKind.filter((change) => change.entity === entity).length;
      return count === 0 ? [] : [plural(count, entity)];
    });
    if (ofKind.some(({ entity }) => entity === 'settings')) parts.unshift('settings');
    return `${ofKind.length} to ${kind}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
  });
  return `${phrases.join(', ')}.`;
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Fields that a monitor copies from its server. */
const isCopy = ({ path }: FieldChange): boolean => path === 'plan' || path.startsWith('target.');

/** Leaves out what monitors take over, and counts by server how many do. */
function foldCopies(changes: readonly Change[]) {
  const changedServers = new Set(
    changes.filter(({ entity, kind }) => entity === 'server' && kind === 'change').map(({ id }) => id),
  );
  const followers = new Map<string, number>();
  const shown = changes.flatMap((change): Change[] => {
    const server = change.id.slice(0, change.id.lastIndexOf('.'));
    if (change.entity !== 'monitor' || change.kind !== 'change' || !changedServers.has(server))
      return [change];
    const fields = change.fields.filter((field) => !isCopy(field));
    if (fields.length < change.fields.length) followers.set(server, (followers.get(server) ?? 0) + 1);
    return fields.length === 0 ? [] : [{ ...change, fields }];
  });
  return { shown, followers };
}

/** What is worth knowing of an entity that comes or goes. */
function summaryOf({ entity, fields, kind }: Change): string {
  const value = (path: string): string | undefined => {
    const field = fields.find((candidate) => candidate.path === path);
    const found = kind === 'add' ? field?.after : field?.before;
    return found === undefined ? undefined : printable(String(found));
  };
  if (entity === 'account') return `: ${value('name')}`;
  if (entity === 'server') return `: ${value('address')}, plan ${value('plan')}, reach ${value('reach')}`;
  if (entity === 'monitor') return `: ${value('check')} every ${value('timing.intervalMinutes')} min`;
  return '';
}

/** The portal's changes of contacts that the files do not have: what becomes of each, and what it says. */
export function renderContactDrift(drifts: readonly ContactDrift[], paint: Paint = noPaint): string {
  const lines = drifts.flatMap(({ account, fate, change, fields }) => {
    const { requestedBy, requestedAt, effectiveAt } = change;
    const mark = fate === 'kept' ? paint.change : paint.remove;
    const by = `changed by ${printable(requestedBy)} in the portal at ${requestedAt}, in effect from ${effectiveAt}`;
    const end =
      fate === 'kept'
        ? 'an apply leaves it in force; put it into the files'
        : 'the files have other contacts, which stand over it: an apply drops it';
    return [
      mark(`! account ${account}: contacts ${by}; ${end}`),
      ...fields.map((field) => `    ${fieldLine(field)}`),
    ];
  });
  return lines.length === 0 ? '' : `\n\nNot in the files:\n${lines.join('\n')}`;
}

const fieldLine = ({ path, before, after }: FieldChange): string =>
  `${printable(path)}: ${valueText(before)} -> ${valueText(after)}`;

const valueText = (value: unknown): string =>
  value === undefined ? 'none' : printable(JSON.stringify(value));
