import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runMimamori } from './run-mimamori.ts';

/** What lies in the store, by name. */
const secrets = new Map<string, string>();

type Input = Readonly<Record<string, string>>;

/** The three operations that a put needs; a text is the kind of a refusal. */
const operations: Readonly<Record<string, (input: Input) => object | string>> = {
  GetSecretValue: ({ SecretId = '' }) => {
    const SecretString = secrets.get(SecretId);
    return SecretString === undefined ? 'ResourceNotFoundException' : { Name: SecretId, SecretString };
  },
  CreateSecret: ({ Name = '', SecretString = '' }) => {
    secrets.set(Name, SecretString);
    return { Name };
  },
  PutSecretValue: ({ SecretId = '', SecretString = '' }) => {
    secrets.set(SecretId, SecretString);
    return { Name: SecretId };
  },
};

const server = createServer(async (request, response) => {
  const name = String(request.headers['x-amz-target']).split('.')[1] ?? '';
  const answer = operations[name]?.(JSON.parse(await text(request))) ?? 'InvalidRequestException';
  const isRefusal = typeof answer === 'string';
  response.writeHead(isRefusal ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(isRefusal ? { __type: answer, message: 'no' } : answer));
});
let port: string;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = String((server.address() as AddressInfo).port);
});
afterAll(() => server.close());
beforeEach(() => secrets.clear());

const secret = (args: readonly string[], input: string | Buffer) =>
  runMimamori(['secret', ...args, '--local', port], { input });

describe('secret put', () => {
  const privateKey = '-----BEGIN KEY-----\nhunter2\n-----END KEY-----\n';
  const cases = [
    { given: 'a password with the line break of echo', input: 'hunter2\n', value: 'hunter2' },
    { given: 'a password without one', input: 'hunter2', value: 'hunter2' },
    { given: 'a password from Windows', input: 'hunter2\r\n', value: 'hunter2' },
    { given: 'a password with spaces around it', input: ' hunter2 \n', value: ' hunter2 ' },
    { given: 'a key of several lines', input: privateKey, value: privateKey },
    { given: 'a Japanese passphrase', input: '見守り hunter2\n', value: '見守り hunter2' },
  ];
  for (const { given, input, value } of cases) {
    it(`given ${given}, when it is put, then it lies under its name, other fields stay, and it is not shown`, async () => {
      secrets.set('mimamori/acme', JSON.stringify({ other: 'stays' }));
      const ended = await secret(['put', 'acme/web-1-ssh-key'], input);
      expect(ended).toEqual({ code: 0, out: 'Secret acme/web-1-ssh-key is in the store.\n', err: '' });
      const fields = JSON.parse(secrets.get('mimamori/acme') ?? '');
      expect(fields).toEqual({ other: 'stays', 'web-1-ssh-key': value });
    });
  }

  it('given no secret of that account yet, when one is put with a prefix of its own, then it is made', async () => {
    expect(await secret(['put', 'acme/x', '--prefix', 'test/'], 'hunter2')).toMatchObject({
      code: 0,
      err: '',
    });
    expect(Object.fromEntries(secrets)).toEqual({ 'test/acme': '{"x":"hunter2"}' });
  });

  const refusals = [
    {
      given: 'a value on the command line',
      args: ['put', 'acme/x', 'hunter2'],
      input: '',
      code: 2,
      err: 'secret: the value does not belong on the command line; give it by standard input, and use another one if this was real\n',
    },
    {
      given: 'a value in place of the name',
      args: ['put', 'hunter2'],
      input: '',
      code: 2,
      err: 'secret: the name is not <account>/<field>; write one like acme/web-1-ssh-key, in lower-case letters before the slash\n',
    },
    {
      given: 'a value as an option',
      args: ['put', 'acme/x', '--value=hunter2'],
      input: '',
      code: 2,
      err: 'option --value is not known; mimamori secret --help says what there is\n',
    },
    {
      given: 'another deed',
      args: ['get', 'acme/x'],
      input: '',
      code: 2,
      err: 'secret: only put is known; write mimamori secret put REF\n',
    },
    {
      given: 'nothing on standard input',
      args: ['put', 'acme/x'],
      input: '\n',
      code: 1,
      err: 'the value for acme/x is empty; give it by standard input\n',
    },
    {
      given: 'bytes that are not text',
      args: ['put', 'acme/x'],
      input: Buffer.from([0x68, 0xff, 0xfe]),
      code: 1,
      err: 'the value for acme/x is not UTF-8 text; give a password or a key in PEM form\n',
    },
    {
      given: 'a value larger than the store takes',
      args: ['put', 'acme/x'],
      input: 'hunter2'.repeat(10_000),
      code: 1,
      err: 'the value has more than 60000 bytes; give a smaller one\n',
    },
  ];
  for (const { given, args, input, code, err } of refusals) {
    it(`given ${given}, when it is put, then it is refused, not stored and not shown`, async () => {
      expect(await secret(args, input)).toEqual({ code, out: '', err });
      expect(secrets.size).toBe(0);
    });
  }

  it('given a store that does not answer, when a value is put, then one message says so without the value', async () => {
    expect(await runMimamori(['secret', 'put', 'acme/x', '--local', '1'], { input: 'hunter2' })).toEqual({
      code: 1,
      out: '',
      err: "secret mimamori/acme could not be read (ECONNREFUSED); look at the role's rights and at the way to Secrets Manager (http://127.0.0.1:1)\n",
    });
  });
});
