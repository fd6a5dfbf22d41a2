/** Servers well and unwell for the leak run, in a process of their own: their handles must not count as the probe's. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { decode, encode } from 'dns-packet';
import { counter64, integer, octets, oid, startAgent, ticks } from '../../platform/snmp/snmp-agent.ts';
import { startSshServer } from '../../platform/ssh/ssh-server.ts';
import { makeCertificate } from '../../probe/certificate.ts';

const certificate = makeCertificate({ names: ['127.0.0.1'], notAfter: new Date('2126-11-21') });
const secureContext = createSecureContext({ ...certificate });

async function listen(server: Server): Promise<number> {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const startTcp = (talk: (socket: Socket) => void) =>
  listen(
    createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => {});
      talk(socket);
    }),
  );

/** Greets, answers each line by how it begins, and goes to TLS after the line that asks for it. */
const lines = (greeting: string, answers: Readonly<Record<string, string>>, starttls = ' ') =>
  startTcp((plain) => {
    const serve = (socket: Socket, hello: string) => {
      socket.on('error', () => {});
      socket.on('end', () => socket.destroy());
      const onData = (data: Buffer) => {
        const line = data.toString('latin1');
        const answer = Object.entries(answers).find(([begin]) => line.startsWith(begin))?.[1];
        if (answer !== undefined) socket.write(answer);
        if (!line.startsWith(starttls)) return;
        socket.off('data', onData);
        serve(new TLSSocket(socket, { isServer: true, secureContext }), '');
      };
      socket.on('data', onData);
      if (hello !== '') socket.write(hello);
    };
    serve(plain, greeting);
  });

/** A UDP server. */
async function startUdp(answer: (message: Buffer) => Uint8Array | undefined): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (message, { port, address }) => {
    const data = answer(message);
    if (data !== undefined) socket.send(data, port, address);
  });
  return socket.address().port;
}

const storage = (type: string, name: string) => ({
  1: integer(1),
  2: oid(`1.3.6.1.2.1.25.2.1.${type}`),
  3: octets(name),
  4: integer(4096),
  5: integer(1000),
  6: integer(100),
});

const agent = await startAgent({
  scalars: {
    '1.3.6.1.2.1.1.3': ticks(123_456),
    ...Object.fromEntries([50, 51, 52, 53].map((at) => [`1.3.6.1.4.1.2021.11.${at}`, integer(at)])),
    ...Object.fromEntries([5, 6, 27].map((at) => [`1.3.6.1.4.1.2021.4.${at}`, integer(1000)])),
  },
  tables: {
    '1.3.6.1.4.1.2021.10.1': { 1: { 5: integer(10) }, 2: { 5: integer(20) }, 3: { 5: integer(30) } },
    '1.3.6.1.2.1.25.3.3.1': { 1: { 1: integer(0), 2: integer(5) } },
    '1.3.6.1.2.1.25.2.3.1': { 1: storage('2', 'Physical memory'), 31: storage('4', '/') },
    '1.3.6.1.2.1.25.4.2.1': {
      7: { 2: octets('nginx'), 4: octets('/usr/sbin/nginx'), 5: octets('-g x'), 7: integer(2) },
    },
    '1.3.6.1.2.1.31.1.1.1': {
      1: { 1: octets('eth0'), 6: counter64(1n), 10: counter64(2n), 15: integer(0), 19: ticks(0) },
    },
  },
});

// A log-in costs a hundred times what another check does, so there are few of them.
const login = await startSshServer({
  exec: (command, channel) => {
    if (command.includes('hang')) return;
    channel.write(command.includes('date') || command.includes('stat') ? '1790000000\n' : 'OK | load=1\n');
    channel.exit(0);
    channel.end();
  },
});

const mail = { EHLO: '250-hi\r\n250 STARTTLS\r\n', STARTTLS: '220 go\r\n', QUIT: '221 bye\r\n' };
const mysql = Buffer.from(`\x1b\0\0\0\x0a8.4\0${'\0'.repeat(12)}\0\0\x08${'\0'.repeat(7)}`, 'latin1');

const ports = {
  // Nobody's, and never given out: a port that was closed is soon another test's.
  refused: 1,
  silent: await startTcp((socket) => socket.resume()),
  reset: await startTcp((socket) => socket.resetAndDestroy()),
  resetAfterWords: await startTcp((socket) => socket.once('data', () => socket.resetAndDestroy())),
  closes: await startTcp((socket) => socket.end()),
  garbage: await startTcp((socket) => socket.end('\x00\x01garbage\xff\r\n\r\n')),
  flood: await startTcp((socket) => socket.write(Buffer.alloc(200_000, 'x'))),
  echo: await startTcp((socket) => socket.pipe(socket)),
  ssh: await startTcp((socket) => socket.resume().write('SSH-2.0-OpenSSH_9.9\r\n')),
  http: await listen(
    createHttp((request, answer) => answer.writeHead(request.url === '/500' ? 500 : 200).end('page')),
  ),
  https: await listen(createHttps(certificate, (_, answer) => answer.end('page')) as Server),
  smtp: await lines('220 hi\r\n', mail, 'STARTTLS'),
  imap: await lines('* OK hi\r\n', { m1: 'm1 OK\r\n', m2: 'm2 OK\r\n', m3: '* BYE\r\nm3 OK\r\n' }, 'm1'),
  pop3: await lines('+OK hi\r\n', { STLS: '+OK\r\n', CAPA: '+OK\r\n.\r\n', QUIT: '+OK\r\n' }, 'STLS'),
  ftp: await lines('220 hi\r\n', { AUTH: '234 go\r\n', NOOP: '200 ok\r\n', QUIT: '221 bye\r\n' }, 'AUTH'),
  mysql: await startTcp((socket) => {
    socket.write(mysql);
    socket.once('data', () => socket.end(Buffer.from([3, 0, 0, 2, 0xff, 0x15, 4])));
  }),
  postgres: await startTcp((socket) =>
    socket.once('data', () => socket.write(Buffer.from('R\0\0\0\x0c\0\0\0\x05salt'))),
  ),
  dns: await startUdp((query) => {
    const { id = 0, questions = [] } = decode(query);
    const name = questions[0]?.name ?? '';
    return encode({ id, type: 'response', questions, answers: [{ type: 'A', name, data: '192.0.2.1' }] });
  }),
  noise: await startUdp((query) => Buffer.concat([query.subarray(0, 2), Buffer.alloc(40, 0xa7)])),
  silentUdp: await startUdp(() => undefined),
  agent: agent.port,
  login: login.target.port,
  hostKey: login.hostKey,
};
export type LeakPorts = typeof ports;

process.stdout.write(`${JSON.stringify(ports)}\n`);
// The run holds the other end; when it is gone, so is this.
process.stdin.resume().on('end', () => process.exit());
