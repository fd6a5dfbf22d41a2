import { accountId, runbookId } from '../../core/ids.ts';
import { knownNames } from '../../core/inventory/nearest.ts';
import { printable, shown } from '../../core/inventory/printable.ts';
import { renderProblem } from '../../core/inventory/problem.ts';
import {
  approveVersion,
  type CustomRunbook,
  customKey,
  faultOfCustomText,
  faultOfName,
  faultOfNote,
  rejectVersion,
  retireRunbook,
  submitVersion,
  type Transition,
  versionOf,
  type Who,
} from '../../core/runbook/custom.ts';
import type { ParsedRunbook } from '../../core/runbook/parse-runbook.ts';
import { readRunbook } from '../../lambdas/response/read-runbook.ts';
import { createDynamoStores } from '../../platform/store/dynamo/stores.ts';
import type { Stores } from '../../platform/store/stores.ts';
import { explainTargetError, readTarget } from '../aws-target.ts';
import { CommandError } from '../command-line.ts';
import { renderVersions, renderWaiting, type WaitingVersion } from '../custom-runbook-report.ts';
import { runbookFile } from '../runbook-files.ts';
import { paintFor } from './plan.ts';

export const customRunbookOptions = {
  account: { type: 'string' },
  by: { type: 'string' },
  version: { type: 'string' },
  note: { type: 'string' },
} as const;

interface Values {
  readonly account?: string | undefined;
  readonly by?: string | undefined;
  readonly version?: string | undefined;
  readonly note?: string | undefined;
  readonly json: boolean;
  readonly local?: string | undefined;
  readonly table: string;
  readonly region?: string | undefined;
}

interface Deed {
  readonly form: string;
  readonly words: number;
  carryOut(word: string, values: Values, stores: CustomStores): Promise<void>;
}

type CustomStores = Pick<Stores, 'monitors' | 'inventory' | 'runbooks'>;
type Ref = Pick<CustomRunbook, 'account' | 'id'>;

/** What is done with runbooks of accounts, by its word. */
export const customDeeds: Readonly<Record<string, Deed>> = {
  submit: { form: 'submit FILE --account ACCOUNT --by NAME', words: 1, carryOut: submit },
  review: { form: 'review [--account ACCOUNT]', words: 0, carryOut: review },
  approve: { form: 'approve ACCOUNT/ID --version VERSION --by NAME', words: 1, carryOut: approve },
  reject: { form: 'reject ACCOUNT/ID --version VERSION --by NAME --note WHY', words: 1, carryOut: reject },
  retire: { form: 'retire ACCOUNT/ID --by NAME --note WHY', words: 1, carryOut: retire },
  versions: { form: 'versions ACCOUNT/ID [--version VERSION]', words: 1, carryOut: versions },
};

/** @throws CommandError */
export async function runCustomDeed(deed: Deed, words: readonly string[], values: Values): Promise<number> {
  if (words.length !== deed.words) throw new CommandError(`runbook: write mimamori runbook ${deed.form}`, 2);
  const target = readTarget(values);
  try {
    await deed.carryOut(
      words[0] ?? '',
      values,
      createDynamoStores({ client: target.dynamo(), table: target.table }),
    );
    return 0;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw explainTargetError(error, target) ?? error;
  }
}

async function submit(file: string, values: Values, stores: CustomStores): Promise<void> {
  const account = readAccount(values.account);
  if (account === undefined)
    throw new CommandError('runbook: --account is missing; give the id of an account', 2);
  const who = readWho(values);
  const { runbook, text } = await runbookFile(file);
  const { id, version } = runbook;
  const fault = faultOfCustomText(id, text);
  if (fault !== undefined) throw new CommandError(`${printable(file)}: ${fault}`);
  await requireAccount(account, stores);
  const ref = { account, id };
  await change(ref, stores, (before) => submitVersion(before, { ...ref, version }, who), {
    // Before the version is known to anybody, so that no reviewer finds it without its text.
    before: () => stores.runbooks.keepText(ref, version, text),
    done: () =>
      `${customKey(ref)} version ${version} waits for review. Somebody else looks at it: mimamori runbook review --account ${account}`,
  });
}

