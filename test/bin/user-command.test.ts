import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../core/audit/audit-entry.ts';
import { createDynamoStores } from '../../platform/store/dynamo/stores.ts';
import type { Stores } from '../../platform/store/stores.ts';
import { type ServedPool, servePool } from '../platform/directory/serve-pool.ts';
import { startTableOnDynalite, type TableOnDynalite } from '../platform/store/table-on-dynalite.ts';
import { type Ended, runMimamori } from './run-mimamori.ts';

const password = 'Kumo-no-Ito-1918';
let table: TableOnDynalite;
let pool: ServedPool;
let stores: Stores;
let target: string[];

beforeAll(async () => {
  table = await startTableOnDynalite();
  await table.createTable('people');
  pool = await servePool({ port: Number(new URL(table.endpoint).port) });
  stores = createDynamoStores({ client: table.client, table: 'people' });
  target = ['--local', String(pool.port), '--table', 'people'];
  await runMimamori(['apply', 'examples/agency.yaml', ...target]);
}, 60_000);
afterAll(async () => {
  await pool.close();
  await table[Symbol.asyncDispose]();
});

const user = (args: readonly string[], input = ''): Promise<Ended> =>
  runMimamori(['user', ...args, ...target], { input });
const trail = async (account?: string): Promise<AuditEntry[]> =>
  (await stores.audit.audit(account, { limit: 50 })).items;

