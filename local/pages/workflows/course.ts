import type { HistoryEvent } from '../../workflows/history.ts';
import type { Owner } from './machine-graph.ts';

/** How one stay in a state ended; none while it goes on. */
export type VisitEnd = 'succeeded' | 'caught' | 'failed' | 'aborted';

export type StateStatus = 'running' | VisitEnd | 'not-reached';

/** One try of a Task, a Parallel or a Map. */
export interface Attempt {
  readonly firstEvent: number;
  readonly startMs: number;
  endMs?: number;
  end?: 'succeeded' | 'failed' | 'aborted';
  error?: string;
}

/** Iterations of the last try of a Map. */
export interface Iterations {
  readonly total: number;
  succeeded: number;
  failed: number;
  aborted: number;
  running: number;
}

/** One line of control: the machine itself, a branch of a Parallel, or an iteration of a Map. */
export interface Scope {
  /** The stay in the Parallel or Map; none of the machine itself. */
  readonly owner?: Visit;
  /** Which of the owner's tries this is of, from 1. */
  readonly attempt: number;
  /** Of an iteration, from 0; of one that was redriven it is told at its end. */
  iteration?: number;
  /** Whether another line of control has taken its place. */
  isReplaced?: boolean;
  hasSucceeded?: boolean;
  /** The last stay in each state. */
  readonly last: Map<string, Visit>;
  /** The state that was left last. */
  left?: Visit;
}

/** One stay in a state, from its Entered event to its Exited event. */
export interface Visit {
  readonly name: string;
  readonly type: string;
  readonly scope: Scope;
  readonly enteredEvent: number;
  readonly enteredMs: number;
  exitedEvent?: number;
  endedMs?: number;
  end?: VisitEnd;
  /** The last event that tells why something in it failed. */
  faultEvent?: number;
  /** What a call of other work has answered, when that is told of. */
  answerEvent?: number;
  /** The error that stands: one that a later try has not mended. */
  error?: string;
  /** Of a Parallel or Map: whether it has told that it failed; what follows is a Catch or the end of its line. */
  hasToldFailure?: boolean;
  readonly attempts: Attempt[];
  iterations?: Iterations;
}

interface Place {
  readonly scope: Scope;
  readonly visit?: Visit;
}

/**
 * What an execution has done so far, read off its events one after the other. It holds no inputs or outputs: those are
 * read when somebody wants to see them.
 */
export class Course {
  /** By state, in the order in which they were entered. */
  readonly visits = new Map<string, Visit[]>();
  /** Ways that were gone, as {@link wayKey} writes them. */
  readonly ways = new Map<string, number>();
  readonly #owners: ReadonlyMap<string, Owner>;
  readonly #root: Scope = { attempt: 1, last: new Map() };
  readonly #branches = new Map<Visit, Map<number, Scope>>();
  readonly #iterations = new Map<Visit, Map<number, Scope>>();
  readonly #open = new Set<Visit>();
  /** By event. */
  readonly #places: (Place | undefined)[] = [];
  readonly #types: (string | undefined)[] = [];
  #lastEvent = 0;
  #redrives = 0;

  /** @param owners the Parallel or Map that each inner state lies in, see {@link ownersOf} */
  constructor(owners: ReadonlyMap<string, Owner>) {
    this.#owners = owners;
  }

  get lastEvent(): number {
    return this.#lastEvent;
  }

  get redrives(): number {
    return this.#redrives;
  }

  /** Events come in their order, each once. */
  add(event: HistoryEvent): void {
    const before = this.#places[event.previousEventId] ?? { scope: this.#root };
    this.#lastEvent = event.id;
    this.#types[event.id] = event.type;
    this.#places[event.id] = this.#take(event, before);
  }

  /** The stay that an event belongs to; none for events of the whole execution. */
  visitOf(event: number): Visit | undefined {
    return this.#places[event]?.visit;
  }

