import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, statfs } from 'node:fs/promises';
import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../core/check-outcome.ts';
import { check, expectOk } from './check.ts';
import type { RealServer } from './servers/child-server.ts';
import { snmpdAccess, startSnmpd } from './servers/snmpd.ts';

let snmpd: RealServer;
beforeAll(async () => {
  snmpd = await startSnmpd();
});
afterAll(() => snmpd?.remove());

const ask = (
  type: string,
  settings: Record<string, unknown> = {},
  sample?: unknown,
): Promise<CheckResult> => {
  const { user, authProtocol, privProtocol } = snmpdAccess;
  const keys = { authKey: 'acme/auth', privKey: 'acme/priv' };
  const snmp = { version: '3', port: snmpd.port, user, authProtocol, privProtocol, ...keys } as const;
  return check(type, settings, { snmp, sample });
};

/** A hundredth of it, or one of the last digit that is shown. */
const expectNear = (seen: number | undefined, kernel: number, lastDigit: number) =>
  expect(Math.abs((seen ?? Number.NaN) - kernel), `${seen} for ${kernel}`).toBeLessThanOrEqual(
    Math.max(kernel / 100, lastDigit),
  );

/** The columns of the line that begins with this word. */
async function procLine(file: string, word: string): Promise<number[]> {
  const text = await readFile(`/proc/${file}`, 'utf8');
  const line = text.split('\n').find((one) => one.trimStart().startsWith(word));
  return (line ?? expect.fail(`no ${word} in ${file}`))
    .trim()
    .slice(word.length)
    .trim()
    .split(/\s+/)
    .map(Number);
}

/** User, nice, system, idle, wait, interrupts, soft interrupts, stolen: all that is not waiting is used. */
async function cpuTicks(): Promise<{ readonly used: number; readonly total: number }> {
  const ticks = (await procLine('stat', 'cpu ')).slice(0, 8);
  const total = ticks.reduce((sum, one) => sum + one, 0);
  return { total, used: total - (ticks[3] ?? 0) - (ticks[4] ?? 0) };
}

const loBytes = async () => {
  const columns = await procLine('net/dev', 'lo:');
  return { in: columns[0] ?? 0, out: columns[8] ?? 0 };
};

/** A new figure of the agent's, and the kernel's own at the same time, or nearly so. */
interface Look<T> {
  readonly result: CheckResult;
  /** Before the last ask that got the old figure, and after the one that got the new: it is from between. */
  readonly kernel: readonly [T, T];
  readonly atMs: readonly [number, number];
}

const askEveryMs = 5;
/** Wider and the kernel's figures say too little of the agent's; on a busy machine the next look may be better. */
const widestMs = 50;
/** Two looks so far apart differ by less than a hundredth for what is unknown about their instants. */
const apartMs = 10_000;

/**
 * The agent looks at its counters every few seconds (CPU 5, interfaces 3) and answers with what it saw. So the test
 * asks until the answer changes: the agent has looked between this ask and the one before it.
 */
async function nextLook<T>(
  ask: () => Promise<CheckResult>,
  counters: (sample: unknown) => unknown,
  kernel: () => Promise<T>,
): Promise<Look<T>> {
  const see = async () => {
    const from = { kernel: await kernel(), atMs: performance.now() };
    const result = await ask();
    const to = { kernel: await kernel(), atMs: performance.now() };
    return { result, from, to, counters: JSON.stringify(counters(result.sample)) };
  };
  for (let before = await see(); ; ) {
    const now = await see();
    const atMs = [before.from.atMs, now.to.atMs] as const;
    if (now.counters !== before.counters && atMs[1] - atMs[0] < widestMs) {
      return { result: now.result, kernel: [before.from.kernel, now.to.kernel], atMs };
    }
    before = now;
    await wait(askEveryMs);
  }
}

const middle = ([from, to]: readonly [number, number]): number => (from + to) / 2;

