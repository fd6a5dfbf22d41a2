import type { HistoryEvent } from '../../../../local/workflows/history.ts';
import { difference, matchesText } from './likeness.ts';
import type { Played } from './play-case.ts';
import type { RecordedCase, RecordedEvent } from './recorded-case.ts';

/** What was judged, each with what is wrong; `undefined` for what is right, and no entry for what the case does not tell. */
export interface Verdict {
  readonly id: string;
  readonly category: string;
  /** Why the case could not be judged. */
  readonly skipped?: string;
  readonly status?: Judged;
  readonly types?: Judged;
  readonly causes?: Judged;
  readonly refused?: Judged;
  /** Everything else in the events: data, links, arguments. */
  readonly details?: Judged;
}

interface Judged {
  readonly miss: string | undefined;
}

/** Compares what a case came to here with what it came to at the service. */
export function judgeCase(recorded: RecordedCase, played: Played): Verdict {
  const { id, category, kind, expected } = recorded;
  const about = { id, category };
  if (kind === 'createError') return { ...about, refused: judgeRefusal(recorded, played) };
  if (played.refused !== undefined) {
    const miss = `the definition was refused: ${played.refused}`;
    return {
      ...about,
      status: { miss },
      ...(recorded.expectedEventTypes === undefined ? {} : { types: { miss } }),
    };
  }
  const { status, output, error, nextState } = played;
  const wanted = { status: expected.status, output: expected.output, error: expected.error };
  const came = { status, output, error };
  const verdict: Verdict = {
    ...about,
    status: {
      miss:
        difference(wanted, came) ??
        (expected.nextState === undefined ? undefined : difference(expected.nextState, nextState)),
    },
  };
  const causes = judgeCauses(recorded, played);
  const hasHistory =
    recorded.expectedEventTypes !== undefined && recorded.express !== true && recorded.racy !== true;
  return {
    ...verdict,
    ...(hasHistory ? { types: judgeTypes(recorded, played), details: judgeDetails(recorded, played) } : {}),
    ...(causes === undefined ? {} : { causes }),
  };
}

/** Refused as a whole counts; the words must hold the service's sentence, and may go on with a mend. */
function judgeRefusal({ expected }: RecordedCase, { refused }: Played): Judged {
  if (refused === undefined) return { miss: 'the definition was taken' };
  const sentence = (expected.message ?? '').replace(/^.*?operation: /, '').replace(/'$/, '');
  return {
    miss: matchesText(`<?>${sentence}<?>`, refused) ? undefined : `refused in other words: ${refused}`,
  };
}

function judgeTypes(recorded: RecordedCase, { events }: Played): Judged {
  const wanted = recorded.expectedEventTypes ?? [];
  const came = events.map(({ type }) => type);
  if (!isUnordered(recorded)) return { miss: difference(wanted, came) };
  const bag = difference([...wanted].sort(), [...came].sort());
  return {
    miss: bag ?? difference(stateChains(recorded.expectedEvents ?? []), stateChains(events.map(asRecorded))),
  };
}

function isUnordered({ concurrent, eventsSorted }: RecordedCase): boolean {
  return concurrent === true || eventsSorted === true;
}

/** For each state, the events that name it; the recordings of concurrent events do not tell their order. */
function stateChains(events: readonly { readonly type: string; readonly state?: unknown }[]): object {
  const chains = new Map<string, string[]>();
  for (const { type, state } of events) {
    if (typeof state !== 'string' || type.startsWith('MapIteration')) continue;
    chains.set(state, [...(chains.get(state) ?? []), type].sort());
  }
  return Object.fromEntries(chains);
}

function judgeCauses(recorded: RecordedCase, played: Played): Judged | undefined {
  const { expected, expectedEvents, racy } = recorded;
  const wanted = (expectedEvents ?? []).filter(({ cause }) => cause !== undefined);
  if (expected.cause === undefined && wanted.length === 0) return undefined;
  if (expected.cause !== undefined) {
    const miss = difference(expected.cause, played.cause);
    if (miss !== undefined) return { miss };
  }
  if (racy === true || expectedEvents === undefined) return { miss: undefined };
  const came = played.events.map(asRecorded).filter(({ cause }) => cause !== undefined);
  const causes = (events: readonly { readonly type: string; readonly cause?: unknown }[]) => {
    const told = events.map(({ type, cause }) => ({ type, cause }));
    return isUnordered(recorded) ? told.sort((one, other) => (one.type < other.type ? -1 : 1)) : told;
  };
  return { miss: difference(causes(wanted), causes(came)) };
}

function judgeDetails(recorded: RecordedCase, { events, tasks }: Played): Judged {
  for (const { state, arguments: came, stub } of tasks) {
    const miss = stub.arguments === undefined ? undefined : difference(stub.arguments, came);
    if (miss !== undefined) return { miss: `the arguments of ${state}: ${miss}` };
  }
  if (isUnordered(recorded) && (recorded.expectedEvents ?? []).some(({ id }) => id === null))
    return { miss: undefined };
  const actual = events.map(asRecorded);
  for (const [index, event] of (recorded.expectedEvents ?? []).entries()) {
    const came = Object.fromEntries(Object.keys(event).map((key) => [key, actual[index]?.[key]]));
    const miss = difference(event, came);
    if (miss !== undefined) return { miss: `event ${index + 1}: ${miss}` };
  }
  return { miss: undefined };
}

type ComparableEvent = Pick<RecordedEvent, 'type'> & Readonly<Record<string, unknown>>;

/** An event as the recordings write it. */
function asRecorded({ id, previousEventId, type, details }: HistoryEvent): ComparableEvent {
  const { name, state, assignedVariables, timeoutInSeconds, heartbeatInSeconds, ...rest } = details;
  return {
    id,
    prev: previousEventId,
    type,
    ...rest,
    state: state ?? name,
    assigned: assignedVariables,
    timeout: timeoutInSeconds,
    heartbeat: heartbeatInSeconds,
  };
}
