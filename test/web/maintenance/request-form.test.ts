import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeMaintenance } from '../../../core/maintenance/judge-maintenance.ts';
import type { Maintenance } from '../../../core/maintenance/maintenance.ts';
import { occurrencesOf } from '../../../core/maintenance/occurrences.ts';
import {
  drafted,
  formOfMaintenance,
  type MaintenanceForm,
  newForm,
  placeOf,
} from '../../../web/maintenance/request-form.ts';
import { noRule, type RuleForm } from '../../../web/maintenance/rule-form.ts';

const at = '2027-03-20T09:15:30.000Z';
const nowMs = Date.parse(at);
const berlin = 'Europe/Berlin';

const formWith = (changes: Partial<MaintenanceForm>, rule: Partial<RuleForm> = {}): MaintenanceForm => ({
  ...newForm(nowMs, berlin, ['web-1']),
  reason: 'Updates',
  ...changes,
  rule: { ...noRule, ...rule },
});

describe('a form becomes a request', () => {
  it('given a new form, when it is looked at, then it begins with the next full hour of its zone and lasts two', () =>
    expect(newForm(nowMs, berlin, ['web-1'])).toMatchObject({
      from: '2027-03-20T11:00',
      until: '2027-03-20T13:00',
      servers: [{ id: 'web-1' }],
    }));

  it('given "now", when it is sent, then it begins at this minute', () => {
    const { request } = drafted(formWith({ beginsNow: true, until: '2027-03-20T12:00', from: '' }), nowMs);
    expect(request).toMatchObject({ from: '2027-03-20T09:15:00.000Z', until: '2027-03-20T11:00:00.000Z' });
  });

  it('given some monitors, when it is made, then servers and monitors are its scope', () => {
    const { request } = drafted(
      formWith({
        servers: [
          { id: 'web-1', monitors: ['https'] },
          { id: 'db-1', monitors: undefined },
        ],
      }),
      nowMs,
    );
    expect(request?.scope).toEqual([{ server: 'web-1', monitors: ['https'] }, { server: 'db-1' }]);
  });

  it('given a Saturday and a rule of Sundays over the begin of summer time, when it is made, then it begins on Sunday and keeps the wall clock', () => {
    const { request, periods, isMoved } = drafted(
      formWith(
        { from: '2027-03-20T22:30', until: '2027-03-21T00:30' },
        { kind: 'weekly', days: ['SU'], end: 'count', count: '3' },
      ),
      nowMs,
    );
    expect(isMoved).toBe(true);
    expect(request).toMatchObject({
      from: '2027-03-21T21:30:00.000Z',
      until: '2027-03-21T23:30:00.000Z',
      recurrence: { rule: 'FREQ=WEEKLY;BYDAY=SU;COUNT=3', timeZone: berlin },
    });
    expect(periods.map(({ fromMs }) => new Date(fromMs).toISOString())).toEqual([
      '2027-03-21T21:30:00.000Z',
      '2027-03-28T20:30:00.000Z',
      '2027-04-04T20:30:00.000Z',
    ]);
  });

  it('given a time that summer time leaves out, when it is previewed, then that period begins an hour later', () => {
    const { periods } = drafted(
      formWith({ from: '2027-03-27T02:30', until: '2027-03-27T03:00' }, { kind: 'daily' }),
      nowMs,
    );
    expect(periods.slice(0, 3).map(({ fromMs }) => new Date(fromMs).toISOString())).toEqual([
      '2027-03-27T01:30:00.000Z',
      '2027-03-28T01:30:00.000Z',
      '2027-03-29T00:30:00.000Z',
    ]);
  });
});

