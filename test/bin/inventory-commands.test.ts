import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoStores } from '../../platform/store/dynamo/stores.ts';
import { startTableOnDynalite, type TableOnDynalite } from '../platform/store/table-on-dynalite.ts';
import { runMimamori } from './run-mimamori.ts';

let table: TableOnDynalite;
let port: string;
let directory: string;
const nothingToDo = 'Nothing to do: what is applied is what the files say.\n';

beforeAll(async () => {
  table = await startTableOnDynalite();
  port = new URL(table.endpoint).port;
  directory = mkdtempSync(join(tmpdir(), 'mimamori-cli-'));
});
afterAll(async () => {
  await table[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** A fresh table, and the options that lead to it. */
async function freshTable(name: string): Promise<string[]> {
  await table.createTable(name);
  return ['--local', port, '--table', name];
}

const storeOf = (name: string) => createDynamoStores({ client: table.client, table: name });

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

const settings = 'settings: {mailFrom: noc@msp.example, operators: {mail: [desk@msp.example]}}\n';
const account = (servers: string): string =>
  `accounts:\n  - id: acme\n    name: Acme\n    servers: [${servers}]\n`;
const web = '{id: web-1, address: www.acme.example, plan: notify, monitors: [host, ssh]}';
const db = '{id: db-1, address: db.acme.example, plan: notify, monitors: [host]}';

describe('plan and apply', () => {
  it('given a first inventory, when it is planned, applied and applied again, then it is stored once', async () => {
    const target = await freshTable('first');
    const planned = await runMimamori(['plan', 'examples/agency.yaml', ...target]);
    expect(planned).toMatchObject({ code: 0, err: '' });
    expect(planned.out).toContain(
      '39 to add (settings, 2 accounts, 4 servers, 32 monitors), 0 to change, 0 to remove.',
    );
    const { inventory, monitors } = storeOf('first');
    expect(await inventory.load()).toEqual({ version: 0, inventory: undefined });

    const applied = await runMimamori(['apply', 'examples/agency.yaml', ...target]);
    expect(applied).toEqual({ code: 0, out: `${planned.out}Applied.\n`, err: '' });
    const queue = await monitors.monitor({ account: 'acme', server: 'web-1', monitor: 'queue' });
    expect(queue?.monitor.settings).toEqual({ name: 'php', argument: 'queue:work', min: 2 });

    const again = await runMimamori(['apply', 'examples/agency.yaml', ...target]);
    expect(again).toEqual({ code: 0, out: nothingToDo, err: '' });
    expect((await inventory.load()).version).toBe(1);
    const { audit } = storeOf('first');
    const { items } = await audit.audit('acme', { limit: 10 });
    expect(items).toMatchObject([{ deed: 'inventory.apply', target: 'acme', outcome: 'done', before: {} }]);
    expect(items[0]?.who).toMatchObject({ kind: 'command', role: 'administrator' });
    expect((await audit.audit(undefined, { limit: 10 })).items).toMatchObject([{ target: 'settings' }]);
  });

  it('given a server that is not in the files any more, when they are applied, then it is removed only with --remove', async () => {
    const target = await freshTable('removals');
    const both = file('both.yaml', settings + account(`${web}, ${db}`));
    const one = file('one.yaml', settings + account(web));
    await runMimamori(['apply', both, ...target]);

    const refused = await runMimamori(['apply', one, ...target]);
    expect(refused).toEqual({
      code: 1,
      out: '',
      err: `- server acme.db-1
- monitor acme.db-1.host

The files do not have 2 entries that are applied now; nothing was changed. Put back what is missing, or apply with --remove.
`,
    });
    const planned = await runMimamori(['plan', '--exit-code', one, ...target]);
    expect(planned.code).toBe(3);
    expect(planned.out).toContain('0 to add, 0 to change, 2 to remove (1 server, 1 monitor).');

    expect(await runMimamori(['apply', '--remove', one, ...target])).toMatchObject({ code: 0, err: '' });
    const settled = await runMimamori(['plan', '--exit-code', one, ...target]);
    expect(settled).toEqual({ code: 0, out: nothingToDo, err: '' });
  });

  it('given a directory of files, when it is applied, then they are one inventory in the order of their names', async () => {
    const target = await freshTable('directory');
    const folder = join(directory, 'inventory');
    mkdirSync(join(folder, 'customers'), { recursive: true });
    writeFileSync(join(folder, 'settings.yml'), settings);
    writeFileSync(join(folder, 'customers', 'acme.yaml'), account(web));
    writeFileSync(join(folder, '.hidden.yaml'), 'not: an inventory');
    writeFileSync(join(folder, 'notes.txt'), 'nor this');
    expect(await runMimamori(['apply', folder, ...target])).toMatchObject({ code: 0, err: '' });

    writeFileSync(join(folder, 'customers', 'acme.yaml'), account(web.replace('ssh', 'shh')));
    writeFileSync(join(folder, 'settings.yml'), 'setings: {}\n');
    const refused = await runMimamori(['apply', folder, ...target]);
    expect(refused.code).toBe(1);
    const lines = refused.err.split('\n').map((line) => line.replace(`${folder}/`, ''));
    expect(lines.map((line) => line.replace(/known checks are .*/, 'known checks are …'))).toEqual([
      'customers/acme.yaml:1: settings is missing; give settings once, with mailFrom and operators',
      'customers/acme.yaml:4: monitors[1] is "shh"; did you mean ssh? known checks are …',
      'settings.yml:1: setings is not known here; did you mean settings? known keys are settings, defaults, accounts',
      '',
      '3 problems; nothing was changed.',
      '',
    ]);
  });

  it('given contacts that were changed in the portal, when files are planned and applied, then the change is shown, stays, and goes when the files have others', async () => {
    const target = await freshTable('portal');
    const filesWith = (mail: string) =>
      file(
        `contacts-${mail}.yaml`,
        `${settings}accounts:\n  - id: acme\n    name: Acme\n    contacts: [{name: Sato, mail: ${mail}@acme.example}]\n    servers: [${web}]\n`,
      );
    await runMimamori(['apply', filesWith('one'), ...target]);
    const { inventory, contacts } = storeOf('portal');
    const over = (await inventory.load()).inventory?.accounts[0]?.contacts ?? [];
    const change = {
      account: 'acme',
      contacts: over.map((each) => ({ ...each, mail: 'portal@acme.example' })),
      requestedAt: '2026-11-18T05:00:00.000Z',
      requestedBy: 'Tanaka',
      effectiveAt: '2026-11-19T05:00:00.000Z',
      over,
      version: 1,
    };
    expect(await contacts.replaceContactChange(change)).toBe(true);

    const planned = await runMimamori(['plan', '--exit-code', filesWith('one'), ...target]);
    expect(planned).toEqual({
      code: 0,
      out: `${nothingToDo.trimEnd()}

Not in the files:
! account acme: contacts changed by Tanaka in the portal at 2026-11-18T05:00:00.000Z, in effect from 2026-11-19T05:00:00.000Z; an apply leaves it in force; put it into the files
    contacts[0].mail: "one@acme.example" -> "portal@acme.example"
`,
      err: '',
    });
    await runMimamori(['apply', filesWith('one'), ...target]);
    expect(await contacts.contactChange('acme')).toEqual(change);

    const applied = await runMimamori(['apply', filesWith('two'), ...target]);
    expect(applied.out).toContain(
      'the files have other contacts, which stand over it: an apply drops it\n    contacts[0].mail: "two@acme.example" -> "portal@acme.example"',
    );
    expect(applied.code).toBe(0);
    expect(await contacts.contactChange('acme')).toBeUndefined();
  });

  it('given four applies at once, when they run, then the table holds one of them whole, and who was late is told', async () => {
    const target = await freshTable('conflict');
    const files = Array.from({ length: 4 }, (_, i) =>
      file(`rival-${i}.yaml`, settings + account(web.replace('www', `www-${i}`))),
    );
    const ended = await Promise.all(files.map((path) => runMimamori(['apply', path, ...target])));
    const late = ended.filter(({ code }) => code !== 0);
    for (const { code, err } of late) {
      expect({ code, err }).toEqual({
        code: 1,
        err: 'another apply was made while this one ran; of this one nothing was changed. Look with mimamori plan, then apply again\n',
      });
    }
    const { version, inventory } = await storeOf('conflict').inventory.load();
    expect(version).toBe(ended.length - late.length);
    const addresses = new Set(inventory?.monitors.map(({ target: { address } }) => address));
    expect(addresses).toEqual(new Set([inventory?.servers[0]?.address]));
  });

  it('given reach: local, when the cloud is meant, then it is refused before anything is asked for', async () => {
    const path = file(
      'local.yaml',
      settings + account('{id: me, address: 127.0.0.1, plan: notify, reach: local}'),
    );
    expect(await runMimamori(['apply', path])).toEqual({
      code: 1,
      out: '',
      err: `${path}:5: servers[0].reach is "local", which only a probe on one machine may use; write internet or vpn, or name that machine with --local\n\n1 problem; nothing was changed.\n`,
    });
    const target = await freshTable('local');
    expect(await runMimamori(['apply', path, ...target])).toMatchObject({ code: 0, err: '' });
  });
});

describe('what goes wrong on the way is one plain message', () => {
  /** `{dir}`, `{port}`, `{refusing}` and `{page}` stand for what is known only when the test runs. */
  const cases: readonly { given: string; args: readonly string[]; endpoint?: string; err: string }[] = [
    {
      given: 'nothing that listens',
      args: ['plan', 'examples/small.yaml', '--local', '1'],
      err: 'http://127.0.0.1:1 does not answer (ECONNREFUSED); start Mimamori there with npm start, or give the port of its AWS protocols: --local PORT\n',
    },
    {
      given: 'no table',
      args: ['apply', 'examples/small.yaml', '--local', '{port}', '--table', 'nobody'],
      err: 'table nobody is not there in http://127.0.0.1:{port}; give the name it has with --table\n',
    },
    {
      given: 'no region',
      args: ['plan', 'examples/small.yaml'],
      err: 'no region is set; give --region or set AWS_REGION\n',
    },
    {
      given: 'no credentials',
      args: ['plan', 'examples/small.yaml', '--region', 'ap-northeast-1'],
      err: 'no AWS credentials were found; sign in (aws sso login) or set AWS_PROFILE, or use --local for one machine\n',
    },
    {
      given: 'credentials that are refused',
      args: ['plan', 'examples/small.yaml', '--region', 'eu-west-1'],
      endpoint: '{refusing}',
      err: 'AWS in eu-west-1 refused the call (UnrecognizedClientException); look at the credentials and their rights on table mimamori\n',
    },
    {
      given: 'a web server in place of AWS',
      args: ['plan', 'examples/small.yaml', '--region', 'eu-west-1'],
      endpoint: '{page}',
      err: 'AWS in eu-west-1 answers, but not as AWS does; look at AWS_ENDPOINT_URL\n',
    },
    {
      given: 'a page that is not there in place of AWS',
      args: ['plan', 'examples/small.yaml', '--region', 'eu-west-1'],
      endpoint: '{nothing}',
      err: 'AWS in eu-west-1 answers, but not as AWS does; look at AWS_ENDPOINT_URL\n',
    },
    {
      given: 'a service that has trouble of its own',
      args: ['plan', 'examples/small.yaml', '--region', 'eu-west-1'],
      endpoint: '{troubled}',
      err: 'AWS in eu-west-1 could not do it (InternalServerError); try again in a minute, and look at its state if it stays so\n',
    },
    {
      given: 'a file that is not there',
      args: ['plan', '/nowhere/acme.yaml', '--local', '{port}'],
      err: '/nowhere/acme.yaml is not there; give the path of an inventory file or directory\n',
    },
    {
      given: 'a file that is not text, and a device without an end',
      args: ['plan', '{dir}/binary.yaml', '/dev/zero', '--local', '{port}'],
      err: '{dir}/binary.yaml is not UTF-8 text; save it in that encoding\n/dev/zero has more than 16 MiB; divide it into several files\n',
    },
    {
      given: 'an empty directory',
      args: ['plan', '{dir}/empty', '--local', '{port}'],
      err: '{dir}/empty has no *.yaml file; name a file, or a directory that has some\n',
    },
  ];
  const places: Record<string, string> = {};
  const servers = [
    {
      name: 'refusing',
      status: 400,
      body: '{"__type":"com.amazon.coral.service#UnrecognizedClientException"}',
    },
    { name: 'nothing', status: 404, body: '{"title":"Not Found"}' },
    {
      name: 'troubled',
      status: 500,
      body: '{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}',
    },
    { name: 'page', status: 200, body: '<!doctype html><p>hello' },
  ].map(({ name, status, body }) => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
    });
    return { name, server };
  });
  beforeAll(async () => {
    Object.assign(places, { dir: directory, port });
    mkdirSync(join(directory, 'empty'));
    writeFileSync(join(directory, 'binary.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
    for (const { name, server } of servers) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      places[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }
  });
  afterAll(() => {
    for (const { server } of servers) server.close();
  });
  const filled = (text: string): string => text.replace(/\{(\w+)\}/g, (_, name) => places[name] ?? name);

  for (const { given, args, endpoint, err } of cases) {
    it.concurrent(`given ${given}, when a command needs it, then it says so and ends with 1`, async () => {
      const credentials = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' };
      const env: Record<string, string> =
        endpoint === undefined ? {} : { ...credentials, AWS_ENDPOINT_URL: filled(endpoint) };
      expect(await runMimamori(args.map(filled), { env })).toEqual({ code: 1, out: '', err: filled(err) });
    });
  }
});

describe('the schema command', () => {
  it('given a path, when the schema is written there, then it is the one the repository keeps', async () => {
    const path = join(directory, 'schema.json');
    expect(await runMimamori(['schema', '--out', path])).toEqual({
      code: 0,
      out: `Wrote ${path}.\n`,
      err: '',
    });
    expect(readFileSync(path, 'utf8')).toBe(readFileSync('docs/inventory.schema.json', 'utf8'));
  });

  it('given a path that cannot be written, when the schema goes there, then that is said', async () => {
    expect(await runMimamori(['schema', '--out', '/nowhere/schema.json'])).toEqual({
      code: 1,
      out: '',
      err: '/nowhere/schema.json cannot be written (ENOENT); give a path in a directory that is there\n',
    });
  });
});

describe('a command line that is not understood', () => {
  const cases: readonly { given: string; args: readonly string[]; err: RegExp }[] = [
    { given: 'no command', args: [], err: /^mimamori: watches servers around the clock\n/ },
    {
      given: 'an unknown command',
      args: ['plna'],
      err: /^"plna" is not a command; known commands are start, plan, apply, simulate, check, secret, user, runbook, schema\n$/,
    },
    {
      given: 'an unknown option',
      args: ['plan', '--verbos', 'x.yaml'],
      err: /^option --verbos is not known; mimamori plan --help says what there is\n$/,
    },
    {
      given: 'a value for an option that takes none',
      args: ['apply', '--remove=yes', 'x.yaml'],
      err: /^option --remove is not used as it should be; mimamori apply --help says what there is\n$/,
    },
    {
      given: 'no file',
      args: ['apply', '--local'],
      err: /^apply: FILE is missing; mimamori apply --help says what there is\n$/,
    },
    {
      given: 'a port that is none',
      args: ['plan', 'x.yaml', '--local', '70000'],
      err: /^--local has no port after it; give one, 1 to 65535, or none for 4566\n$/,
    },
    {
      given: 'a table that is none',
      args: ['plan', 'x.yaml', '--table', 'a b'],
      err: /^--table has no name of a table after it; give one, for example mimamori\n$/,
    },
  ];
  for (const { given, args, err } of cases) {
    it.concurrent(`given ${given}, when it is run, then it says what there is and ends with 2`, async () => {
      const ended = await runMimamori(args);
      expect(ended).toMatchObject({ code: 2, out: '' });
      expect(ended.err).toMatch(err);
    });
  }

  for (const command of [
    'start',
    'plan',
    'apply',
    'simulate',
    'check',
    'secret',
    'runbook',
    'user',
    'schema',
  ]) {
    it.concurrent(`given ${command} --help, when it is run, then its usage is printed and nothing done`, async () => {
      const ended = await runMimamori([command, '--help']);
      expect(ended).toMatchObject({ code: 0, err: '' });
      expect(ended.out.startsWith(`mimamori ${command}`)).toBe(true);
    });
  }
});
