/** What a clock on the wall shows: no instant by itself, as summer time leaves hours out and has others twice. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    clocks.set(zone, clock);
  }
  return clock;
}

/** Reads the wall clock of a zone at an instant (milliseconds since the epoch). */
export function wallTimeAt(atMs: number, zone: string): WallTime {
  const wall = { year: 0, month: 0, day: 0, hour: 0, minute: 0 };
  for (const { type, value } of clockOf(zone).formatToParts(atMs)) {
    if (type in wall) wall[type as keyof typeof wall] = Number(value);
  }
  return wall;
}

/** Milliseconds that the wall clock would name if it were that of UTC: what calendars count with. */
export const asUtc = ({ year, month, day, hour, minute }: WallTime): number =>
  Date.UTC(year, month - 1, day, hour, minute);

/** Milliseconds by which the wall clock is ahead of UTC at an instant. */
export function offsetMs(atMs: number, zone: string): number {
  const whole = Math.floor(atMs / minuteMs) * minuteMs;
  return asUtc(wallTimeAt(whole, zone)) - whole;
}

/**
 * The instant at which a wall clock shows a time. Of an hour that is there twice the first is meant; a time that is left
 * out is moved on by what was left out (02:30 becomes 03:30), as RFC 5545 says.
 *
 * @param wall may be out of range, as `Date.UTC` takes it: day 32 is the first of the next month, or the second
 * @returns milliseconds since the epoch
 */
export function instantOfWall(wall: WallTime, zone: string): number {
  const wanted = asUtc(wall);
  const before = offsetMs(wanted - dayMs, zone);
  const after = offsetMs(wanted + dayMs, zone);
  // The larger offset gives the earlier instant: the first of two.
  for (const offset of before > after ? [before, after] : [after, before]) {
    if (offsetMs(wanted - offset, zone) === offset) return wanted - offset;
  }
  return wanted - before;
}

/** Midnight at which the day of an instant began. Where summer time leaves midnight out, the day's first moment. */
export function startOfDay(atMs: number, zone: string): number {
  return instantOfWall({ ...wallTimeAt(atMs, zone), hour: 0, minute: 0 }, zone);
}

/** The wall clock as a `datetime-local` field takes it: `2026-11-21T18:30`. */
export function toField(atMs: number, zone: string): string {
  return new Date(asUtc(wallTimeAt(atMs, zone))).toISOString().slice(0, 16);
}

/** @returns milliseconds since the epoch; undefined for a text that is no time of a field */
export function fromField(field: string, zone: string): number | undefined {
  const [, year, month, day, hour, minute] =
    /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::\d{2})?$/.exec(field) ?? [];
  if (year === undefined) return undefined;
  const wall = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
  };
  const isDate = new Date(asUtc(wall)).toISOString().startsWith(field.slice(0, 16));
  return isDate ? instantOfWall(wall, zone) : undefined;
}