describe('what is wrong is told before it is sent', () => {
  const cases: readonly {
    given: string;
    form: Partial<MaintenanceForm>;
    rule?: Partial<RuleForm>;
    faults: readonly string[];
  }[] = [
    { given: 'no server', form: { servers: [] }, faults: ['servers noServer'] },
    { given: 'no server, but all', form: { servers: [], isWholeAccount: true }, faults: [] },
    {
      given: 'no monitor',
      form: { servers: [{ id: 'web-1', monitors: [] }] },
      faults: ['servers noMonitor'],
    },
    {
      given: '501 servers',
      form: {
        servers: Array.from({ length: 501 }, (_, place) => ({ id: `s-${place}`, monitors: undefined })),
      },
      faults: ['servers tooManyServers'],
    },
    { given: 'no reason', form: { reason: '  ' }, faults: ['reason noReason'] },
    { given: 'no times', form: { from: '', until: '' }, faults: ['from noTime', 'until noTime'] },
    { given: 'a begin that has passed', form: { from: '2027-03-20T10:10' }, faults: ['from passed'] },
    { given: 'a begin four minutes ago', form: { from: '2027-03-20T10:12' }, faults: [] },
    {
      given: 'a begin years away',
      form: { from: '2029-03-20T10:00', until: '2029-03-20T11:00' },
      faults: ['from tooFar'],
    },
    { given: 'an end before the begin', form: { until: '2027-03-20T10:59' }, faults: ['until notAfter'] },
    { given: 'an end months later', form: { until: '2027-05-20T11:00' }, faults: ['until tooLong'] },
    { given: 'no day of the week', form: {}, rule: { kind: 'weekly', days: [] }, faults: ['repeat noDay'] },
    {
      given: 'every 0 days',
      form: {},
      rule: { kind: 'daily', interval: '0' },
      faults: ['repeat badInterval'],
    },
    { given: 'no last day', form: {}, rule: { kind: 'daily', end: 'until' }, faults: ['repeat noLastDay'] },
    {
      given: 'no count',
      form: {},
      rule: { kind: 'daily', end: 'count', count: '' },
      faults: ['repeat badCount'],
    },
    { given: 'an empty rule', form: {}, rule: { kind: 'own', own: ' ' }, faults: ['repeat noRule'] },
    {
      given: 'a rule of hours',
      form: {},
      rule: { kind: 'own', own: 'FREQ=HOURLY' },
      faults: ['repeat badRule'],
    },
    {
      given: 'a last day before the begin',
      form: {},
      rule: { kind: 'daily', end: 'until', lastDay: '2027-03-19' },
      faults: ['repeat namesNone'],
    },
    {
      given: 'a 30th of February',
      form: {},
      rule: { kind: 'own', own: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' },
      faults: ['repeat namesNone'],
    },
    {
      given: 'a period longer than a day, every day',
      form: { until: '2027-03-22T11:00' },
      rule: { kind: 'daily' },
      faults: ['until overlaps'],
    },
    {
      given: 'a thousand months',
      form: {},
      rule: { kind: 'month-day', end: 'count', count: '1000' },
      faults: ['repeat tooManyTimes'],
    },
  ];
  for (const { given, form, rule, faults } of cases)
    it(`given ${given}, when it is judged, then it says ${faults.join(', ') || 'nothing'}`, () => {
      const draft = drafted(formWith(form, rule), nowMs);
      expect(draft.faults.map(({ field, name }) => `${field} ${name}`)).toEqual(faults);
      expect(draft.request === undefined).toBe(faults.length > 0);
    });
});

describe('what was announced is changed', () => {
  const before: Maintenance = {
    id: 'k3j9x0a7q2mz',
    account: 'acme',
    scope: [{ server: 'web-1', monitors: ['https'] }],
    from: '2027-03-07T17:00:00.000Z',
    until: '2027-03-07T19:00:00.123Z',
    recurrence: { rule: 'freq=weekly;byday=mo', timeZone: 'Asia/Tokyo' },
    reason: 'Backup',
    createdAt: '2027-03-01T00:00:00.000Z',
    createdBy: 'Hanako',
    version: 4,
  };

  it('given a rule of another zone that has begun, when only the reason is changed, then all else is sent as it was, to the letter', () => {
    const { request } = drafted(
      { ...formOfMaintenance(before, berlin), reason: 'Backup and restore' },
      nowMs,
      before,
    );
    expect(request).toEqual({
      scope: before.scope,
      from: before.from,
      until: before.until,
      recurrence: before.recurrence,
      reason: 'Backup and restore',
    });
    expect(
      request &&
        judgeMaintenance(request, {
          at,
          servers: [{ id: 'web-1', monitors: ['https'] }],
          unfinished: 0,
          before,
        }),
    ).toEqual([]);
  });

  it('given one that began two weeks ago, when it is previewed, then what is over is not in it', () => {
    const { periods } = drafted(formOfMaintenance(before, berlin), nowMs, before);
    expect(new Date(periods[0]?.fromMs ?? 0).toISOString()).toBe('2027-03-21T17:00:00.000Z');
    expect(periods).toHaveLength(5);
  });

  it('given a rule that has gone on every day for four years, when it is previewed, then it begins with the next night', () => {
    const old = {
      ...before,
      from: '2023-03-07T17:00:00.000Z',
      until: '2023-03-07T19:00:00.000Z',
      recurrence: { rule: 'FREQ=DAILY', timeZone: 'Asia/Tokyo' },
    };
    const { periods, request } = drafted(formOfMaintenance(old, berlin), nowMs, old);
    expect(new Date(periods[0]?.fromMs ?? 0).toISOString()).toBe('2027-03-20T17:00:00.000Z');
    expect(request?.from).toBe(old.from);
  });

  it('given one that holds, when its end is moved into the past, then it says to end it instead', () => {
    const { recurrence: _rule, ...once } = before;
    const holding = { ...once, from: '2027-03-20T08:00:00.000Z', until: '2027-03-20T12:00:00.000Z' };
    const form = { ...formOfMaintenance(holding, berlin), until: '2027-03-20T10:00' };
    expect(drafted(form, nowMs, holding).faults).toEqual([{ field: 'until', name: 'endPassed' }]);
  });
});

describe('the page and the server agree', () => {
  const zones = ['Asia/Tokyo', berlin, 'America/New_York', 'America/Santiago', 'Australia/Lord_Howe'];
  const rule = fc.oneof(
    fc.record({
      kind: fc.constantFrom('daily', 'weekly', 'month-day', 'month-weekday'),
      interval: fc.integer({ min: 1, max: 4 }).map(String),
      days: fc.option(fc.uniqueArray(fc.constantFrom('MO', 'WE', 'SU'), { minLength: 1 }), {
        nil: undefined,
      }),
      monthDay: fc.constantFrom(undefined, -1, 1, 31),
      end: fc.constantFrom('never', 'until', 'count'),
      lastDay: fc.constant('2027-12-31'),
      count: fc.integer({ min: 1, max: 9 }).map(String),
    }),
    fc.record({
      kind: fc.constant('own'),
      own: fc.constantFrom(
        'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
        'FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU',
        'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU;COUNT=7',
        'FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR',
        'FREQ=DAILY;INTERVAL=3;UNTIL=20271001T000000Z',
        'FREQ=MONTHLY;BYMONTHDAY=-3,1',
      ),
    }),
  );
  it('given any form that the page takes, when the server judges it, then it is taken, and its periods are those of the preview', () => {
    let taken = 0;
    fc.assert(
      fc.property(
        rule,
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 300 * 24 * 2 }),
        fc.integer({ min: 1, max: 60 }),
        (its, zone, halfHours, lasts) => {
          const fromMs = nowMs + halfHours * 1_800_000;
          const field = (ms: number) => newForm(ms, zone, []).from;
          const form = {
            ...newForm(nowMs, zone, ['web-1']),
            reason: 'x',
            from: field(fromMs).replace(':00', halfHours % 2 === 0 ? ':00' : ':30'),
            until: field(fromMs + lasts * 3_600_000),
            rule: { ...noRule, ...(its as Partial<RuleForm>) },
          };
          const { request, periods } = drafted(form, nowMs);
          if (request === undefined) return;
          taken += 1;
          expect(
            judgeMaintenance(request, { at, servers: [{ id: 'web-1', monitors: [] }], unfinished: 0 }),
          ).toEqual([]);
          expect(periods.map((one) => new Date(one.fromMs).toISOString())).toEqual(
            occurrencesOf(request, request.from, '2040-01-01T00:00:00.000Z', 5).map(({ from }) => from),
          );
        },
      ),
      { numRuns: 150 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});

describe('the fields that the server names', () => {
  const cases = [
    { path: 'scope', place: { field: 'servers' } },
    { path: 'scope.3.monitors.0', place: { field: 'servers', server: 3 } },
    { path: 'recurrence.rule', place: { field: 'repeat' } },
    { path: 'recurrence.timeZone', place: { field: 'repeat' } },
    { path: 'until', place: { field: 'until' } },
    { path: '', place: { field: 'form' } },
    { path: 'something.else', place: { field: 'form' } },
  ];
  for (const { path, place } of cases)
    it(`given "${path}", when it is looked for, then it stands at ${place.field}`, () =>
      expect(placeOf(path)).toEqual(place));
});
