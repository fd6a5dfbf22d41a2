/**
 * How quickly the runtime answers for an account of 10,000 servers, over HTTP and with everything between: the first page of its
 * servers, its overview, and the graphs of a server over 30 days. Then how long Chromium takes until the list stands, and until
 * somebody has scrolled to its end.
 *
 *     npx node bench/portal-list.ts [servers]
 *
 * Two in a hundred servers have a failed monitor, one in two hundred an open incident. Checks are due once a day and meet a
 * listener here, so that the runtime has little else to do. The server of the graphs has eight monitors measured for 30 days.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Alert, Incident } from '../core/incident/incident.ts';
import { neverFailed } from '../core/monitor.ts';
import type { MetricRecord } from '../platform/metrics/metric-store.ts';
import { openSqliteMetricStore } from '../platform/metrics/sqlite.ts';
import { createDynamoStores } from '../platform/store/dynamo/stores.ts';
import { RunningMimamori } from '../test/e2e/running-mimamori.ts';
import { clientOf } from '../test/platform/store/table-on-dynalite.ts';
import { launchBrowser } from '../test/web/browser.ts';

const wanted = Number(process.argv[2] ?? 10_000);
const account = 'bench';
const password = 'Long-enough-4-a-bench';
const customer = 'reader@bench.example';
const day = 86_400_000;
const graphs = {
  cpu: ['usedPercent', 'userPercent', 'systemPercent', 'ioWaitPercent', 'stealPercent'],
  load: ['load1', 'load5', 'load15', 'load5PerCore'],
  memory: ['usedPercent', 'swapUsedPercent'],
  disk: ['/', '/var', '/home', '/srv'].map((path) => `usedPercent:${path}`),
  traffic: ['eth0', 'eth1'].flatMap((name) => [`inBitsPerSecond:${name}`, `outBitsPerSecond:${name}`]),
  https: ['responseMs'],
  ssh: ['responseMs'],
  mysql: ['responseMs'],
};

const target = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
await once(target, 'listening');
const { port: targetPort } = target.address() as AddressInfo;
const mimamori = await RunningMimamori.prepare({ inventory: inventoryText() });
const origin = `http://localhost:${mimamori.port}`;
try {
  const startedAt = performance.now();
  await mimamori.start(300_000);
  said('started, with all of it applied', performance.now() - startedAt);
  await breakSome();
  await addCustomer();
  const token = await tokenOf(customer);
  const { at: now } = (await (await ask('me', token)).json()) as { at: string };
  await keepHistory(Date.parse(now));

  console.log(`\nover HTTP (load ${load()}; CPU is that of the whole runtime for each request):`);
  await measure('the health page, as a peer', 50, () => fetch(`${origin}/healthz`));
  await measure('servers, first page of 100', 30, () => ask('servers?limit=100', token));
  await measure('servers, found by a name', 20, () => ask('servers?limit=100&q=server-77', token));
  await measure('overview', 30, () => ask('overview', token));
  const from = new Date(Date.parse(now) - 30 * day).toISOString();
  const month = `servers/s-00000/series?${new URLSearchParams({ from, to: now })}`;
  await measure('series of 30 days', 50, () => ask(month, token));
  await measure('the same of one monitor', 50, () => ask(`${month}&monitor=disk`, token));

  await lookAtList();
} finally {
  await mimamori.stop();
  mimamori.remove();
  target.close();
}

function inventoryText(): string {
  const servers = Array.from({ length: wanted }, (_, n) => {
    const id = serverId(n);
    const kinds = n === 0 ? Object.keys(graphs) : ['http', 'ssh'];
    const every = n === 0 ? 5 : 1440;
    const monitors = kinds.map(
      (kind) => `{ id: ${kind}, check: tcp, port: ${targetPort}, intervalMinutes: ${every} }`,
    );
    return `      - { id: ${id}, name: "Web server-${n}", address: 127.0.0.1, plan: notify, reach: local, monitors: [${monitors.join(', ')}] }`;
  });
  return `settings:
  mailFrom: bench@msp.example
  operators: { mail: [desk@msp.example], language: en }
  referenceEndpoints: []
accounts:
  - id: ${account}
    name: Bench
    servers:
${servers.join('\n')}
`;
}

function serverId(n: number): string {
  return `s-${String(n).padStart(5, '0')}`;
}

/** Written where the runtime reads it, as waiting for so many detections is another bench. */
async function breakSome(): Promise<void> {
  const client = clientOf(`http://127.0.0.1:${mimamori.awsPort}`);
  const stores = createDynamoStores({ client, table: 'mimamori' });
  const at = '2026-11-21T00:00:00.000Z';
  const failed = { phase: 'alerted', episode: 1, severity: 'critical', since: at } as const;
  for (let n = 1; n < wanted; n += 50)
    await stores.monitors.replaceState(
      { account, server: serverId(n), monitor: 'http' },
      neverFailed,
      failed,
    );
  for (let n = 1; n < wanted; n += 200) await stores.incidents.replaceIncident(incidentOf(serverId(n), at));
  client.destroy();
}

