// CPU of one check: ours through the product's runner in a warm process, the same exchange bare from Node,
// prometheus-blackbox-exporter, and a program started for each check, all against the same targets, which are processes
// of their own. In each round everybody has a turn; the medians are told.
// Run: npx node bench/check-cost.ts [rounds] [row]      (default 7 rounds of all rows; Linux only, it reads /proc)
// Its peers: apt-get install snmpd snmp monitoring-plugins-basic prometheus-blackbox-exporter
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import pMap from 'p-map';
import { acceptsTcp, freePort } from '../test/real/servers/child-server.ts';
import { snmpdAccess, startSnmpd } from '../test/real/servers/snmpd.ts';
import { atOnce, polledOids, type RowName, rowNames, type Targets } from './check-cost/rows.ts';
import { cpuMsOf, cpuMsOfProgram } from './process-cost.ts';

const rounds = Number(process.argv[2] ?? 7);
const rows = rowNames.filter((row) => process.argv[3] === undefined || row === process.argv[3]);
const checksEach: Readonly<Record<RowName, number>> = {
  tcp: 10_000,
  http: 5_000,
  snmp: 4_000,
  'snmp v3': 2_000,
  cpu: 4_000,
};
const exporterProbes = 3_000;
const programRuns = 100;
const programs = '/usr/lib/nagios/plugins';
const exporterProgram = '/usr/bin/prometheus-blackbox-exporter';

const agent = await startSnmpd().catch((error: Error) => {
  console.error(`no SNMP rows: ${error.message}\n(apt-get install snmpd)`);
});
const target = fork(new URL('check-cost/target.ts', import.meta.url));
const [ports] = (await once(target, 'message')) as [Omit<Targets, 'snmp'>];
const targets: Targets = { ...ports, snmp: agent?.port ?? 0 };
const ours = fork(new URL('check-cost/our-checks.ts', import.meta.url), [JSON.stringify(targets)]);
const bare = fork(new URL('check-cost/bare-clients.ts', import.meta.url), [JSON.stringify(targets)]);
const exporter = await startExporter();
const keepAlive = new Agent({ keepAlive: true, maxSockets: atOnce });

/** Who does a check; each gives the CPU of one, ms, or undefined where it has no such check. */
const sides: Readonly<Record<string, (row: RowName) => Promise<number | undefined>>> = {
  ours: (row) => askChild(ours, row),
  'bare Node': (row) => askChild(bare, row),
  blackbox_exporter: probeByExporter,
  program: async (row) => {
    const { program, args } = programOf(row);
    return existsSync(program) ? cpuMsOfProgram(programRuns, program, args) : undefined;
  },
};

const seen = new Map<string, number[]>();
try {
  // The first round is not counted: code is still being compiled.
  for (let round = 0; round <= rounds; round += 1) {
    for (const row of rows) {
      if (row !== 'tcp' && row !== 'http' && agent === undefined) continue;
      for (const [side, measure] of Object.entries(sides)) {
        const cpuMs = await measure(row);
        if (cpuMs === undefined || round === 0) continue;
        const key = `${row} ${side}`;
        seen.set(key, [...(seen.get(key) ?? []), cpuMs]);
      }
    }
  }
  for (const line of table()) console.log(line);
} finally {
  keepAlive.destroy();
  for (const child of [ours, bare, target]) child.disconnect();
  exporter?.kill('SIGTERM');
  await agent?.remove();
}

async function askChild(child: ChildProcess, row: RowName): Promise<number | undefined> {
  const answered = new AbortController();
  const { signal } = answered;
  try {
    child.send({ row, checks: checksEach[row] });
    const ended = once(child, 'exit', { signal }).then(() => {
      throw new Error(`the process that measured ${row} ended; see above`);
    });
    const [cpuMs] = (await Promise.race([once(child, 'message', { signal }), ended])) as [number | null];
    return cpuMs ?? undefined;
  } finally {
    answered.abort();
  }
}

async function startExporter(): Promise<
  { pid: number; port: number; kill(signal: NodeJS.Signals): void } | undefined
> {
  if (!existsSync(exporterProgram)) return undefined;
  const port = await freePort();
  const args = [
    '--config.file=/etc/prometheus/blackbox.yml',
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ];
  const child = spawn(exporterProgram, args, { stdio: 'ignore' });
  const { pid } = child;
  while (!(await acceptsTcp(port))) {
    if (child.exitCode !== null)
      throw new Error(`${exporterProgram} ended at its start; run it with ${args}`);
    await pause(50);
  }
  return pid === undefined ? undefined : { pid, port, kill: (signal) => child.kill(signal) };
}

async function probeByExporter(row: RowName): Promise<number | undefined> {
  if (exporter === undefined || (row !== 'tcp' && row !== 'http')) return undefined;
  const query = {
    tcp: `module=tcp_connect&target=127.0.0.1:${targets.tcp}`,
    http: `module=http_2xx&target=http://127.0.0.1:${targets.http}/`,
  }[row];
  const before = cpuMsOf(exporter.pid);
  await pMap(Array(exporterProbes).keys(), () => scrape(exporter.port, query), { concurrency: atOnce });
  return (cpuMsOf(exporter.pid) - before) / exporterProbes;
}

function scrape(port: number, query: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: `/probe?${query}`, agent: keepAlive }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        text.includes('\nprobe_success 1\n') ? resolve() : reject(new Error(`the exporter said:\n${text}`)),
      );
    }).on('error', reject);
  });
}

function programOf(row: RowName): { program: string; args: readonly string[] } {
  const host = ['-H', '127.0.0.1', '-p'];
  if (row === 'tcp') return { program: `${programs}/check_tcp`, args: [...host, `${targets.tcp}`] };
  if (row === 'http') return { program: `${programs}/check_http`, args: [...host, `${targets.http}`] };
  const { community, user, authKey, privKey } = snmpdAccess;
  const access =
    row === 'snmp v3'
      ? ['-v3', '-l', 'authPriv', '-u', user, '-a', 'SHA-256', '-A', authKey, '-x', 'AES', '-X', privKey]
      : ['-v2c', '-c', community];
  const oids = row === 'cpu' ? polledOids.slice(0, 9) : polledOids;
  return { program: '/usr/bin/snmpget', args: [...access, '-m', '', `127.0.0.1:${targets.snmp}`, ...oids] };
}

/** Markdown; beside each peer, how many of our checks one of its checks is worth. */
function* table(): Generator<string> {
  const names = Object.keys(sides);
  yield `| CPU of one check, ms | ${names.join(' | ')} |`;
  yield `| --- |${' --- |'.repeat(names.length)}`;
  for (const row of rows) {
    const mine = median(seen.get(`${row} ours`) ?? []);
    const cells = names.map((side) => {
      const cpuMs = median(seen.get(`${row} ${side}`) ?? []);
      if (Number.isNaN(cpuMs)) return '-';
      return side === 'ours'
        ? cpuMs.toFixed(3)
        : `${cpuMs.toFixed(3)} (ours: ${(mine / cpuMs).toFixed(2)} ×)`;
    });
    yield `| ${row} | ${cells.join(' | ')} |`;
  }
  if (exporter === undefined) yield 'no blackbox_exporter: apt-get install prometheus-blackbox-exporter';
  const missing = new Set(rows.map((row) => programOf(row).program).filter((path) => !existsSync(path)));
  for (const path of missing) yield `no ${path}: apt-get install monitoring-plugins-basic snmp`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? Number.NaN) + (sorted[sorted.length >> 1] ?? Number.NaN)) / 2;
}