async function review(
  _none: string,
  { account: given, json }: Values,
  { runbooks }: CustomStores,
): Promise<void> {
  const account = readAccount(given);
  const found = account === undefined ? await runbooks.waiting() : await runbooks.ofAccount(account);
  const waiting: WaitingVersion[] = [];
  for (const runbook of found) {
    for (const version of runbook.versions.filter(({ state }) => state === 'draft')) {
      const text = await keptText(runbook, version.version, runbooks);
      const parsed = parseKept(runbook, text);
      waiting.push({
        runbook,
        version,
        text,
        faults: faultsOf(version.version, parsed),
        newSudo: newSudoOf(runbook, parsed),
      });
    }
  }
  if (json) {
    const told = waiting.map(({ runbook: { account: of, id, inUse }, version, ...rest }) => ({
      account: of,
      id,
      ...version,
      ...(inUse && { inUse: inUse.version }),
      ...rest,
    }));
    console.log(JSON.stringify(told, undefined, 2));
    return;
  }
  const paint = paintFor(process.stdout);
  console.log(
    waiting.length === 0
      ? 'Nothing waits for review.'
      : waiting.map((one) => renderWaiting(one, paint)).join('\n\n'),
  );
}

async function approve(word: string, values: Values, stores: CustomStores): Promise<void> {
  const ref = readRef(word);
  const version = readVersion(values);
  const who = readWho(values);
  const stored = await storedRunbook(ref, stores);
  // An unknown version has no text, and the rules say which there are.
  const text = versionOf(stored, version) === undefined ? '' : await keptText(ref, version, stores.runbooks);
  const faults = text === '' ? [] : faultsOf(version, parseKept(ref, text));
  if (faults.length > 0) {
    throw new CommandError(`${customKey(ref)} version ${version} cannot be approved:\n${faults.join('\n')}`);
  }
  await change(ref, stores, (now = stored) => approveVersion(now, { version, text }, who), {
    done: (before) => {
      const replaced = before?.inUse === undefined ? '' : `, in place of ${before.inUse.version}`;
      return `${customKey(ref)} version ${version} is in use from now on${replaced}.`;
    },
  });
}

async function reject(word: string, values: Values, stores: CustomStores): Promise<void> {
  const ref = readRef(word);
  const version = readVersion(values);
  const [who, note] = [readWho(values), readNote(values)];
  const stored = await storedRunbook(ref, stores);
  await change(ref, stores, (now = stored) => rejectVersion(now, version, who, note), {
    done: () => `${customKey(ref)} version ${version} is rejected.`,
  });
}

async function retire(word: string, values: Values, stores: CustomStores): Promise<void> {
  const ref = readRef(word);
  const [who, note] = [readWho(values), readNote(values)];
  const stored = await storedRunbook(ref, stores);
  await change(ref, stores, (now = stored) => retireRunbook(now, who, note), {
    done: (before) =>
      `${customKey(ref)} version ${before?.inUse?.version} is not in use any more. A repair that has begun goes on with its steps.`,
  });
}

async function versions(word: string, { version, json }: Values, stores: CustomStores): Promise<void> {
  const ref = readRef(word);
  const stored = await storedRunbook(ref, stores);
  if (version === undefined) {
    console.log(json ? JSON.stringify(stored, undefined, 2) : renderVersions(stored));
    return;
  }
  if (versionOf(stored, version) === undefined) {
    const known = stored.versions.map((one) => one.version);
    throw new CommandError(
      `${shown(version)} is no version of ${customKey(ref)}; ${knownNames(version, 'versions', known)}`,
    );
  }
  // As it was submitted, so that its SHA-256 is the version. What does not show was refused then.
  process.stdout.write(await keptText(ref, version, stores.runbooks));
}

