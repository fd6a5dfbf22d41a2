import { useState } from 'preact/hooks';
import type { OccurrenceView } from '../../core/api/maintenances.ts';
import type { Instant } from '../../core/instant.ts';
import { useNow } from '../clock.ts';
import { clockTime, isSameDay } from '../format.ts';
import { useLive } from '../live.ts';
import { announce } from '../parts/announcer.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { usePortal } from '../portal.ts';
import { occurrences } from '../resources.ts';
import { changeQuery, useQuery } from '../router.ts';
import { maintenanceWords } from '../words/maintenance-words.ts';
import { useWords } from '../words/words.ts';
import {
  type Bar,
  barsOf,
  type CalendarDay,
  dateAt,
  isMonth,
  isOn,
  monthAt,
  shiftMonth,
  weeksOf,
} from './calendar-month.ts';
import { monthText, periodText, scopeText, wholeDay } from './period-text.ts';
import { weekdays } from './rule-form.ts';

const instantOf = (atMs: number): Instant => new Date(atMs).toISOString();

/** A month with its periods of maintenance: a table where there is room, a list by day where there is not. */
export function MonthCalendar() {
  const words = useWords(maintenanceWords);
  const portal = usePortal();
  const now = useNow(60_000);
  const present = monthAt(Date.parse(now), portal.timeZone);
  const asked = useQuery().get('month') ?? '';
  const month = isMonth(asked) ? asked : present;
  const weeks = weeksOf(month, portal.timeZone);
  const beginMs = weeks[0]?.[0]?.beginMs ?? 0;
  const endMs = weeks.at(-1)?.at(-1)?.endMs ?? 0;
  const live = useLive(occurrences(instantOf(beginMs), instantOf(endMs)), 60_000);
  const nameOf = (one: string) => monthText(`${one}-15T00:00:00.000Z`, { ...portal, timeZone: 'UTC' });
  const go = (to: string) => {
    changeQuery({ month: to === present ? undefined : to }, { push: true });
    announce(nameOf(to));
  };
  return (
    <section aria-labelledby="calendar">
      <div class="calendar-head">
        <h2 id="calendar">
          <span class="visually-hidden">{words.calendar.title} </span>
          {nameOf(month)}
        </h2>
        <div class="calendar-steps">
          <button
            type="button"
            class="button button-plain button-small"
            aria-disabled={month === present}
            onClick={() => go(present)}
          >
            {words.calendar.today}
          </button>
          <button
            type="button"
            class="button button-plain button-small"
            aria-label={words.calendar.previous}
            onClick={() => go(shiftMonth(month, -1))}
          >
            <Arrow d="M10 3 5 8l5 5" />
          </button>
          <button
            type="button"
            class="button button-plain button-small"
            aria-label={words.calendar.next}
            onClick={() => go(shiftMonth(month, 1))}
          >
            <Arrow d="m6 3 5 5-5 5" />
          </button>
        </div>
      </div>
      <Loaded live={live}>
        {({ items, isCut }) => (
          <div class="calendar-box">
            {isCut && <p class="stale">{words.calendar.cut}</p>}
            <Weeks key={month} name={nameOf(month)} weeks={weeks} periods={items} now={now} />
            <Agenda days={weeks.flat().filter(({ isOfMonth }) => isOfMonth)} periods={items} now={now} />
          </div>
        )}
      </Loaded>
    </section>
  );
}

const Arrow = ({ d }: { d: string }) => (
  <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path d={d} />
  </svg>
);

interface WeeksProps {
  readonly name: string;
  readonly weeks: readonly (readonly CalendarDay[])[];
  readonly periods: readonly OccurrenceView[];
  readonly now: Instant;
}

/** Lines of a day before the rest is folded away. */
const mostLanes = 3;

