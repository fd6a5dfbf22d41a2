// The target of bench/check-cost.ts, a process of its own so that its work is not counted: it accepts connections on one
// port and answers HTTP on another. Tells its ports to its parent.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';

async function listen(server: Server): Promise<number> {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const tcp = createServer((socket) => {
  socket.on('error', () => {});
  socket.resume();
  socket.end();
});
const http = createHttpServer((_request, response) => {
  response.setHeader('Content-Type', 'text/plain');
  response.end('all is well\n');
});

process.send?.({ tcp: await listen(tcp), http: await listen(http) });
process.once('disconnect', () => process.exit());
