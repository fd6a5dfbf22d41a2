import { type User, user as userForm } from '../../core/identity/principal.ts';
import type { Instant } from '../../core/instant.ts';
import type { UserDirectory } from '../../platform/directory/user-directory.ts';
import type { IdentityStore } from '../../platform/store/identity-store.ts';
import type { MonitorStore } from '../../platform/store/monitor-store.ts';

export interface PeoplePorts {
  readonly people: UserDirectory;
  readonly identity: Pick<IdentityStore, 'user' | 'saveUser' | 'removeUser' | 'users'>;
  readonly monitors: Pick<MonitorStore, 'account'>;
}

/** Somebody to be added: what we know of them, and a password. */
export const personForm = userForm
  .pick({ mail: true, name: true, role: true, account: true, language: true })
  .extend({ mail: userForm.shape.mail.toLowerCase(), name: userForm.shape.name.trim().min(1) });

export interface NewPerson extends Pick<User, 'mail' | 'name' | 'role' | 'account' | 'language'> {
  readonly password: string;
  /** Whether it is one to begin with. */
  readonly mustChangePassword: boolean;
}

export type PersonRefusal =
  /** The mail address belongs to somebody already. */
  | 'mail-taken'
  /** A customer belongs to an account. */
  | 'account-missing'
  | 'account-unknown'
  /** People of the MSP belong to none. */
  | 'account-unwanted'
  /** Nobody could add people any more. */
  | 'last-administrator'
  | 'unknown';

export type PersonChange =
  | { readonly end: 'done'; readonly before?: User; readonly after?: User }
  | { readonly end: 'refused'; readonly reason: PersonRefusal };

const refused = (reason: PersonRefusal): PersonChange => ({ end: 'refused', reason });

/**
 * Lets somebody in: adds them to the user pool, and to what we know of people.
 *
 * @throws PasswordRefused
 */
export async function addPerson(ports: PeoplePorts, person: NewPerson, at: Instant): Promise<PersonChange> {
  const { people, identity, monitors } = ports;
  const { mail, name, role, account, language } = person;
  if (role === 'customer') {
    if (account === undefined) return refused('account-missing');
    if ((await monitors.account(account)) === undefined) return refused('account-unknown');
  } else if (account !== undefined) return refused('account-unwanted');
  const subject = await people.create(person);
  if (subject === undefined) return refused('mail-taken');
  const after: User = {
    subject,
    mail,
    name,
    role,
    ...(account !== undefined && { account }),
    language,
    createdAt: at,
  };
  try {
    await identity.saveUser(after);
  } catch (error) {
    // Else the address would be taken by somebody who may nothing.
    await people.remove(subject);
    throw error;
  }
  return { end: 'done', after };
}

/** Keeps somebody out from the next request on. Our own record is the first to say so: the pool's tokens live on a while. */
export async function disablePerson(ports: PeoplePorts, subject: string, at: Instant): Promise<PersonChange> {
  const before = await ports.identity.user(subject);
  if (before === undefined) return refused('unknown');
  if (await isLastAdministrator(ports, before)) return refused('last-administrator');
  const after: User = { ...before, disabledAt: before.disabledAt ?? at };
  await ports.identity.saveUser(after);
  await ports.people.disable(subject);
  return { end: 'done', before, after };
}

/** Lets somebody in again who was kept out. */
export async function enablePerson(
  { people, identity }: PeoplePorts,
  subject: string,
): Promise<PersonChange> {
  const before = await identity.user(subject);
  if (before === undefined) return refused('unknown');
  if (!(await people.enable(subject))) return refused('unknown');
  const { disabledAt: _over, ...after } = before;
  await identity.saveUser(after);
  return { end: 'done', before, after };
}

/** Forgets somebody. Their subject is never given to another. */
export async function removePerson(ports: PeoplePorts, subject: string): Promise<PersonChange> {
  const before = await ports.identity.user(subject);
  if (before === undefined) return refused('unknown');
  if (await isLastAdministrator(ports, before)) return refused('last-administrator');
  // The pool first: a stop in between leaves a record, by which the removal is asked for again.
  await ports.people.remove(subject);
  await ports.identity.removeUser(subject);
  return { end: 'done', before };
}

async function isLastAdministrator({ identity }: PeoplePorts, person: User): Promise<boolean> {
  if (person.role !== 'administrator' || person.disabledAt !== undefined) return false;
  let cursor: string | undefined;
  do {
    const page = await identity.users(undefined, { limit: 100, ...(cursor !== undefined && { cursor }) });
    const other = page.items.some(
      ({ subject, role, disabledAt }) =>
        role === 'administrator' && disabledAt === undefined && subject !== person.subject,
    );
    if (other) return false;
    cursor = page.next;
  } while (cursor !== undefined);
  return true;
}
