import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSeconds, secondsBetween } from '../../core/instant.ts';
import type { Pause } from '../../core/monitor.ts';
import { pauseMonitor, resumeMonitor } from '../../lambdas/detection/pause-monitor.ts';
import { troubled } from './script.ts';
import { account, customer, dueAt, type MonitorSpec, type SentMail, World } from './world.ts';

const start = '2026-11-21T00:00:00.000Z';
const web: MonitorSpec = { server: 'web-1', monitor: 'http' };
const ref = { account, ...web };
const due = dueAt('web-1', addSeconds(start, 60));
const later = (seconds: number) => addSeconds(due, seconds);

/** Seconds after the first check at which the service is down, and what is done about the monitor meanwhile. */
interface Row {
  readonly given: string;
  readonly when: string;
  readonly then: string;
  readonly down: readonly [from: number, to?: number];
  readonly pausedAt: number;
  readonly pause: (at: string) => Pause;
  readonly resumedAt?: number;
  /** The customer's mails, in seconds after the first check. */
  readonly mails: readonly string[];
  readonly pauseAtEnd?: Pause['by'];
}

const operatorUntil =
  (until?: number) =>
  (since: string): Pause => ({
    by: 'operator',
    since,
    ...(until !== undefined && { until: later(until) }),
    reason: 'disk swap',
    who: 'Sato',
  });
const escalation = (since: string): Pause => ({ by: 'escalation', since, reason: 'nobody answered' });

const rows: readonly Row[] = [
  {
    given: 'a pause until an instant',
    when: 'the service fails and is mended inside it',
    then: 'nobody is told',
    down: [60, 1_200],
    pausedAt: 0,
    pause: operatorUntil(3_600),
    mails: [],
  },
  {
    given: 'a pause until an instant',
    when: 'the service is still down at its end',
    then: 'the failure is detected as usual from the first check after it',
    down: [60, 5_400],
    pausedAt: 0,
    pause: operatorUntil(3_600),
    mails: ['PROBLEM +3750', 'RECOVERED +5400'],
  },
  {
    given: 'an alert that an operator pauses',
    when: 'the service is well again',
    then: 'the recovery is told, and the pause goes on',
    down: [0, 1_800],
    pausedAt: 600,
    pause: operatorUntil(10_800),
    mails: ['PROBLEM +150', 'RECOVERED +1800'],
    pauseAtEnd: 'operator',
  },
  {
    given: 'a detection under way',
    when: 'the monitor is paused before it is confirmed',
    then: 'it ends quietly, and the failure is detected when the pause is over',
    down: [0, 5_400],
    pausedAt: 70,
    pause: operatorUntil(3_600),
    mails: ['PROBLEM +3750', 'RECOVERED +5400'],
  },
  {
    given: 'a pause without an end',
    when: 'an operator resumes the failing monitor',
    then: 'the failure is detected from the next check on',
    down: [60, 3_600],
    pausedAt: 0,
    pause: operatorUntil(),
    resumedAt: 1_750,
    mails: ['PROBLEM +1950', 'RECOVERED +3600'],
  },
  {
    given: 'an alert that an escalation paused',
    when: 'the service is well again',
    then: 'the recovery is told and the pause has ended by itself',
    down: [0, 3_600],
    pausedAt: 900,
    pause: escalation,
    mails: ['PROBLEM +150', 'RECOVERED +3600'],
  },
  {
    given: 'a service that recovered in the moment of the pause',
    when: 'the escalation pauses it',
    then: 'it is not paused',
    down: [0, 600],
    pausedAt: 1_000,
    pause: escalation,
    mails: ['PROBLEM +150', 'RECOVERED +720'],
  },
];

describe('paused monitors (SPEC 8 and 13)', () => {
  for (const { given, when, then, down, pausedAt, pause, resumedAt, mails, pauseAtEnd } of rows) {
    it(`given ${given}, when ${when}, then ${then}`, async () => {
      const world = new World({ start });
      await world.watch([web]);
      const [from, to] = down;
      world.script = troubled([{ ...web, from: later(from), ...(to !== undefined && { to: later(to) }) }]);
      await world.advanceTo(later(pausedAt));
      await pauseMonitor(world.stores, ref, pause(later(pausedAt)));
      await pauseMonitor(world.stores, ref, pause(later(pausedAt)));
      if (resumedAt !== undefined) {
        await world.advanceTo(later(resumedAt));
        await resumeMonitor(world.stores, ref);
      }
      await world.advanceTo(later(7_200));
      const told = world.mailsTo(customer).map(({ state, at }) => `${state} +${secondsBetween(due, at)}`);
      expect(told).toEqual(mails);
      const watched = await world.stores.monitors.monitor(ref);
      expect(watched?.state.phase).toBe('well');
      expect(watched?.state.pause?.by).toBe(pauseAtEnd);
      expect(await world.stores.incidents.openIncidents()).toEqual([]);
      await world.close();
    });
  }

  it('given a paused monitor, when it fails, then it is on the graphs all the same', async () => {
    const world = new World({ start });
    await world.watch([web]);
    await pauseMonitor(world.stores, ref, operatorUntil(3_600)(start));
    world.script = troubled([{ ...web, from: due, to: later(360) }]);
    await world.advanceTo(later(400));
    const points = await world.metrics.read({ ...ref, from: due, to: later(400) });
    expect(points.map(({ severity }) => severity)).toEqual(['critical', 'critical', 'ok']);
    await world.close();
  });

  it('given a warning that becomes critical, when it is paused meanwhile, then the alert stays as it was and its recovery is told', async () => {
    const world = new World({ start });
    await world.watch([web]);
    world.script = troubled([
      { ...web, from: due, to: later(540), severity: 'warning' },
      { ...web, from: later(540), to: later(3_600) },
    ]);
    await world.advanceTo(later(600));
    await pauseMonitor(world.stores, ref, operatorUntil(7_200)(later(600)));
    await world.advanceTo(later(1_200));
    const watched = await world.stores.monitors.monitor(ref);
    expect(watched?.state).toMatchObject({
      phase: 'alerted',
      severity: 'warning',
      pause: { by: 'operator' },
    });
    await world.advanceTo(later(4_000));
    const told = world.mailsTo(customer).map(({ state }) => state);
    expect(told).toEqual(['PROBLEM', 'RECOVERED']);
    await world.close();
  });
});

describe('any pauses of any troubles', () => {
  const minutes = (max: number) => fc.integer({ min: 0, max });
  const anyTroubles = fc.array(
    fc.record({
      from: minutes(120),
      lasts: fc.integer({ min: 1, max: 60 }),
      severity: fc.constantFrom('critical', 'warning', 'unknown'),
    }),
    { maxLength: 5 },
  );
  const anyPauses = fc.array(
    fc.record({
      at: minutes(120),
      by: fc.constantFrom('operator', 'escalation'),
      lasts: fc.integer({ min: 1, max: 60 }),
      isResumed: fc.boolean(),
    }),
    { maxLength: 4 },
  );
  /** From a confirmed alert to its mail: what was joined before a pause is told. */
  const underWaySeconds = 90;

  it("given them, when all is well again, then problems and recoveries are told in pairs, none is told out of an operator's pause, and no pause is left", () =>
    fc.assert(
      fc.asyncProperty(anyTroubles, anyPauses, async (troubles, pauses) => {
        const world = new World({ start });
        try {
          await world.watch([web]);
          world.script = troubled(
            troubles.map(({ from, lasts, severity }) => ({
              ...web,
              from: later(from * 60),
              to: later(Math.min(from + lasts, 150) * 60),
              severity,
            })),
          );
          const standing: { readonly from: string; to: string }[] = [];
          for (const { at, by, lasts, isResumed } of pauses.toSorted((a, b) => a.at - b.at)) {
            const since = later(at * 60);
            if (since > new Date(world.clock.now()).toISOString()) await world.advanceTo(since);
            const until = later((at + lasts) * 60);
            await pauseMonitor(world.stores, ref, { by, since, until, reason: 'any' });
            // A pause of an operator takes the place of any other, and a resumption ends whatever there is.
            const isStanding = by === 'operator' && !isResumed;
            const last = standing.at(-1);
            if ((by === 'operator' || isResumed) && last !== undefined && last.to > since) last.to = since;
            if (isStanding) standing.push({ from: since, to: until });
            if (isResumed) await resumeMonitor(world.stores, ref);
          }
          await world.advanceTo(later(4 * 3_600));
          const mails = world.mailsTo(customer).filter(({ state }) => state !== 'UPDATE');
          const count = (state: string) => mails.filter((one) => one.state === state).length;
          expect(count('PROBLEM')).toBe(count('RECOVERED'));
          for (const { from, to } of standing) {
            const isTold = ({ state, at }: SentMail) =>
              state === 'PROBLEM' && at > addSeconds(from, underWaySeconds) && at < to;
            expect(mails.filter(isTold)).toEqual([]);
          }
          const state = (await world.stores.monitors.monitor(ref))?.state;
          expect(state?.phase).toBe('well');
          expect(state?.pause).toBeUndefined();
          expect(await world.stores.incidents.openIncidents()).toEqual([]);
        } finally {
          await world.close();
        }
      }),
      { numRuns: 20 },
    ));
});
