// From the alert mail to the first commands on the server, in real time on one machine: so many servers lose their web
// server at once, each is logged in to by SSH and its service restarted, and the check sees it well again. The servers
// are in this process, which has its share of the machine; their commands answer at once.
// Run: npx node bench/first-response.ts [servers]      (default 100; Linux only, it reads /proc)
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { newSshKeyPair } from '../local/fleet/openssh-key.ts';
import { sshHost } from '../local/fleet/ssh-host.ts';
import { RunningMimamori, until } from '../test/e2e/running-mimamori.ts';

const count = Number(process.argv[2] ?? 100);
const user = 'bench';
const customer = 'customer@bench.example';
const [hostKey, userKey] = [newSshKeyPair('host'), newSshKeyPair('user')];

/** Instants, epoch ms. */
interface Incident {
  firstLook?: number;
  firstRepair?: number;
}
const seen = new Map<string, Incident>();
const broken = new Set<string>();
const listening: Server[] = [];

async function portOf(server: Server): Promise<number> {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 512 });
  await once(server, 'listening');
  listening.push(server);
  return (server.address() as AddressInfo).port;
}

/** As a Debian server with systemd whose nginx failed. */
function answer(id: string, command: string): { output: string; exitCode: number } {
  const its = seen.get(id) ?? {};
  seen.set(id, its);
  const line = command.replaceAll("'", '');
  if (line === 'test -d /run/systemd/system') its.firstLook ??= Date.now();
  if (line.startsWith('sudo ')) {
    its.firstRepair ??= Date.now();
    broken.delete(id);
  }
  if (/^test -e .*-release$/.test(line)) return { output: '', exitCode: 1 };
  if (!line.startsWith('systemctl show')) return { output: '', exitCode: 0 };
  const state = line.includes(' nginx.service')
    ? 'LoadState=loaded\nActiveState=failed\nUnitFileState=enabled\n'
    : 'LoadState=not-found\n';
  return { output: state, exitCode: 0 };
}

const ids = Array.from({ length: count + 1 }, (_, n) => `s-${n}`);
const servers = await Promise.all(
  ids.map(async (id) => {
    const serve = sshHost({
      hostKey: hostKey.private,
      user,
      userKey: userKey.public,
      answer: async (command) => answer(id, command),
    });
    const http = createHttpServer((_request, response) => {
      response.statusCode = broken.has(id) ? 503 : 200;
      response.end();
    });
    return { id, ssh: await portOf(createServer(serve)), http: await portOf(http) };
  }),
);
const fingerprint = createHash('sha256')
  .update(Buffer.from(hostKey.public.split(' ')[1] ?? '', 'base64'))
  .digest('base64')
  .replace(/=+$/, '');

const written = servers.map(
  ({ id, ssh, http }) => `      - id: ${id}
        address: 127.0.0.1
        reach: local
        plan: respond
        ssh: { user: ${user}, port: ${ssh}, hostKey: "SHA256:${fingerprint}", key: bench/key }
        monitors: [{ id: web, check: http, port: ${http}, intervalMinutes: 1, confirmations: 0, dedupSeconds: 0 }]`,
);
const mimamori = await RunningMimamori.prepare({
  inventory: `settings:
  mailFrom: bench@msp.example
  operators: { mail: [desk@msp.example], language: en }
  referenceEndpoints: []
accounts:
  - id: bench
    name: Bench
    contacts: [{ name: Bench, mail: ${customer}, phone: "+819011110001", language: en }]
    servers:
${written.join('\n')}
`,
});

try {
  await mimamori.start();
  await mimamori.putSecret('mimamori/bench', { key: userKey.private });
  // The first one finds no function loaded.
  const [first = '', ...others] = ids;
  console.log('one server, the first of the process:', await failAndMeasure([first]));
  console.log(`${others.length} servers at once:`, await failAndMeasure(others));
} finally {
  await mimamori.stop();
  mimamori.remove();
  for (const server of listening) server.close();
}

async function failAndMeasure(failing: readonly string[]) {
  const cpuBefore = runtimeCpuMs();
  for (const id of failing) broken.add(id);
  const recovered = await until(
    'the recovery of each server',
    async () => {
      // Seldom: a long list of mails is work for the one that is measured.
      await pause(1_000);
      if (broken.size > 0) return undefined;
      const mails = await mailsOf(failing, 'RECOVERED');
      return mails.size >= failing.length ? mails : undefined;
    },
    300_000,
  );
  const problems = await mailsOf(failing, 'PROBLEM');
  const after = (instant: (id: string) => number | undefined) =>
    quantiles(failing.map((id) => (instant(id) ?? Number.NaN) - (problems.get(id) ?? Number.NaN)));
  const mailed = [...problems.values()];
  return {
    'alert mails, from the first to the last, ms': Math.max(...mailed) - Math.min(...mailed),
    'alert mail to the first question on the server, ms': after((id) => seen.get(id)?.firstLook),
    'alert mail to the first repairing command, ms': after((id) => seen.get(id)?.firstRepair),
    'alert mail to the mail of the recovery, ms': after((id) => recovered.get(id)),
    'CPU of the runtime for each, ms': Math.round((runtimeCpuMs() - cpuBefore) / failing.length),
  };
}

/** When each of these servers' customers had a mail of this kind. */
async function mailsOf(servers: readonly string[], state: string): Promise<Map<string, number>> {
  const all = (await mimamori.mails()).map(({ to, at, headers }) => ({
    server: headers['x-mimamori-server'] ?? '',
    at: Date.parse(at),
    isMeant: to.includes(customer) && headers['x-mimamori-state'] === state,
  }));
  return new Map(
    all
      .filter(({ isMeant, server }) => isMeant && servers.includes(server))
      .map(({ server, at }) => [server, at]),
  );
}

/** User and system time of the only child of this process, with all its threads. */
function runtimeCpuMs(): number {
  const pid = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const ticksPerSecond = 100;
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

function quantiles(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  const quantile = (q: number) => Math.round(sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN);
  return { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) };
}
