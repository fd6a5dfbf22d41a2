import { describe, expect, it } from 'vitest';
import { duration, isUtc, localTime, utcTime } from '../../../core/mail/local-time.ts';

const winter = '2026-01-31T23:30:05.000Z';
const summer = '2026-07-01T22:59:59.999Z';

describe('the wall clock of an account', () => {
  const cases = [
    { at: winter, zone: 'Asia/Tokyo', language: 'ja', then: '2026-02-01(日) 08:30:05 日本標準時' },
    { at: winter, zone: 'Asia/Tokyo', language: 'en', then: 'Sun 2026-02-01 08:30:05 Japan Standard Time' },
    {
      at: winter,
      zone: 'Europe/Berlin',
      language: 'en',
      then: 'Sun 2026-02-01 00:30:05 Central European Standard Time',
    },
    {
      at: summer,
      zone: 'Europe/Berlin',
      language: 'ja',
      then: '2026-07-02(木) 00:59:59 中央ヨーロッパ夏時間',
    },
    { at: summer, zone: 'UTC', language: 'ja', then: '2026-07-01 22:59:59 UTC' },
    { at: summer, zone: 'Nowhere/Atall', language: 'en', then: '2026-07-01 22:59:59 UTC' },
  ] as const;
  for (const { at, zone, language, then } of cases) {
    it(`given ${at} in ${zone} for a reader of ${language}, then it is ${then}`, () =>
      expect(localTime(at, zone, language)).toBe(then));
  }

  it('given an instant, then UTC is written without fractions', () =>
    expect(utcTime(summer)).toBe('2026-07-01 22:59:59 UTC'));

  it('given a zone, then it is known whether it is UTC', () => {
    expect(['UTC', 'Etc/UTC', 'Nowhere', 'Asia/Tokyo', 'Europe/London'].map(isUtc)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('how long it lasted', () => {
  const cases = [
    { seconds: 0, ja: '0秒', en: '0 s' },
    { seconds: 59.6, ja: '1分', en: '1 min' },
    { seconds: 725, ja: '12分5秒', en: '12 min 5 s' },
    { seconds: 3600, ja: '1時間', en: '1 h' },
    { seconds: 3661, ja: '1時間1分', en: '1 h 1 min' },
    { seconds: 3605, ja: '1時間', en: '1 h' },
    { seconds: 90_061, ja: '1日1時間', en: '1 d 1 h' },
    { seconds: -5, ja: '0秒', en: '0 s' },
  ];
  for (const { seconds, ja, en } of cases) {
    it(`given ${seconds} s, then it is ${ja} and ${en}`, () =>
      expect([duration(seconds, 'ja'), duration(seconds, 'en')]).toEqual([ja, en]));
  }
});
