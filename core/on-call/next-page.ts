import { addSeconds, type Instant } from '../instant.ts';
import type { Engineer } from './rota.ts';
import type { Page, PagedPerson } from './second-response.ts';

/** Who has not acknowledged by then is followed by the next one. */
export const acknowledgeSeconds = 600;

/** The same person is paged so often within an hour at most: a rota of one must not ring through the night. */
export const pagesOfOnePersonPerHour = 2;

export interface NextPage {
  readonly number: number;
  readonly lap: number;
  /** When it is due, which may be past. */
  readonly due: Instant;
  readonly to: PagedPerson;
}

/**
 * Who is paged next, and when. The rota is gone through in its order, each engineer once; then comes the operators' desk,
 * and then the rota again. It has no end: somebody must take the incident.
 *
 * @param pages so far, oldest first
 * @param onCall who is on call at this moment; a shift that has begun since is paged by the new order
 */
export function nextPage(pages: readonly Page[], onCall: readonly Engineer[], at: Instant): NextPage {
  const last = pages.at(-1);
  if (last === undefined) return { number: 1, lap: 1, due: at, to: firstOf(onCall) };
  const ofLap = pages.filter(({ lap }) => lap === last.lap).map(({ to }) => to);
  const untried = onCall.find((one) => !ofLap.some((to) => isSame(to, engineer(one))));
  const isLapOver = untried === undefined && ofLap.some(({ kind }) => kind === 'desk');
  const to = isLapOver ? firstOf(onCall) : untried === undefined ? desk : engineer(untried);
  return {
    number: last.number + 1,
    lap: last.lap + (isLapOver ? 1 : 0),
    due: latest(addSeconds(last.at, acknowledgeSeconds), restOf(pages, to)),
    to,
  };
}

const desk: PagedPerson = { kind: 'desk' };

const engineer = (one: Engineer): PagedPerson => ({ kind: 'engineer', ...one });

const firstOf = ([first]: readonly Engineer[]): PagedPerson => (first === undefined ? desk : engineer(first));

/** The address of an engineer may be changed between two pages. */
const isSame = (one: PagedPerson, other: PagedPerson): boolean =>
  one.kind === 'desk' || other.kind === 'desk' ? one.kind === other.kind : one.id === other.id;

/** Until when this person is left alone. */
function restOf(pages: readonly Page[], person: PagedPerson): Instant {
  const bounding = pages.filter(({ to }) => isSame(to, person)).at(-pagesOfOnePersonPerHour);
  return bounding === undefined ? '' : addSeconds(bounding.at, 3600);
}

/** ISO instants in UTC sort as text; the empty one comes before all. */
const latest = (one: Instant, other: Instant): Instant => (one > other ? one : other);