describe('this machine, by the checks and by its kernel', () => {
  let busy: ChildProcess | undefined;
  const runCode = (code: string) => {
    busy = spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
    return busy;
  };
  afterEach(() => {
    busy?.kill('SIGKILL');
  });

  it('given one core kept busy, when two looks of the agent are some seconds apart, then cpu is that of /proc/stat', async () => {
    await once(runCode('for (;;);'), 'spawn');
    const counters = (sample: unknown) => (sample as { ticks?: unknown } | undefined)?.ticks;
    const first = await nextLook(() => ask('cpu'), counters, cpuTicks);
    const settings = { usedPercent: { critical: 100 } };
    await wait(apartMs);
    const second = await nextLook(() => ask('cpu', settings, first.result.sample), counters, cpuTicks);
    const { outcome } = second.result;
    const grown = (part: 'used' | 'total') => {
      const [from, to] = [first, second].map(({ kernel: [a, b] }) => middle([a[part], b[part]]));
      return (to ?? Number.NaN) - (from ?? Number.NaN);
    };
    const expected = (100 * grown('used')) / grown('total');
    expect(expected).toBeGreaterThan(100 / cpus().length / 2);
    expectNear(outcome.values.usedPercent, expected, 0.1);
  });

  it('given traffic on lo, when two looks of the agent are some seconds apart, then traffic is that of /proc/net/dev', async () => {
    await once(
      runCode(`
        const socket = require('node:dgram').createSocket('udp4');
        const some = Buffer.alloc(1000);
        setInterval(() => { for (let i = 0; i < 20; i += 1) socket.send(some, 9, '127.0.0.1'); }, 5);
      `),
      'spawn',
    );
    const settings = { include: ['*'], exclude: [] };
    const counters = (sample: unknown) => (sample as { interfaces: Record<string, unknown> }).interfaces.lo;
    const first = await nextLook(() => ask('traffic', settings), counters, loBytes);
    await wait(apartMs);
    const second = await nextLook(() => ask('traffic', settings, first.result.sample), counters, loBytes);
    const { outcome } = second.result;
    expectOk(outcome);
    const seconds = (middle(second.atMs) - middle(first.atMs)) / 1000;
    for (const [direction, name] of [
      ['in', 'inBitsPerSecond:lo'],
      ['out', 'outBitsPerSecond:lo'],
    ] as const) {
      const bytes = ({ kernel: [from, to] }: typeof first) => middle([from[direction], to[direction]]);
      const expected = (8 * (bytes(second) - bytes(first))) / seconds;
      expect(expected).toBeGreaterThan(1e6);
      expectNear(outcome.values[name], expected, 0.1e6);
    }
  });

  it('given the load of now, then load is that of /proc/loadavg', async () => {
    const averages = async () => (await procLine('loadavg', '')).slice(0, 3);
    // The kernel counts anew every five seconds: asked again when that was in between.
    for (let before = await averages(); ; ) {
      const { outcome } = await ask('load', { loadPerCore: { critical: 900 } });
      const after = await averages();
      if (String(after) === String(before)) {
        expectOk(outcome);
        const { load1, load5, load15, loadPerCore, cores } = outcome.values;
        for (const [i, load] of [load1, load5, load15].entries()) {
          expectNear(load, after[i] ?? Number.NaN, 0.01);
        }
        expect(cores).toBe(cpus().length);
        expectNear(loadPerCore, (after[1] ?? Number.NaN) / cpus().length, 0.01);
        return;
      }
      before = after;
    }
  });

  it('given the memory of now, then memory is that of /proc/meminfo, without buffers and cache', async () => {
    const kib = async (name: string) => (await procLine('meminfo', `${name}:`))[0] ?? Number.NaN;
    const total = await kib('MemTotal');
    const usedBytes = async () => (total - (await kib('MemAvailable'))) * 1024;
    // The agent's figure is up to five seconds old, and other programs come and go.
    const kernel: number[] = [];
    const endsAt = performance.now() + 6000;
    while (performance.now() < endsAt) {
      kernel.push(await usedBytes());
      await wait(50);
    }
    const { outcome } = await ask('memory', { usedPercent: { critical: 100 } });
    kernel.push(await usedBytes());
    expectOk(outcome);
    expect(outcome.values.totalBytes).toBe(total * 1024);
    const seen = outcome.values.usedBytes ?? Number.NaN;
    const nearest = kernel.reduce((best, one) => (Math.abs(one - seen) < Math.abs(best - seen) ? one : best));
    expectNear(seen, nearest, 0);
    expectNear(outcome.values.usedPercent, (100 * nearest) / (total * 1024), 0.1);
    const swapTotal = await kib('SwapTotal');
    if (swapTotal > 0) {
      expectNear(outcome.values.swapUsedPercent, 100 - (100 * (await kib('SwapFree'))) / swapTotal, 0.1);
    }
  });

  it('given the file systems of now, then disk is what the kernel says of each', async () => {
    const { outcome } = await ask('disk', { usedPercent: { critical: 100 } });
    const found = Object.entries(outcome.values);
    expect(found.map(([name]) => name)).toContain('usedPercent:/');
    for (const [name, used] of found) {
      const { blocks, bfree } = await statfs(name.slice('usedPercent:'.length));
      expectNear(used, (100 * (blocks - bfree)) / blocks, 0.1);
    }
  });
});
