import type { Instant } from '../instant.ts';
import { printable } from '../inventory/printable.ts';
import { standardRunbooks } from './standard.ts';

export type DraftState = 'draft' | 'approved' | 'rejected' | 'retired';

/** Something that was done with a version, by whom and when. None is ever taken out again. */
export interface RunbookDeed {
  readonly deed: 'submitted' | 'approved' | 'rejected' | 'retired';
  readonly by: string;
  readonly at: Instant;
  readonly note?: string;
}

export interface RunbookVersion {
  /** The first 12 hexadecimal digits of its text's SHA-256. */
  readonly version: string;
  readonly state: DraftState;
  /** The first one was submitting it. */
  readonly deeds: readonly RunbookDeed[];
}

/** A runbook of one account with all its versions. */
export interface CustomRunbook {
  readonly account: string;
  readonly id: string;
  /** In the order they were submitted first. */
  readonly versions: readonly RunbookVersion[];
  /** The approved version, with its text, so that one read finds what may run. */
  readonly inUse?: { readonly version: string; readonly text: string };
  /** Every write raises it and is conditional on the one before. */
  readonly revision: number;
}

/** A person and an instant. */
export interface Who {
  readonly by: string;
  readonly at: Instant;
}

export type Transition =
  | { readonly result: 'changed'; readonly after: CustomRunbook }
  /** It is so already. */
  | { readonly result: 'unchanged'; readonly reason: string }
  | { readonly result: 'refused'; readonly reason: string };

export const customKey = ({ account, id }: Pick<CustomRunbook, 'account' | 'id'>): string =>
  `${account}/${id}`;

/** A reviewer has to read all of it, and the item of the table has to hold it. */
const most = { characters: 30_000, lines: 1_500, by: 100, note: 300, deeds: 100 };

/** What is hidden from a reviewer may not stand in what is reviewed. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/u;

/** @returns what keeps a text from being reviewed, with the mend */
export function faultOfCustomText(id: string, text: string): string | undefined {
  if (Object.hasOwn(standardRunbooks, id)) {
    return `${id} is the id of a runbook that comes with Mimamori; give yours another`;
  }
  if (text.length > most.characters) {
    return `the file has ${text.length} characters and a reviewer reads ${most.characters} at most; make two runbooks of it`;
  }
  const lines = text.split('\n');
  if (lines.length > most.lines) {
    return `the file has ${lines.length} lines and a reviewer reads ${most.lines} at most; make two runbooks of it`;
  }
  const at = lines.findIndex((line) => hidden.test(line));
  const found = hidden.exec(lines[at] ?? '')?.[0];
  if (found === undefined) return undefined;
  const mend =
    found === '\r'
      ? 'save the file with the line ends of Unix'
      : found === '\t'
        ? 'write spaces in place of tabs'
        : 'take it out';
  return `line ${at + 1} has a character that a reviewer does not see (${printable(found)}); ${mend}`;
}

/** @returns what is wanted in place of a person's name */
export function faultOfName(by: string): string | undefined {
  const isGood = by.trim() !== '' && by.length <= most.by && !hidden.test(by);
  return isGood ? undefined : `give a name of at most ${most.by} characters`;
}

/** @returns what is wanted in place of a note */
export function faultOfNote(note: string): string | undefined {
  const isGood = note.trim() !== '' && note.length <= most.note && !hidden.test(note);
  return isGood ? undefined : `write why in one line of at most ${most.note} characters`;
}

/** The version that a state's writer gives or a reviewer names; undefined when there is none. */
export const versionOf = (runbook: CustomRunbook | undefined, version: string): RunbookVersion | undefined =>
  runbook?.versions.find((one) => one.version === version);

export const isWaiting = ({ versions }: CustomRunbook): boolean =>
  versions.some(({ state }) => state === 'draft');

/** Puts a version forward for review. */
export function submitVersion(
  before: CustomRunbook | undefined,
  { account, id, version }: { readonly account: string; readonly id: string; readonly version: string },
  who: Who,
): Transition {
  const runbook = before ?? { account, id, versions: [], revision: 0 };
  const key = customKey(runbook);
  const known = versionOf(runbook, version);
  if (known === undefined) {
    if (isFull(runbook))
      return refused(`${key} was changed ${most.deeds} times; give the runbook another id`);
    const added: RunbookVersion = { version, state: 'draft', deeds: [deed('submitted', who)] };
    return changed({ ...runbook, versions: [...runbook.versions, added] });
  }
  const last = lastDeed(known);
  if (known.state === 'draft') {
    return unchanged(`${key} version ${version} waits for review since ${last.at}, submitted by ${last.by}`);
  }
  if (known.state === 'approved') return unchanged(`${key} version ${version} is in use already`);
  return refused(
    known.state === 'rejected'
      ? `${key} version ${version} was rejected by ${last.by}${noteOf(last)}; change the file and submit it again`
      : `${key} version ${version} was in use until ${last.at}; approve it again: mimamori runbook approve ${key} --version ${version}`,
  );
}

