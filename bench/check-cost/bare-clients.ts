// The baseline of bench/check-cost.ts: the same exchanges from Node with nothing around them, in a warm process. Given
// the ports of the targets; answers each message with the CPU of one exchange.
import { createSocket } from 'node:dgram';
import { get } from 'node:http';
import snmp from 'net-snmp';
import pMap from 'p-map';
import { snmpdAccess } from '../../test/real/servers/snmpd.ts';
import { shakeHands } from '../bare-handshake.ts';
import { type Asked, atOnce, polledOids, type Targets } from './rows.ts';

const targets = JSON.parse(process.argv[2] ?? '') as Targets;
const question = encodeQuestion();

const exchanges: Readonly<Partial<Record<Asked['row'], () => Promise<void>>>> = {
  tcp: () => shakeHands(targets.tcp),
  http: getPage,
  snmp: askAgent,
};

process.on('message', async ({ row, checks }: Asked) => {
  const exchange = exchanges[row];
  if (exchange === undefined) return process.send?.(null);
  const before = process.cpuUsage();
  await pMap(Array(checks).keys(), exchange, { concurrency: atOnce });
  const { user, system } = process.cpuUsage(before);
  process.send?.((user + system) / 1000 / checks);
});

function getPage(): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: targets.http, agent: false }, (response) => {
      response.resume();
      response.on('end', resolve);
    }).on('error', reject);
  });
}

/** One datagram each way, by a socket of its own; what comes back is not read. */
function askAgent(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.on('error', reject);
    socket.on('message', () => {
      socket.close();
      resolve();
    });
    socket.connect(targets.snmp, '127.0.0.1', () => socket.send(question));
  });
}

function encodeQuestion(): Buffer {
  let encoded: Buffer = Buffer.alloc(0);
  const take = {
    ref: () => {},
    unref: () => {},
    on: () => {},
    close: () => {},
    send: (message: Buffer) => {
      encoded = message;
    },
  };
  const options = { version: snmp.Version2c, dgramModule: { createSocket: () => take } };
  snmp.createSession('127.0.0.1', snmpdAccess.community, options).get(polledOids, () => {});
  return encoded;
}