function incidentOf(server: string, openedAt: string): Incident {
  const id = `${account}.${server}-1`;
  const shared = { account, server, number: 1, plan: 'notify', state: 'open' } as const;
  const alert: Alert = {
    monitor: 'http',
    episode: 1,
    check: 'tcp',
    severity: 'critical',
    priority: 100,
    failingSince: openedAt,
    joinedAt: openedAt,
    summary: { ja: '応答がありません', en: 'gave no answer in time' },
    dedupSeconds: 0,
    collectSeconds: 60,
  };
  const alerts = { 'http-1': alert };
  return { ...shared, id, openedAt, leader: 'http-1', alerts, mails: 0, news: 0, version: 1 };
}

async function addCustomer(): Promise<void> {
  const words = ['user', 'add', customer, '--role', 'customer', '--name', 'Reader', '--account', account];
  const command = spawn(
    process.execPath,
    ['bin/mimamori.ts', ...words, '--local', String(mimamori.awsPort)],
    {
      stdio: ['pipe', 'ignore', 'inherit'],
    },
  );
  command.stdin?.end(`${password}\n`);
  const [code] = (await once(command, 'exit')) as [number];
  if (code !== 0) throw new Error(`mimamori user add ended with ${code}`);
}

async function tokenOf(username: string): Promise<string> {
  const answer = await fetch(`${origin}/local/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  const { access_token: token } = (await answer.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`${username} got no token: ${answer.status}`);
  return token;
}

/** 30 days of a server, each five minutes. */
async function keepHistory(now: number): Promise<void> {
  const store = openSqliteMetricStore({ file: join(mimamori.dataDirectory, 'metrics.sqlite') });
  let points = 0;
  for (let ago = 30 * 288; ago > 0; ago -= 100) {
    const records = Array.from({ length: Math.min(100, ago) }, (_, n) => now - (ago - n) * 300_000).flatMap(
      (ms) => Object.entries(graphs).map(([monitor, names]) => recordOf(monitor, names, ms)),
    );
    points += records.length;
    await store.write(records);
  }
  while (await store.rollUp(new Date(now).toISOString()));
  await store.close();
  console.log(`${points} measurements of the server with graphs`);
}

function recordOf(monitor: string, names: readonly string[], ms: number): MetricRecord {
  const values = Object.fromEntries(names.map((name, n) => [name, 50 + 40 * Math.sin(ms / (day / 6) + n)]));
  const at = new Date(ms).toISOString();
  return { account, server: serverId(0), monitor, check: monitor, at, severity: 'ok', values };
}

function ask(path: string, token: string): Promise<Response> {
  return fetch(`${origin}/api/v1/${path}`, {
    headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'identity' },
  });
}

async function measure(what: string, rounds: number, read: () => Promise<Response>): Promise<void> {
  const times: number[] = [];
  let bytes = 0;
  const cpuBefore = cpuMs();
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    const answer = await read();
    const body = await answer.arrayBuffer();
    times.push(performance.now() - startedAt);
    if (answer.status !== 200)
      throw new Error(`${what}: ${answer.status} ${Buffer.from(body).toString('utf8').slice(0, 500)}`);
    bytes = body.byteLength;
  }
  const cpu = (cpuMs() - cpuBefore) / rounds;
  const [first = Number.NaN] = times;
  const sorted = times.toSorted((a, b) => a - b);
  const quantile = (q: number) => (sorted[Math.ceil(q * rounds) - 1] ?? Number.NaN).toFixed(1);
  console.log(
    `${what.padEnd(28)} first ${first.toFixed(1)} ms, p50 ${quantile(0.5)} ms, p95 ${quantile(0.95)} ms, CPU ${cpu.toFixed(0)} ms, ${(bytes / 1000).toFixed(1)} kB`,
  );
}

/** User and system time of the runtime with all its threads. */
function cpuMs(): number {
  const fields = readFileSync(`/proc/${mimamori.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const ticksPerSecond = 100;
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

async function lookAtList(): Promise<void> {
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
    context.setDefaultTimeout(120_000);
    const page = await context.newPage();
    await page.goto(`${origin}/`);
    await page.locator('input[name=mail]').fill(customer);
    await page.locator('input[type=password]').fill(password);
    await page.locator('input[type=password]').press('Enter');
    await page.locator('.verdict').waitFor();
    console.log(`\nin Chromium (load ${load()}):`);
    await weigh(page);
    for (let round = 0; round < 3; round += 1) {
      const loaded = await msUntilRows(page, () => page.goto(`${origin}/servers`));
      await page.goto(`${origin}/`);
      await page.locator('.verdict').waitFor();
      // Its scripts are there by now; what is left is the answer and drawing it.
      const opened = await msUntilRows(page, () => page.locator('nav a[href="/servers"]').first().click());
      console.log(
        `100 rows: ${loaded.toFixed(0)} ms after the address was opened, ${opened.toFixed(0)} ms after a click on the overview`,
      );
    }
    await scrollThrough(page);
  } finally {
    await browser.close();
  }
}

/** What a browser that has nothing loads for the overview of somebody who is signed in. */
async function weigh(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.clearBrowserCache');
  const kinds = new Map<string, { type: string; address: string }>();
  const bytes = new Map<string, { files: number; bytes: number }>();
  session.on('Network.responseReceived', ({ requestId, type, response }) =>
    kinds.set(requestId, { type, address: response.url }),
  );
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const type = kinds.get(requestId)?.type ?? 'Other';
    const before = bytes.get(type) ?? { files: 0, bytes: 0 };
    bytes.set(type, { files: before.files + 1, bytes: before.bytes + encodedDataLength });
  });
  await page.goto(`${origin}/`);
  await page.locator('.verdict').waitFor();
  await page.waitForLoadState('networkidle');
  await session.detach();
  const parts = [...bytes].map(
    ([type, { files, bytes: sum }]) => `${type} ${(sum / 1000).toFixed(1)} kB in ${files}`,
  );
  console.log(`first view of the overview, as transferred with headers: ${parts.join('; ')}`);
}

