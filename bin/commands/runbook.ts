import { readFile } from 'node:fs/promises';
import { serverKey } from '../../core/ids.ts';
import { knownNames } from '../../core/inventory/nearest.ts';
import { shown } from '../../core/inventory/printable.ts';
import type { Runbook } from '../../core/runbook/form.ts';
import { readParameters } from '../../core/runbook/parameters.ts';
import type { Server, SshAccess } from '../../core/server.ts';
import { RunbookUnfit } from '../../lambdas/response/prepare-runbook.ts';
import { rehearseRunbook } from '../../lambdas/response/rehearse-runbook.ts';
import { AddressRefused, NameNotFound, resolveTarget } from '../../platform/network/target-address.ts';
import { SecretMissing } from '../../platform/secrets/secret-store.ts';
import { createSecretsManagerStore } from '../../platform/secrets/secrets-manager.ts';
import { openSshConnection, SshFailure } from '../../platform/ssh/ssh-connection.ts';
import { createDynamoStores } from '../../platform/store/dynamo/stores.ts';
import {
  explainTargetError,
  readTarget,
  type Target,
  targetOptions,
  targetUsage,
  withLocalPort,
} from '../aws-target.ts';
import { type Command, CommandError, readArguments } from '../command-line.ts';
import { compileInventory } from '../compiled-inventory.ts';
import { installScript } from '../install-script.ts';
import { runbookNamed, shippedRunbooks } from '../runbook-files.ts';
import { renderList, renderRehearsal, renderRunbook } from '../runbook-report.ts';
import { customDeeds, customRunbookOptions, runCustomDeed } from './custom-runbook.ts';

const usage = `mimamori runbook: look at runbooks, rehearse one on a server, and prepare servers for them

  mimamori runbook list                   the runbooks there are
  mimamori runbook show RUNBOOK           one of them, step by step
  mimamori runbook test RUNBOOK SERVER    rehearse it on a server; nothing is changed there
  mimamori runbook install-script --public-key FILE [RUNBOOK...]
                                          print the script that prepares a server for them, or for all that come with Mimamori

Runbooks of an account, which somebody else than their writer approves before the first use:
  mimamori runbook submit FILE --account ACCOUNT --by NAME
                                          put one forward for review
  mimamori runbook review [--account ACCOUNT]
                                          what waits for review, beside what is in use
  mimamori runbook approve ACCOUNT/ID --version VERSION --by NAME
                                          take a version into use
  mimamori runbook reject ACCOUNT/ID --version VERSION --by NAME --note WHY
  mimamori runbook retire ACCOUNT/ID --by NAME --note WHY
                                          take it out of use; no other version takes its place
  mimamori runbook versions ACCOUNT/ID [--version VERSION]
                                          all that was done with it, or the text of a version

RUNBOOK is the id of one that comes with Mimamori, or the path of a file. SERVER is <account>.<server>, as in acme.web-1.
A rehearsal logs in as a first response does, runs the steps that change nothing, and asks sudo about the others.

Of test:
  --set NAME=VALUE   the value of a parameter; again for each
  --inventory FILE   where the server stands, a file or a directory, in place of what was applied; again for each
  --key-file FILE    the private key to log in with, in place of the secret store
  --prefix PREFIX    what the names of secrets begin with (mimamori/)

Of install-script:
  --public-key FILE  the .pub file of the key that we log in with
  --from ADDRESS     an address or network that the key is taken from; again for each
  --service NAME     a service that a monitor names, beside those of the runbooks; again for each
  --user NAME        the account (mimamori)

Of list, show, test, review and versions:
  --json             print JSON

Of test, and of runbooks of an account:
${targetUsage}

Exit codes: 0 done, of test: ready; 1 could not be done, or not ready; 2 not understood.
`;

const options = {
  ...targetOptions,
  ...customRunbookOptions,
  set: { type: 'string', multiple: true, default: [] as string[] },
  inventory: { type: 'string', multiple: true },
  'key-file': { type: 'string' },
  json: { type: 'boolean', default: false },
  prefix: { type: 'string', default: 'mimamori/' },
  'public-key': { type: 'string' },
  from: { type: 'string', multiple: true, default: [] as string[] },
  service: { type: 'string', multiple: true, default: [] as string[] },
  user: { type: 'string', default: 'mimamori' },
} as const;

/** The steps of a runbook have limits of their own; this one is for all of them with the log-in. */
const wholeLimitMs = 11 * 60_000;
const logInLimitMs = 20_000;

const deeds = ['list', 'show', 'test', 'install-script', ...Object.keys(customDeeds)];
const mostRunbooks = 100;

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments('runbook', withLocalPort(args), options, {
    name: 'what to do',
    atLeast: 1,
    atMost: 1 + mostRunbooks,
  });
  const [deed = '', runbook, server] = positionals;
  const custom = Object.hasOwn(customDeeds, deed) ? customDeeds[deed] : undefined;
  if (custom !== undefined) return runCustomDeed(custom, positionals.slice(1), values);
  if (deed === 'install-script') return printInstallScript(positionals.slice(1), values);
  const wordsWanted = { list: 1, show: 2, test: 3 }[deed];
  if (wordsWanted === undefined) {
    throw new CommandError(`runbook: ${shown(deed)} is not known; ${knownNames(deed, 'words', deeds)}`, 2);
  }
  if (positionals.length !== wordsWanted) {
    const wanted = ['list', 'show RUNBOOK', 'test RUNBOOK SERVER'][wordsWanted - 1];
    throw new CommandError(`runbook: write mimamori runbook ${wanted}`, 2);
  }
  if (runbook === undefined) {
    const all = await shippedRunbooks();
    console.log(values.json ? JSON.stringify(all, undefined, 2) : renderList(all));
    return 0;
  }
  const found = await runbookNamed(runbook);
  if (server === undefined) {
    console.log(values.json ? JSON.stringify(found, undefined, 2) : renderRunbook(found));
    return 0;
  }
  return test(found, server, readSettings(values.set), values);
}

