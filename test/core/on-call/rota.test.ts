import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gapsOf, onCallAt, type Rota, rota as rotaSchema } from '../../../core/on-call/rota.ts';

const rota: Rota = rotaSchema.parse({
  timeZone: 'Asia/Tokyo',
  engineers: ['sato', 'kato', 'ito', 'mori'].map((id) => ({ id, name: id, mail: `${id}@msp.example` })),
  shifts: [
    { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00', engineers: ['sato', 'kato'] },
    { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '18:00', to: '09:00', engineers: ['kato', 'ito'] },
    { days: ['sat'], from: '09:00', to: '24:00', engineers: ['mori'] },
    { days: ['sun'], from: '00:00', to: '00:00', engineers: ['ito', 'mori'] },
  ],
  overrides: [
    { from: '2026-11-24T00:00:00.000Z', to: '2026-11-24T03:00:00.000Z', engineer: 'mori' },
    { from: '2026-11-25T00:00:00.000Z', to: '2026-11-25T03:00:00.000Z', engineer: 'kato' },
  ],
});

// 2026-11-23 is a Monday; Tokyo is nine hours ahead of UTC.
const rows = [
  { given: 'Monday 09:00', at: '2026-11-23T00:00:00.000Z', then: ['sato', 'kato'] },
  { given: 'Monday 08:59, after a whole Sunday', at: '2026-11-22T23:59:59.999Z', then: [] },
  { given: 'Monday 17:59', at: '2026-11-23T08:59:59.999Z', then: ['sato', 'kato'] },
  { given: 'Monday 18:00', at: '2026-11-23T09:00:00.000Z', then: ['kato', 'ito'] },
  { given: 'the night from Friday to Saturday', at: '2026-11-27T20:00:00.000Z', then: ['kato', 'ito'] },
  { given: 'Saturday 09:00', at: '2026-11-28T00:00:00.000Z', then: ['mori'] },
  { given: 'Saturday 23:59', at: '2026-11-28T14:59:00.000Z', then: ['mori'] },
  { given: 'Sunday 00:00', at: '2026-11-28T15:00:00.000Z', then: ['ito', 'mori'] },
  { given: 'Sunday 23:59', at: '2026-11-29T14:59:00.000Z', then: ['ito', 'mori'] },
  { given: 'an override of somebody else', at: '2026-11-24T01:00:00.000Z', then: ['mori', 'sato', 'kato'] },
  { given: 'the end of that override', at: '2026-11-24T03:00:00.000Z', then: ['sato', 'kato'] },
  {
    given: 'an override of somebody whose shift it is',
    at: '2026-11-25T01:00:00.000Z',
    then: ['kato', 'sato'],
  },
];

describe('who is on call', () => {
  for (const { given, at, then } of rows) {
    it(`given ${given}, when a page leaves, then it goes to ${then.join(', then ') || 'nobody'}`, () =>
      expect(onCallAt(rota, at).map(({ id }) => id)).toEqual(then));
  }

  it('given summer time, when the clocks go back, then the shift follows the wall clock', () => {
    const berlin = { ...rota, timeZone: 'Europe/Berlin' };
    const ids = (at: string) => onCallAt(berlin, at).map(({ id }) => id);
    expect(ids('2026-10-23T07:00:00.000Z')).toEqual(['sato', 'kato']);
    expect(ids('2026-10-26T07:00:00.000Z')).toEqual([]);
    expect(ids('2026-10-26T08:00:00.000Z')).toEqual(['sato', 'kato']);
  });
});

describe('when nobody is on call', () => {
  it('given shifts with gaps, when they are looked for, then each is told by the wall clock', () =>
    expect(gapsOf(rota)).toEqual([{ from: 'mon 00:00', to: 'mon 09:00' }]));

  it('given no shifts, when gaps are looked for, then the week is one', () =>
    expect(gapsOf({ shifts: [] })).toEqual([{ from: 'mon 00:00', to: 'sun 24:00' }]));

  it('given a shift around the clock, when gaps are looked for, then there are none', () =>
    expect(
      gapsOf({
        shifts: [
          {
            days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
            from: '09:30',
            to: '09:30',
            engineers: ['sato'],
          },
        ],
      }),
    ).toEqual([]));

  it('given any shifts, when the whole of a week is looked at, then somebody is on call outside of the gaps and nobody inside', () => {
    const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
    const clock = fc
      .integer({ min: 0, max: 95 })
      .map(
        (quarter) =>
          `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`,
      );
    const shift = fc.record({
      days: fc.subarray([...days], { minLength: 1 }),
      from: clock,
      to: fc.oneof(clock, fc.constant('24:00')),
      engineers: fc.constant<string[]>(['sato']),
    });
    fc.assert(
      fc.property(fc.array(shift, { maxLength: 6 }), (shifts) => {
        const utc: Rota = { ...rota, timeZone: 'UTC', shifts, overrides: [] };
        const minuteOf = (text: string) =>
          days.findIndex((day) => text.startsWith(day)) * 1440 +
          Number(text.slice(4, 6)) * 60 +
          Number(text.slice(7));
        const gaps = gapsOf(utc).map(({ from, to }) => [minuteOf(from), minuteOf(to)] as const);
        for (let minute = 0; minute < 7 * 1440; minute += 15) {
          const at = new Date(Date.parse('2026-11-23T00:00:00Z') + minute * 60_000).toISOString();
          const isInGap = gaps.some(([from, to]) => minute >= from && minute < to);
          expect(onCallAt(utc, at).length === 0, at).toBe(isInGap);
        }
      }),
      { numRuns: 30 },
    );
  });
});
