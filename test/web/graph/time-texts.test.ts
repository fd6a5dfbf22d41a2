import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wallTimeAt } from '../../../core/calendar/wall-clock.ts';
import { timeTicks } from '../../../core/graph/time-ticks.ts';
import { momentText, spanText, tickText } from '../../../web/graph/time-texts.ts';

const utc = (text: string): number => Date.parse(text);
const texts = (from: string, to: string, zone: string, most: number, language = 'en'): string[] =>
  timeTicks(utc(from), utc(to), zone, most).map((tick) =>
    tickText(tick, language, zone).replace('\n', ' / '),
  );

describe('ticks of the time axis', () => {
  const cases = [
    {
      given: 'six hours in Tokyo',
      then: ['13:00 / Nov 21', '14:00', '15:00', '16:00', '17:00', '18:00'],
      ticks: () => texts('2026-11-21T03:30Z', '2026-11-21T09:30Z', 'Asia/Tokyo', 8),
    },
    {
      given: 'six hours over midnight, in Japanese',
      then: ['22:00 / 11/21', '0:00 / 11/22', '2:00'],
      ticks: () =>
        texts('2026-11-21T12:30Z', '2026-11-21T17:30Z', 'Asia/Tokyo', 4, 'ja').map((text) =>
          text.replace(/^0(\d)/, '$1'),
        ),
    },
    {
      given: 'a day on which Berlin leaves an hour out',
      then: [
        '00:00 / Mar 29',
        '03:00',
        '06:00',
        '09:00',
        '12:00',
        '15:00',
        '18:00',
        '21:00',
        '00:00 / Mar 30',
      ],
      ticks: () => texts('2026-03-28T23:00Z', '2026-03-29T22:00Z', 'Europe/Berlin', 8),
    },
    {
      given: 'hours of a night in which Berlin has one twice',
      then: ['01:00 / Oct 25', '02:00', '02:00', '03:00', '04:00'],
      ticks: () => texts('2026-10-24T23:00Z', '2026-10-25T03:00Z', 'Europe/Berlin', 5),
    },
    {
      given: 'quarters of an hour in Kathmandu',
      then: ['10:00 / Nov 21', '10:15', '10:30'],
      ticks: () => texts('2026-11-21T04:05Z', '2026-11-21T04:50Z', 'Asia/Kathmandu', 3),
    },
    {
      given: 'a week over the end of summer time',
      then: ['Oct 22 / 2026', 'Oct 23', 'Oct 24', 'Oct 25', 'Oct 26', 'Oct 27', 'Oct 28'],
      ticks: () =>
        texts('2026-10-21T22:30Z'.replace('21T22:30', '21T22:00'), '2026-10-28T12:00Z', 'Europe/Berlin', 8),
    },
    {
      given: '30 days on a phone',
      then: ['Oct 26 / 2026', 'Nov 9'],
      ticks: () => texts('2026-10-22T09:00Z', '2026-11-21T09:00Z', 'Asia/Tokyo', 3),
    },
    {
      given: '13 months',
      then: ['Jan / 2026', 'Apr', 'Jul', 'Oct'],
      ticks: () => texts('2025-10-21T09:00Z', '2026-11-21T09:00Z', 'Asia/Tokyo', 5),
    },
  ];
  for (const { given, then, ticks } of cases) {
    it(`given ${given}, then ${then.join(', ')}`, () => expect(ticks()).toEqual(then));
  }

  it('given any range and zone, when ticks are set, then they rise, lie in it, are round, and not too many', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: utc('2024-01-01T00:00Z'), max: utc('2028-01-01T00:00Z') }),
        fc.integer({ min: 600_000, max: 400 * 86_400_000 }),
        fc.constantFrom(
          'Asia/Tokyo',
          'Europe/Berlin',
          'Australia/Lord_Howe',
          'America/St_Johns',
          'America/Santiago',
        ),
        fc.integer({ min: 2, max: 14 }),
        (from, length, zone, most) => {
          const ticks = timeTicks(from, from + length, zone, most);
          expect(ticks.length).toBeLessThanOrEqual(most + 2);
          ticks.forEach(({ atMs, kind }, i) => {
            expect(atMs).toBeGreaterThanOrEqual(from);
            expect(atMs).toBeLessThanOrEqual(from + length);
            if (i > 0) expect(atMs).toBeGreaterThan(ticks[i - 1]?.atMs ?? 0);
            const { minute, day } = wallTimeAt(atMs, zone);
            if (kind === 'month') expect(day).toBe(1);
            if (kind !== 'time') expect(minute).toBe(0);
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('moments in words', () => {
  it('given an hour that is there twice, when it is named, then the zone says which', () => {
    const first = momentText(utc('2026-10-25T00:30Z'), 'en', 'Europe/Berlin');
    const second = momentText(utc('2026-10-25T01:30Z'), 'en', 'Europe/Berlin');
    expect(first).toContain('GMT+2');
    expect(second).toContain('GMT+1');
  });

  it('given an ordinary hour, when it is named, then the zone is left out', () => {
    expect(momentText(utc('2026-11-21T09:30Z'), 'en', 'Asia/Tokyo')).toBe('Sat, 21 Nov 2026, 18:30');
    expect(momentText(utc('2026-11-21T09:30Z'), 'ja', 'Asia/Tokyo')).toBe('2026年11月21日(土) 18:30');
  });

  it('given two moments of a day, when the span is named, then the day stands once', () => {
    expect(spanText(utc('2026-11-21T09:30Z'), utc('2026-11-21T10:30Z'), 'en', 'Asia/Tokyo')).toBe(
      'Sat, 21 Nov 2026, 18:30 – 19:30',
    );
    expect(spanText(utc('2026-11-21T09:30Z'), utc('2026-11-21T15:30Z'), 'en', 'Asia/Tokyo')).toBe(
      'Sat, 21 Nov 2026, 18:30 – Sun, 22 Nov 2026, 00:30',
    );
  });
});