describe('user', () => {
  it('given nobody yet, when the first administrator is added with a password, then they may sign in, and the trail says who did it', async () => {
    const root = 'Root@msp.example';
    const ended = await user(
      ['add', root, '--role', 'administrator', '--name', '山田 太郎'],
      `${password}\n`,
    );
    expect(ended).toEqual({ code: 0, out: 'root@msp.example may sign in as administrator.\n', err: '' });
    const found = await pool.users.withPassword('root@msp.example', password);
    expect(found).toMatchObject({ groups: ['administrator'], mustChangePassword: false });
    expect(await stores.identity.user(found?.username ?? '')).toMatchObject({
      mail: 'root@msp.example',
      name: '山田 太郎',
      role: 'administrator',
      language: 'ja',
    });
    const [entry] = await trail();
    expect(entry).toMatchObject({
      deed: 'user.create',
      target: 'root@msp.example',
      outcome: 'done',
      who: { kind: 'command', role: 'administrator' },
    });
    expect(JSON.stringify(entry)).not.toContain(password);
  });

  it('given no password, when a customer is added, then one is made, shown once, and to be replaced', async () => {
    const mail = 'jiro@acme.example';
    const ended = await user([
      'add',
      mail,
      '--role',
      'customer',
      '--account',
      'acme',
      '--name',
      'Jiro',
      '--language',
      'en',
    ]);
    expect(ended).toMatchObject({ code: 0, err: '' });
    const [told, notice, made = ''] = ended.out.split('\n');
    expect(told).toBe('jiro@acme.example may sign in as customer of acme.');
    expect(notice).toBe(
      'The password of jiro@acme.example, shown this once and to be replaced at the first sign-in:',
    );
    expect(await pool.users.withPassword(mail, made)).toMatchObject({ mustChangePassword: true });
    const [entry] = await trail('acme');
    expect(entry).toMatchObject({ deed: 'user.create', account: 'acme', outcome: 'done' });
    expect(JSON.stringify(entry)).not.toContain(made);
    expect((await user(['list', '--account', 'acme'])).out).toBe(
      'jiro@acme.example  customer  may sign in  Jiro\n',
    );
  });

  it('given somebody, when they are kept out, let in again, given a password and removed, then each is so', async () => {
    const mail = 'ken@msp.example';
    await user(['add', mail, '--role', 'operator', '--name', 'Ken'], password);
    const subject = pool.users.find(mail)?.username ?? '';
    expect((await user(['disable', mail])).out).toBe('ken@msp.example is kept out from now on.\n');
    expect(pool.users.find(mail)?.isEnabled).toBe(false);
    expect(await stores.identity.user(subject)).toHaveProperty('disabledAt');
    expect((await user(['list'])).out).toContain('ken@msp.example   operator       kept out since ');
    expect((await user(['enable', mail])).out).toBe('ken@msp.example may sign in again.\n');
    const given = await user(['password', mail], 'Hoshi-no-Ginka-1934\n');
    expect(given.out).toBe('ken@msp.example has another password, and is signed out everywhere.\n');
    expect(await pool.users.withPassword(mail, 'Hoshi-no-Ginka-1934')).toBeDefined();
    expect((await user(['remove', mail])).out).toBe('ken@msp.example is removed.\n');
    expect(pool.users.find(mail)).toBeUndefined();
    expect(await stores.identity.user(subject)).toBeUndefined();
    const deeds = (await trail()).filter((one) => one.target === mail).map(({ deed }) => deed);
    expect(deeds.toSorted()).toEqual([
      'user.create',
      'user.disable',
      'user.enable',
      'user.password',
      'user.remove',
    ]);
  });

  const refusals: { given: string; args: string[]; input?: string; code: number; err: string }[] = [
    {
      given: 'a mail address that may sign in already',
      args: ['add', 'root@msp.example', '--role', 'operator', '--name', 'X'],
      input: password,
      code: 1,
      err: 'root@msp.example may sign in already; nothing was changed. To give them another password: mimamori user password root@msp.example\n',
    },
    {
      given: 'a customer of no account',
      args: ['add', 'x@acme.example', '--role', 'customer', '--name', 'X'],
      code: 1,
      err: 'a customer belongs to an account; give it with --account\n',
    },
    {
      given: 'an account that is not there',
      args: ['add', 'x@acme.example', '--role', 'customer', '--name', 'X', '--account', 'nobody'],
      code: 1,
      err: 'account nobody is not there; apply the inventory that has it first, or look at its id\n',
    },
    {
      given: 'an operator of an account',
      args: ['add', 'x@acme.example', '--role', 'operator', '--name', 'X', '--account', 'acme'],
      code: 1,
      err: 'operators and administrators belong to no account; leave --account out\n',
    },
    {
      given: 'a weak password',
      args: ['add', 'x@acme.example', '--role', 'operator', '--name', 'X'],
      input: 'hunter2',
      code: 1,
      err: 'the user pool refused the password; take 12 characters or more: small and capital letters, digits and a sign\n',
    },
    {
      given: 'faults in every word',
      args: ['add', 'x', '--role', 'root', '--language', 'fr'],
      code: 2,
      err: 'user: the mail address is none; write one like taro@acme.example\nuser: --name is missing or longer than 80 characters; give the name that others see\nuser: --role is "root"; give one of customer, operator, administrator\nuser: --language is "fr"; give ja or en\n',
    },
    {
      given: 'somebody who is not there',
      args: ['disable', 'nobody@acme.example'],
      code: 1,
      err: 'nobody signs in as nobody@acme.example; mimamori user list shows who does\n',
    },
    {
      given: 'the last administrator',
      args: ['remove', 'root@msp.example'],
      code: 1,
      err: 'root@msp.example is the last administrator; add another first, as nobody could in the portal\n',
    },
    {
      given: 'a deed that is none',
      args: ['delete', 'x@acme.example'],
      code: 2,
      err: 'user: "delete" is no deed; known deeds are add, list, disable, enable, remove, password\n',
    },
    {
      given: 'a deed without its person',
      args: ['remove'],
      code: 2,
      err: 'user: write mimamori user remove MAIL\n',
    },
  ];
  for (const { given, args, input, code, err } of refusals) {
    it(`given ${given}, then it is refused with the mend, and nobody has changed`, async () => {
      const before = pool.users.all();
      expect(await user(args, input)).toEqual({ code, out: '', err });
      expect(pool.users.all()).toEqual(before);
    });
  }

  it('given a pool that is not there, then the message says so', async () => {
    const ended = await user(['list', '--pool', 'ap-northeast-1_Other', '--account', 'acme']);
    expect(ended.code).toBe(0);
    const add = [
      'add',
      'x@acme.example',
      '--role',
      'operator',
      '--name',
      'X',
      '--pool',
      'ap-northeast-1_Other',
    ];
    expect(await user(add, password)).toMatchObject({
      code: 1,
      err: 'user pool ap-northeast-1_Other is not there; give its id with --pool, or leave --pool out\n',
    });
  });
});
