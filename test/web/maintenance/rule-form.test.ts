import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRule } from '../../../core/maintenance/recurrence-rule.ts';
import {
  formOf,
  noRule,
  type RuleForm,
  ruleOf,
  weekdays,
  weekPlaces,
} from '../../../web/maintenance/rule-form.ts';

/** A Sunday, the fourth of its month. */
const sunday = '2026-11-22';

describe('a form is written as a rule', () => {
  const cases: readonly { given: string; form: Partial<RuleForm>; on?: string; rule: string | undefined }[] =
    [
      { given: 'nothing that repeats', form: {}, rule: undefined },
      { given: 'every day', form: { kind: 'daily' }, rule: 'FREQ=DAILY' },
      { given: 'weekly, with no day chosen', form: { kind: 'weekly' }, rule: 'FREQ=WEEKLY;BYDAY=SU' },
      {
        given: 'days chosen in any order',
        form: { kind: 'weekly', days: ['SU', 'MO'], interval: '2' },
        rule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU',
      },
      {
        given: 'monthly by the date of the begin',
        form: { kind: 'month-day' },
        rule: 'FREQ=MONTHLY;BYMONTHDAY=22',
      },
      {
        given: 'the last day of the month',
        form: { kind: 'month-day', monthDay: -1 },
        rule: 'FREQ=MONTHLY;BYMONTHDAY=-1',
      },
      { given: 'the week of the begin', form: { kind: 'month-weekday' }, rule: 'FREQ=MONTHLY;BYDAY=4SU' },
      {
        given: 'a begin in the fifth week',
        form: { kind: 'month-weekday' },
        on: '2026-11-30',
        rule: 'FREQ=MONTHLY;BYDAY=-1MO',
      },
      {
        given: 'an end on a day',
        form: { kind: 'daily', end: 'until', lastDay: '2027-03-31' },
        rule: 'FREQ=DAILY;UNTIL=20270331',
      },
      {
        given: 'an end after times',
        form: { kind: 'daily', end: 'count', count: ' 5 ' },
        rule: 'FREQ=DAILY;COUNT=5',
      },
      {
        given: 'a rule copied from a calendar',
        form: { kind: 'own', own: ' RRULE:FREQ=YEARLY ', end: 'count', count: '3' },
        rule: 'FREQ=YEARLY',
      },
    ];
  for (const { given, form, on = sunday, rule } of cases)
    it(`given ${given}, when it is written, then it is ${rule}`, () =>
      expect(ruleOf({ ...noRule, ...form }, on)).toBe(rule));
});

describe('a rule is read into the form', () => {
  const cases: readonly { rule: string; form: Partial<RuleForm> }[] = [
    { rule: 'FREQ=WEEKLY', form: { kind: 'weekly' } },
    { rule: 'freq=weekly;byday=su', form: { kind: 'weekly', days: ['SU'] } },
    { rule: 'FREQ=MONTHLY', form: { kind: 'month-day' } },
    { rule: 'FREQ=MONTHLY;BYDAY=-1SU', form: { kind: 'month-weekday', weekPlace: -1, weekday: 'SU' } },
    {
      rule: 'FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2;COUNT=12',
      form: { kind: 'month-weekday', weekPlace: 2, weekday: 'TU', end: 'count', count: '12' },
    },
    ...[
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
      'FREQ=MONTHLY;BYDAY=TU',
      'FREQ=MONTHLY;BYDAY=5TU',
      'FREQ=MONTHLY;BYMONTHDAY=1,15',
      'FREQ=MONTHLY;BYMONTHDAY=-2',
      'FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR',
      'FREQ=DAILY;BYDAY=MO',
      'FREQ=YEARLY',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU',
      'FREQ=DAILY;UNTIL=20270331T120000Z',
      'nothing that is a rule',
    ].map((rule) => ({ rule, form: { kind: 'own' as const, own: rule } })),
  ];
  for (const { rule, form } of cases)
    it(`given ${rule}, when it is read, then it is ${form.kind}`, () =>
      expect(formOf(rule)).toEqual({ ...noRule, ...form }));

  it('given any rule that the form can write, when it is read again, then it is the same rule and taken by the server', () => {
    const form = fc.record({
      kind: fc.constantFrom('daily', 'weekly', 'month-day', 'month-weekday'),
      interval: fc.integer({ min: 1, max: 24 }).map(String),
      days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }),
      monthDay: fc.constantFrom(-1, 1, 15, 28, 29, 30, 31),
      weekPlace: fc.constantFrom(...weekPlaces),
      weekday: fc.constantFrom(...weekdays),
      own: fc.constant(''),
      end: fc.constantFrom('never', 'until', 'count'),
      lastDay: fc.constant('2027-03-31'),
      count: fc.integer({ min: 1, max: 1000 }).map(String),
    });
    fc.assert(
      fc.property(form, (written) => {
        const rule = ruleOf(written, sunday) ?? '';
        expect(readRule(rule)).toHaveProperty('parts');
        const read = formOf(rule);
        expect(read.kind).toBe(written.kind);
        expect(ruleOf(read, sunday)).toBe(rule);
      }),
    );
  });
});
