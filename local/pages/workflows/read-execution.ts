import type { ExecutionDescription } from '../../workflows/engine.ts';
import type { HistoryEvent } from '../../workflows/history.ts';
import type { WorkflowSource } from '../page-sources.ts';
import type { Course, StateStatus, Visit } from './course.ts';
import { Courses } from './courses.ts';
import { eventsPerPage } from './event-table.ts';
import type { ExecutionView, MachineView, SelectedState, SelectedStay } from './execution-view.ts';
import { parsed } from './json-block.ts';
import { ownersOf } from './machine-graph.ts';
import { Machines } from './machines.ts';

/** What of an execution a page is to show. */
export interface ExecutionWish {
  /** Name of a state. */
  readonly state?: string;
  /** Entered event of one stay in it; its last one without. */
  readonly visit?: number;
  /** First event of the table. */
  readonly from: number;
}

const startedShown = 20;

/** Reads what the pages show of executions, and keeps what they ask for again and again. */
export class ExecutionReader {
  readonly #source: WorkflowSource;
  readonly #machines: Machines;
  readonly #courses: Courses;

  constructor(source: WorkflowSource, machines = new Machines(source)) {
    this.#source = source;
    this.#machines = machines;
    this.#courses = new Courses(source);
  }

  /** @throws ServiceError `ExecutionDoesNotExist` */
  async read(executionArn: string, wish: ExecutionWish): Promise<ExecutionView> {
    const execution = this.#source.describeExecution({ executionArn });
    const machine = this.#machines.ofExecution(execution);
    const course = await this.#courses.read(execution, ownersOf(machine.definition));
    const selected = this.#select(execution, machine, course, wish);
    const startedBy = this.#source.parentOf({ executionArn }) ?? starterOf(execution);
    return {
      execution,
      machine,
      course,
      events: this.#events(executionArn, wish.from, eventsPerPage),
      started: this.#startedBy(executionArn, machine, course),
      ...(selected !== undefined && { selected }),
      ...(startedBy !== undefined && { startedBy }),
    };
  }

  /** @throws ServiceError `ExecutionDoesNotExist` */
  event(executionArn: string, id: number): HistoryEvent | undefined {
    const [event] = this.#events(executionArn, id, 1);
    return event?.id === id ? event : undefined;
  }

  #events(executionArn: string, from: number, count: number): HistoryEvent[] {
    const page = { executionArn, maxResults: count, nextToken: String(Math.max(0, from - 1)) };
    return this.#source.getExecutionHistory(page).events;
  }

  #select(
    { executionArn }: ExecutionDescription,
    { states }: MachineView,
    course: Course,
    wish: ExecutionWish,
  ): SelectedState | undefined {
    const name = wish.state ?? '';
    const state = states.get(name);
    if (state === undefined) return undefined;
    const visits = course.visits.get(name) ?? [];
    const chosen = visits.find(({ enteredEvent }) => enteredEvent === wish.visit) ?? telling(visits);
    if (chosen === undefined) return { name, state };
    const index = visits.indexOf(chosen);
    const previous = visits[index - 1];
    const next = visits[index + 1];
    return {
      name,
      state,
      stay: {
        ...this.#stay(executionArn, chosen),
        place: index + 1,
        count: visits.length,
        ...(previous !== undefined && { previous }),
        ...(next !== undefined && { next }),
      },
    };
  }

  /** What the events of a stay tell. */
  #stay(executionArn: string, visit: Visit): Omit<SelectedStay, 'place' | 'count'> {
    const detailsOf = (id: number | undefined): Readonly<Record<string, unknown>> =>
      id === undefined ? {} : (this.event(executionArn, id)?.details ?? {});
    const entered = detailsOf(visit.enteredEvent);
    const exited = detailsOf(visit.exitedEvent);
    const scheduled = detailsOf(visit.attempts.at(-1)?.firstEvent);
    const answer = detailsOf(visit.answerEvent);
    const fault = detailsOf(visit.faultEvent);
    const isCall = visit.type === 'Task';
    const text = <Field extends string>(field: Field, value: unknown): { [Name in Field]?: string } =>
      typeof value === 'string' ? ({ [field]: value } as { [Name in Field]: string }) : {};
    return {
      visit,
      variables: textsOf(exited.assignedVariables),
      ...text('input', entered.input),
      ...text('arguments', isCall ? (scheduled.parameters ?? scheduled.input) : undefined),
      ...text('result', isCall ? answer.output : undefined),
      ...text('output', exited.output),
      ...text('error', fault.error),
      ...text('cause', fault.cause),
      ...text('child', childIn(answer.output) ?? childIn(fault.cause)),
    };
  }

  #startedBy(executionArn: string, { states }: MachineView, course: Course): string[] {
    const visits = [...states]
      .filter(([, state]) => state.Type === 'Task' && state.Resource.includes(':states:startExecution'))
      .flatMap(([name]) => course.visits.get(name) ?? [])
      .toSorted((a, b) => b.enteredEvent - a.enteredEvent)
      .slice(0, startedShown);
    return visits
      .map(({ answerEvent, faultEvent }) => {
        const id = answerEvent ?? faultEvent;
        const details = id === undefined ? undefined : this.event(executionArn, id)?.details;
        return childIn(details?.output) ?? childIn(details?.cause);
      })
      .filter((arn) => arn !== undefined);
  }
}

const order: readonly StateStatus[] = ['running', 'failed', 'aborted', 'caught', 'succeeded'];

/** Of the stays in a state, the last of those that a reader looks for first. */
function telling(visits: readonly Visit[]): Visit | undefined {
  const last = visits.at(-1);
  // Iterations of a Map stand side by side: of them, the one that runs or failed tells more than the one that began last.
  const beside = visits.filter(({ scope }) => scope.owner !== undefined && scope.owner === last?.scope.owner);
  for (const end of order) {
    const found = beside.findLast((visit) => (visit.end ?? 'running') === end);
    if (found !== undefined) return found;
  }
  return last;
}

const textsOf = (value: unknown): Record<string, string> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      )
    : {};

const arnPattern = /^arn:[\w-]+:states:[\w-]*:\d*:execution:[^:\s]{1,80}:[^:\s]{1,80}$/;

/** The execution that an answer of `states:startExecution` names. */
function childIn(text: unknown): string | undefined {
  if (typeof text !== 'string' || !text.includes('ExecutionArn')) return undefined;
  return arnIn(parsed(text), 'ExecutionArn');
}

/** Of an execution that was started from outside the engine: by convention its input tells by which. */
const starterOf = ({ input }: ExecutionDescription): string | undefined =>
  arnIn(parsed(input), 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID');

function arnIn(value: unknown, field: string): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined;
  const arn = (value as Record<string, unknown>)[field];
  return typeof arn === 'string' && arnPattern.test(arn) ? arn : undefined;
}
