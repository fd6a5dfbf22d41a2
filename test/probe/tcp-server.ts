import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach } from 'vitest';

const servers: { close(done: () => void): unknown; destroyAll(): void }[] = [];

/** Closes what the tests of a file have started. Call it once at the top of the file. */
export function closeServersAfterEach(): void {
  afterEach(closeServers);
}

/** The same for a file whose tests run side by side: none of them may close what another one uses. */
export function closeServersAfterAll(): void {
  afterAll(closeServers);
}

async function closeServers(): Promise<void> {
  for (const server of servers.splice(0)) {
    server.destroyAll();
    await new Promise<void>((done) => server.close(done));
  }
}

/** Listens on a free port of the loopback until the test ends. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  servers.push({
    close: (done) => server.close(() => done()),
    destroyAll: () => {
      for (const socket of sockets) socket.destroy();
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A TCP server that does with each connection what the test says. */
export const startTcp = (talk: (socket: Socket) => void): Promise<number> => listen(createServer(talk));

/** A port where nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
