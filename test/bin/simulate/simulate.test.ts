import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawOutages } from '../../../bin/simulate/failure-model.ts';
import type { Outage } from '../../../bin/simulate/failures.ts';
import { renderReport } from '../../../bin/simulate/render-report.ts';
import { endAfter, simulate } from '../../../bin/simulate/simulate.ts';
import { addSeconds, secondsBetween } from '../../../core/instant.ts';
import { dueAt, type MonitorSpec, toInventory } from '../../scenarios/world.ts';

const start = '2026-01-01T00:00:00.000Z';
const account = 'acme';
const http: MonitorSpec = { server: 'web-1', monitor: 'http' };
const cpu: MonitorSpec = { server: 'web-1', monitor: 'cpu', class: 'resource' };
const inventory = toInventory([http, cpu, { server: 'db-1', monitor: 'mysql' }]);
/** A check of the liveness monitors of web-1, in the first hour. */
const due = dueAt('web-1', addSeconds(start, 600));

const outage = (from: string, seconds: number, rest: Partial<Outage> = {}): Outage => ({
  account,
  server: 'web-1',
  monitor: 'http',
  from,
  to: addSeconds(from, seconds),
  severity: 'critical',
  ...rest,
});
const play = (outages: readonly Outage[], days = 0.1) =>
  simulate({ inventory, outages, start, end: endAfter(start, days) });

describe('what a simulation tells of one failure', () => {
  const none = { all: 1, believed: 0, notBelieved: 0, neverSeen: 0, underWay: 0 };
  const rows = [
    {
      given: 'a failure between two checks',
      outages: [outage(addSeconds(due, 10), 60)],
      then: 'it was never seen',
      failures: { ...none, neverSeen: 1 },
      mails: {},
    },
    {
      given: 'a failure that is over before the repeats',
      outages: [outage(due, 70)],
      then: 'it was not believed',
      failures: { ...none, notBelieved: 1 },
      mails: {},
    },
    {
      given: 'a failure of ten minutes',
      outages: [outage(due, 600)],
      then: 'one mail told of it and one of the recovery',
      failures: { ...none, believed: 1 },
      mails: { PROBLEM: 1, RECOVERED: 1 },
    },
    {
      given: 'a threshold that is a warning',
      outages: [outage(start, 7_200, { monitor: 'cpu', severity: 'warning' })],
      then: 'one mail told of it and one of the recovery',
      failures: { ...none, believed: 1 },
      mails: { PROBLEM: 1, RECOVERED: 1 },
    },
    {
      given: 'a failure in the last minute',
      outages: [outage(dueAt('web-1', addSeconds(start, 8_640 - 180)), 600)],
      then: 'it was under way at the end',
      failures: { ...none, underWay: 1 },
      mails: {},
    },
    {
      given: 'a failure after the end',
      outages: [outage('2026-02-01T00:00:00.000Z', 600)],
      then: 'it does not count',
      failures: { ...none, all: 0 },
      mails: {},
    },
  ];
  for (const { given, outages, then, failures, mails } of rows) {
    it(`given ${given}, when it is simulated, then ${then}`, async () => {
      const report = await play(outages);
      expect({ failures: report.failures, mails: report.mails }).toEqual({ failures, mails });
    });
  }

  it('given a failure 100 s before its check, when it is simulated, then the time to the mail begins with the failure', async () => {
    const { failureToMail, failureToUpdate } = await play([outage(addSeconds(due, -100), 900)]);
    const spread = { count: 1, p50Seconds: 250, p99Seconds: 250, maxSeconds: 250 };
    expect(failureToMail).toEqual({ liveness: { ...spread, allowedSeconds: 375, overAllowed: 0 } });
    expect(failureToUpdate).toBeUndefined();
  });

  it('given a server that is gone, when it is simulated, then its services fail and its resources cannot be judged', async () => {
    const gone: Outage = {
      account,
      server: 'web-1',
      from: due,
      to: addSeconds(due, 3_600),
      severity: 'critical',
    };
    const report = await play([gone]);
    expect(report.failures).toMatchObject({ all: 1, believed: 1 });
    expect(report.checks.unknown).toBe(12);
    // Each repeat ran into its limit of 10 s, the second of them before the window of 30 s.
    expect(report.failureToMail.liveness?.maxSeconds).toBe(160);
    expect(report.mails).toMatchObject({ PROBLEM: 1, RECOVERED: 1 });
  });

  it('given outages that overlap, when it is simulated, then the later one in the list holds', async () => {
    const calm = outage(addSeconds(due, 300), 300, { severity: 'unknown' });
    const report = await play([outage(due, 1_800), calm]);
    expect(report.checks).toMatchObject({ failed: 8, unknown: 2 });
  });

  it('given an incident that is told, when another service of the server fails, then its time counts as an update', async () => {
    const specs = [http, { server: 'web-1', monitor: 'smtp' }];
    const report = await simulate({
      inventory: toInventory(specs),
      outages: [outage(due, 3_600), outage(addSeconds(due, 900), 1_200, { monitor: 'smtp' })],
      start,
      end: endAfter(start, 0.1),
    });
    expect(report).toMatchObject({
      failures: { all: 2, believed: 2 },
      incidents: { opened: 1, openAtEnd: 0 },
      mails: { PROBLEM: 1, UPDATE: 1, 'PARTLY-RECOVERED': 1, RECOVERED: 1 },
      failureToUpdate: { count: 1, p50Seconds: 150 },
      executions: { detection: { SUCCEEDED: 2 }, incident: { SUCCEEDED: 1 } },
    });
  });
});

