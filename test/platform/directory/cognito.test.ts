import {
  AdminCreateUserCommand,
  AdminListGroupsForUserCommand,
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCognitoDirectory, findUserPool } from '../../../platform/directory/cognito.ts';
import { makePassword } from '../../../platform/directory/make-password.ts';
import {
  type NewPerson,
  PasswordRefused,
  type UserDirectory,
} from '../../../platform/directory/user-directory.ts';
import { poolId } from '../../local/oidc/sample-people.ts';
import { type ServedPool, servePool } from './serve-pool.ts';

let pool: ServedPool;
let client: CognitoIdentityProviderClient;
let directory: UserDirectory;
beforeAll(async () => {
  pool = await servePool();
  client = new CognitoIdentityProviderClient({
    endpoint: `http://127.0.0.1:${pool.port}`,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  directory = createCognitoDirectory(client, poolId);
});
afterAll(async () => {
  client.destroy();
  await pool.close();
});

let count = 0;
const person = (more: Partial<NewPerson> = {}): NewPerson => {
  count += 1;
  return {
    mail: `person-${count}@acme.example`,
    name: '山田 太郎',
    role: 'customer',
    language: 'ja',
    password: 'Kumo-no-Ito-1918',
    mustChangePassword: true,
    ...more,
  };
};
const mustAdd = async (one: NewPerson): Promise<string> => {
  const subject = await directory.create(one);
  if (subject === undefined) throw new Error(`${one.mail} is taken`);
  return subject;
};

describe('the people of a user pool, by the protocol', () => {
  it('given somebody new, when they are added, then they have a subject, their group and their password', async () => {
    const one = person({ role: 'operator', mustChangePassword: false });
    const subject = await mustAdd(one);
    expect(await directory.find(one.mail.toUpperCase())).toEqual({
      subject,
      mail: one.mail,
      isEnabled: true,
    });
    expect(pool.users.find(subject)).toMatchObject({
      groups: ['operator'],
      mustChangePassword: false,
      attributes: { name: '山田 太郎', locale: 'ja', email_verified: 'true' },
    });
    expect(await pool.users.withPassword(one.mail, one.password)).toBeDefined();
    const { Groups } = await client.send(
      new AdminListGroupsForUserCommand({ UserPoolId: poolId, Username: subject }),
    );
    expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(['operator']);
  });

  it('given a password to begin with, when it is set, then it is to be replaced', async () => {
    const subject = await mustAdd(person({ password: makePassword() }));
    expect(pool.users.find(subject)?.mustChangePassword).toBe(true);
    expect(await directory.setPassword(subject, 'Hoshi-no-Ginka-1934', false)).toBe(true);
    expect(pool.users.find(subject)?.mustChangePassword).toBe(false);
  });

  it('given a mail address that is taken, when it is added again in other letters, then nobody is added', async () => {
    const one = person();
    await mustAdd(one);
    const before = pool.users.all().length;
    expect(await directory.create({ ...one, mail: one.mail.toUpperCase() })).toBeUndefined();
    expect(pool.users.all()).toHaveLength(before);
  });

  it('given a weak password, when somebody is added or has it set, then it is refused with the mend, and nothing has changed', async () => {
    const weak = person({ password: 'hunter2' });
    const refusal = directory.create(weak);
    await expect(refusal).rejects.toThrow(PasswordRefused);
    await expect(refusal).rejects.toThrow(/^the user pool refused the password; take 12 characters or more/);
    await expect(refusal).rejects.not.toThrow(/hunter2/);
    expect(await directory.find(weak.mail)).toBeUndefined();
    const subject = await mustAdd(person());
    await expect(directory.setPassword(subject, 'hunter2', false)).rejects.toThrow(PasswordRefused);
  });

  it('given somebody, when they are disabled, enabled and removed, then the pool says so, and sessions of before are over', async () => {
    const one = person();
    const subject = await mustAdd(one);
    expect(await directory.disable(subject)).toBe(true);
    expect(await directory.find(one.mail)).toMatchObject({ isEnabled: false });
    expect(pool.users.find(subject)?.signedOutMs).toBeTypeOf('number');
    expect(await directory.enable(subject)).toBe(true);
    expect(await directory.find(one.mail)).toMatchObject({ isEnabled: true });
    expect(await directory.remove(subject)).toBe(true);
    expect(await directory.find(one.mail)).toBeUndefined();
    // Whoever has the address next is somebody else.
    expect(await mustAdd(one)).not.toBe(subject);
  });

  it('given nobody, when anything is done to them, then it says so', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await directory.disable(nobody)).toBe(false);
    expect(await directory.enable(nobody)).toBe(false);
    expect(await directory.remove(nobody)).toBe(false);
    expect(await directory.setPassword(nobody, 'Kumo-no-Ito-1918', false)).toBe(false);
  });

  it('given a pool, when it is looked for by its name, then its id is found', async () => {
    expect(await findUserPool(client)).toBe(poolId);
  });

  it('given many people, when they are listed by pages, then each is there once', async () => {
    while (pool.users.all().length < 5) await mustAdd(person());
    const seen: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListUsersCommand({ UserPoolId: poolId, Limit: 2, PaginationToken: token }),
      );
      seen.push(...(page.Users ?? []).map(({ Username }) => Username));
      token = page.PaginationToken;
    } while (token !== undefined);
    expect(seen.toSorted()).toEqual(
      pool.users
        .all()
        .map(({ username }) => username)
        .toSorted(),
    );
  });

  const refusals = [
    {
      given: 'another pool',
      send: () => client.send(new ListUsersCommand({ UserPoolId: 'ap-northeast-1_Other' })),
      error: 'ResourceNotFoundException',
    },
    {
      given: 'an invitation that would be mailed',
      send: () => client.send(new AdminCreateUserCommand({ UserPoolId: poolId, Username: 'x@acme.example' })),
      error: 'InvalidParameterException',
    },
    {
      given: 'a name that is no mail address',
      send: () =>
        client.send(
          new AdminCreateUserCommand({ UserPoolId: poolId, Username: 'taro', MessageAction: 'SUPPRESS' }),
        ),
      error: 'InvalidParameterException',
    },
    {
      given: 'what is not simulated',
      send: () => client.send(new DescribeUserPoolCommand({ UserPoolId: poolId })),
      error: 'UnknownOperationException',
    },
  ];
  for (const { given, send, error } of refusals) {
    it(`given ${given}, then it is refused as the service does, or named as missing`, async () => {
      await expect(send()).rejects.toMatchObject({ name: error });
    });
  }
});

it('given passwords that are made, then no two are the same, and none has letters that are taken for each other', () => {
  const made = Array.from({ length: 200 }, makePassword);
  expect(new Set(made).size).toBe(200);
  for (const one of made) expect(one).toMatch(/^[a-hj-km-zA-HJ-NP-Z2-9]{5}(-[a-hj-km-zA-HJ-NP-Z2-9]{5}){3}$/);
});
