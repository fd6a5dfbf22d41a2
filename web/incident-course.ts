import type { IncidentView } from '../core/api/incidents.ts';
import type { TimelineEntry } from '../core/incident/timeline.ts';
import type { Instant } from '../core/instant.ts';

export type CourseStep = 'failed' | 'confirmed' | 'mailed' | 'response' | 'called' | 'engineers' | 'well';

/** The turning points of an incident, in order of time: what a customer asks for first. */
export function courseOf({
  timeline,
  alerts,
  failingSince,
}: Pick<IncidentView, 'timeline' | 'alerts' | 'failingSince'>): { step: CourseStep; at: Instant }[] {
  const first = (kinds: readonly TimelineEntry['kind'][]): Instant | undefined =>
    timeline
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ at }) => at)
      .sort()[0];
  const joined = alerts.map(({ joinedAt }) => joinedAt).sort()[0];
  const well = alerts.every(({ wellAt }) => wellAt !== undefined)
    ? alerts
        .map(({ wellAt = '' }) => wellAt)
        .sort()
        .at(-1)
    : undefined;
  const points: readonly [CourseStep, Instant | undefined][] = [
    ['failed', failingSince],
    ['confirmed', joined],
    ['mailed', first(['mailed'])],
    ['response', first(['command', 'response'])],
    ['called', first(['call'])],
    ['engineers', first(['page'])],
    ['well', well],
  ];
  return points
    .flatMap(([step, at]) => (at === undefined ? [] : [{ step, at }]))
    .sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
}