describe('a simulation as a whole', () => {
  const model = { seed: 7, failuresPerServerDay: 1, failuresPerMonitorDay: 4, meanMinutes: 15 };
  const drawn = drawOutages(inventory, model, { from: start, to: endAfter(start, 2) });

  it('given the same options, when it is simulated twice, then both reports are the same, and no socket was made', async () => {
    const sockets: unknown[] = [];
    const note = (message: unknown): void => void sockets.push(message);
    subscribe('net.client.socket', note);
    subscribe('udp.socket', note);
    try {
      const one = await play(drawn, 2);
      expect(one.failures.believed).toBeGreaterThan(10);
      expect(await play(drawn, 2)).toEqual(one);
    } finally {
      unsubscribe('net.client.socket', note);
      unsubscribe('udp.socket', note);
    }
    expect(sockets).toEqual([]);
  });

  it('given everything at its slowest, when many days are simulated, then no mail comes later than allowed, and none before its repeats', async () => {
    const report = await simulate({
      inventory,
      outages: drawn,
      start,
      end: endAfter(start, 2),
      isSlow: true,
    });
    const { liveness, resource } = report.failureToMail;
    expect(liveness?.overAllowed).toBe(0);
    expect(resource?.overAllowed).toBe(0);
    expect(liveness?.p50Seconds).toBeGreaterThanOrEqual(120);
  });

  it('given an inventory of more checks than a second has room for, when it is simulated, then none is told before it fails', async () => {
    const many = Array.from({ length: 60 }, (_, server) =>
      Array.from({ length: 60 }, (_, index) => ({
        server: `s-${server}`,
        monitor: `cpu-${index}`,
        class: 'resource' as const,
        timing: { intervalMinutes: 1 },
      })),
    ).flat();
    const report = await simulate({
      inventory: toInventory(many),
      outages: Array.from({ length: 60 }, (_, server) => ({
        account,
        server: `s-${server}`,
        monitor: 'cpu-0',
        from: addSeconds(start, 119 + server),
        to: addSeconds(start, 1_000),
        severity: 'critical' as const,
      })),
      start,
      end: addSeconds(start, 400),
    });
    expect(report.checks).toMatchObject({ notReached: 0, scheduled: 6 * 3_600 });
    expect(report.failureToMail.resource).toMatchObject({ count: 60, overAllowed: 0 });
    expect(report.failureToMail.resource?.maxSeconds).toBeLessThanOrEqual(70);
  });

  it('given a report, when it is written for a person, then it says what was done and how soon', async () => {
    expect(renderReport(await play([outage(addSeconds(due, -100), 900)]))).toBe(
      `From 2026-01-01T00:00:00.000Z to 2026-01-01T02:24:00.000Z: 2 servers, 3 monitors

checks          125 scheduled in 144 sweeps, 2 repeated, 5 failed, 0 could not be judged
failures        1, 1 believed, 0 over before the repeats, 0 over before a check came by
incidents       1, 0 open at the end
mails           1 PROBLEM, 1 RECOVERED
detection       1 succeeded
incident        1 succeeded
events          120

from a failure to its mail          count          p50          p99      longest      allowed
  liveness                              1   4 min 10 s   4 min 10 s   4 min 10 s   6 min 15 s

No mail came later than allowed.
`,
    );
  });
});

describe('failures by lot', () => {
  const model = { seed: 1, failuresPerServerDay: 0, failuresPerMonitorDay: 2, meanMinutes: 30 };
  const year = { from: start, to: endAfter(start, 365) };

  it('given rates, when a year is drawn, then there are about as many, about as long', () => {
    const drawn = drawOutages(toInventory([http]), model, year);
    // After each failure of half an hour on average the lot begins anew: 365 * 24 / 12.5.
    expect(drawn.length).toBeGreaterThan(620);
    expect(drawn.length).toBeLessThan(780);
    const minutes = drawn.reduce((sum, { from, to }) => sum + secondsBetween(from, to) / 60, 0);
    expect(minutes / drawn.length).toBeGreaterThan(26);
    expect(minutes / drawn.length).toBeLessThan(34);
  });

  it('given any seed, when the inventory grows, then what it had before fails as before', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const few = drawOutages(
          toInventory([http]),
          { ...model, seed },
          { from: start, to: endAfter(start, 3) },
        );
        const more = drawOutages(inventory, { ...model, seed }, { from: start, to: endAfter(start, 3) });
        expect(more.filter(({ monitor }) => monitor === 'http')).toEqual(few);
        for (const [index, { from }] of few.entries()) expect(from > (few[index - 1]?.to ?? '')).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('given rates of nothing, when it is drawn, then nothing fails', () => {
    const never = { ...model, failuresPerMonitorDay: 0 };
    expect(drawOutages(inventory, never, year)).toEqual([]);
  });
});
