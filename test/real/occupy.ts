import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const limitMs = 5000;
const askEveryMs = 20;

/**
 * Takes up one of the places that a server has for clients, and stays. It comes again while the server turns it away:
 * a client that has just left may still be counted.
 *
 * @param isLetIn judges the first bytes of the server
 * @param say what is sent first, to a server that waits for it
 * @throws when the server lets nobody in
 */
export async function occupy(
  port: number,
  isLetIn: (greeting: Buffer) => boolean,
  say?: Buffer,
): Promise<Socket> {
  const endsAt = performance.now() + limitMs;
  while (performance.now() < endsAt) {
    const socket = connect(port, '127.0.0.1');
    if (say !== undefined) socket.write(say);
    const [greeting] = (await once(socket, 'data')) as [Buffer];
    if (isLetIn(greeting)) return socket.on('error', () => {});
    socket.destroy();
    await wait(askEveryMs);
  }
  throw new Error(`the server on port ${port} let nobody in`);
}

/** Servers that greet with a line. */
export const begins =
  (text: string) =>
  (greeting: Buffer): boolean =>
    greeting.toString('latin1').startsWith(text);