  /** How a state stands: by its last stay; inside a Map, by the last stays of all iterations of the last try. */
  statusOf(name: string): StateStatus {
    const shown = (this.visits.get(name) ?? []).filter(isCurrent);
    const ends = new Set(shown.map(({ end }) => end ?? 'running'));
    return gravest.find((end) => ends.has(end)) ?? 'not-reached';
  }

  #take(event: HistoryEvent, before: Place): Place {
    const { type, details } = event;
    if (type.endsWith('StateEntered')) return this.#enter(event, textOf(details.name), before);
    if (type.startsWith('MapIteration')) return this.#iterate(event, before);
    if (type.startsWith('Execution')) return this.#tellAll(event, before);
    const name = textOf(details.name) || textOf(details.state);
    const visit =
      name === '' ? this.#unnamed(type, before) : this.#named(name, event.previousEventId, before);
    if (visit === undefined) return before;
    this.#reopen(visit);
    if (type.endsWith('StateExited')) this.#exit(visit, event);
    else this.#note(visit, event, before.visit);
    return { scope: visit.scope, visit };
  }

  #enter(event: HistoryEvent, name: string, before: Place): Place {
    const scope = this.#scopeFor(name, event.previousEventId, before);
    if (scope.owner !== undefined) this.#reopen(scope.owner);
    const visit: Visit = {
      name,
      type: event.type.slice(0, -'StateEntered'.length),
      scope,
      enteredEvent: event.id,
      enteredMs: event.timestamp,
      attempts: [],
    };
    const way = wayKey(scope.left?.name ?? '', name);
    this.ways.set(way, (this.ways.get(way) ?? 0) + 1);
    const visits = this.visits.get(name) ?? [];
    this.visits.set(name, visits);
    visits.push(visit);
    scope.last.set(name, visit);
    this.#open.add(visit);
    return { scope, visit };
  }

  #exit(visit: Visit, { id, timestamp }: HistoryEvent): void {
    visit.exitedEvent = id;
    visit.endedMs = timestamp;
    visit.end = visit.error === undefined ? 'succeeded' : 'caught';
    visit.scope.left = visit;
    this.#open.delete(visit);
    if (visit.end === 'caught') this.#closeInside(visit, timestamp);
  }

  /**
   * What happens within a stay.
   *
   * @param cause the stay whose event came before: when a Parallel or Map fails, the one inside that made it fail
   */
  #note(visit: Visit, { id, timestamp, type, details }: HistoryEvent, cause: Visit | undefined): void {
    const running = visit.attempts.at(-1);
    const settle = (end: Attempt['end']): void => {
      if (running === undefined || running.end !== undefined || end === undefined) return;
      running.end = end;
      running.endMs = timestamp;
    };
    if (/^(Task|LambdaFunction)Scheduled$|^(Parallel|Map)StateStarted$/.test(type)) {
      // A Parallel or Map that is tried again has not told that it failed.
      if (running !== undefined && running.end === undefined && cause?.error !== undefined) {
        running.error = cause.error;
      }
      settle('failed');
      this.#closeInside(visit, timestamp);
      visit.attempts.push({ firstEvent: id, startMs: timestamp });
      delete visit.error;
      delete visit.hasToldFailure;
      if (type === 'MapStateStarted') {
        const total = typeof details.length === 'number' ? details.length : 0;
        visit.iterations = { total, succeeded: 0, failed: 0, aborted: 0, running: 0 };
      }
    } else if (/Failed$|TimedOut$/.test(type)) {
      const isFirst = visit.error === undefined;
      visit.error = textOf(details.error) || visit.error || '';
      if (isFirst || type !== 'EvaluationFailed') visit.faultEvent = id;
      if (running !== undefined && running.end === undefined) running.error = visit.error;
      settle('failed');
      if (type.endsWith('StateFailed')) {
        visit.hasToldFailure = true;
        if (visit.error === '' && cause?.error !== undefined && cause !== visit) {
          visit.error = cause.error;
          visit.faultEvent = cause.faultEvent ?? id;
        }
      }
    } else if (type.endsWith('StateAborted')) {
      settle('aborted');
      this.#close(visit, timestamp, 'aborted');
    } else if (/(Task|LambdaFunction|ParallelState|MapState)Succeeded$/.test(type)) {
      settle('succeeded');
      delete visit.error;
      visit.answerEvent = id;
    } else if (type === 'TaskSubmitted') visit.answerEvent = id;
  }

  #iterate(event: HistoryEvent, before: Place): Place {
    const { type, details, timestamp } = event;
    const map = this.#named(textOf(details.name), event.previousEventId, before);
    const index = typeof details.index === 'number' ? details.index : 0;
    if (map === undefined) return before;
    this.#reopen(map);
    const { iterations } = map;
    const scopes = this.#iterations.get(map) ?? new Map<number, Scope>();
    this.#iterations.set(map, scopes);
    const started = scopes.get(index);
    if (type === 'MapIterationStarted') {
      if (iterations !== undefined) iterations.running++;
      const scope: Scope = { ...newScope(map), iteration: index };
      scopes.set(index, scope);
      return { scope };
    }
    if (iterations !== undefined) {
      iterations.running--;
      if (type === 'MapIterationSucceeded') iterations.succeeded++;
      else if (type === 'MapIterationFailed') iterations.failed++;
      else iterations.aborted++;
    }
    const known = before.scope.owner === map ? before.scope : started;
    if (known === undefined) return { scope: map.scope, visit: map };
    known.iteration = index;
    known.hasSucceeded = type === 'MapIterationSucceeded';
    scopes.set(index, known);
    for (const visit of known.last.values()) if (this.#open.has(visit)) this.#close(visit, timestamp);
    return { scope: known };
  }

  /** What is told of the execution as a whole. */
  #tellAll(event: HistoryEvent, before: Place): Place {
    const { type, timestamp, previousEventId, id } = event;
    if (type === 'ExecutionRedriven') this.#redrive();
    if (!/^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(type)) return before;
    // The state that could not go on, and those it lies in, have failed; what ran beside them was stopped.
    if (type === 'ExecutionFailed' && previousEventId !== 0) {
      for (let visit = before.visit; visit !== undefined; visit = visit.scope.owner) {
        if (!this.#open.has(visit)) continue;
        // Only what ends the execution is told by its end.
        const error = textOf(event.details.error);
        if (visit === before.visit || visit.error === undefined || visit.error === '') {
          visit.error = error;
          visit.faultEvent = id;
        }
        this.#close(visit, timestamp, 'failed');
      }
    }
    for (const visit of [...this.#open]) this.#close(visit, timestamp);
    return before;
  }

  /** What did not succeed begins anew. */
  #redrive(): void {
    this.#redrives++;
    for (const [map, scopes] of this.#iterations) {
      if (map.exitedEvent !== undefined) continue;
      for (const scope of scopes.values()) if (scope.hasSucceeded !== true) scope.isReplaced = true;
      const { iterations } = map;
      if (iterations === undefined) continue;
      iterations.running += iterations.failed + iterations.aborted;
      iterations.failed = 0;
      iterations.aborted = 0;
    }
  }

  #close(visit: Visit, endedMs: number, end: VisitEnd = 'aborted'): void {
    if (!this.#open.delete(visit)) return;
    const { iterations } = visit;
    if (iterations !== undefined) {
      iterations.aborted += iterations.running;
      iterations.running = 0;
    }
    visit.endedMs = endedMs;
    visit.end = visit.error !== undefined || visit.type === 'Fail' ? 'failed' : end;
    const running = visit.attempts.at(-1);
    if (running !== undefined && running.end === undefined) {
      running.end = visit.end === 'failed' ? 'failed' : 'aborted';
      running.endMs = endedMs;
    }
    this.#closeInside(visit, endedMs);
  }

  #closeInside(owner: Visit, endedMs: number): void {
    if (owner.type !== 'Parallel' && owner.type !== 'Map') return;
    for (const visit of [...this.#open]) if (liesIn(visit, owner)) this.#close(visit, endedMs);
  }

  /** A redrive goes on with what had failed. */
  #reopen(visit: Visit): void {
    for (let one: Visit | undefined = visit; one !== undefined; one = one.scope.owner) {
      if (one.exitedEvent !== undefined || this.#open.has(one)) continue;
      delete one.end;
      delete one.endedMs;
      delete one.hasToldFailure;
      this.#open.add(one);
    }
  }

  /** The line of control in which a state is entered. */
  #scopeFor(name: string, previous: number, before: Place): Scope {
    const owner = this.#owners.get(name);
    if (owner === undefined) return this.#root;
    // Iterations begin with an event of their own; a branch begins with its first state.
    if (this.#types[previous] !== 'ParallelStateStarted' || before.visit?.name !== owner.name) {
      const enclosing = scopesFrom(before.scope).find((scope) => scope.owner?.name === owner.name);
      if (enclosing !== undefined) return enclosing;
    }
    const visit = this.#named(owner.name, previous, before) ?? this.#unfinished(owner.name);
    if (visit === undefined) return this.#root;
    return visit.type === 'Map' ? newScope(visit) : this.#branch(visit, owner.group);
  }

  /** A redrive goes on inside a state without a word of that state. */
  #unfinished(name: string): Visit | undefined {
    return this.visits.get(name)?.findLast(({ exitedEvent }) => exitedEvent === undefined);
  }

  #branch(owner: Visit, group: number): Scope {
    const scopes = this.#branches.get(owner) ?? new Map<number, Scope>();
    this.#branches.set(owner, scopes);
    const attempt = owner.attempts.length;
    const known = scopes.get(group);
    if (known !== undefined && known.attempt === attempt) return known;
    const scope = newScope(owner);
    scopes.set(group, scope);
    return scope;
  }

  /** The last stay in this state, in the line of control of the event before or in one round it. */
  #named(name: string, previous: number, before: Place): Visit | undefined {
    for (const scope of scopesFrom(before.scope)) {
      const last = scope.last.get(name);
      if (last !== undefined) return last;
    }
    // An expression that fails as its state begins is linked past the Entered event.
    return name === '' ? undefined : this.#scopeFor(name, previous, before).last.get(name);
  }

  /** Of events that name no state: the nearest stay of the fitting type that goes on. */
  #unnamed(type: string, before: Place): Visit | undefined {
    const wanted = /^(\w+?)State(?:Started|Succeeded|Failed|Aborted)$/.exec(type)?.[1];
    const first = before.visit ?? before.scope.owner;
    if (wanted === undefined) return first;
    for (let visit = first; visit !== undefined; visit = visit.scope.owner) {
      const hasEnded = visit.exitedEvent !== undefined || visit.hasToldFailure === true;
      if (visit.type === wanted && !hasEnded) return visit;
    }
    return undefined;
  }
}

