import { connect, createServer, type Server } from 'node:net';
import fc from 'fast-check';
import { expect } from 'vitest';
import { runMonitor } from '../run-monitor.ts';
import { listen } from '../tcp-server.ts';

/**
 * Puts a liar between a check and a real server: it changes bytes of what the server says, each time others. Every
 * check must come to a judgement about the target, and leave no connection open.
 *
 * @param upstream the port of a server with which the check is well
 */
export async function expectMutationsJudged(
  check: string,
  settings: Record<string, unknown>,
  upstream: number,
  { runs = 240, maxOffset = 100 }: { runs?: number; maxOffset?: number } = {},
): Promise<void> {
  const change = fc.tuple(fc.nat(maxOffset), fc.nat(255));
  const mutations = fc.sample(fc.array(change, { minLength: 1, maxLength: 4 }), { numRuns: runs, seed: 3 });
  let turn = 0;
  const liar: Server = createServer({ allowHalfOpen: true }, (near) => {
    const changes = mutations[turn % mutations.length] ?? [];
    turn += 1;
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
  });
  const { outcome: unchanged } = await runMonitor(check, { ...settings, port: upstream });
  expect(unchanged.severity, unchanged.summary.en).toBe('ok');
  const port = await listen(liar);
  const seen = new Set<string>();
  const together = 12;
  for (let done = 0; done < runs; done += together) {
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
