import type { HistoryEvent } from '../../workflows/history.ts';
import { Course } from './course.ts';
import type { Owner } from './machine-graph.ts';

/** Where events come from, as the pages ask for them. */
export interface EventSource {
  /** `nextToken` is the id of the last event before the page. */
  getExecutionHistory(request: {
    executionArn: string;
    maxResults?: number | undefined;
    nextToken?: string | undefined;
    includeExecutionData?: boolean | undefined;
  }): { events: HistoryEvent[]; nextToken?: string };
}

/** Events may carry much; between two lots, others get their turn. */
const eventsPerLot = 250;
const mostKept = 16;

interface Kept {
  readonly course: Course;
  /** What reads it now; readers come one after the other. */
  reading: Promise<void>;
}

/** Courses of executions, kept while they are looked at: a page that is read again reads only what is new. */
export class Courses {
  readonly #source: EventSource;
  /** The one that was asked for last is the last. */
  readonly #kept = new Map<string, Kept>();

  constructor(source: EventSource) {
    this.#source = source;
  }

  /**
   * @param executionArn of an execution that started at `startDate`: a name may be used again after its execution is gone
   * @throws ServiceError `ExecutionDoesNotExist`
   */
  async read(
    { executionArn, startDate }: { executionArn: string; startDate: number },
    owners: ReadonlyMap<string, Owner>,
  ): Promise<Course> {
    const key = `${executionArn} ${startDate}`;
    const kept = this.#kept.get(key) ?? { course: new Course(owners), reading: Promise.resolve() };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    kept.reading = kept.reading.catch(() => undefined).then(() => this.#readOn(executionArn, kept.course));
    await kept.reading;
    return kept.course;
  }

  async #readOn(executionArn: string, course: Course): Promise<void> {
    for (let isMore = true; isMore; ) {
      const page = this.#source.getExecutionHistory({
        executionArn,
        maxResults: eventsPerLot,
        includeExecutionData: false,
        ...(course.lastEvent > 0 && { nextToken: String(course.lastEvent) }),
      });
      for (const event of page.events) course.add(event);
      isMore = page.nextToken !== undefined;
      if (isMore) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
