import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemorySecretStore } from '../../../platform/secrets/memory.ts';
import {
  SecretMissing,
  type SecretStore,
  type SecretWriter,
} from '../../../platform/secrets/secret-store.ts';
import { createSecretsManagerStore } from '../../../platform/secrets/secrets-manager.ts';
import { type SecretsManagerServer, startSecretsManager } from './secrets-manager-server.ts';

const value = 'correct horse battery staple';
const minutes = 60_000;

describe('secrets in Secrets Manager', () => {
  let server: SecretsManagerServer;
  let store: SecretStore & SecretWriter;
  let elapsedMs = 0;

  beforeEach(async () => {
    server = await startSecretsManager();
    elapsedMs = 0;
    store = createSecretsManagerStore({
      client: server.client,
      prefix: 'mimamori/',
      elapsedMs: () => elapsedMs,
    });
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const failureOf = async (deed: Promise<unknown>): Promise<Error> => {
    const failure = await deed.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(failure instanceof Error)) throw new Error(`wanted a failure, got ${inspect(failure)}`);
    return failure;
  };

  it('given a secret with two fields, when both are read at once, then the store is asked once', async () => {
    server.secrets.set('mimamori/acme', JSON.stringify({ 'web-1-ssh': value, snmp: 'public' }));
    const read = Promise.all([
      store.read('acme/web-1-ssh'),
      store.read('acme/snmp'),
      store.read('acme/snmp'),
    ]);
    expect(await read).toEqual([value, 'public', 'public']);
    expect(server.calls).toEqual(['GetSecretValue']);
  });

  it.each([
    { age: '4 min 59 s', elapsed: 5 * minutes - 1000, used: 'the kept value', expected: 'old' },
    { age: '5 min', elapsed: 5 * minutes, used: 'the new one', expected: 'new' },
  ])(
    'given a value that changed, when read after $age, then $used is given',
    async ({ elapsed, expected }) => {
      server.secrets.set('mimamori/acme', JSON.stringify({ snmp: 'old' }));
      await store.read('acme/snmp');
      server.secrets.set('mimamori/acme', JSON.stringify({ snmp: 'new' }));
      elapsedMs = elapsed;
      expect(await store.read('acme/snmp')).toBe(expected);
    },
  );

  it.each([
    { given: 'no secret', stored: undefined, ref: 'acme/snmp' },
    { given: 'no such field', stored: '{"other":"x"}', ref: 'acme/snmp' },
    { given: 'a field that every object inherits', stored: '{"other":"x"}', ref: 'acme/constructor' },
  ])('given $given, when read, then the message names the reference', async ({ stored, ref }) => {
    if (stored !== undefined) server.secrets.set('mimamori/acme', stored);
    const failure = await failureOf(store.read(ref));
    expect(failure).toBeInstanceOf(SecretMissing);
    expect(failure.message).toBe(
      `secret ${ref} is not in the secret store; put it there with: mimamori secret put ${ref}`,
    );
  });

  it('given a missing secret, when it is put there by another and read again, then it is found at once', async () => {
    await failureOf(store.read('acme/snmp'));
    server.secrets.set('mimamori/acme', JSON.stringify({ snmp: value }));
    expect(await store.read('acme/snmp')).toBe(value);
  });

  it('given a failed read, when read again, then the store is asked again', async () => {
    server.secrets.set('mimamori/acme', JSON.stringify({ snmp: value }));
    server.next = { status: 400, body: '{"__type":"AccessDeniedException"}' };
    expect((await failureOf(store.read('acme/snmp'))).message).toBe(
      "secret mimamori/acme could not be read (AccessDeniedException); look at the role's rights and at the way to Secrets Manager",
    );
    expect(await store.read('acme/snmp')).toBe(value);
  });

  const unreadable = [
    { given: 'plain text', stored: value },
    { given: 'a list', stored: JSON.stringify([value]) },
    { given: 'a field that is not text', stored: JSON.stringify({ snmp: { password: value } }) },
  ];
  it.each(unreadable)('given $given in the secret, when read, then the mend is named', async ({ stored }) => {
    server.secrets.set('mimamori/acme', stored);
    expect((await failureOf(store.read('acme/snmp'))).message).toBe(
      'secret mimamori/acme is not a JSON object of text fields; write its fields with: mimamori secret put <secret>/<field>',
    );
  });

  const leaks = [
    { given: 'an answer that breaks off', next: { status: 200, body: `{"SecretString":"${value}` } },
    {
      given: 'plain text in the secret',
      next: { status: 200, body: JSON.stringify({ SecretString: value }) },
    },
    { given: 'a refusal that quotes it', next: { status: 400, body: `{"__type":"X","message":"${value}"}` } },
    { given: 'a page of a proxy', next: { status: 500, body: `<p>${value}</p>` } },
  ];
  const deeds = [
    { deed: 'read', run: () => store.read('acme/snmp') },
    { deed: 'put', run: () => store.putSecretField('acme/snmp', value) },
  ];
  for (const { given, next } of leaks) {
    it.each(deeds)(`given ${given}, when $deed, then no error holds the value`, async ({ run }) => {
      server.next = next;
      const failure = await failureOf(run());
      expect(inspect(failure, { showHidden: true, depth: 10 })).not.toContain('horse');
    });
  }

  it('given a field was put, when another is put and both are read, then both are there', async () => {
    await store.putSecretField('acme/snmp', 'public');
    expect(await store.read('acme/snmp')).toBe('public');
    await store.putSecretField('acme/ssh', value);
    await store.putSecretField('acme/snmp', 'private');
    expect(await store.read('acme/snmp')).toBe('private');
    expect(await store.read('acme/ssh')).toBe(value);
    expect(server.secrets.get('mimamori/acme')).toBe(JSON.stringify({ snmp: 'private', ssh: value }));
    expect(server.calls.filter((call) => call !== 'GetSecretValue')).toEqual([
      'CreateSecret',
      'PutSecretValue',
      'PutSecretValue',
    ]);
  });

  it('given a secret that has no value yet, when a field is put, then it is written', async () => {
    server.secrets.set('mimamori/acme', undefined);
    await store.putSecretField('acme/snmp', value);
    expect(await store.read('acme/snmp')).toBe(value);
  });

  it('given a value that is too large, when put, then the size is told and the value is not', async () => {
    const failure = await failureOf(store.putSecretField('acme/key', value.repeat(3000)));
    expect(failure.message).toBe(
      "acme/key was not put: with it secret mimamori/acme would have more than 65536 bytes; put it under another secret's name",
    );
    expect(server.secrets.size).toBe(0);
  });
});

describe('secrets in memory', () => {
  it('given values, when read and put, then they are found by reference', async () => {
    const store = createMemorySecretStore({ 'acme/snmp': 'public' });
    await store.putSecretField('acme/ssh', value);
    expect(await store.read('acme/snmp')).toBe('public');
    expect(await store.read('acme/ssh')).toBe(value);
    await expect(store.read('acme/constructor')).rejects.toBeInstanceOf(SecretMissing);
  });
});