/**
 * Takes a version into use; the one that was is retired. Two people see each version: who submitted it does not
 * approve it.
 *
 * @param text of the version, as it was submitted
 */
export function approveVersion(
  before: CustomRunbook,
  { version, text }: { readonly version: string; readonly text: string },
  who: Who,
): Transition {
  const key = customKey(before);
  const found = versionOf(before, version);
  if (found === undefined) return refused(unknownVersion(before, version));
  if (found.state === 'approved') return unchanged(`${key} version ${version} is in use already`);
  if (found.state === 'rejected') {
    const last = lastDeed(found);
    return refused(
      `${key} version ${version} was rejected by ${last.by}${noteOf(last)}; it is changed and submitted again first`,
    );
  }
  const [submitted] = found.deeds;
  if (submitted === undefined || isSamePerson(submitted.by, who.by)) {
    return refused(
      `${key} version ${version} was submitted by ${submitted?.by ?? 'nobody'}; somebody else has to approve it`,
    );
  }
  if (isFull(before)) return refused(`${key} was changed ${most.deeds} times; give the runbook another id`);
  const versions = before.versions.map((one) => {
    if (one.version === version) return moved(one, 'approved', deed('approved', who));
    return one.state === 'approved' ? moved(one, 'retired', deed('retired', who)) : one;
  });
  return changed({ ...before, versions, inUse: { version, text } });
}

/** Turns down a version that waits for review. */
export function rejectVersion(before: CustomRunbook, version: string, who: Who, note: string): Transition {
  const key = customKey(before);
  const found = versionOf(before, version);
  if (found === undefined) return refused(unknownVersion(before, version));
  if (found.state === 'rejected') return unchanged(`${key} version ${version} is rejected already`);
  if (found.state === 'approved') {
    return refused(
      `${key} version ${version} is in use; take it out of use: mimamori runbook retire ${key} --by NAME --note WHY`,
    );
  }
  if (found.state === 'retired') return refused(`${key} version ${version} is not in use, nor does it wait`);
  const versions = before.versions.map((one) =>
    one.version === version ? moved(one, 'rejected', deed('rejected', who, note)) : one,
  );
  return changed({ ...before, versions });
}

/** Takes the version in use out of use, and nothing takes its place. To stop something, one person is enough. */
export function retireRunbook(before: CustomRunbook, who: Who, note: string): Transition {
  if (before.inUse === undefined) return unchanged(`${customKey(before)} has no version in use`);
  const { inUse: _ended, ...rest } = before;
  const versions = before.versions.map((one) =>
    one.state === 'approved' ? moved(one, 'retired', deed('retired', who, note)) : one,
  );
  return changed({ ...rest, versions });
}

const changed = (after: CustomRunbook): Transition => ({
  result: 'changed',
  after: { ...after, revision: after.revision + 1 },
});
const unchanged = (reason: string): Transition => ({ result: 'unchanged', reason });
const refused = (reason: string): Transition => ({ result: 'refused', reason });

const deed = (what: RunbookDeed['deed'], { by, at }: Who, note?: string): RunbookDeed => ({
  deed: what,
  by: by.trim(),
  at,
  ...(note !== undefined && { note: note.trim() }),
});

const moved = (one: RunbookVersion, state: DraftState, done: RunbookDeed): RunbookVersion => ({
  ...one,
  state,
  deeds: [...one.deeds, done],
});

const noteOf = ({ note }: RunbookDeed): string => (note === undefined ? '' : ` (${note})`);

const lastDeed = ({ version, deeds }: RunbookVersion): RunbookDeed => {
  const last = deeds.at(-1);
  if (last === undefined) throw new Error(`version ${version} has no deeds; submitting it writes the first`);
  return last;
};

/** Each of these is followed by one rejection or retirement at most, which are therefore always possible. */
const isFull = ({ versions }: CustomRunbook): boolean =>
  versions
    .flatMap(({ deeds }) => deeds)
    .filter(({ deed: what }) => what === 'submitted' || what === 'approved').length >= most.deeds;

/** Names are typed: blanks, capitals and full-width letters make nobody another person. */
const isSamePerson = (one: string, other: string): boolean => plainName(one) === plainName(other);
const plainName = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();

function unknownVersion(runbook: CustomRunbook, version: string): string {
  const known = runbook.versions.slice(-5).map((one) => one.version);
  return `${customKey(runbook)} has no version ${printable(version)}; the latest are ${known.join(', ')}`;
}
