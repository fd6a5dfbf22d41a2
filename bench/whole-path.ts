// CPU for each TCP check on the whole path (schedule, table, check, decision, metric store), how late checks are, and the
// memory, with 10,000 monitors on one machine (80 % every 3 min, 20 % every 5 min), against bare TCP handshakes from Node
// and, where it is installed, check_tcp, in the same run. A check is late by what passes from its scheduled second until
// the target has accepted its connection.
// Run: npx node bench/whole-path.ts [monitors] [minutes]      (defaults 10000 and 6; Linux only, it reads /proc)
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buckets, dueSlot, type Occupancy, slotsDue } from '../core/schedule/due.ts';
import { pace } from '../core/schedule/pace.ts';

const monitors = Number(process.argv[2] ?? 10_000);
const minutes = Number(process.argv[3] ?? 6);
const perServer = 10;
const directory = mkdtempSync(join(tmpdir(), 'mimamori-bench-'));

// One port for each bucket: which of them accepts tells which second of the minute was meant.
const latenessMs: number[] = [];
let counting = false;
const targets: Server[] = [];
for (let bucket = 0; bucket < buckets; bucket += 1) {
  const target = createServer((socket) => {
    if (counting) latenessMs.push((Date.now() - scheduledSecond(bucket) * 1000) % 60_000);
    socket.on('error', () => {});
    socket.resume();
    socket.end();
  });
  target.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 });
  await once(target, 'listening');
  targets.push(target);
}
const portOf = (bucket: number): number => {
  const { port } = (targets[bucket] as Server).address() as AddressInfo;
  return port;
};
const port = portOf(0);

const serversPerAccount = 1000;
const servers = Array.from({ length: monitors / perServer }, (_, n) => ({
  account: `bench-${Math.floor(n / serversPerAccount)}`,
  server: `s-${n}`,
}));
const occupancy = occupancyOfBench();
const secondOf = new Map(
  pace(slotsDue('2026-01-01T00:00:00.000Z', 0, 1, occupancy), occupancy).flatMap(({ second, slots }) =>
    slots.map(({ bucket }) => [bucket, second]),
  ),
);
const scheduledSecond = (bucket: number) => secondOf.get(bucket) ?? 0;

