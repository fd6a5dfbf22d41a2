import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { verifyWayOut } from '../../../platform/network/way-out.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(): Promise<string> {
  const server = createServer((socket) => socket.destroy());
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(): Promise<string> {
  const place = await listening();
  const server = servers.pop();
  server?.close();
  if (server) await once(server, 'close');
  return place;
}

describe('the way out', () => {
  it('given no endpoints, when it is verified, then it works', async () => {
    expect(await verifyWayOut([], { timeoutMs: 100 })).toEqual({ works: true, tried: [] });
  });

  it('given one endpoint of three that stands, when it is verified, then it works', async () => {
    const endpoints = [await closed(), await listening(), await closed()];
    expect(await verifyWayOut(endpoints, { timeoutMs: 2000 })).toEqual({ works: true, tried: endpoints });
  });

  it('given endpoints that refuse, when it is verified, then it does not work', async () => {
    const endpoints = [await closed(), await closed()];
    expect(await verifyWayOut(endpoints, { timeoutMs: 2000 })).toEqual({ works: false, tried: endpoints });
  });

  it('given names and addresses that lead nowhere, when it is verified, then it does not work and does not throw', async () => {
    const endpoints = ['[::1]:1', 'no-such-host.invalid:443', '127.0.0.1:0', 'nonsense'];
    expect((await verifyWayOut(endpoints, { timeoutMs: 2000 })).works).toBe(false);
  });

  it('given a signal that ends it, when it is verified, then the reason is told and nothing is left', async () => {
    const stop = new AbortController();
    stop.abort(new Error('the function ends'));
    const endpoints = [await listening()];
    await expect(verifyWayOut(endpoints, { timeoutMs: 2000, signal: stop.signal })).rejects.toThrow(
      'the function ends',
    );
  });

  it('given a hundred verifications, when they have ended, then no timer is left', async () => {
    const endpoints = [await listening()];
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    for (let i = 0; i < 100; i++) await verifyWayOut(endpoints, { timeoutMs: 60_000 });
    // The last connection closes in its own time.
    await expect.poll(timers).toBeLessThanOrEqual(before);
  });
});