/** A way between two states, as {@link Course.ways} has it; from the empty name where a line of control begins. */
export const wayKey = (from: string, to: string): string => `${from}\n${to}`;

const gravest: readonly Exclude<StateStatus, 'not-reached'>[] = [
  'running',
  'failed',
  'aborted',
  'caught',
  'succeeded',
];

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** This one and those round it, from the inside to the outside. */
function scopesFrom(scope: Scope): Scope[] {
  const scopes: Scope[] = [];
  for (let one: Scope | undefined = scope; one !== undefined; one = one.owner?.scope) scopes.push(one);
  return scopes;
}

const liesIn = (visit: Visit, owner: Visit): boolean =>
  scopesFrom(visit.scope).some((scope) => scope.owner === owner);

/** Whether nothing later has taken the place of this stay. */
const isCurrent = (visit: Visit): boolean =>
  visit.scope.last.get(visit.name) === visit && scopesFrom(visit.scope).every(isCurrentScope);

const newScope = (owner: Visit): Scope => ({ owner, attempt: owner.attempts.length, last: new Map() });

const isCurrentScope = ({ owner, attempt, isReplaced }: Scope): boolean =>
  owner === undefined ||
  (isReplaced !== true && owner.scope.last.get(owner.name) === owner && owner.attempts.length === attempt);
