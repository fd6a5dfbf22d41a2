import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';

/** Peers that only connect, or never end, are let go. */
const idleMs = 30_000;

/** HTTP: a shop's front page, its health, and 404 for the rest. */
export function serveHttp(serverName: string): (socket: Socket) => void {
  const http = createServer({ requestTimeout: idleMs, keepAliveTimeout: 5_000 }, (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0];
    const page = pages[path ?? '/'];
    response.setHeader('Server', 'nginx');
    response.setHeader('X-Served-By', serverName);
    response.writeHead(page === undefined ? 404 : 200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(request.method === 'HEAD' ? undefined : (page ?? '<h1>404 Not Found</h1>\n'));
  });
  return (socket) => {
    http.emit('connection', socket);
  };
}

const pages: Readonly<Record<string, string>> = {
  '/': '<!doctype html><html lang="en"><title>Demo shop</title><h1>Demo shop</h1><p>Welcome.</p></html>\n',
  '/health': 'ok\n',
};

/** A line protocol that greets and then knows QUIT: enough for whoever looks whether it answers. */
export function serveLines(greeting: string, farewell: string, unknown: string): (socket: Socket) => void {
  return (socket) => {
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.write(`${greeting}\r\n`);
    let heard = '';
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      if (heard.length > 4_096) return socket.destroy();
      const lines = heard.split(/\r?\n/);
      heard = lines.pop() ?? '';
      for (const line of lines) {
        if (/^quit\b/i.test(line)) return socket.end(`${farewell}\r\n`);
        socket.write(`${unknown}\r\n`);
      }
    });
  };
}

/**
 * MySQL: the server's first packet, then a refusal of whatever login follows.
 * @see MySQL client/server protocol, Protocol::HandshakeV10 and ERR_Packet
 */
export function serveMysql(version: string): (socket: Socket) => void {
  let connections = 0;
  return (socket) => {
    socket.setTimeout(idleMs, () => socket.destroy());
    connections += 1;
    socket.write(packet(0, mysqlHandshake(version, connections)));
    socket.once('data', () => socket.end(packet(2, mysqlAccessDenied)));
  };
}

function mysqlHandshake(version: string, connectionId: number): Buffer {
  // Capabilities of a stock MariaDB: PROTOCOL_41, SECURE_CONNECTION and PLUGIN_AUTH among them.
  const capabilities = 0x81bff7fe;
  const utf8mb4GeneralCi = 45;
  const autocommit = 0x0002;
  const scrambleBytes = 20;
  const scramble = Buffer.from(randomBytes(scrambleBytes).map((byte) => (byte % 94) + 33));
  const fixed = Buffer.alloc(1 + 2 + 1 + 2 + 2 + 1 + 10);
  // Filler, lower capabilities, character set, status, upper capabilities, length of the scramble, reserved.
  fixed.writeUInt16LE(capabilities & 0xffff, 1);
  fixed.writeUInt8(utf8mb4GeneralCi, 3);
  fixed.writeUInt16LE(autocommit, 4);
  fixed.writeUInt16LE(capabilities >>> 16, 6);
  fixed.writeUInt8(scrambleBytes + 1, 8);
  const id = Buffer.alloc(4);
  id.writeUInt32LE(connectionId >>> 0);
  return Buffer.concat([
    Buffer.from([10]),
    Buffer.from(`${version}\0`),
    id,
    scramble.subarray(0, 8),
    fixed,
    scramble.subarray(8),
    Buffer.from('\0mysql_native_password\0'),
  ]);
}

const mysqlAccessDenied = Buffer.concat([
  Buffer.from([0xff, 0x15, 0x04]),
  Buffer.from('#28000Access denied'),
]);

function packet(sequence: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  header.writeUInt8(sequence, 3);
  return Buffer.concat([header, payload]);
}
