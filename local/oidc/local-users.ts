import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { role } from '../../core/identity/principal.ts';
import { readIfThere, writeWhole } from '../whole-file.ts';
import { hashPassword, isPassword, passwordHash } from './password-hash.ts';

const localUser = z.strictObject({
  /** As in a pool where people sign in by their mail address: the subject itself. */
  username: z.uuid(),
  mail: z.string(),
  /** As the service keeps them: `name`, `locale` and the like. */
  attributes: z.record(z.string(), z.string()),
  groups: z.array(role),
  isEnabled: z.boolean(),
  /** Whether the password is one to begin with, to be replaced at the first sign-in. */
  mustChangePassword: z.boolean(),
  createdMs: z.number(),
  changedMs: z.number(),
  /** Sessions that began before are over. */
  signedOutMs: z.number().optional(),
  password: passwordHash.optional(),
});
export type LocalUser = z.output<typeof localUser>;

export interface LocalUsersOptions {
  /** Made when the first user is; its owner's alone. */
  readonly file: string;
  /** Epoch milliseconds of real time: tokens and sessions go by it, also where the runtime's own clock runs ahead. */
  readonly now: () => number;
}

/** People who sign in on one machine: what a user pool is in the cloud. */
export class LocalUsers {
  readonly #file: string;
  readonly #now: () => number;
  readonly #users: Map<string, LocalUser>;

  /** @throws when the file is none of ours; the message names it and the mend */
  static open({ file, now }: LocalUsersOptions): LocalUsers {
    const text = readIfThere(file)?.toString('utf8') ?? '[]';
    let kept: readonly LocalUser[];
    try {
      kept = z.array(localUser).parse(JSON.parse(text));
    } catch {
      // What could not be read may be a hash: it stays out of the message.
      throw new Error(
        `${file} does not hold users; put a copy of it back, or delete it and add the users anew`,
      );
    }
    return new LocalUsers(file, now, kept);
  }

  private constructor(file: string, now: () => number, kept: readonly LocalUser[]) {
    this.#file = file;
    this.#now = now;
    this.#users = new Map(kept.map((one) => [one.username, one]));
  }

  all(): LocalUser[] {
    return [...this.#users.values()].toSorted((a, b) => (a.mail < b.mail ? -1 : 1));
  }

  /** @param name mail address or subject */
  find(name: string): LocalUser | undefined {
    const known = this.#users.get(name);
    if (known !== undefined) return known;
    const mail = name.trim().toLowerCase();
    return this.all().find((one) => one.mail === mail);
  }

  /** @returns undefined when the mail address is taken */
  create(mail: string, attributes: Readonly<Record<string, string>>): LocalUser | undefined {
    if (this.find(mail) !== undefined) return undefined;
    const at = this.#now();
    return this.save({
      username: randomUUID(),
      mail: mail.trim().toLowerCase(),
      attributes: { ...attributes },
      groups: [],
      isEnabled: true,
      mustChangePassword: true,
      createdMs: at,
      changedMs: at,
    });
  }

  /** Is on disk when it returns. */
  save(user: LocalUser): LocalUser {
    const changed = { ...user, changedMs: this.#now() };
    this.#users.set(user.username, changed);
    this.#write();
    return changed;
  }

  remove(username: string): void {
    if (this.#users.delete(username)) this.#write();
  }

  /** Ends every session that has begun so far. */
  signOut(username: string): void {
    const user = this.#users.get(username);
    if (user !== undefined) this.save({ ...user, signedOutMs: this.#now() });
  }

  /** @param mustChange whether it is to be replaced at the first sign-in */
  async setPassword(username: string, password: string, mustChange: boolean): Promise<void> {
    const hashed = await hashPassword(password);
    // Read after the hash was made: somebody may have changed or removed the user meanwhile.
    const user = this.#users.get(username);
    if (user !== undefined) this.save({ ...user, password: hashed, mustChangePassword: mustChange });
  }

  /** Takes as long for names that do not exist. @returns the user whose password it is, who may be disabled */
  async withPassword(name: string, password: string): Promise<LocalUser | undefined> {
    const user = this.find(name);
    const isRight = await isPassword(password, user?.password);
    return isRight ? user : undefined;
  }

  #write(): void {
    writeWhole(this.#file, Buffer.from(`${JSON.stringify(this.all(), undefined, 2)}\n`));
  }
}
