import { Temporal } from 'temporal-polyfill';

const years = new Map<number, ReadonlySet<string>>();

/**
 * Japan's public holidays of a year: those of the law, the days that stand in for one on a Sunday, and the days between
 * two of them.
 *
 * The equinoxes are fixed each February for the year after; the formula has met every one since 1980 and is good to 2150.
 * The other rules are those of 2007 and later. A change of the law needs a change here, or dates in the settings.
 *
 * @returns dates as `2026-05-06`
 * @see 国民の祝日に関する法律 (昭和二十三年法律第百七十八号), articles 2 and 3
 */
export function japaneseHolidays(year: number): ReadonlySet<string> {
  const known = years.get(year);
  if (known !== undefined) return known;
  const holidays = new Set(byLaw(year));
  const all = new Set(holidays);
  for (const text of holidays) {
    const date = Temporal.PlainDate.from(text);
    // Article 3 (2): the next day that is no holiday itself stands in for a Sunday.
    if (date.dayOfWeek === sunday) {
      let next = date.add({ days: 1 });
      while (holidays.has(next.toString())) next = next.add({ days: 1 });
      all.add(next.toString());
    }
    // Article 3 (3): a day between two holidays is one, too.
    const between = date.add({ days: 1 }).toString();
    if (!holidays.has(between) && holidays.has(date.add({ days: 2 }).toString())) all.add(between);
  }
  years.set(year, all);
  return all;
}

const monday = 1;
const sunday = 7;

function byLaw(year: number): string[] {
  const on = (month: number, day: number): string => Temporal.PlainDate.from({ year, month, day }).toString();
  const onMonday = (month: number, count: number): string => {
    const first = Temporal.PlainDate.from({ year, month, day: 1 });
    const toMonday = (7 + monday - first.dayOfWeek) % 7;
    return first.add({ days: toMonday + 7 * (count - 1) }).toString();
  };
  return [
    on(1, 1), // 元日
    onMonday(1, 2), // 成人の日
    on(2, 11), // 建国記念の日
    ...emperorsBirthday(year).map(([month, day]) => on(month, day)), // 天皇誕生日
    on(3, equinoxDay(year, year < 2100 ? 20.8431 : 21.851)), // 春分の日
    on(4, 29), // 昭和の日
    on(5, 3), // 憲法記念日
    on(5, 4), // みどりの日
    on(5, 5), // こどもの日
    onMonday(9, 3), // 敬老の日
    on(9, equinoxDay(year, year < 2100 ? 23.2488 : 24.2488)), // 秋分の日
    on(11, 3), // 文化の日
    on(11, 23), // 勤労感謝の日
    ...(movedForTheGames.get(year)?.map(([month, day]) => on(month, day)) ?? [
      onMonday(7, 3), // 海の日
      ...(year < 2016 ? [] : [on(8, 11)]), // 山の日
      onMonday(10, 2), // スポーツの日
    ]),
    // 即位の日, 即位礼正殿の儀: for one year, by a law of their own.
    ...(year === 2019 ? [on(5, 1), on(10, 22)] : []),
  ];
}

/** 海の日, スポーツの日 and 山の日 of the years that were to have, and had, the Olympic Games. */
const movedForTheGames: ReadonlyMap<number, readonly (readonly [number, number])[]> = new Map([
  [
    2020,
    [
      [7, 23],
      [7, 24],
      [8, 10],
    ],
  ],
  [
    2021,
    [
      [7, 22],
      [7, 23],
      [8, 8],
    ],
  ],
]);

/** The old one had passed and the new one had not come when the emperors changed in 2019. */
function emperorsBirthday(year: number): readonly (readonly [number, number])[] {
  if (year === 2019) return [];
  return year < 2019 ? [[12, 23]] : [[2, 23]];
}

/** Counted from 1980 by the length of the tropical year. */
const equinoxDay = (year: number, in1980: number): number =>
  Math.floor(in1980 + 0.242194 * (year - 1980) - Math.floor((year - 1980) / 4));