function Weeks({ name, weeks, periods, now }: WeeksProps) {
  const words = useWords(maintenanceWords);
  const portal = usePortal();
  const [open, setOpen] = useState<readonly string[]>([]);
  const today = dateAt(Date.parse(now), portal.timeZone);
  return (
    <table class="calendar">
      <caption class="visually-hidden">{words.calendar.table(name)}</caption>
      <thead>
        <tr>
          {weekdays.map((day) => (
            <th key={day} scope="col" abbr={words.form.longWeekdays[day]}>
              {words.form.weekdays[day]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => {
          const [first] = week;
          const id = first?.date ?? '';
          const isOpen = open.includes(id);
          const bars = barsOf(week, periods);
          const lanes = bars.reduce((most, { lane }) => Math.max(most, lane + 1), 0);
          return (
            <tr key={id}>
              {week.map((day, place) => (
                <td
                  key={day.date}
                  class={[
                    'day',
                    day.isOfMonth ? '' : 'day-beside',
                    day.date === today ? 'day-today' : '',
                  ].join(' ')}
                >
                  <DayNumber day={day} isToday={day.date === today} />
                  <Lanes
                    bars={bars}
                    place={place}
                    lanes={isOpen ? lanes : Math.min(lanes, mostLanes)}
                    now={now}
                  />
                  <Folded
                    day={day}
                    bars={bars.filter((bar) => bar.lane >= mostLanes && covers(bar, place))}
                    isOpen={isOpen}
                    toggle={() => setOpen(isOpen ? open.filter((one) => one !== id) : [...open, id])}
                  />
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const covers = ({ day, days }: Bar<unknown>, place: number): boolean => place >= day && place < day + days;

function DayNumber({ day, isToday }: { day: CalendarDay; isToday: boolean }) {
  const words = useWords(maintenanceWords);
  const portal = usePortal();
  return (
    <p class="day-number">
      <time dateTime={day.date} aria-current={isToday ? 'date' : undefined}>
        <span aria-hidden="true">{day.day}</span>
        <span class="visually-hidden">
          {wholeDay(instantOf(day.beginMs), portal, instantOf(day.beginMs))}
          {isToday && `, ${words.calendar.today}`}
        </span>
      </time>
    </p>
  );
}

interface LanesProps {
  readonly bars: readonly Bar<OccurrenceView>[];
  readonly place: number;
  readonly lanes: number;
  readonly now: Instant;
}

/** The lines of one day: each bar is drawn on its first day and lies over the others. */
function Lanes({ bars, place, lanes, now }: LanesProps) {
  const words = useWords(maintenanceWords);
  const last = bars.reduce(
    (most, bar) => (bar.lane < lanes && covers(bar, place) ? Math.max(most, bar.lane + 1) : most),
    0,
  );
  if (last === 0) return null;
  return (
    <ul class="lanes">
      {Array.from({ length: last }, (_, lane) => {
        const bar = bars.find((one) => one.lane === lane && covers(one, place));
        if (bar === undefined) return <li key={lane} class="lane" aria-hidden="true" />;
        return (
          <li key={lane} class="lane">
            {bar.day === place ? (
              <PeriodBar bar={bar} now={now} />
            ) : (
              <span class="visually-hidden">
                {bar.period.reason}: {words.calendar.goesOn}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function PeriodBar({ bar, now }: { bar: Bar<OccurrenceView>; now: Instant }) {
  const words = useWords(maintenanceWords);
  const portal = usePortal();
  const { from, until, reason, scope, id } = bar.period;
  const state = until <= now ? 'over' : from <= now ? 'now' : 'next';
  const begin = bar.begins ? `${clockTime(from, portal)} ` : '';
  const whole = `${begin}${reason}, ${periodText(from, until, portal, now)}, ${scopeText(scope, words)}`;
  return (
    <a
      class={[
        'period',
        `period-${state}`,
        `span-${bar.days}`,
        bar.begins ? '' : 'period-from-before',
        bar.ends ? '' : 'period-goes-on',
      ].join(' ')}
      href={portal.to(`/maintenance/${id}`)}
      title={whole}
      aria-label={whole}
    >
      {begin !== '' && <span class="period-at">{begin}</span>}
      {reason}
    </a>
  );
}

interface FoldedProps {
  readonly day: CalendarDay;
  readonly bars: readonly Bar<OccurrenceView>[];
  readonly isOpen: boolean;
  readonly toggle: () => void;
}

/** What has no room, behind a button. */
function Folded({ day, bars, isOpen, toggle }: FoldedProps) {
  const { calendar: words } = useWords(maintenanceWords);
  const portal = usePortal();
  if (bars.length === 0) return null;
  const name = wholeDay(instantOf(day.beginMs), portal, instantOf(day.beginMs));
  return (
    <button
      type="button"
      class="day-more"
      aria-expanded={isOpen}
      aria-label={words.moreOn(bars.length, name)}
      onClick={toggle}
    >
      {isOpen ? words.fewer : words.more(bars.length)}
    </button>
  );
}

interface AgendaProps {
  readonly days: readonly CalendarDay[];
  readonly periods: readonly OccurrenceView[];
  readonly now: Instant;
}

/** The same by day, one below the other; a period stands on its first day. */
function Agenda({ days, periods, now }: AgendaProps) {
  const words = useWords(maintenanceWords);
  const portal = usePortal();
  const shown = new Set<OccurrenceView>();
  const filled = days.flatMap((day) => {
    const own = periods.filter((period) => isOn(period, day) && !shown.has(period));
    for (const period of own) shown.add(period);
    return own.length === 0 ? [] : [{ day, own }];
  });
  const today = dateAt(Date.parse(now), portal.timeZone);
  if (filled.length === 0) return <p class="agenda quiet">{words.calendar.none}</p>;
  // Who looks at this month wants to know what comes.
  const isPresent = days.some(({ date }) => date === today);
  const past = isPresent ? filled.filter(({ own }) => own.every(({ until }) => until <= now)) : [];
  const rest = filled.filter((one) => !past.includes(one));
  const count = past.reduce((sum, { own }) => sum + own.length, 0);
  return (
    <div class="agenda">
      {past.length > 0 && (
        <details class="agenda-earlier">
          <summary>{words.calendar.earlier(count)}</summary>
          <ol>{past.map(dayEntry)}</ol>
        </details>
      )}
      <ol>{rest.map(dayEntry)}</ol>
    </div>
  );

  function dayEntry({ day, own }: (typeof filled)[number]) {
    return (
      <li key={day.date}>
        <h3 class={day.date === today ? 'agenda-today' : undefined}>
          {wholeDay(instantOf(day.beginMs), portal, now)}
          {day.date === today && <span class="badge">{words.calendar.today}</span>}
        </h3>
        <ul>
          {own.map((period) => (
            <li key={`${period.id} ${period.from}`}>
              <a
                class={`agenda-entry agenda-${period.until <= now ? 'over' : period.from <= now ? 'now' : 'next'}`}
                href={portal.to(`/maintenance/${period.id}`)}
              >
                <span class="agenda-at">{timesOn(period, day)}</span>
                <span class="agenda-reason">{period.reason}</span>
                <span class="quiet">{scopeText(period.scope, words, 3)}</span>
              </a>
            </li>
          ))}
        </ul>
      </li>
    );
  }

  function timesOn({ from, until }: OccurrenceView, day: CalendarDay): string {
    const isFromBefore = Date.parse(from) < day.beginMs;
    if (!isFromBefore && isSameDay(from, until, portal))
      return `${clockTime(from, portal)}–${clockTime(until, portal)}`;
    const end = `${wholeDay(until, portal, now)} ${clockTime(until, portal)}`;
    const begin = isFromBefore ? `${wholeDay(from, portal, now)} ` : '';
    return `${begin}${clockTime(from, portal)} – ${end}`;
  }
}
