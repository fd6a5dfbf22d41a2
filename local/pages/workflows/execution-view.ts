import type { MachineDefinition, State } from '../../workflows/definition.ts';
import type { ExecutionDescription } from '../../workflows/engine.ts';
import type { HistoryEvent } from '../../workflows/history.ts';
import type { Course, Visit } from './course.ts';
import type { StateGraph } from './machine-graph.ts';

/** A machine as the pages know it. */
export interface MachineView {
  readonly name: string;
  readonly definition: MachineDefinition;
  readonly states: ReadonlyMap<string, State>;
  /** Absent when it is too large to be drawn. */
  readonly graph?: StateGraph;
}

/** One execution, and what of it was asked for. */
export interface ExecutionView {
  readonly execution: ExecutionDescription;
  readonly machine: MachineView;
  readonly course: Course;
  readonly selected?: SelectedState;
  readonly events: readonly HistoryEvent[];
  /** ARNs of executions that this one has started, the latest first. */
  readonly started: readonly string[];
  /** ARN of the execution that started this one. */
  readonly startedBy?: string;
}

/** The state that was chosen, and the stay in it. */
export interface SelectedState {
  readonly name: string;
  readonly state: State;
  readonly stay?: SelectedStay;
}

export interface SelectedStay {
  readonly visit: Visit;
  /** Among the stays in this state, from 1. */
  readonly place: number;
  readonly count: number;
  readonly previous?: Visit;
  readonly next?: Visit;
  /** What its events tell; JSON texts. */
  readonly input?: string;
  readonly arguments?: string;
  readonly result?: string;
  readonly output?: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly error?: string;
  readonly cause?: string;
  readonly child?: string;
}
