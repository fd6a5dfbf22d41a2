import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CommandError } from '../../bin/command-line.ts';
import { runbook as command } from '../../bin/commands/runbook.ts';
import { approveVersion, submitVersion } from '../../core/runbook/custom.ts';
import { createDynamoStores } from '../../platform/store/dynamo/stores.ts';
import { startTableOnDynalite, type TableOnDynalite } from '../platform/store/table-on-dynalite.ts';
import { type Ended, runMimamori } from './run-mimamori.ts';

let table: TableOnDynalite;
let target: string[];
const directory = mkdtempSync(join(tmpdir(), 'mimamori-custom-'));
const path = join(directory, 'free-shop.yaml');

const page = readFileSync('docs/runbooks.md', 'utf8');
const first = /```yaml\n(id: free-shop\n.*?)```/s.exec(page)?.[1] ?? '';
const second = first.replaceAll('-mtime +30', '-mtime +10').replaceAll("-mtime, '+30'", "-mtime, '+10'");
const versionOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
const at = '2026-11-21T03:04:05.000Z';
const [v1, v2] = [versionOf(first), versionOf(second)];

/** The command in this process: each of its own takes half a second to start. */
async function runbook(...args: string[]): Promise<Ended> {
  let out = '';
  const log = vi.spyOn(console, 'log').mockImplementation((line) => {
    out += `${line}\n`;
  });
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  try {
    return { code: await command.run([...args, ...target]), out, err: '' };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { code: error.exitCode, out, err: `${error.message}\n` };
  } finally {
    log.mockRestore();
    write.mockRestore();
  }
}
const submit = (text: string, by = 'Alice', account = 'acme') => {
  writeFileSync(path, text);
  return runbook('submit', path, '--account', account, '--by', by);
};

