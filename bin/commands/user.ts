import { randomUUID } from 'node:crypto';
import { CognitoIdentityProviderServiceException } from '@aws-sdk/client-cognito-identity-provider';
import type { AuditEntry } from '../../core/audit/audit-entry.ts';
import { role as roles, type User } from '../../core/identity/principal.ts';
import { accountId } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import { knownNames } from '../../core/inventory/nearest.ts';
import { printable, shown } from '../../core/inventory/printable.ts';
import {
  addPerson,
  disablePerson,
  enablePerson,
  type PeoplePorts,
  type PersonChange,
  type PersonRefusal,
  personForm,
  removePerson,
} from '../../lambdas/people/change-people.ts';
import { createCognitoDirectory, findUserPool } from '../../platform/directory/cognito.ts';
import { PasswordRefused } from '../../platform/directory/user-directory.ts';
import { userPoolName } from '../../platform/directory/user-pool-name.ts';
import { createDynamoStores } from '../../platform/store/dynamo/stores.ts';
import type { Stores } from '../../platform/store/stores.ts';
import {
  explainTargetError,
  readTarget,
  type Target,
  targetOptions,
  targetUsage,
  withLocalPort,
} from '../aws-target.ts';
import { commandAuthor } from '../command-author.ts';
import { type Command, CommandError, readArguments } from '../command-line.ts';
import { readNewPassword } from '../new-password.ts';

const usage = `mimamori user: who may sign in to the portal

  mimamori user add MAIL --role ROLE --name NAME [--account ACCOUNT] [--language ja|en]
                                  let somebody in; the first administrator is made so, too
  mimamori user list [--account ACCOUNT]
                                  who may sign in, of the MSP or of an account
  mimamori user disable MAIL      keep somebody out from now on
  mimamori user enable MAIL       let them in again
  mimamori user remove MAIL       forget somebody
  mimamori user password MAIL     give somebody another password

ROLE is customer (with --account: whose servers they see), operator or administrator.
The password comes from standard input; at a terminal it is asked for and not shown. Without one it is made and shown once,
and is replaced at the first sign-in. In the cloud everybody sets up a second factor (TOTP) at their first sign-in.

  --pool ID        the user pool, where a region has several of the name ${userPoolName}
  --json           of list: print JSON
${targetUsage}

Exit codes: 0 done; 1 could not be done; 2 not understood.
`;

const options = {
  ...targetOptions,
  role: { type: 'string' },
  name: { type: 'string' },
  account: { type: 'string' },
  language: { type: 'string', default: 'ja' },
  pool: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof readWords>['values'];
const readWords = (args: readonly string[]) =>
  readArguments('user', withLocalPort(args), options, {
    name: 'add, list or another deed',
    atLeast: 1,
    atMost: 2,
  });

interface Desk extends PeoplePorts {
  readonly stores: Stores;
  readonly at: Instant;
}

interface Deed {
  readonly form: string;
  readonly words: number;
  carryOut(mail: string, values: Values, desk: Desk): Promise<void>;
}

const deeds: Readonly<Record<string, Deed>> = {
  add: { form: 'add MAIL --role ROLE --name NAME [--account ACCOUNT]', words: 1, carryOut: add },
  list: { form: 'list [--account ACCOUNT]', words: 0, carryOut: list },
  disable: {
    form: 'disable MAIL',
    words: 1,
    carryOut: (mail, _values, desk) =>
      changeKnown(
        'disable',
        mail,
        desk,
        (subject) => disablePerson(desk, subject, desk.at),
        'is kept out from now on',
      ),
  },
  enable: {
    form: 'enable MAIL',
    words: 1,
    carryOut: (mail, _values, desk) =>
      changeKnown('enable', mail, desk, (subject) => enablePerson(desk, subject), 'may sign in again'),
  },
  remove: {
    form: 'remove MAIL',
    words: 1,
    carryOut: (mail, _values, desk) =>
      changeKnown('remove', mail, desk, (subject) => removePerson(desk, subject), 'is removed'),
  },
  password: { form: 'password MAIL', words: 1, carryOut: password },
};

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readWords(args);
  const [word = '', mail = ''] = positionals;
  const deed = Object.hasOwn(deeds, word) ? deeds[word] : undefined;
  if (deed === undefined) {
    throw new CommandError(
      `user: ${shown(word)} is no deed; ${knownNames(word, 'deeds', Object.keys(deeds))}`,
      2,
    );
  }
  if (positionals.length !== deed.words + 1) {
    throw new CommandError(`user: write mimamori user ${deed.form}`, 2);
  }
  const target = readTarget(values);
  try {
    await deed.carryOut(mail.trim().toLowerCase(), values, await deskAt(target, values.pool));
    return 0;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (error instanceof PasswordRefused) throw new CommandError(error.message, 1, { cause: error });
    if (values.pool !== undefined && isPoolMissing(error)) {
      const text = `user pool ${printable(values.pool)} is not there; give its id with --pool, or leave --pool out`;
      throw new CommandError(text, 1, { cause: error });
    }
    throw explainTargetError(error, target) ?? error;
  }
}

