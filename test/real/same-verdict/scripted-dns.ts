import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type Answer, decode, encode, type Packet, type Question } from 'dns-packet';
import { listen } from '../../probe/tcp-server.ts';
import type { Target } from './row.ts';
import { closeLater } from './scripted.ts';

/** What a server sends for a question; undefined for nothing. */
export type DnsReply = (query: Packet, bytes: Buffer) => Buffer | undefined;

/** A DNS server on one port by UDP and by TCP. */
export const dnsServer =
  (byUdp: DnsReply, byTcp: DnsReply = byUdp): Target =>
  async () => {
    for (let attempt = 1; ; attempt += 1) {
      const port = await listen(createServer((socket) => serveTcp(socket, byTcp)));
      const socket = createSocket('udp4');
      socket.bind(port, '127.0.0.1');
      try {
        await once(socket, 'listening');
      } catch (error) {
        // Free for TCP is not free for UDP: a plugin beside may ask from that port.
        if (attempt === maxAttempts) throw error;
        continue;
      }
      socket.on('message', (bytes, peer) => {
        const answer = byUdp(decode(bytes), bytes);
        if (answer !== undefined) socket.send(answer, peer.port, peer.address);
      });
      closeLater(async () => {
        socket.close();
        await once(socket, 'close');
      });
      return port;
    }
  };
const maxAttempts = 5;

function serveTcp(socket: Socket, reply: DnsReply): void {
  socket.once('data', (data: Buffer) => {
    const answer = reply(decode(data.subarray(2)), data.subarray(2));
    if (answer === undefined) return socket.destroy();
    socket.end(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 255]), answer]));
  });
}

/** Answers with the records of the type that was asked for, and with a code and flags. */
export const records =
  (answers: readonly Answer[], { rcode = 0, flags = 0 }: { rcode?: number; flags?: number } = {}): DnsReply =>
  ({ id, questions }) => {
    const type = questions?.[0]?.type;
    const fitting = answers.filter((answer) => answer.type === type || answer.type === 'CNAME');
    return encode({
      id: id ?? 0,
      type: 'response',
      flags: flags | rcode,
      questions: (questions ?? []) as Question[],
      answers: fitting,
    });
  };
