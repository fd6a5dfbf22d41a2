/**
 * Carries out very many checks of all types in this process, well and unwell, and compares what it holds before and
 * after. `node --expose-gc test/hostile/leak/run.ts 100000 [socket,timer,listener,memory]`: what the last word
 * names is leaked once in a thousand checks, to show that it would be seen. Prints its findings as JSON.
 */
import { spawn } from 'node:child_process';
import { EventEmitter, getEventListeners, once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { checkTypes } from '../../../lambdas/probe/checks/registry.ts';
import type { CheckedMonitor } from '../../../lambdas/probe/run-check.ts';
import { createCheckRunner } from '../../../lambdas/probe/run-check.ts';
import { agentCredentials } from '../../platform/snmp/snmp-agent.ts';
import type { LeakPorts } from './servers.ts';

export interface LeakReport {
  readonly checks: number;
  readonly seconds: number;
  readonly verdicts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly before: Held;
  readonly after: Held;
  /** What is held more than before; empty when all is well. */
  readonly leaks: readonly string[];
}

interface Held {
  readonly resources: Readonly<Record<string, number>>;
  readonly descriptors: number;
  readonly processListeners: number;
  readonly signalListeners: number;
  readonly heapBytes: number;
}

const at = '2026-11-21T03:00:00.000Z';
const warmUp = 6000;
const together = 48;
/** Compiled code and caches settle at some 2 MB; what leaks a hundred bytes a check has ten of them here. */
const maxHeapBytesPerCheck = 40;
const heapNoiseBytes = 512 * 1024;

const servers = spawn(process.execPath, [new URL('servers.ts', import.meta.url).pathname], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const [line] = await once(createInterface(servers.stdout), 'line');
const ports = JSON.parse(line) as LeakPorts;

interface Kind {
  readonly check: string;
  readonly settings: Record<string, unknown>;
  readonly weight: number;
  readonly timeLimitMs?: number;
  readonly snmp?: number;
  readonly isV3?: true;
  readonly ssh?: number;
}

const name = { name: 'www.example.jp' };
const unverified = { verifyCertificate: false };
const hanging = { timeLimitMs: 60, weight: 1 };

/** Everything that talks over TCP, with what makes it wait for an answer. */
const overTcp = [
  { check: 'tcp', settings: { send: 'x', expect: 'never' } },
  { check: 'ssh', settings: {} },
  { check: 'http', settings: { body: { contains: 'x' } } },
  { check: 'https', settings: unverified },
  { check: 'smtp', settings: {} },
  { check: 'imap', settings: { tls: 'implicit', ...unverified } },
  { check: 'pop3', settings: {} },
  { check: 'ftp', settings: {} },
  { check: 'mysql', settings: {} },
  { check: 'postgres', settings: {} },
  { check: 'tls', settings: {} },
];
const resources = ['cpu', 'load', 'memory', 'disk', 'traffic'];

/** Everything that logs in. */
const byLogIn = [
  { check: 'command', settings: { command: ['/opt/check_x'] } },
  { check: 'file-age', settings: { path: '/backup', ageHours: { critical: 26 } } },
];

const kinds: Kind[] = [
  { check: 'tcp', settings: { port: ports.refused }, weight: 300 },
  { check: 'tcp', settings: { port: ports.echo }, weight: 200 },
  { check: 'tcp', settings: { port: ports.echo, send: 'PING', expect: 'PING' }, weight: 60 },
  { check: 'ssh', settings: { port: ports.ssh }, weight: 60 },
  { check: 'http', settings: { port: ports.http }, weight: 30 },
  { check: 'http', settings: { port: ports.http, body: { contains: 'page' } }, weight: 20 },
  { check: 'http', settings: { port: ports.http, path: '/500' }, weight: 10 },
  { check: 'https', settings: { port: ports.https, ...unverified }, weight: 3 },
  { check: 'https', settings: { port: ports.https }, weight: 2 },
  { check: 'tls', settings: { port: ports.https }, weight: 2 },
  { check: 'tls', settings: { port: ports.https, ...unverified }, weight: 2 },
  { check: 'dns', settings: { port: ports.dns, ...name }, weight: 40 },
  { check: 'dns', settings: { port: ports.noise, ...name }, weight: 10 },
  { check: 'dns', settings: { port: ports.refused, ...name }, weight: 10 },
  { check: 'dns', settings: { port: ports.silentUdp, ...name }, ...hanging },
  { check: 'mysql', settings: { port: ports.mysql }, weight: 15 },
  { check: 'postgres', settings: { port: ports.postgres }, weight: 15 },
  ...(['smtp', 'imap', 'pop3', 'ftp'] as const).flatMap((check) => [
    { check, settings: { port: ports[check] }, weight: 8 },
    { check, settings: { port: ports[check], tls: 'starttls', ...unverified }, weight: 1 },
  ]),
  { check: 'agent', settings: {}, snmp: ports.agent, weight: 20 },
  { check: 'agent', settings: {}, snmp: ports.agent, isV3: true, weight: 3 },
  { check: 'agent', settings: {}, snmp: ports.refused, weight: 20 },
  { check: 'agent', settings: {}, snmp: ports.silentUdp, ...hanging },
  { check: 'agent', settings: {}, snmp: ports.noise, ...hanging },
  { check: 'heartbeat', settings: { everyMinutes: 1440 }, weight: 2 },
  { check: 'heartbeat', settings: { everyMinutes: 10 }, weight: 2 },
  { check: 'host', settings: {}, snmp: ports.agent, weight: 8 },
  { check: 'host', settings: { ports: [ports.refused, ports.echo] }, weight: 20 },
  { check: 'host', settings: { ports: [ports.refused] }, snmp: ports.refused, weight: 8 },
  { check: 'process', settings: { name: 'nginx' }, snmp: ports.agent, weight: 2 },
  ...resources.map((check) => ({ check, settings: {}, snmp: ports.agent, weight: 2 })),
  ...resources.map((check) => ({ check, settings: {}, snmp: ports.silentUdp, ...hanging })),
  ...byLogIn.flatMap((kind) => [
    { ...kind, ssh: ports.login, weight: 1 },
    ...(['refused', 'reset', 'closes', 'garbage'] as const).map((unwell) => ({
      ...kind,
      ssh: ports[unwell],
      weight: 1,
      timeLimitMs: 100,
    })),
    { ...kind, ssh: ports.silent, ...hanging },
  ]),
  { check: 'command', settings: { command: ['/opt/hang'] }, ssh: ports.login, ...hanging },
  ...overTcp.flatMap(({ check, settings }) => [
    ...(['refused', 'reset', 'resetAfterWords', 'closes', 'garbage', 'flood'] as const).map((unwell) => ({
      check,
      settings: { ...settings, port: ports[unwell] },
      weight: 2,
      timeLimitMs: 100,
    })),
    { check, settings: { ...settings, port: ports.silent }, ...hanging },
  ]),
];

const secrets: Readonly<Record<string, string>> = {
  'acme/community': agentCredentials.v2c.community,
  'acme/auth': agentCredentials.v3.authKey,
  'acme/priv': agentCredentials.v3.privKey,
  'acme/password': 'correct horse',
};
const signals = new Set<AbortSignal>();
let signalListeners = 0;
const run = createCheckRunner({
  checkTypes,
  secrets: { read: async (ref) => secrets[ref] ?? '' },
  // An hour before: in time for a daily job, overdue for one of every ten minutes.
  heartbeats: {
    heartbeat: async () => ({ at: '2026-11-21T02:00:00.000Z' }),
    saveHeartbeat: async () => undefined,
  },
  localTargetsAllowed: true,
  lookOn: (context) => {
    signals.add(context.signal);
    return context;
  },
});

function monitorOf({ check, settings, timeLimitMs = 3000, snmp: port, isV3, ssh }: Kind): CheckedMonitor {
  const { user, authProtocol, privProtocol } = agentCredentials.v3;
  const snmp = isV3
    ? ({
        version: '3',
        user,
        authProtocol,
        authKey: 'acme/auth',
        privProtocol,
        privKey: 'acme/priv',
      } as const)
    : ({ version: '2c', community: 'acme/community' } as const);
  const target = {
    address: '127.0.0.1',
    reach: 'local',
    ...(port !== undefined && { snmp: { ...snmp, port } }),
    ...(ssh !== undefined && {
      ssh: { port: ssh, user: 'prober', password: 'acme/password', hostKey: ports.hostKey },
    }),
  } as const;
  return { check, settings, timeLimitMs, target, account: 'acme', server: 'web-1', id: check };
}

/** The kinds in turn, each as often as it weighs, spread over the round. */
const round = kinds
  .flatMap((kind) => Array.from({ length: kind.weight }, (_, i) => ({ kind, at: (i + 0.5) / kind.weight })))
  .sort((a, b) => a.at - b.at)
  .map(({ kind }) => monitorOf(kind));

const kept: unknown[] = [];
const leakOf: Readonly<Record<string, () => unknown>> = {
  socket: () => connect(ports.silent, '127.0.0.1').on('error', () => {}),
  timer: () => setInterval(() => {}, 1e6),
  listener: () => process.on('warning', () => {}),
  memory: () => new Array(8000).fill(0).map((_, i) => ({ i })),
};

const verdicts: Record<string, Record<string, number>> = {};

async function carryOut(count: number, leaks: readonly string[]): Promise<void> {
  let done = 0;
  const work = async () => {
    while (done < count) {
      const turn = done;
      done += 1;
      const monitor = round[turn % round.length];
      if (monitor === undefined) return;
      const { outcome } = await run(monitor, at);
      const counts = verdicts[monitor.check] ?? {};
      verdicts[monitor.check] = counts;
      counts[outcome.severity] = (counts[outcome.severity] ?? 0) + 1;
      if (turn % 1000 === 0) kept.push(...leaks.map((leak) => leakOf[leak]?.()));
    }
  };
  await Promise.all(Array.from({ length: together }, work));
}

/** What is held once all that is closing has closed. */
async function look(settled: (held: Held) => boolean): Promise<Held> {
  for (let tries = 0; ; tries += 1) {
    for (const signal of signals) signalListeners += getEventListeners(signal, 'abort').length;
    signals.clear();
    globalThis.gc?.();
    await new Promise((done) => setImmediate(done));
    globalThis.gc?.();
    const counted = Map.groupBy(process.getActiveResourcesInfo(), (kind) => kind);
    const held = {
      resources: Object.fromEntries([...counted].map(([kind, all]) => [kind, all.length])),
      descriptors: readdirSync('/proc/self/fd').length,
      processListeners: process.eventNames().reduce((sum, event) => sum + process.listenerCount(event), 0),
      signalListeners,
      heapBytes: process.memoryUsage().heapUsed,
    };
    if (settled(held) || tries >= 10) return held;
    await wait(100);
  }
}

function compare(before: Held, after: Held, checks: number): string[] {
  const grown = (what: string, from: number, to: number, allowed = 0) =>
    to > from + allowed ? [`${what}: ${from} before, ${to} after`] : [];
  return [
    ...Object.entries(after.resources).flatMap(([kind, count]) =>
      grown(kind, before.resources[kind] ?? 0, count),
    ),
    ...grown('file descriptors', before.descriptors, after.descriptors),
    ...grown('listeners on the process', before.processListeners, after.processListeners),
    ...grown('listeners left on signals of checks', before.signalListeners, after.signalListeners),
    ...grown('heap bytes', before.heapBytes, after.heapBytes, heapNoiseBytes + maxHeapBytesPerCheck * checks),
  ];
}

EventEmitter.defaultMaxListeners = 100;
const checks = Number(process.argv[2] ?? 100_000);
await carryOut(Math.max(warmUp, round.length), []);
let last = 0;
const before = await look(({ descriptors }) => {
  const isStill = descriptors === last;
  last = descriptors;
  return isStill;
});
const startedAt = performance.now();
await carryOut(checks, process.argv[3]?.split(',') ?? []);
const seconds = (performance.now() - startedAt) / 1000;
const after = await look((held) => compare(before, held, checks).length === 0);
const report: LeakReport = {
  checks,
  seconds,
  verdicts,
  before,
  after,
  leaks: compare(before, after, checks),
};
process.stdout.write(`${JSON.stringify(report)}\n`);
servers.stdin.end();
process.exit();
