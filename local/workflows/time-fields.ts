import { expressionIn, type WaitState } from './definition.ts';
import { parseIsoInstant } from './iso-instant.ts';
import { evaluateQueryOfKind, QueryFault } from './query.ts';
import { limits } from './state-data.ts';
import { causeOf, StateFault, type Step, scopeOf } from './step.ts';

/** The service takes no longer Wait than this, and neither it nor the year of the execution can be outlived here. */
const longestWaitSeconds = 2 ** 31;

/**
 * When a Wait ends, as epoch milliseconds; in the past for one that is over at once.
 *
 * @throws QueryFault for a field that gives no time, StateFault `States.Runtime` for one that is too far away
 */
export async function waitEndMs(step: Step, { Seconds = 0, Timestamp }: WaitState): Promise<number> {
  if (Timestamp !== undefined) return await timestampMs(step, Timestamp);
  const seconds = await wholeSeconds(step, 'Seconds', Seconds);
  if (seconds < longestWaitSeconds) return step.change.nowMs + seconds * 1_000;
  const problem = `The Seconds field must be below ${longestWaitSeconds}, but was: ${seconds}`;
  throw new StateFault({ error: 'States.Runtime', cause: causeOf(step, problem) });
}

/**
 * The time limit of a task in seconds; `undefined` without one.
 *
 * @throws QueryFault for anything but a whole number of seconds, 1 or more
 */
export async function limitSeconds(
  step: Step,
  location: 'TimeoutSeconds' | 'HeartbeatSeconds',
  field: number | string | undefined,
): Promise<number | undefined> {
  if (field === undefined) return undefined;
  const seconds = await wholeSeconds(step, location, field);
  if (seconds >= 1 && seconds <= limits.seconds) return seconds;
  throw new QueryFault(
    location,
    `The ${location} field must be from 1 to ${limits.seconds}, but was: ${seconds}`,
  );
}

async function timestampMs(step: Step, field: string): Promise<number> {
  const source = expressionIn(field);
  const text =
    source === undefined ? field : await evaluateQueryOfKind(source, 'Timestamp', scopeOf(step), 'string');
  const instantMs = parseIsoInstant(String(text));
  if (instantMs !== undefined) return instantMs;
  const problem =
    'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string';
  throw new QueryFault('Timestamp', `${problem}: ${String(text)}`);
}

/** A whole number of seconds, 0 or more, given or computed. */
async function wholeSeconds(step: Step, location: string, field: number | string): Promise<number> {
  if (typeof field === 'number') return field;
  const source = expressionIn(field) ?? field;
  const seconds = await evaluateQueryOfKind(source, location, scopeOf(step), 'number');
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0) return seconds;
  throw new QueryFault(
    location,
    `The JSONata expression '${source}' specified for the field '${location}' returned ${String(seconds)}. ` +
      'Expected a whole number of seconds, 0 or more.',
  );
}
