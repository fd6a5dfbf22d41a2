import { z } from 'zod';
import { role, type User } from '../../core/identity/principal.ts';
import type { Instant } from '../../core/instant.ts';
import { makePassword } from '../../platform/directory/make-password.ts';
import type { IdentityStore } from '../../platform/store/identity-store.ts';
import { demoAccount } from '../fleet/blueprint.ts';
import { readIfThere, writeWhole } from '../whole-file.ts';
import type { LocalUser, LocalUsers } from './local-users.ts';

const demoPerson = z.strictObject({
  username: z.string(),
  mail: z.string(),
  name: z.string(),
  role,
  password: z.string(),
});
/** Somebody as whom one may look round the demo. */
export type DemoPerson = z.output<typeof demoPerson>;

const people: readonly Pick<User, 'mail' | 'name' | 'role' | 'account'>[] = [
  { mail: 'demo@demo.example', name: '佐藤 花子', role: 'customer', account: demoAccount },
  { mail: 'operator@mimamori.example', name: '高橋 健', role: 'operator' },
  { mail: 'administrator@mimamori.example', name: '鈴木 恵', role: 'administrator' },
];

export interface DemoPeoplePorts {
  readonly users: LocalUsers;
  readonly identity: Pick<IdentityStore, 'user' | 'saveUser'>;
  /** Holds the passwords; its owner's alone. */
  readonly file: string;
  readonly at: Instant;
}

/** Sees to it that the demo has its people, each with a password made by lot at the first start. */
export async function settleDemoPeople(ports: DemoPeoplePorts): Promise<DemoPerson[]> {
  const { users, identity, file, at } = ports;
  const kept = readKept(file);
  const settled = await Promise.all(
    people.map(async ({ mail, name, role, account }): Promise<DemoPerson> => {
      const known = users.find(mail);
      const found = known ?? users.create(mail, { name, locale: 'ja' });
      if (found === undefined) throw new Error(`the demo could not make ${mail}`);
      const before = kept.find((one) => one.mail === mail && one.username === found.username);
      const password = before?.password ?? makePassword();
      if (before === undefined) await giveFirstPassword(users, found, role, password);
      const { username } = found;
      if ((await identity.user(username)) === undefined) {
        await identity.saveUser({
          subject: username,
          mail,
          name,
          role,
          ...(account !== undefined && { account }),
          language: 'ja',
          createdAt: at,
        });
      }
      return { username, mail, name, role, password };
    }),
  );
  writeWhole(file, Buffer.from(`${JSON.stringify(settled, undefined, 2)}\n`));
  return settled;
}

async function giveFirstPassword(
  users: LocalUsers,
  user: LocalUser,
  group: DemoPerson['role'],
  password: string,
): Promise<void> {
  users.save({ ...user, groups: [group], isEnabled: true });
  await users.setPassword(user.username, password, false);
}

function readKept(file: string): DemoPerson[] {
  const text = readIfThere(file)?.toString('utf8');
  if (text === undefined) return [];
  try {
    return z.array(demoPerson).parse(JSON.parse(text));
  } catch {
    // New passwords harm nobody here.
    return [];
  }
}
