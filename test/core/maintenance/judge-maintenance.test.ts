import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSeconds } from '../../../core/instant.ts';
import { judgeMaintenance, mostUnfinished } from '../../../core/maintenance/judge-maintenance.ts';
import type { Maintenance, MaintenanceRequest } from '../../../core/maintenance/maintenance.ts';
import { currentOccurrence, nextOccurrence, occurrencesOf } from '../../../core/maintenance/occurrences.ts';
import { readRule } from '../../../core/maintenance/recurrence-rule.ts';

const at = '2026-11-21T10:00:00.000Z';
const day = 86_400;
const servers = [
  { id: 'web-1', monitors: ['http', 'ssh'] },
  { id: 'web-2', monitors: ['http'] },
];
const request = (more: Partial<MaintenanceRequest> = {}): MaintenanceRequest => ({
  scope: [{ server: 'web-1' }],
  from: addSeconds(at, 3600),
  until: addSeconds(at, 7200),
  reason: 'disk swap',
  ...more,
});
const weekly = (rule: string) => ({ recurrence: { rule, timeZone: 'Asia/Tokyo' } });
const stored = (more: Partial<Maintenance> = {}): Maintenance => ({
  ...request(),
  id: 'a'.repeat(12),
  account: 'acme',
  createdAt: addSeconds(at, -day),
  createdBy: 'Tanaka',
  version: 1,
  ...more,
});
const begun = stored({ from: addSeconds(at, -3600), until: addSeconds(at, 3600) });
const { id: _id, account: _account, createdAt: _at, createdBy: _by, version: _version, ...asBegun } = begun;

const rows: readonly {
  given: string;
  request: Partial<MaintenanceRequest>;
  unfinished?: number;
  before?: Maintenance;
  problems: readonly string[];
}[] = [
  { given: 'an hour of tomorrow', request: {}, problems: [] },
  { given: 'the whole account', request: { scope: 'account' }, problems: [] },
  { given: 'a begin that has just passed', request: { from: addSeconds(at, -299) }, problems: [] },
  {
    given: 'a begin of yesterday',
    request: { from: addSeconds(at, -day) },
    problems: [
      `from: the begin ${addSeconds(at, -day)} has passed; maintenance is announced before it begins, now ${at} at the earliest`,
    ],
  },
  {
    given: 'an end at the begin',
    request: { until: addSeconds(at, 3600) },
    problems: [`until: the end ${addSeconds(at, 3600)} is not after the begin ${addSeconds(at, 3600)}`],
  },
  { given: 'a period of 31 days', request: { until: addSeconds(at, 3600 + 31 * day) }, problems: [] },
  {
    given: 'a longer period',
    request: { until: addSeconds(at, 3601 + 31 * day) },
    problems: ['until: a period lasts 31 days at most; for more, announce another, or pause the monitors'],
  },
  {
    given: 'a begin too far away',
    request: { from: addSeconds(at, 400 * day + 1), until: addSeconds(at, 401 * day) },
    problems: [
      `from: the begin ${addSeconds(at, 400 * day + 1)} is more than 400 days away; announce it nearer to the time`,
    ],
  },
  {
    given: 'servers and monitors that are not there, and one twice',
    request: {
      scope: [
        { server: 'web-3' },
        { server: 'web-1', monitors: ['http', 'imap'] },
        { server: 'web-2' },
        { server: 'web-2', monitors: ['http'] },
      ],
    },
    problems: [
      'scope[0].server: there is no server "web-3"; give one of the account\'s',
      'scope[1].monitors[1]: server "web-1" has no monitor "imap"; its monitors are http, ssh',
      'scope[3].server: server "web-2" is given twice; give it once, with all its monitors',
    ],
  },
  {
    given: 'as many as an account may have',
    request: {},
    unfinished: mostUnfinished,
    problems: [
      ': the account has 500 maintenances that hold or come still, and 500 is the most; end some, or announce one that recurs',
    ],
  },
  { given: 'a rule that names its begin', request: weekly('FREQ=WEEKLY;BYDAY=SA'), problems: [] },
  {
    given: 'a rule that does not name its begin',
    request: weekly('FREQ=WEEKLY;BYDAY=SU'),
    problems: [
      'recurrence.rule: the rule does not name its own begin 2026-11-21T11:00:00.000Z, it names 2026-11-22T11:00:00.000Z first; let "from" be the first period that the rule names',
    ],
  },
  {
    given: 'a rule that names no day at all',
    request: weekly('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'),
    problems: [
      'recurrence.rule: the rule does not name its own begin 2026-11-21T11:00:00.000Z, it names none after it; let "from" be the first period that the rule names',
    ],
  },
  {
    given: 'a day that recurs every day',
    request: { until: addSeconds(at, 3600 + day), ...weekly('FREQ=DAILY') },
    problems: [],
  },
  {
    given: 'periods that overlap',
    request: { until: addSeconds(at, 3600 + 3 * day), ...weekly('FREQ=DAILY') },
    problems: [
      'until: a period lasts 72 hours, but the rule begins the next one 24 hours after it; shorten it, or let the rule recur less often',
    ],
  },
  {
    given: 'a count that takes too long',
    request: weekly('FREQ=MONTHLY;COUNT=200'),
    problems: ['recurrence.rule: COUNT=200 takes more than ten years; give fewer, or leave COUNT out'],
  },
  { given: 'a thousand days', request: weekly('FREQ=DAILY;COUNT=1000'), problems: [] },
  {
    given: 'an end of the next century',
    request: weekly('FREQ=MONTHLY;UNTIL=21001231T000000Z'),
    problems: [
      'recurrence.rule: UNTIL is more than ten years after the begin; give an earlier one, or leave UNTIL out',
    ],
  },
  {
    given: 'a rule with faults',
    request: weekly('FREQ=MINUTELY'),
    problems: ['recurrence.rule: FREQ is MINUTELY; give FREQ=DAILY, FREQ=WEEKLY, FREQ=MONTHLY, FREQ=YEARLY'],
  },
  {
    given: 'a change of what is to come',
    request: { until: addSeconds(at, 9000), scope: [{ server: 'web-2' }] },
    before: stored(),
    unfinished: mostUnfinished,
    problems: [],
  },
  {
    given: 'a later end of what has begun',
    request: { ...asBegun, until: addSeconds(at, 9000) },
    before: begun,
    problems: [],
  },
  {
    given: 'an end in the past for what has begun',
    request: { ...asBegun, until: addSeconds(at, -60) },
    before: begun,
    problems: [`until: the end ${addSeconds(at, -60)} has passed; to end it at once, call it off`],
  },
  {
    given: 'another scope for what has begun',
    request: { ...asBegun, scope: 'account' },
    before: begun,
    problems: ['scope: it has begun, and keeps this; end it now and announce another'],
  },
  {
    given: 'a change of what is over',
    request: {},
    before: stored({ endedAt: addSeconds(at, -60) }),
    problems: [': this maintenance is over and stays as it was; announce another'],
  },
];