async function printInstallScript(
  words: readonly string[],
  {
    'public-key': file,
    from,
    service: services,
    user,
  }: { 'public-key'?: string | undefined; from: string[]; service: string[]; user: string },
): Promise<number> {
  if (file === undefined) {
    throw new CommandError(
      'runbook: --public-key is missing; give the .pub file of the key that we log in with',
      2,
    );
  }
  const runbooks = words.length === 0 ? await shippedRunbooks() : await Promise.all(words.map(runbookNamed));
  const publicKey = await readKey(file);
  process.stdout.write(await installScript(runbooks, { user, publicKey, from, services }));
  return 0;
}

interface TestOptions {
  readonly inventory?: readonly string[] | undefined;
  readonly 'key-file'?: string | undefined;
  readonly json: boolean;
  readonly prefix: string;
  readonly local?: string | undefined;
  readonly table: string;
  readonly region?: string | undefined;
}

async function test(
  runbook: Runbook,
  name: string,
  given: Readonly<Record<string, string>>,
  values: TestOptions,
): Promise<number> {
  const parameters = readParameters(runbook, given);
  if (!parameters.ok) {
    throw new CommandError(`${parameters.faults.join('\n')}\ngive values with --set NAME=VALUE`, 2);
  }
  const target = readTarget(values);
  try {
    const server = await findServer(name, values.inventory, target);
    const { ssh } = server;
    if (ssh === undefined)
      throw new CommandError(`${name} has no ssh in the inventory; give it user, key and hostKey`);
    const secrets = await readCredentials(ssh, values, target);
    const rehearsal = await rehearse(runbook, given, server, ssh, secrets);
    console.log(
      values.json
        ? JSON.stringify(
            { runbook: runbook.id, version: runbook.version, server: name, ...asJson(rehearsal) },
            undefined,
            2,
          )
        : renderRehearsal(runbook, name, rehearsal),
    );
    return rehearsal.isReady ? 0 : 1;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const isPlain = [RunbookUnfit, SshFailure, SecretMissing, AddressRefused, NameNotFound].some(
      (kind) => error instanceof kind,
    );
    if (isPlain && error instanceof Error)
      throw new CommandError(`${name}: ${error.message}`, 1, { cause: error });
    throw explainTargetError(error, target) ?? error;
  }
}

async function rehearse(
  runbook: Runbook,
  given: Readonly<Record<string, string>>,
  { address, reach }: Server,
  { port, user, hostKey }: SshAccess,
  secrets: Credentials,
) {
  const logIn = new AbortController();
  const timer = setTimeout(() => logIn.abort(), logInLimitMs);
  try {
    // A person runs this on a machine of theirs; what the inventory says of the reach is what they want.
    const resolved = await resolveTarget(address, reach, { localAllowed: true, signal: logIn.signal });
    const connection = await openSshConnection(
      { address: resolved.address, port, user, hostKey, ...secrets },
      AbortSignal.any([logIn.signal, AbortSignal.timeout(wholeLimitMs)]),
    );
    clearTimeout(timer);
    try {
      return await rehearseRunbook(runbook, given, connection, Object.values(secrets));
    } finally {
      connection.close();
    }
  } finally {
    clearTimeout(timer);
  }
}

const asJson = ({ values, found, ...rest }: Awaited<ReturnType<typeof rehearse>>) => ({
  ...rest,
  values: Object.fromEntries(values),
  found: Object.fromEntries(found),
});

/** `NAME=VALUE`, several of them. */
function readSettings(words: readonly string[]): Record<string, string> {
  const given = new Map<string, string>();
  for (const word of words) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    if (name === undefined || value === undefined) {
      throw new CommandError(`--set ${shown(word)} has no value; write --set NAME=VALUE`, 2);
    }
    if (given.has(name)) throw new CommandError(`--set ${shown(name)} is given twice; give it once`, 2);
    given.set(name, value);
  }
  return Object.fromEntries(given);
}

const keyOf = ({ account, id }: Server): string => serverKey({ account, server: id });

async function findServer(
  name: string,
  files: readonly string[] | undefined,
  target: Target,
): Promise<Server> {
  const inventory =
    files === undefined
      ? (await createDynamoStores({ client: target.dynamo(), table: target.table }).inventory.load())
          .inventory
      : await compileInventory(files, { localAllowed: true });
  const servers = inventory?.servers ?? [];
  const found = servers.find((server) => keyOf(server) === name);
  if (found !== undefined) return found;
  const known = servers.slice(0, 20).map(keyOf);
  const mend = known.length === 0 ? 'there are no servers' : knownNames(name, 'servers', known);
  throw new CommandError(`${shown(name)} is not in the inventory; ${mend}`);
}

interface Credentials {
  readonly privateKey?: string;
  readonly password?: string;
}

async function readCredentials(
  { key, password }: SshAccess,
  { 'key-file': file, prefix }: TestOptions,
  target: Target,
): Promise<Credentials> {
  if (file !== undefined) return { privateKey: await readKey(file) };
  const store = createSecretsManagerStore({ client: target.secrets(), prefix });
  return {
    ...(key === undefined ? {} : { privateKey: await store.read(key) }),
    ...(password === undefined ? {} : { password: await store.read(password) }),
  };
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown failure';
    throw new CommandError(`${file} cannot be read (${code}); give the path of a key`);
  }
}

export const runbook: Command = { usage, run };
