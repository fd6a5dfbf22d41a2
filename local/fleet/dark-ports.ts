import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Connections that wait unaccepted before the kernel drops what comes: backlog + 1 on Linux, more elsewhere. */
const fillersAtMost = 8;
const fillerTimeoutMs = 100;

/**
 * Makes ports as silent as those of a machine that is switched off: nothing answers, nothing refuses.
 *
 * A closed port of this machine refuses at once, which tells a probe that the host is there. So a thread listens with
 * the shortest queue, accepts nothing as it is blocked, and the queue is filled; the kernel then drops what knocks.
 *
 * @throws when a port cannot be bound
 */
export async function darken(endpoints: readonly Endpoint[]): Promise<{ close(): Promise<void> }> {
  const worker = new Worker(new URL('./dark-ports-worker.ts', import.meta.url), { workerData: endpoints });
  const fillers: Socket[] = [];
  const close = async (): Promise<void> => {
    for (const socket of fillers) socket.destroy();
    await worker.terminate();
  };
  try {
    const [report] = await Promise.race([once(worker, 'message'), failure(worker)]);
    if (report !== 'listening') throw new Error(`the demo fleet could not keep its ports: ${report}`);
    await Promise.all(endpoints.map((endpoint) => fillQueue(endpoint, fillers)));
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

async function failure(worker: Worker): Promise<never> {
  const [error] = await once(worker, 'exit');
  throw new Error(`the thread that keeps the dark ports ended with code ${error}`);
}

async function fillQueue({ address, port }: Endpoint, fillers: Socket[]): Promise<void> {
  for (let count = 0; count < fillersAtMost; count++) {
    const socket = connect({ host: address, port });
    socket.on('error', () => undefined);
    fillers.push(socket);
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(fillerTimeoutMs) });
    } catch {
      // The first that gets no answer shows that the queue is full.
      socket.destroy();
      return;
    }
  }
}
