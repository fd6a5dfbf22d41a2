import type { Role } from '../../core/identity/principal.ts';
import type { Language } from '../../core/text.ts';

/** Somebody who is to be let in. */
export interface NewPerson {
  readonly mail: string;
  readonly name: string;
  readonly role: Role;
  readonly language: Language;
  readonly password: string;
  /** Whether the password is one to begin with: it counts for a week, and is replaced at the first sign-in. */
  readonly mustChangePassword: boolean;
}

export interface KnownPerson {
  /** Never given to another person, also when the mail address is. */
  readonly subject: string;
  readonly mail: string;
  readonly isEnabled: boolean;
}

/** The password is not as the pool's policy wants it. The message says what it wants, and not what was given. */
export class PasswordRefused extends Error {}

/** Who may sign in: the user pool in the cloud, and what stands for it on one machine. */
export interface UserDirectory {
  /**
   * Adds a person, whole or not at all. Nobody is sent a mail.
   *
   * @returns the subject, or undefined when the mail address is taken
   * @throws PasswordRefused
   */
  create(person: NewPerson): Promise<string | undefined>;
  find(mail: string): Promise<KnownPerson | undefined>;
  /** Lets them sign in no more, and ends their sessions. @returns false when there is no such person */
  disable(subject: string): Promise<boolean>;
  enable(subject: string): Promise<boolean>;
  remove(subject: string): Promise<boolean>;
  /** Ends the person's sessions, too. @throws PasswordRefused */
  setPassword(subject: string, password: string, mustChangePassword: boolean): Promise<boolean>;
}
