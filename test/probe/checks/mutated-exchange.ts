import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import fc from 'fast-check';
import { expect } from 'vitest';
import { runMonitor } from '../run-monitor.ts';
import { listen } from '../tcp-server.ts';

/**
 * Puts a liar between a check and a real server: it changes bytes of what the server says, each time others. Every
 * check must come to a judgement about the target, and leave no connection open.
 *
 * @param upstream the port of a server with which the check is well
 * @param inside puts the liar inside TLS: checks speak TLS with it, and it in the clear with the server
 */
export async function expectMutationsJudged(
  check: string,
  settings: Record<string, unknown>,
  upstream: number,
  { runs = 240, maxOffset = 100, inside }: { runs?: number; maxOffset?: number; inside?: TlsOptions } = {},
): Promise<void> {
  const change = fc.tuple(fc.nat(maxOffset), fc.nat(255));
  const mutations = fc.sample(fc.array(change, { minLength: 1, maxLength: 4 }), { numRuns: runs, seed: 3 });
  let turn = -1;
  const talk = (near: Socket) => {
    // The first one is left as it is.
    const changes = turn < 0 ? [] : (mutations[turn % mutations.length] ?? []);
    turn += 1;
    near.on('error', () => {});
    const far = connect({ port: upstream, host: '127.0.0.1' });
    let offset = 0;
    far.on('data', (chunk: Buffer) => {
      for (const [at, value] of changes) {
        if (at >= offset && at < offset + chunk.length) chunk[at - offset] = value;
      }
      offset += chunk.length;
      near.write(chunk);
    });
    near.on('data', (chunk) => far.write(chunk));
    near.on('end', () => far.end());
    far.on('end', () => near.end());
    near.on('close', () => far.destroy());
    far.on('error', () => near.destroy());
  };
  const liar: Server =
    inside === undefined
      ? createServer({ allowHalfOpen: true }, talk)
      : createTlsServer({ ...inside, allowHalfOpen: true }, talk);
  const port = await listen(liar);
  const { outcome: unchanged } = await runMonitor(check, { ...settings, port });
  expect(unchanged.severity, unchanged.summary.en).toBe('ok');
  const seen = new Set<string>();
  const together = 12;
  // A liar inside TLS has no turn when a handshake takes too long on a busy machine: then another check is made.
  for (let done = 0; turn < runs && done < 3 * runs; done += together) {
    const results = await Promise.all(
      Array.from({ length: together }, () =>
        runMonitor(check, { ...settings, port }, {}, { timeLimitMs: 400 }),
      ),
    );
    for (const { outcome } of results) {
      expect(outcome.severity, outcome.summary.en).not.toBe('unknown');
      seen.add(outcome.severity);
    }
  }
  expect(turn).toBeGreaterThanOrEqual(runs);
  expect(seen).toContain('critical');
  await expect.poll(() => connectionsOf(liar)).toBe(0);
}

const connectionsOf = (server: Server) =>
  new Promise<number>((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );
