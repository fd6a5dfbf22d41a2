import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incidentId, monitorKey } from '../../core/ids.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { addSeconds } from '../../core/instant.ts';
import { type Trouble, troubled } from './script.ts';
import { account, customer, type MonitorSpec, type SentMail, World } from './world.ts';

const start = '2026-11-21T00:00:00.000Z';
const servers = ['web-1', 'db-1'] as const;
const monitors = ['http', 'ssh', 'cpu'] as const;
/** All troubles end within this; afterwards everything is well, and the world has time to say so. */
const troubleSeconds = 40 * 60;
const quietSeconds = 100 * 60;

const anySpec = fc.record({
  server: fc.constantFrom(...servers),
  monitor: fc.constantFrom(...monitors),
  timing: fc.record({
    intervalMinutes: fc.constantFrom(1, 3, 5),
    confirmations: fc.constantFrom(2, 2, 2, 0, 3),
    dedupSeconds: fc.constantFrom(30, 0, 90),
    collectSeconds: fc.constantFrom(30, 0),
  }),
});

const anyFleet = fc.uniqueArray(anySpec, {
  minLength: 1,
  maxLength: 5,
  selector: ({ server, monitor }) => `${server}/${monitor}`,
});

const anyTrouble = (fleet: readonly MonitorSpec[]) =>
  fc
    .record({
      spec: fc.constantFrom(...fleet),
      from: fc.integer({ min: 0, max: troubleSeconds - 10 }),
      seconds: fc.oneof(fc.integer({ min: 10, max: 240 }), fc.integer({ min: 10, max: troubleSeconds })),
      severity: fc.constantFrom('critical', 'critical', 'critical', 'warning', 'unknown', 'ok'),
    })
    .map(
      ({ spec: { server, monitor }, from, seconds, severity }): Trouble => ({
        server,
        monitor,
        from: addSeconds(start, from),
        to: addSeconds(start, Math.min(from + seconds, troubleSeconds)),
        severity,
      }),
    );

const anyRun = anyFleet.chain((fleet) =>
  fc.record({
    fleet: fc.constant(fleet),
    troubles: fc.array(anyTrouble(fleet), { maxLength: 8 }),
    shards: fc.constantFrom(1, 2, 3),
    delays: fc.record({
      failingCheckSeconds: fc.constantFrom(0, 10),
      collectSeconds: fc.constantFrom(0, 12, 30),
    }),
  }),
);

describe('any sequence of ups and downs of any monitors', () => {
  it(
    'given it, when all is well again, then problems and recoveries are told in pairs, incidents never overlap, and nothing was mailed unconfirmed',
    () =>
      fc.assert(
        fc.asyncProperty(anyRun, async ({ fleet, troubles, shards, delays }) => {
          const world = new World({ start, shards, delays });
          try {
            await world.watch(fleet);
            world.script = troubled(troubles);
            await world.advance(troubleSeconds + quietSeconds);
            const incidents = await allIncidents(world);
            expectPairs(world.mailsTo(customer), incidents);
            for (const server of servers) expectNoOverlap(incidents.filter((one) => one.server === server));
            for (const one of incidents) await expectConfirmed(world, fleet, one);
            for (const spec of fleet) {
              const state = (await world.stores.monitors.monitor({ account, ...spec }))?.state;
              expect(state?.phase).toBe('well');
            }
          } finally {
            await world.close();
          }
        }),
        {
          numRuns: 1_000,
          interruptAfterTimeLimit: 280_000,
          markInterruptAsFailure: true,
        },
      ),
    300_000,
  );
});

async function allIncidents(world: World): Promise<Incident[]> {
  const found: Incident[] = [];
  for (const server of servers) {
    const latest = await world.stores.incidents.latestIncident({ account, server });
    for (let number = 1; number <= (latest?.number ?? 0); number += 1) {
      const one = await world.stores.incidents.incident(incidentId({ account, server }, number));
      if (one === undefined) throw new Error(`incident ${number} of ${server} is lost`);
      found.push(one);
    }
  }
  return found;
}

/** One problem first, one recovery last, and each alert told once as failing and once as well. */
function expectPairs(mails: readonly SentMail[], incidents: readonly Incident[]): void {
  expect(new Set(mails.map(({ incident }) => incident))).toEqual(new Set(incidents.map(({ id }) => id)));
  for (const { id, state, alerts, mails: count } of incidents) {
    const states = mails.filter(({ incident }) => incident === id).map((mail) => mail.state);
    expect(state).toBe('closed');
    expect(states).toHaveLength(count);
    expect(states.filter((one) => one === 'PROBLEM')).toHaveLength(1);
    expect(states[0]).toBe('PROBLEM');
    expect(states.at(-1)).toBe('RECOVERED');
    expect(states.filter((one) => one === 'RECOVERED').length).toBeLessThanOrEqual(1 + count);
    for (const alert of Object.values(alerts)) {
      const superseded = alert.recoveryMail === 0;
      if (superseded) continue;
      expect(alert.problemMail).toBeGreaterThan(0);
      expect(alert.recoveryMail).toBeGreaterThan(alert.problemMail ?? Number.POSITIVE_INFINITY);
    }
  }
}

function expectNoOverlap(incidents: readonly Incident[]): void {
  incidents.slice(1).forEach((later, index) => {
    const earlier = incidents[index];
    expect(earlier?.closedAt !== undefined && earlier.closedAt <= later.openedAt).toBe(true);
  });
}

/** Between the first failure and the joining lie as many failed repeats as were asked for, and no check that was well. */
async function expectConfirmed(
  world: World,
  fleet: readonly MonitorSpec[],
  incident: Incident,
): Promise<void> {
  for (const alert of Object.values(incident.alerts)) {
    const ref = { account, server: incident.server, monitor: alert.monitor };
    const spec = fleet.find(({ server, monitor }) => server === ref.server && monitor === ref.monitor);
    const confirmations = spec?.timing?.confirmations ?? 2;
    const points = await world.metrics.read({
      ...ref,
      from: alert.failingSince,
      to: addSeconds(alert.joinedAt, 0.001),
    });
    const failed = points.filter(({ severity }) => severity === 'critical' || severity === 'warning');
    expect(failed.length, monitorKey(ref)).toBeGreaterThanOrEqual(confirmations + 1);
    // A repeat falls into each minute in between, so that a single one that was well would have ended it.
    expect(points.filter(({ severity }) => severity === 'ok')).toEqual([]);
  }
}