/** The table says the same with another class. */
const isPoolMissing = (error: unknown): boolean =>
  error instanceof CognitoIdentityProviderServiceException && error.name === 'ResourceNotFoundException';

async function deskAt(target: Target, givenPool: string | undefined): Promise<Desk> {
  const client = target.people();
  const pool = givenPool ?? (await findUserPool(client));
  if (pool === undefined) {
    throw new CommandError(
      `${target.name} has no single user pool of the name ${userPoolName}; deploy first (npx cdk deploy --all), or give its id with --pool`,
    );
  }
  const stores = createDynamoStores({ client: target.dynamo(), table: target.table });
  return { people: createCognitoDirectory(client, pool), ...stores, stores, at: new Date().toISOString() };
}

async function add(given: string, values: Values, desk: Desk): Promise<void> {
  const account = readAccount(values.account);
  const read = personForm.safeParse({
    mail: given,
    name: values.name,
    role: values.role,
    language: values.language,
    account,
  });
  if (!read.success) throw new CommandError(faultsOf(read.error.issues, values), 2);
  const { mail, name, role, language } = read.data;
  const { password: chosen, isMade } = await readNewPassword(mail);
  const person = { mail, name, role, language, password: chosen, mustChangePassword: isMade };
  const change = await audited(desk, 'user.create', mail, account, () =>
    addPerson(desk, { ...person, ...(account !== undefined && { account }) }, desk.at),
  );
  if (change.end === 'refused') throw new CommandError(explain(change.reason, mail, account));
  console.log(`${mail} may sign in as ${role}${account === undefined ? '' : ` of ${account}`}.`);
  if (isMade) showPassword(mail, chosen);
}

async function password(mail: string, _values: Values, desk: Desk): Promise<void> {
  const { subject, account } = await known(mail, desk);
  const { password: chosen, isMade } = await readNewPassword(mail);
  await audited(desk, 'user.password', mail, account, async () => {
    const isThere = await desk.people.setPassword(subject, chosen, isMade);
    return isThere ? { end: 'done' } : { end: 'refused', reason: 'unknown' };
  });
  console.log(`${mail} has another password, and is signed out everywhere.`);
  if (isMade) showPassword(mail, chosen);
}

async function changeKnown(
  word: 'disable' | 'enable' | 'remove',
  mail: string,
  desk: Desk,
  work: (subject: string) => Promise<PersonChange>,
  told: string,
): Promise<void> {
  const { subject, account } = await known(mail, desk);
  const change = await audited(desk, `user.${word}`, mail, account, () => work(subject));
  if (change.end === 'refused') throw new CommandError(explain(change.reason, mail, account));
  console.log(`${mail} ${told}.`);
}