// One file for each account: a file may have 4 MiB.
const inventories = [...inventoryTexts()].map((text, n) => {
  const file = join(directory, `inventory-${n}.yaml`);
  writeFileSync(file, text);
  return file;
});
const runtime = spawn(
  process.execPath,
  [
    'bin/mimamori.ts',
    'start',
    '--port',
    '0',
    '--aws-port',
    '0',
    '--data',
    join(directory, 'data'),
    ...inventories.flatMap((file) => ['--inventory', file]),
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const { pid } = runtime;
if (pid === undefined) throw new Error('the runtime could not be started');
await untilAnnounced();
// The catch-up of the start, and code that is still being compiled, are not the steady state.
await pause(180_000);
await untilMinute();

const cpuBefore = cpuMs(pid);
counting = true;
await pause(minutes * 60_000);
counting = false;
const cpu = cpuMs(pid) - cpuBefore;
const residentMb = statusMb(pid, 'VmRSS');
const peakResidentMb = statusMb(pid, 'VmHWM');
runtime.kill('SIGTERM');
await once(runtime, 'exit');

const raw = JSON.parse(await outputOf(process.execPath, ['bench/raw-connects.ts', String(port)])) as {
  cpuMsEach: number;
};
const plugin = '/usr/lib/nagios/plugins/check_tcp';
const checkTcpMs = existsSync(plugin) ? pluginMs(plugin) : undefined;
for (const target of targets) target.close();
rmSync(directory, { recursive: true });

const checks = latenessMs.length;
const expected = Math.round(monitors * minutes * (0.8 / 3 + 0.2 / 5));
latenessMs.sort((a, b) => a - b);
const quantile = (q: number) => Math.round(latenessMs[Math.floor(q * (checks - 1))] ?? Number.NaN);
const cpuMsPerCheck = cpu / checks;
const round = (value: number, digits = 3) => Number(value.toFixed(digits));
console.log({
  monitors,
  minutes,
  checks,
  expected,
  latenessMs: { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) },
  cpuMsPerCheck: round(cpuMsPerCheck),
  cpuShareOfOneCore: round(cpu / (minutes * 60_000)),
  residentMb,
  peakResidentMb,
  bareHandshakeMs: round(raw.cpuMsEach),
  ratioToBareHandshake: round(cpuMsPerCheck / raw.cpuMsEach, 2),
  ...(checkTcpMs === undefined
    ? { checkTcp: 'not installed (apt-get install monitoring-plugins-basic)' }
    : { checkTcpMs: round(checkTcpMs), ratioToCheckTcp: round(cpuMsPerCheck / checkTcpMs, 3) }),
});

function* inventoryTexts(): Generator<string> {
  yield `settings:
  mailFrom: bench@msp.example
  operators: { mail: [desk@msp.example], language: en }
  referenceEndpoints: []
`;
  for (const [account, its] of Map.groupBy(servers, ({ account }) => account)) {
    const written = its.map((server) => {
      const { bucket } = dueSlot(server, 3);
      const items = Array.from(
        { length: perServer },
        (_, k) =>
          `          - { id: tcp-${k}, check: tcp, port: ${portOf(bucket)}, intervalMinutes: ${intervalOf(k)} }`,
      );
      const { server: id } = server;
      return `      - id: ${id}\n        address: 127.0.0.1\n        plan: notify\n        reach: local\n        monitors:\n${items.join('\n')}`;
    });
    yield `accounts:\n  - id: ${account}\n    name: Bench\n    servers:\n${written.join('\n')}\n`;
  }
}

function intervalOf(monitor: number): number {
  return monitor < 8 ? 3 : 5;
}

function occupancyOfBench(): Occupancy {
  const counts: Record<string, Record<string, number>> = { 3: {}, 5: {} };
  for (const server of servers) {
    for (let k = 0; k < perServer; k += 1) {
      const { bucket, intervalMinutes } = dueSlot(server, intervalOf(k));
      const held = counts[intervalMinutes];
      if (held !== undefined) held[bucket] = (held[bucket] ?? 0) + 1;
    }
  }
  return counts;
}

/** Reads on afterwards: a runtime whose output nobody takes would stop at a full pipe. */
async function untilAnnounced(): Promise<void> {
  let text = '';
  await new Promise<void>((resolve, reject) => {
    runtime.stdout?.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('is watching')) resolve();
    });
    runtime.once('exit', () => reject(new Error(`the runtime did not start:\n${text}`)));
  });
}

/** Five seconds before a full minute, so that no sweep is cut. */
async function untilMinute(): Promise<void> {
  await pause((115_000 - (Date.now() % 60_000)) % 60_000);
}

/** User and system time of a process with all its threads, ms. */
function cpuMs(of: number): number {
  const fields = readFileSync(`/proc/${of}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const ticksPerSecond = 100;
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

function statusMb(of: number, field: 'VmRSS' | 'VmHWM'): number {
  const [, kb = '0'] =
    new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${of}/status`, 'utf8')) ?? [];
  return Math.round(Number(kb) / 1024);
}

async function outputOf(command: string, args: string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return text;
}

/** CPU of one run of a monitoring plugin, as the shell that started 200 of them accounts for it. */
function pluginMs(path: string): number {
  const runs = 200;
  // The listener lives in this process and could not accept while it waits, but the kernel completes the handshake.
  const script = `for i in $(seq ${runs}); do ${path} -H 127.0.0.1 -p ${port} >/dev/null; done; times`;
  const lines = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
  const children = lines.at(-1) ?? '';
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
    0,
  );
  return (seconds * 1000) / runs;
}
