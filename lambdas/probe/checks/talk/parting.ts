/** Taking leave of a peer. Servers log a connection that is cut off as a fault, and some count it against the client. */
import type { Socket } from 'node:net';
import { readSome } from '../../../../platform/network/connection.ts';

/** So long a server may take to say goodbye; nothing hangs on it. */
const partingMs = 500;

/** What a server may still say; the rest is cut off. */
const maxBytes = 16 * 1024;

/** Does what leaving takes, in the time there is for it. Never throws. */
export async function part(
  signal: AbortSignal,
  deed: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), partingMs);
  try {
    await deed(AbortSignal.any([signal, patience.signal]));
  } catch {
    // It is well without a goodbye.
  } finally {
    clearTimeout(timer);
  }
}

/** Closes our half, after last words if there are some, and hears the peer out until it closes its own. Never throws. */
export const closeInOrder = (socket: Socket, signal: AbortSignal, lastWords?: Uint8Array): Promise<void> =>
  part(signal, (patience) => {
    if (lastWords === undefined) socket.end();
    else socket.end(lastWords);
    return readSome(socket, maxBytes, patience, () => false);
  });
