/** Servers that do what no honest one would do on demand, each on a port of its own. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { Worker } from 'node:worker_threads';
import type { Certificate } from '../../probe/certificate.ts';
import { type LineScript, startLineServer } from '../../probe/line-server.ts';
import { startTcp } from '../../probe/tcp-server.ts';
import type { Target } from './row.ts';

const closers: (() => Promise<unknown>)[] = [];

/** Ends what was left to it, in any order. */
export const closeLater = (close: () => Promise<unknown>): void => {
  closers.push(close);
};
export const closeAll = async (): Promise<void> => {
  await Promise.all(closers.splice(0).map((close) => close()));
};

const starts: (() => Promise<unknown>)[] = [];

/** A real server that many rows ask for; `startShared` starts it. */
export function shared<T extends { remove(): Promise<void> }>(start: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  const once = () => {
    if (started === undefined) {
      const server = start();
      closeLater(async () => (await server).remove());
      started = server;
    }
    return started;
  };
  starts.push(once);
  return once;
}

/**
 * Starts all real servers. To be awaited before any scripted one is: each of them has looked for a free port, and one
 * that listens on port 0 could be given the same before it is taken.
 */
export const startShared = async (): Promise<void> => {
  await Promise.all(starts.map((start) => start()));
};

/** Nor can it be given to a server that starts beside the test, as a free port could: it is below those that are given. */
export const nobodyListens: Target = async () => 1;

/** What a connection is met with. */
export type Talk = (socket: Socket) => void;

export const talking =
  (talk: Talk): Target =>
  () =>
    startTcp((socket) => {
      socket.on('error', () => {});
      talk(socket);
    });

export const greetsAndCloses = (text: string | Uint8Array): Target =>
  talking((socket) => {
    socket.resume();
    socket.end(text);
  });
export const greetsAndStays = (text: string | Uint8Array): Target =>
  talking((socket) => {
    socket.resume();
    socket.write(text);
  });
export const silent: Target = talking((socket) => socket.resume());
export const closesAtOnce: Target = talking((socket) => socket.resume().end());
export const resetsAtOnce: Target = talking((socket) => socket.resetAndDestroy());

/** Answers a client's first words, at once or later, and then ends, stays or resets. */
export const answering = (
  text: string | Uint8Array,
  { afterMs = 0, then = 'end' }: { afterMs?: number; then?: 'end' | 'stay' | 'reset' } = {},
): Target => talking(answers(text, { afterMs, then }));

export const answers =
  (
    text: string | Uint8Array,
    { afterMs = 0, then = 'end' }: { afterMs?: number; then?: 'end' | 'stay' | 'reset' } = {},
  ): Talk =>
  (socket) => {
    socket.once('data', () => {
      setTimeout(() => {
        if (socket.destroyed) return;
        if (then === 'end') socket.end(text);
        else socket.write(text, () => then === 'reset' && socket.resetAndDestroy());
      }, afterMs);
    });
  };

/** The same talk inside TLS. */
export const inTls =
  (certificate: Certificate, talk: Talk): Target =>
  () =>
    startTcp((plain) => {
      const inside = new TLSSocket(plain, {
        isServer: true,
        secureContext: createSecureContext({ ...certificate }),
      });
      inside.on('error', () => plain.destroy());
      inside.on('end', () => inside.destroy());
      talk(inside);
    });

/** A server that greets, and answers lines by a script. */
export const lines =
  (script: LineScript): Target =>
  async () =>
    (await startLineServer(script)).port;

/** Says a text so much later. */
export const after =
  (afterMs: number, text: string) =>
  (socket: Socket): void => {
    setTimeout(() => {
      if (!socket.destroyed) socket.write(text);
    }, afterMs);
  };

/**
 * A port whose queue of waiting connections is full, as behind a firewall that drops: nobody answers a SYN. Its owner
 * hangs in a thread of its own and accepts nobody.
 */
export const droppingSyns: Target = () => {
  dropping ??= startDropping();
  return dropping;
};
let dropping: Promise<number> | undefined;

async function startDropping(): Promise<number> {
  const owner = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer();
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
    { eval: true },
  );
  const [port] = (await once(owner, 'message')) as [number];
  // The kernel queues one more than asked for, and drops the third.
  const waiting = Array.from({ length: 3 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  closeLater(async () => {
    for (const socket of waiting) socket.destroy();
    await owner.terminate();
  });
  await Promise.all(waiting.slice(0, 2).map((socket) => once(socket, 'connect')));
  return port;
}