describe('announced maintenance', () => {
  for (const { given, request: more, unfinished = 0, before, problems } of rows) {
    it(`given ${given}, when it is judged, then it has ${problems.length} problems`, () => {
      const found = judgeMaintenance(request(more), {
        at,
        servers,
        unfinished,
        ...(before !== undefined && { before }),
      });
      expect(found.map(({ field, message }) => `${field}: ${message}`)).toEqual(problems);
    });
  }
});

describe('rules as people write them', () => {
  const cases = [
    {
      rule: 'freq=weekly;byday=+1su',
      problem: "BYDAY has +1SU; a week's number goes with FREQ=MONTHLY or YEARLY only, so write SU",
    },
    {
      rule: 'INTERVAL=2',
      problem: 'FREQ is missing; give FREQ=DAILY, FREQ=WEEKLY, FREQ=MONTHLY, FREQ=YEARLY',
    },
    { rule: 'FREQ=DAILY;FREQ=WEEKLY', problem: 'FREQ is given twice; give it once' },
    {
      rule: 'FREQ=DAILY;BYHOUR=3',
      problem:
        'BYHOUR is not taken; known parts are FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS, WKST',
    },
    { rule: 'FREQ=DAILY;', problem: '"" is no part of a rule; write NAME=VALUE, for example FREQ=WEEKLY' },
    { rule: 'FREQ=DAILY;INTERVAL=0', problem: 'INTERVAL has 0; give whole numbers from 1 to 366' },
    { rule: 'FREQ=YEARLY;INTERVAL=5', problem: 'INTERVAL has 5; give whole numbers from 1 to 4' },
    { rule: 'FREQ=DAILY;COUNT=1e3', problem: 'COUNT has 1E3; give whole numbers from 1 to 1000' },
    {
      rule: 'FREQ=DAILY;COUNT=3;UNTIL=20271231',
      problem: 'COUNT and UNTIL are both given; give one of them',
    },
    {
      rule: 'FREQ=DAILY;UNTIL=20270230',
      problem: 'UNTIL is 20270230; write an instant in UTC as 20271231T235959Z, or a date as 20271231',
    },
    {
      rule: 'FREQ=DAILY;UNTIL=20271231T000000',
      problem: 'UNTIL is 20271231T000000; write an instant in UTC as 20271231T235959Z, or a date as 20271231',
    },
    {
      rule: 'FREQ=MONTHLY;BYMONTHDAY=0',
      problem: 'BYMONTHDAY has 0; give whole numbers from 1 to 31, or from -31 to -1, counted from the end',
    },
    { rule: 'FREQ=WEEKLY;BYMONTHDAY=1', problem: 'BYMONTHDAY goes with FREQ=DAILY, MONTHLY or YEARLY only' },
    {
      rule: 'FREQ=MONTHLY;BYDAY=6SU',
      problem: "BYDAY has 6SU; give a week's number from 1 to 5, or from -5 to -1",
    },
    {
      rule: 'FREQ=MONTHLY;BYDAY=SUN',
      problem: 'BYDAY has SUN; give MO, TU, WE, TH, FR, SA, SU, or -1SU for the last Sunday',
    },
    {
      rule: 'FREQ=MONTHLY;BYSETPOS=1',
      problem: 'BYSETPOS picks from what BYDAY, BYMONTHDAY or BYMONTH names; give one of these',
    },
    { rule: 'FREQ=DAILY;WKST=XX', problem: 'WKST is XX; give one of MO, TU, WE, TH, FR, SA, SU' },
    { rule: `FREQ=DAILY;BYMONTH=${'1,'.repeat(40)}1`, problem: 'BYMONTH has 41 values; give at most 31' },
  ];
  for (const { rule, problem } of cases) {
    it(`given ${rule.slice(0, 40)}, when it is read, then it is refused with the mend`, () =>
      expect(readRule(rule)).toEqual({ problems: [problem] }));
  }

  it('given small letters and a plus, when it is read, then it is taken', () =>
    expect(readRule(' freq=monthly;byday=+2tu,-1su ')).toEqual({
      parts: { freq: 'MONTHLY', interval: 1, byDay: ['2TU', '-1SU'] },
    }));

  it('given any text, when it is read, then it is taken or refused in words, and what is taken costs little', () => {
    const part = fc.oneof(
      fc.constantFrom(
        'FREQ=DAILY',
        'FREQ=YEARLY',
        'FREQ=MONTHLY',
        'FREQ=WEEKLY',
        'FREQ=SECONDLY',
        'COUNT=1000',
      ),
      fc
        .tuple(
          fc.constantFrom(
            'INTERVAL',
            'COUNT',
            'UNTIL',
            'BYDAY',
            'BYMONTHDAY',
            'BYMONTH',
            'BYSETPOS',
            'WKST',
            'BYHOUR',
          ),
          fc.oneof(
            fc.array(fc.integer({ min: -400, max: 1_100 }), { minLength: 1, maxLength: 40 }).map(String),
            fc.constantFrom('MO', '-1SU', '53FR', '20300101', '29', '30', '31', '2', '366', '-366'),
            fc.string({ maxLength: 20 }),
          ),
        )
        .map(([name, value]) => `${name}=${value}`),
      fc.string({ maxLength: 30 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const rule = parts.join(';').slice(0, 300);
        const startedAt = performance.now();
        const read = readRule(rule);
        if ('problems' in read) {
          expect(read.problems.length).toBeGreaterThan(0);
          for (const problem of read.problems) expect(problem.length).toBeLessThan(300);
        }
        const times = { ...request(), ...weekly(rule) };
        judgeMaintenance(times, { at, servers, unfinished: 0 });
        for (const when of [at, addSeconds(at, 4_000 * day)]) {
          currentOccurrence(times, when);
          nextOccurrence(times, when);
          occurrencesOf(times, when, addSeconds(when, 400 * day), 500);
        }
        // Far above what it takes on a busy machine, and far below seconds.
        expect(performance.now() - startedAt).toBeLessThan(1_000);
      }),
      { numRuns: 300 },
    );
  });
});
