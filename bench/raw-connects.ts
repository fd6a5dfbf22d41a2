// The baseline of bench/whole-path.ts: so many TCP handshakes from Node and nothing else. Prints CPU ms for each.
import { shakeHands } from './bare-handshake.ts';

const [port = '0', count = '20000'] = process.argv.slice(2);
const atOnce = 200;

const before = process.cpuUsage();
let started = 0;
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (started++ < Number(count)) await shakeHands(Number(port));
  }),
);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpuMsEach: (user + system) / 1000 / Number(count) }));