async function msUntilRows(page: Page, open: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await open();
  await page.locator('.rows-long > li').nth(99).waitFor({ state: 'attached' });
  return performance.now() - before;
}

async function scrollThrough(page: Page): Promise<void> {
  const startedAt = performance.now();
  const seen = (await page.evaluate(`(async () => {
    const count = () => document.querySelectorAll('.rows-long > li').length;
    const frames = [];
    let last = performance.now();
    let changed = last;
    let rows = count();
    while (performance.now() - changed < 5000 && rows < ${wanted}) {
      scrollTo(0, document.documentElement.scrollHeight);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      frames.push(now - last);
      last = now;
      if (count() !== rows) {
        rows = count();
        changed = now;
      }
    }
    frames.sort((a, b) => a - b);
    return { rows, p50: frames[Math.floor(frames.length / 2)], p95: frames[Math.floor(frames.length * 0.95)], most: frames.at(-1) };
  })()`)) as { rows: number; p50: number; p95: number; most: number };
  const { rows, p50, p95, most } = seen;
  console.log(
    `scrolled to the end: ${rows} rows in ${((performance.now() - startedAt) / 1000).toFixed(1)} s; frames p50 ${p50.toFixed(0)}, p95 ${p95.toFixed(0)}, longest ${most.toFixed(0)} ms`,
  );
}

function said(what: string, ms: number): void {
  console.log(`${what}: ${(ms / 1000).toFixed(1)} s`);
}

function load(): string {
  return (loadavg()[0] ?? Number.NaN).toFixed(1);
}
