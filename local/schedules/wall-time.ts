const dayMs = 86_400_000;

/** How far a zone's wall clock is ahead of UTC at an instant. */
export function offsetMs(ms: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(ms);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - Math.floor(ms / 1000) * 1000;
}

/** The instant at which a zone's wall clock shows a time; undefined when it never does. */
export function instantOfWallTime(wallMs: number, timeZone: string): number | undefined {
  for (const guess of [wallMs - dayMs, wallMs + dayMs]) {
    const at = wallMs - offsetMs(guess, timeZone);
    if (at + offsetMs(at, timeZone) === wallMs) return at;
  }
  return undefined;
}