async function list(_none: string, { account: given, json }: Values, desk: Desk): Promise<void> {
  const account = readAccount(given);
  const people: User[] = [];
  let cursor: string | undefined;
  do {
    const page = await desk.identity.users(account, { limit: 200, ...(cursor !== undefined && { cursor }) });
    people.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  if (json) {
    console.log(JSON.stringify(people, undefined, 2));
    return;
  }
  const of = account === undefined ? 'of the MSP' : `of ${account}`;
  if (people.length === 0) {
    console.log(`Nobody ${of} may sign in; add somebody with mimamori user add.`);
    return;
  }
  const rows = people.map(({ mail, role, name, disabledAt }) => [
    printable(mail),
    role,
    disabledAt === undefined ? 'may sign in' : `kept out since ${disabledAt.slice(0, 10)}`,
    printable(name),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}

async function known(mail: string, { people, identity }: Desk): Promise<User> {
  const person = await people.find(mail);
  const record = person === undefined ? undefined : await identity.user(person.subject);
  if (record !== undefined) return record;
  throw new CommandError(explain('unknown', mail, undefined));
}

/** Writes what is to be done before it is done, and then what came of it. */
async function audited(
  { stores, at }: Desk,
  deed: string,
  target: string,
  account: string | undefined,
  work: () => Promise<PersonChange>,
): Promise<PersonChange> {
  const entry: AuditEntry = {
    id: randomUUID(),
    at,
    ...(account !== undefined && { account }),
    who: commandAuthor('user'),
    deed,
    target,
    outcome: 'begun',
  };
  await stores.audit.beginAudit(entry);
  try {
    const change = await work();
    const done = change.end === 'done' ? change : {};
    await stores.audit.settleAudit({
      ...entry,
      ...('before' in done && { before: done.before }),
      ...('after' in done && { after: done.after }),
      outcome: change.end,
    });
    return change;
  } catch (error) {
    await stores.audit.settleAudit({ ...entry, outcome: 'failed' });
    throw error;
  }
}

function readAccount(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const read = accountId.safeParse(given);
  if (read.success) return read.data;
  throw new CommandError(`user: --account ${shown(given)} is no id of an account; write one like acme`, 2);
}

function faultsOf(issues: readonly { readonly path: readonly PropertyKey[] }[], values: Values): string {
  const mends: Readonly<Record<string, string>> = {
    mail: 'the mail address is none; write one like taro@acme.example',
    name: '--name is missing or longer than 80 characters; give the name that others see',
    role: `--role is ${values.role === undefined ? 'missing' : shown(values.role)}; give one of ${roles.options.join(', ')}`,
    language: `--language is ${shown(values.language)}; give ja or en`,
  };
  const fields = [...new Set(issues.map(({ path: [field = ''] }) => String(field)))];
  return fields.map((field) => `user: ${mends[field] ?? `${field} is not as it should be`}`).join('\n');
}

function explain(reason: PersonRefusal, mail: string, account: string | undefined): string {
  const reasons: Readonly<Record<PersonRefusal, string>> = {
    'mail-taken': `${mail} may sign in already; nothing was changed. To give them another password: mimamori user password ${mail}`,
    'account-missing': 'a customer belongs to an account; give it with --account',
    'account-unknown': `account ${account} is not there; apply the inventory that has it first, or look at its id`,
    'account-unwanted': 'operators and administrators belong to no account; leave --account out',
    'last-administrator': `${mail} is the last administrator; add another first, as nobody could in the portal`,
    unknown: `nobody signs in as ${mail}; mimamori user list shows who does`,
  };
  return reasons[reason];
}

/** The only time that it is seen. */
function showPassword(mail: string, made: string): void {
  console.log(`The password of ${mail}, shown this once and to be replaced at the first sign-in:\n${made}`);
}

export const user: Command = { usage, run };