beforeAll(async () => {
  table = await startTableOnDynalite();
  await table.createTable('custom');
  target = ['--local', new URL(table.endpoint).port, '--table', 'custom'];
  const inventory = join(directory, 'inventory.yaml');
  writeFileSync(
    inventory,
    'settings: {mailFrom: noc@msp.example, operators: {mail: [desk@msp.example]}}\naccounts:\n  - {id: acme, name: Acme, servers: [{id: web-1, address: www.acme.example, plan: notify, monitors: [host]}]}\n',
  );
  await runMimamori(['apply', inventory, ...target]);
});
afterAll(async () => {
  await table[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

describe('runbooks of an account', () => {
  it('given two versions, when one is approved after the other, then the second takes the place of the first, and all of it is kept', async () => {
    const { runbooks } = createDynamoStores({ client: table.client, table: 'custom' });
    const inUse = async () => (await runbooks.runbook({ account: 'acme', id: 'free-shop' }))?.inUse;

    expect(await runMimamori(['runbook', 'review', ...target])).toEqual({
      code: 0,
      out: 'Nothing waits for review.\n',
      err: '',
    });
    expect(await submit(first)).toEqual({
      code: 0,
      out: `acme/free-shop version ${v1} waits for review. Somebody else looks at it: mimamori runbook review --account acme\n`,
      err: '',
    });
    expect(await inUse()).toBeUndefined();
    const whole = await runbook('review', '--account', 'acme');
    expect(whole.out).toMatch(
      new RegExp(
        `^acme/free-shop version ${v1}, submitted by Alice at [0-9TZ:.-]{24}\nNo version is in use. The whole file:\n\\+ id: free-shop\n`,
      ),
    );
    expect(whole.out).toMatch(
      new RegExp(
        `\nNew by sudo; the servers need a new run of the install script:\n  /usr/bin/find /srv/shop/cache .*-delete\nmimamori runbook approve acme/free-shop --version ${v1} --by NAME\n$`,
      ),
    );

    const own = await runbook('approve', 'acme/free-shop', '--version', v1, '--by', 'alice');
    expect(own).toEqual({
      code: 1,
      out: '',
      err: `acme/free-shop version ${v1} was submitted by Alice; somebody else has to approve it\n`,
    });
    expect(await runbook('approve', 'acme/free-shop', '--version', v1, '--by', 'Bob')).toEqual({
      code: 0,
      out: `acme/free-shop version ${v1} is in use from now on.\n`,
      err: '',
    });
    expect(await inUse()).toEqual({ version: v1, text: first });

    await submit(second);
    const change = await runbook('review');
    expect(change.out).toContain(
      `\nWhat changes of version ${v1}, which is in use:\n  … 3 lines as before\n`,
    );
    const changed = change.out.split('\n').filter((line) => /^[-+]/.test(line));
    expect(changed.map((line) => [line[0], /mtime,? '?\+\d+/.exec(line)?.[0]])).toEqual([
      ['-', 'mtime +30'],
      ['+', 'mtime +10'],
      ['-', "mtime, '+30"],
      ['+', "mtime, '+10"],
    ]);
    expect(await runbook('approve', 'acme/free-shop', '--version', v2, '--by', 'Bob')).toMatchObject({
      code: 0,
      out: `acme/free-shop version ${v2} is in use from now on, in place of ${v1}.\n`,
    });
    expect(await inUse()).toEqual({ version: v2, text: second });
    expect(await runbook('versions', 'acme/free-shop', '--version', v1)).toEqual({
      code: 0,
      out: first,
      err: '',
    });

    expect(
      await runbook('retire', 'acme/free-shop', '--by', 'Alice', '--note', 'the shop has moved'),
    ).toMatchObject({
      code: 0,
      out: `acme/free-shop version ${v2} is not in use any more. A repair that has begun goes on with its steps.\n`,
    });
    expect(await inUse()).toBeUndefined();
    const { out } = await runbook('versions', 'acme/free-shop');
    expect(out.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'AT')).toBe(`acme/free-shop
  ${v1}  not in use any more
    AT submitted by Alice
    AT approved by Bob
    AT retired by Bob
  ${v2}  not in use any more
    AT submitted by Alice
    AT approved by Bob
    AT retired by Alice: the shop has moved
`);
  });

  it('given monitors that name runbooks, when it is planned, then those without an approved version are told', async () => {
    const { runbooks } = createDynamoStores({ client: table.client, table: 'custom' });
    const ref = { account: 'acme', id: 'known' };
    const draft = submitVersion(undefined, { ...ref, version: v1 }, { by: 'Alice', at });
    if (draft.result !== 'changed') throw new Error(draft.reason);
    const approved = approveVersion(draft.after, { version: v1, text: first }, { by: 'Bob', at });
    if (approved.result !== 'changed') throw new Error(approved.reason);
    for (const one of [draft.after, approved.after]) await runbooks.replace(one);
    const inventory = join(directory, 'managed.yaml');
    const monitors =
      '[{check: http, customRunbooks: [known, drain]}, {check: smtp, customRunbooks: [drain]}]';
    writeFileSync(
      inventory,
      `settings: {mailFrom: noc@msp.example, operators: {mail: [desk@msp.example]}}\naccounts:\n  - {id: acme, name: Acme, servers: [{id: web-1, address: www.acme.example, plan: managed, monitors: ${monitors}}]}\n`,
    );
    const { code, out } = await runMimamori(['plan', inventory, ...target]);
    expect(code).toBe(0);
    expect(out.split('\n').filter((line) => line.startsWith('note: runbook'))).toEqual([
      'note: runbook acme/drain is named by acme.web-1.http and 1 more, and no version of it is approved: it is skipped until then; see mimamori runbook versions acme/drain, or put it forward with mimamori runbook submit',
    ]);
  });

  it('given a version that is rejected, when it is submitted again, then the note is told', async () => {
    const text = `${first}# of summer\n`;
    const version = versionOf(text);
    await submit(text, 'Carol');
    const note = ['--note', 'say which summer'];
    const rejected = await runbook('reject', 'acme/free-shop', '--version', version, '--by', 'Bob', ...note);
    expect(rejected).toEqual({ code: 0, out: `acme/free-shop version ${version} is rejected.\n`, err: '' });
    expect(await submit(text, 'Carol')).toEqual({
      code: 1,
      out: '',
      err: `acme/free-shop version ${version} was rejected by Bob (say which summer); change the file and submit it again\n`,
    });
    expect(await runbook('review', '--json')).toEqual({ code: 0, out: '[]\n', err: '' });
  });

  it('given a text that was altered in the table, when it is reviewed and approved, then both say so, and it is not in use', async () => {
    const { runbooks } = createDynamoStores({ client: table.client, table: 'custom' });
    const ref = { account: 'acme', id: 'free-shop' };
    const version = 'aaaaaaaaaaaa';
    const before = await runbooks.runbook(ref);
    const drafted = submitVersion(before, { ...ref, version }, { by: 'Alice', at });
    if (drafted.result !== 'changed') throw new Error(drafted.reason);
    await runbooks.keepText(ref, version, second);
    await runbooks.replace(drafted.after);
    const fault = `its text was altered in the table: it is that of version ${v2}`;
    expect((await runbook('review')).out).toContain(
      `\nIt cannot be approved:\n${fault}\nmimamori runbook reject acme/free-shop --version ${version} --by NAME --note WHY\n`,
    );
    expect(await runbook('approve', 'acme/free-shop', '--version', version, '--by', 'Bob')).toEqual({
      code: 1,
      out: '',
      err: `acme/free-shop version ${version} cannot be approved:\n${fault}\n`,
    });
  });

  it('given an account that is not there, when a runbook is submitted, then it is refused with what was meant', async () =>
    expect(await submit(first, 'Alice', 'acmee')).toEqual({
      code: 1,
      out: '',
      err: '"acmee" is not in the inventory; did you mean acme? known accounts are acme\n',
    }));

  it('given a file that a reviewer does not see whole, when it is submitted, then it is refused', async () => {
    const { code, err } = await submit(`${first}# \u202edrow\n`);
    expect({ code, err }).toEqual({
      code: 1,
      err: `${path}: line ${first.split('\n').length} has a character that a reviewer does not see (\\u{202e}); take it out\n`,
    });
  });

  const wrong = [
    {
      args: ['submit', 'x.yaml', '--by', 'Alice'],
      err: 'runbook: --account is missing; give the id of an account',
    },
    {
      args: ['submit', 'x.yaml', '--account', 'acme'],
      err: 'runbook: --by says who does it; give your name',
    },
    {
      args: ['approve', 'acme/free-shop', '--by', 'Bob'],
      err: 'runbook: --version has no version after it; give its 12 digits, as mimamori runbook review shows them',
    },
    {
      args: ['approve', 'free-shop', '--version', v1, '--by', 'Bob'],
      err: 'runbook: "free-shop" names no runbook of an account; write ACCOUNT/ID, for example acme/free-shop',
    },
    {
      args: ['reject', 'acme/free-shop', '--version', v1, '--by', 'Bob'],
      err: 'runbook: --note says why; write why',
    },
    {
      args: ['retire'],
      err: 'runbook: write mimamori runbook retire ACCOUNT/ID --by NAME --note WHY',
    },
  ];
  for (const { args, err } of wrong) {
    it(`given ${args.join(' ')}, when it is run, then it says what is wanted`, async () =>
      expect(await runbook(...args)).toEqual({ code: 2, out: '', err: `${err}\n` }));
  }
});
