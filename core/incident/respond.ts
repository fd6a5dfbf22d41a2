import type { Instant } from '../instant.ts';
import type { Incident } from './incident.ts';
import type { Stage } from './next-step.ts';
import type { CallsEnd, ResponseMessage } from './response.ts';

/**
 * Notes that a stage of the response has been started.
 *
 * @returns the incident to write, or undefined when it is noted already
 */
export function noteBegun(
  incident: Incident,
  stage: Stage,
  round: number,
  at: Instant,
): Incident | undefined {
  const { response = { rounds: 0 }, version } = incident;
  if (stage === 'second-response') {
    if (response.secondResponse !== undefined) return undefined;
    return { ...incident, response: { ...response, secondResponse: { since: at } }, version: version + 1 };
  }
  if (response.rounds >= round) return undefined;
  const running = { stage, round, since: at };
  return { ...incident, response: { ...response, rounds: round, running }, version: version + 1 };
}

/** What a stage leaves behind when it ends. */
export interface RoundEnd {
  readonly calls?: CallsEnd;
  readonly messages?: readonly ResponseMessage[];
}

/**
 * Notes that a round has ended, well or not, and with it what it has to tell. The incident's workflow then decides anew.
 *
 * @returns the incident to write, or undefined when this round had ended before
 */
export function noteEnded(
  incident: Incident,
  round: number,
  { calls, messages = [] }: RoundEnd = {},
): Incident | undefined {
  const { response } = incident;
  if (response?.running?.round !== round) return undefined;
  const { running: _ended, ...kept } = response;
  return addMessages(
    {
      ...incident,
      response: { ...kept, ...(calls !== undefined && { calls }) },
      news: incident.news + 1,
      version: incident.version + 1,
    },
    messages,
  );
}

/** What was told is in the mails; an incident that goes on for weeks must fit into an item of the table. */
const toldKept = 10;

/** Adds what is to be told; what has a key that is there already is not told again. The caller raises `news` and `version`. */
export function addMessages(incident: Incident, messages: readonly ResponseMessage[]): Incident {
  const known = new Set((incident.messages ?? []).map(({ key }) => key));
  const added = messages.filter(({ key }) => !known.has(key));
  if (added.length === 0) return incident;
  const all = [...(incident.messages ?? []), ...added];
  const forgotten = all.filter(({ mail }) => mail !== undefined).slice(0, -toldKept);
  return { ...incident, messages: all.filter((one) => !forgotten.includes(one)) };
}
