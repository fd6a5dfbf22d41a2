import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { maxConnectionBytes } from '../../platform/network/connection.ts';
import { runMonitor } from '../probe/run-monitor.ts';
import { closeServersAfterEach } from '../probe/tcp-server.ts';
import * as peer from './hostile-peer.ts';
import { type Talk, talks } from './talks.ts';

closeServersAfterEach();

const timeLimitMs = 200;

/** What any peer can do at any step. */
const deeds: readonly { readonly does: string; readonly deed: peer.Deed }[] = [
  { does: 'falls silent', deed: peer.silence },
  { does: 'stops reading', deed: peer.deafness },
  { does: 'resets the connection', deed: peer.reset },
  { does: 'resets it in the middle of a word', deed: peer.sayAndReset('2') },
  { does: 'closes its half', deed: peer.halfClose },
  { does: 'sends a byte now and then', deed: peer.trickle('x') },
  { does: 'sends an endless line', deed: peer.flood('x') },
  { does: 'sends endless lines', deed: peer.flood('x\r\n') },
  { does: 'sends zeros without end', deed: peer.flood('\0') },
  { does: 'sends noise without end', deed: peer.flood(randomBytes(65_536)) },
];

describe.each(talks)('$given', (talk) => {
  for (const { does, deed } of deeds) {
    it(`given a peer that ${does}, when it does so at each step, then each check is critical, in time and bounded`, async () => {
      await Promise.all(talk.honest.map((_, step) => expectBounded(talk, step, deed)));
    });
  }
  for (const { step, begins = '', goesOn } of talk.endless) {
    const shown = JSON.stringify(`${begins}${goesOn}`.slice(0, 60));
    it(`given ${shown} for ever, when it comes fast or slowly, then each check is critical, in time and bounded`, async () => {
      const deeds = [peer.flood(goesOn, begins), peer.trickle(goesOn, begins)];
      await Promise.all(deeds.map((deed) => expectBounded(talk, step, deed)));
    });
  }
});

/** Leads a check on, to the step at which the peer turns hostile. */
async function expectBounded(talk: Talk, hostileStep: number, deed: peer.Deed): Promise<void> {
  const words = talk.honest.slice(0, hostileStep);
  const server = await peer.startHostile(words.length === 0 ? deed : peer.afterWords(words, deed));
  const settings = { ...talk.settings, port: server.port };
  const { outcome } = await runMonitor(talk.check, settings, {}, { timeLimitMs });
  const seen = `step ${hostileStep}: ${outcome.summary.en}`;
  expect.soft(outcome.severity, seen).toBe('critical');
  expect.soft(outcome.durationMs, seen).toBeLessThan(timeLimitMs + 1500);
  expect.soft(server.connections(), seen).toBe(1);
  // The bound is looked at every 50 ms, in which a peer of the same machine sends a lot, and later when the machine is busy.
  expect.soft(server.taken(), seen).toBeLessThan(16 * maxConnectionBytes);
  await expect.poll(() => server.openConnections(), { message: seen, interval: 5, timeout: 3000 }).toBe(0);
}
