import { once } from 'node:events';
import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { Endpoint } from './dark-ports.ts';

/** See dark-ports.ts: binds the ports, then blocks for good, so that nothing is ever accepted. */
async function holdPorts(endpoints: readonly Endpoint[]): Promise<void> {
  try {
    for (const { address, port } of endpoints) {
      const server = createServer();
      const listening = once(server, 'listening');
      server.listen({ host: address, port, backlog: 1, exclusive: true });
      await listening;
    }
  } catch (error) {
    parentPort?.postMessage(error instanceof Error ? error.message : String(error));
    return;
  }
  parentPort?.postMessage('listening');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

await holdPorts(workerData as readonly Endpoint[]);