async function change(
  ref: Ref,
  { runbooks }: CustomStores,
  transition: (before: CustomRunbook | undefined) => Transition,
  {
    before,
    done,
  }: { readonly before?: () => Promise<void>; readonly done: (before: CustomRunbook | undefined) => string },
): Promise<void> {
  const stored = await runbooks.runbook(ref);
  const answer = transition(stored);
  if (answer.result === 'refused') throw new CommandError(answer.reason);
  if (answer.result === 'unchanged') {
    console.log(`${answer.reason}.`);
    return;
  }
  await before?.();
  if (!(await runbooks.replace(answer.after))) {
    // The client repeats a write whose answer was lost, and is then refused for what it has written itself.
    const now = transition(await runbooks.runbook(ref));
    if (now.result !== 'unchanged') {
      throw new CommandError(
        `${customKey(ref)} was changed by somebody else while this ran; nothing was changed. Look at it again: mimamori runbook versions ${customKey(ref)}`,
      );
    }
  }
  console.log(done(stored));
}

async function storedRunbook(ref: Ref, { runbooks }: CustomStores): Promise<CustomRunbook> {
  const found = await runbooks.runbook(ref);
  if (found !== undefined) return found;
  const known = (await runbooks.ofAccount(ref.account)).map(customKey);
  const mend =
    known.length === 0
      ? `${ref.account} has no runbooks of its own; put one forward with mimamori runbook submit`
      : knownNames(customKey(ref), 'runbooks', known);
  throw new CommandError(`${customKey(ref)} is not there; ${mend}`);
}

async function keptText(ref: Ref, version: string, runbooks: Stores['runbooks']): Promise<string> {
  const text = await runbooks.text(ref, version);
  if (text === undefined) {
    throw new CommandError(
      `the text of ${customKey(ref)} version ${version} is not in the table; submit it again`,
    );
  }
  return text;
}

const parseKept = (ref: Ref, text: string): ParsedRunbook =>
  readRunbook({ name: `${customKey(ref)}.yaml`, text });

/** @returns why a kept text may not run as the version that it is kept as */
function faultsOf(version: string, parsed: ParsedRunbook): string[] {
  if (!parsed.ok) return parsed.problems.map(renderProblem);
  return parsed.runbook.version === version
    ? []
    : [`its text was altered in the table: it is that of version ${parsed.runbook.version}`];
}

function newSudoOf(runbook: CustomRunbook, parsed: ParsedRunbook): string[] {
  if (!parsed.ok) return [];
  const before = runbook.inUse === undefined ? undefined : parseKept(runbook, runbook.inUse.text);
  const known = before?.ok === true ? before.runbook.sudo : [];
  return parsed.runbook.sudo.filter((line) => !known.includes(line));
}

async function requireAccount(account: string, { monitors, inventory }: CustomStores): Promise<void> {
  if ((await monitors.account(account)) !== undefined) return;
  const known = ((await inventory.load()).inventory?.accounts ?? []).map(({ id }) => id);
  const mend = known.length === 0 ? 'apply an inventory first' : knownNames(account, 'accounts', known);
  throw new CommandError(`${shown(account)} is not in the inventory; ${mend}`);
}

function readAccount(given: string | undefined): string | undefined {
  if (given === undefined || accountId.safeParse(given).success) return given;
  throw new CommandError(
    `runbook: --account is ${shown(given)}; give the id of an account, for example acme`,
    2,
  );
}

function readRef(word: string): Ref {
  const [account = '', id = '', ...rest] = word.split('/');
  const isGood = accountId.safeParse(account).success && runbookId.safeParse(id).success && rest.length === 0;
  if (!isGood) {
    throw new CommandError(
      `runbook: ${shown(word)} names no runbook of an account; write ACCOUNT/ID, for example acme/free-shop`,
      2,
    );
  }
  return { account, id };
}

function readVersion({ version }: Values): string {
  if (version !== undefined && /^[0-9a-f]{12}$/.test(version)) return version;
  throw new CommandError(
    'runbook: --version has no version after it; give its 12 digits, as mimamori runbook review shows them',
    2,
  );
}

function readWho({ by }: Values): Who {
  const fault = by === undefined ? 'give your name' : faultOfName(by);
  if (by === undefined || fault !== undefined) {
    throw new CommandError(`runbook: --by says who does it; ${fault}`, 2);
  }
  return { by, at: new Date().toISOString() };
}

function readNote({ note }: Values): string {
  const fault = note === undefined ? 'write why' : faultOfNote(note);
  if (note === undefined || fault !== undefined) {
    throw new CommandError(`runbook: --note says why; ${fault}`, 2);
  }
  return note;
}
