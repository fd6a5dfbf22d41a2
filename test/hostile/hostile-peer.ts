import { createServer, type Server, type Socket } from 'node:net';
import { listen } from '../probe/tcp-server.ts';

/** A hostile server, and what it saw of the check. */
export interface HostilePeer {
  readonly port: number;
  /** Bytes that the other side's kernel took, of all connections. */
  taken(): number;
  connections(): number;
  openConnections(): Promise<number>;
}

/** What a hostile server does with a connection. Sockets stay half open unless the deed ends them. */
export type Deed = (socket: Socket) => void;

/** Listens until the test ends and counts what is taken from it. */
export async function startHostile(deed: Deed): Promise<HostilePeer> {
  let closedBytes = 0;
  let connections = 0;
  const open = new Set<Socket>();
  const takenFrom = (socket: Socket) => socket.bytesWritten - socket.writableLength;
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      open.delete(socket);
      closedBytes += takenFrom(socket);
    });
    // The check has closed: a half that stays open on this side would hide it.
    socket.on('end', () => socket.destroy());
    deed(socket);
  });
  return {
    port: await listen(server),
    taken: () => [...open].reduce((sum, socket) => sum + takenFrom(socket), closedBytes),
    connections: () => connections,
    openConnections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
      ),
  };
}

const block = (text: string | Uint8Array, bytes = 65_536): Buffer =>
  Buffer.alloc(bytes - (bytes % text.length), text);

/** Says a beginning, then the same for ever, as fast as it is taken. */
export const flood =
  (endless: string | Uint8Array, beginning: string | Uint8Array = ''): Deed =>
  (socket) => {
    socket.resume();
    if (beginning.length > 0) socket.write(beginning);
    const data = block(endless);
    const pump = () => {
      while (!socket.destroyed && socket.write(data));
    };
    socket.on('drain', pump);
    pump();
  };

/** Says the same for ever, a little every 10 ms: slow against the time limits of these tests. */
export const trickle =
  (endless: string | Uint8Array, beginning: string | Uint8Array = ''): Deed =>
  (socket) => {
    socket.resume();
    if (beginning.length > 0) socket.write(beginning);
    const timer = setInterval(() => socket.write(endless), 10);
    socket.on('close', () => clearInterval(timer));
  };

/** Says something once and then nothing. */
export const say =
  (text: string | Uint8Array): Deed =>
  (socket) => {
    socket.resume();
    socket.write(text);
  };

/** Says something in single bytes, then resets the connection. */
export const sayAndReset =
  (text: string | Uint8Array): Deed =>
  (socket) => {
    socket.resume();
    socket.write(text, () => socket.resetAndDestroy());
  };

/**
 * Says one word at the start and one each time the check has said something; an empty one is nothing. When the check
 * speaks after the last, the deed follows.
 */
export const afterWords =
  (words: readonly string[], deed: Deed): Deed =>
  (socket) => {
    let said = 0;
    const next = () => {
      const word = words[said];
      said += 1;
      if (word !== undefined) return void (word !== '' && socket.write(word, 'latin1'));
      socket.off('data', next);
      deed(socket);
    };
    socket.on('data', next);
    next();
  };

export const silence: Deed = (socket) => {
  socket.resume();
};

/** Does not read until long after the check: only a reader hears that the other side has closed. */
export const deafness: Deed = (socket) => {
  socket.pause();
  setTimeout(() => socket.resume(), 800);
};

export const reset: Deed = (socket) => {
  socket.resetAndDestroy();
};

/** Closes its half at once and keeps the other open. */
export const halfClose: Deed = (socket) => {
  socket.resume();
  socket.end();
};
