import { beforeEach, describe, expect, it } from 'vitest';
import type { Instant } from '../../core/instant.ts';
import { HeartbeatAddresses } from '../../lambdas/heartbeat/heartbeat-address.ts';
import { type HeartbeatPorts, takeHeartbeat } from '../../lambdas/heartbeat/take-heartbeat.ts';
import { readRequest } from '../../lambdas/http/exchange.ts';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';
import { createCheckRunner } from '../../lambdas/probe/run-check.ts';
import { createMemorySecretStore } from '../../platform/secrets/memory.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';
import type { Stores } from '../../platform/store/stores.ts';
import { monitorNamed, smallInventory } from '../platform/store/sample-inventory.ts';

const at = '2026-11-21T03:00:00.000Z';
const backup = monitorNamed('backup', {
  check: 'heartbeat',
  settings: { everyMinutes: 60, graceMinutes: 5 },
});
const other = monitorNamed('https');
const refOf = ({ account, server, id }: typeof backup) => ({ account, server, monitor: id });
const portal = 'https://portal.example';
const secrets = createMemorySecretStore({
  'heartbeat-address-keys/current': 'k2',
  'heartbeat-address-keys/k1': 'a'.repeat(64),
  'heartbeat-address-keys/k2': 'b'.repeat(64),
});
const before = createMemorySecretStore({
  'heartbeat-address-keys/current': 'k1',
  'heartbeat-address-keys/k1': 'a'.repeat(64),
});

let stores: Stores;
let ports: HeartbeatPorts;

beforeEach(async () => {
  stores = createMemoryStores();
  await stores.inventory.replace(0, { ...smallInventory, monitors: [backup, other] });
  ports = { ...stores, addresses: new HeartbeatAddresses(secrets, portal) };
});

const call = (path: string, { method = 'GET', body = '', when = at as Instant } = {}) =>
  takeHeartbeat(
    ports,
    readRequest({
      rawPath: path,
      body,
      requestContext: { requestId: 'r1', timeEpoch: Date.parse(when), http: { method } },
    }),
  );
const pathOf = async (from = ports.addresses) => (await from.url(refOf(backup))).slice(portal.length);

describe('a customer’s job calls its address', () => {
  for (const method of ['GET', 'HEAD', 'POST'])
    it(`given its address, when it is called by ${method}, then the call is kept`, async () => {
      expect(await call(await pathOf(), { method })).toMatchObject({ statusCode: 200, body: 'ok\n' });
      expect(await stores.heartbeats.heartbeat(refOf(backup))).toEqual({ at });
    });

  it('given an address of the key before, when it is called, then it is as good', async () => {
    const old = await pathOf(new HeartbeatAddresses(before, portal));
    expect(old).toContain('/k1.');
    expect((await call(old)).statusCode).toBe(200);
  });

  it('given a job that failed, when it posts why, then the message is kept as one harmless line', async () => {
    const body = `disk\u202e full\n${'x'.repeat(5000)}`;
    expect((await call(`${await pathOf()}/fail`, { method: 'POST', body })).statusCode).toBe(200);
    const { failedAt, message } = (await stores.heartbeats.heartbeat(refOf(backup))) ?? {};
    expect(failedAt).toBe(at);
    expect(message).toMatch(/^disk\\u\{202e\} full x+…$/);
    expect(message?.length).toBeLessThanOrEqual(300);
  });

  it('given the calls, when the monitor is checked, then it is judged by them', async () => {
    const run = createCheckRunner({
      checkTypes,
      secrets,
      heartbeats: stores.heartbeats,
      localTargetsAllowed: false,
    });
    const severityAt = async (when: Instant) => (await run(backup, when)).outcome.severity;
    expect(await severityAt(at)).toBe('unknown');
    await call(await pathOf());
    expect(await severityAt('2026-11-21T04:05:00.000Z')).toBe('ok');
    expect(await severityAt('2026-11-21T04:05:00.001Z')).toBe('critical');
    await call(`${await pathOf()}/fail`, { when: '2026-11-21T03:30:00.000Z' });
    expect(await severityAt('2026-11-21T03:30:01.000Z')).toBe('critical');
    await call(await pathOf(), { when: '2026-11-21T03:40:00.000Z' });
    expect(await severityAt('2026-11-21T03:41:00.000Z')).toBe('ok');
  });

  it('given a job that runs wild, when it calls a 31st time in a minute, then it is told to wait', async () => {
    const path = await pathOf();
    for (let count = 0; count < 30; count += 1) expect((await call(path)).statusCode).toBe(200);
    expect(await call(path)).toMatchObject({ statusCode: 429, headers: { 'retry-after': '60' } });
    expect((await call(path, { when: '2026-11-21T03:01:00.000Z' })).statusCode).toBe(200);
  });
});

describe('what is no address of a heartbeat is refused, always in the same way', () => {
  const forged: readonly [string, (path: string) => string | Promise<string>][] = [
    ['another monitor', (path) => path.replace('.backup/', '.https/')],
    ['a monitor that does not exist', (path) => path.replace('.backup/', '.nothing/')],
    ['another account', (path) => path.replace('/acme.', '/globex.')],
    ['another signature', (path) => `${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`],
    ['a signature that is cut', (path) => path.slice(0, -4)],
    ['another spelling of the signature', (path) => `${path}=`],
    ['a key that is not there', (path) => path.replace('/k2.', '/k3.')],
    ['a field that is no key', (path) => path.replace('/k2.', '/current.')],
    ['another word behind it', (path) => `${path}/ok`],
    ['more behind it', (path) => `${path}/fail/now`],
    ['nothing', () => '/heartbeat'],
    [
      'a good signature of a monitor that is no heartbeat',
      async () => (await ports.addresses.url(refOf(other))).slice(portal.length),
    ],
  ];
  for (const [given, change] of forged)
    it(`given ${given}, when it is called, then there is no such address`, async () => {
      const missing = await call('/heartbeat/acme.web-1.none/k1.x');
      expect(missing.statusCode).toBe(404);
      expect(await call(await change(await pathOf()))).toEqual(missing);
      expect(await stores.heartbeats.heartbeat(refOf(backup))).toBeUndefined();
    });

  it('given another method, when it is called, then the right ones are named', async () => {
    expect(await call(await pathOf(), { method: 'DELETE' })).toMatchObject({
      statusCode: 405,
      headers: { allow: 'GET, HEAD, POST' },
    });
  });
});
