import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settleDemoPeople } from '../../../local/oidc/demo-people.ts';
import { LocalUsers } from '../../../local/oidc/local-users.ts';
import { OidcStore } from '../../../local/oidc/oidc-store.ts';
import { openProviderKeys } from '../../../local/oidc/provider-keys.ts';
import { createMemoryStores } from '../../../platform/store/memory.ts';
import { temporaryDirectory } from '../assembly/write-assembly.ts';

const now = () => 1_795_000_000_000;
const modeOf = (file: string): number => statSync(file).mode & 0o777;

describe('what the sign-in keeps', () => {
  it('given people, when the file is opened anew, then they are there, it is the owner’s alone, and no password is in it', async () => {
    const file = join(temporaryDirectory(), 'users.json');
    const users = LocalUsers.open({ file, now });
    const made = users.create('Taro@Acme.example', { name: 'Taro' });
    await users.setPassword(made?.username ?? '', 'Kumo-no-Ito-1918', false);
    expect(users.create('taro@acme.example', {})).toBeUndefined();
    expect(modeOf(file)).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain('Kumo');

    const again = LocalUsers.open({ file, now });
    expect(again.find('TARO@acme.example')?.username).toBe(made?.username);
    expect(await again.withPassword('taro@acme.example', 'Kumo-no-Ito-1918')).toBeDefined();
    expect(await again.withPassword('taro@acme.example', 'kumo-no-Ito-1918')).toBeUndefined();
    expect(await again.withPassword('jiro@acme.example', 'Kumo-no-Ito-1918')).toBeUndefined();
  });

  it('given one password of two people, when it is kept, then nobody can see that it is one', async () => {
    const users = LocalUsers.open({ file: join(temporaryDirectory(), 'users.json'), now });
    for (const mail of ['a@x.example', 'b@x.example']) {
      await users.setPassword(users.create(mail, {})?.username ?? '', 'Kumo-no-Ito-1918', false);
    }
    const [a, b] = users.all();
    expect(a?.password?.hash).not.toBe(b?.password?.hash);
  });

  it('given somebody without a password, when any is tried, then it is wrong', async () => {
    const users = LocalUsers.open({ file: join(temporaryDirectory(), 'users.json'), now });
    users.create('a@x.example', {});
    expect(await users.withPassword('a@x.example', '')).toBeUndefined();
  });

  it('given files that are none of ours, when they are opened, then the message names them and the mend, and nothing of what is in them', async () => {
    const directory = temporaryDirectory();
    for (const name of ['users.json', 'keys.json']) writeFileSync(join(directory, name), '{"d":"hunter2"');
    const users = join(directory, 'users.json');
    expect(() => LocalUsers.open({ file: users, now })).toThrow(
      new Error(`${users} does not hold users; put a copy of it back, or delete it and add the users anew`),
    );
    const keys = join(directory, 'keys.json');
    await expect(openProviderKeys(keys)).rejects.toThrow(
      new Error(
        `${keys} does not hold the keys of the sign-in; delete it, and everybody signs in again with new ones`,
      ),
    );
  });

  it('given the keys, when they are opened anew, then they are the same, and the owner’s alone', async () => {
    const file = join(temporaryDirectory(), 'keys.json');
    const made = await openProviderKeys(file);
    expect(modeOf(file)).toBe(0o600);
    chmodSync(file, 0o644);
    expect(await openProviderKeys(file)).toEqual(made);
    expect(modeOf(file)).toBe(0o600);
  });

  it('given refresh tokens and codes, when they are kept, then as hashes, in a file of the owner’s alone, until they end', async () => {
    const file = join(temporaryDirectory(), 'sign-ins.sqlite');
    let at = now();
    const store = OidcStore.open({ file, now: () => at });
    const tokens = store.adapter('RefreshToken');
    await tokens.upsert(
      'a-bearer-of-this-length',
      { jti: 'a-bearer-of-this-length', grantId: 'g', kind: 'RefreshToken' },
      60,
    );
    expect(await tokens.find('a-bearer-of-this-length')).toMatchObject({ jti: 'a-bearer-of-this-length' });
    expect(modeOf(file)).toBe(0o600);
    at += 61_000;
    expect(await tokens.find('a-bearer-of-this-length')).toBeUndefined();
    store.close();
    expect(readFileSync(file, 'latin1')).not.toContain('a-bearer-of-this-length');
  });

  it('given a token that was replaced, when it comes within a minute, then it is as if it were new; later it is spent', async () => {
    let at = now();
    const store = OidcStore.open({ file: join(temporaryDirectory(), 'sign-ins.sqlite'), now: () => at });
    for (const [model, graceSeconds] of [
      ['RefreshToken', 60],
      ['AuthorizationCode', -1],
    ] as const) {
      const kept = store.adapter(model);
      await kept.upsert('x', { jti: 'x' }, 3600);
      await kept.consume('x');
      if (graceSeconds > 0) {
        at += graceSeconds * 1000;
        expect(await kept.find('x')).not.toHaveProperty('consumed');
        await kept.consume('x');
        at += 1000;
      }
      expect(await kept.find('x')).toHaveProperty('consumed');
    }
    store.close();
  });

  it('given a grant that is taken back, then all that came of it is gone', async () => {
    const store = OidcStore.open({ file: join(temporaryDirectory(), 'sign-ins.sqlite'), now });
    const kept = store.adapter('RefreshToken');
    await kept.upsert('x', { jti: 'x', grantId: 'g' }, 3600);
    await kept.upsert('y', { jti: 'y', grantId: 'other' }, 3600);
    await kept.revokeByGrantId('g');
    expect(await kept.find('x')).toBeUndefined();
    expect(await kept.find('y')).toBeDefined();
    store.close();
  });
});

describe('the people of the demo', () => {
  it('given two starts, when the demo settles, then its people are the same, with the same passwords and records', async () => {
    const directory = temporaryDirectory();
    const { identity } = createMemoryStores();
    const settle = () =>
      settleDemoPeople({
        users: LocalUsers.open({ file: join(directory, 'users.json'), now }),
        identity,
        file: join(directory, 'demo-people.json'),
        at: '2026-11-21T09:00:00.000Z',
      });
    const first = await settle();
    expect(first.map(({ mail, role }) => [mail, role])).toEqual([
      ['demo@demo.example', 'customer'],
      ['operator@mimamori.example', 'operator'],
      ['administrator@mimamori.example', 'administrator'],
    ]);
    expect(modeOf(join(directory, 'demo-people.json'))).toBe(0o600);
    expect(await settle()).toEqual(first);
    const users = LocalUsers.open({ file: join(directory, 'users.json'), now });
    for (const { username, mail, role, password } of first) {
      const user = await users.withPassword(mail, password);
      expect(user).toMatchObject({ username, groups: [role], mustChangePassword: false });
      expect(await identity.user(username)).toMatchObject({ subject: username, mail, role });
    }
    expect((await identity.user(first[0]?.username ?? ''))?.account).toBe('demo');
  });
});
