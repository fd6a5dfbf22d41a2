import { describe, expect, it } from 'vitest';
import {
  clockTime,
  numberText,
  roughDuration,
  shortTime,
  spanText,
  weekdayText,
  zoneName,
} from '../../web/format.ts';

const japanese = { language: 'ja', timeZone: 'Asia/Tokyo' } as const;
const english = { language: 'en', timeZone: 'Europe/London' } as const;
const now = '2026-11-20T18:12:05.000Z';

describe('times and numbers as their reader writes them', () => {
  const cases = [
    { given: 'today in Tokyo', said: shortTime('2026-11-20T15:30:00.000Z', japanese, now), is: '00:30' },
    {
      given: 'yesterday in Tokyo',
      said: shortTime('2026-11-20T14:59:00.000Z', japanese, now),
      is: '11月20日 23:59',
    },
    {
      given: 'another year',
      said: shortTime('2025-01-02T00:00:00.000Z', english, now),
      is: '2 Jan 2025 00:00',
    },
    { given: 'midnight', said: clockTime('2026-11-20T15:00:00.000Z', japanese), is: '00:00' },
    {
      given: 'summer time',
      said: clockTime('2026-07-01T12:00:00.000Z', english),
      is: '13:00',
    },
    {
      given: 'a zone that is none',
      said: clockTime(now, { language: 'en', timeZone: 'Mars/X' }),
      is: '18:12',
    },
    {
      given: 'a span of a day',
      said: spanText('2026-11-20T18:00:00.000Z', '2026-11-20T19:30:00.000Z', japanese, now),
      is: '03:00–04:30',
    },
    {
      given: 'a span over midnight',
      said: spanText('2026-11-20T23:00:00.000Z', '2026-11-21T01:00:00.000Z', english, now),
      is: '23:00 – 21 Nov 01:00',
    },
    { given: 'a day of the week', said: weekdayText(now, japanese), is: '11月21日(土)' },
    { given: 'the zone', said: zoneName(now, japanese), is: '日本標準時' },
    { given: 'seconds', said: roughDuration(42.9, english), is: '42 s' },
    { given: 'minutes', said: roughDuration(14 * 60 + 50, japanese), is: '14分' },
    { given: 'a few hours', said: roughDuration(2 * 3600 + 61, english), is: '2 h 1 min' },
    { given: 'many hours', said: roughDuration(20 * 3600 + 1800, english), is: '20 h' },
    { given: 'days', said: roughDuration(80 * 86_400 + 5000, english), is: '80 d' },
    { given: 'no time', said: roughDuration(0, japanese), is: '0秒' },
    { given: 'ten thousand', said: numberText(10_000, english), is: '10,000' },
    { given: 'a share', said: numberText(99.95, japanese, 2), is: '99.95' },
  ];
  for (const { given, said, is } of cases)
    it(`given ${given}, when it is written, then it reads ${is}`, () => expect(said).toBe(is));
});
