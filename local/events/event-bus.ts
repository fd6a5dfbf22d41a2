import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { isObject, type JsonObject } from '../assembly/json.ts';
import type { Assembly, Resource } from '../assembly/read-assembly.ts';
import { TemplateError } from '../assembly/template-error.ts';
import type { Clock } from '../clock.ts';
import { type EventPattern, parseEventPattern } from './event-pattern.ts';
import { readTargetInput, type TargetInput } from './target-input.ts';

/** What happened, as its source tells it. */
export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: JsonObject;
  readonly resources?: readonly string[];
  /** Epoch milliseconds. @default now */
  readonly atMs?: number;
}

export interface EventBusOptions {
  /** The SQLite file of what is still to be delivered; `:memory:` for one that dies with the process. */
  readonly file: string;
  readonly assembly: Assembly;
  readonly clock: Clock;
  /** Runs a function and repeats it as its settings say; resolves when it has worked or was given up. */
  readonly deliver: (functionArn: string, event: string) => Promise<void>;
}

interface Rule {
  readonly name: string;
  readonly matches: EventPattern;
  readonly targets: readonly { readonly functionArn: string; readonly inputOf: TargetInput }[];
}

/**
 * The default event bus: hands each event to the functions of the rules that match it.
 *
 * A delivery is on disk before {@link publish} returns and stays there until the function has worked or was given up,
 * so a process that dies loses none and repeats at worst what was under way, as the service may too.
 */
export class EventBus {
  readonly #options: EventBusOptions;
  readonly #rules: readonly Rule[];
  readonly #db: DatabaseSync;
  #isClosed = false;

  /** @throws TemplateError for rules that cannot be followed */
  static open(options: EventBusOptions): EventBus {
    return new EventBus(options);
  }

  private constructor(options: EventBusOptions) {
    this.#options = options;
    this.#rules = readRules(options.assembly);
    this.#db = new DatabaseSync(options.file);
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS delivery (
        id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, input TEXT NOT NULL
      ) STRICT;`);
  }

  /** Delivers what an earlier process had left. */
  start(): void {
    for (const { id, target, input } of this.#db.prepare('SELECT * FROM delivery ORDER BY id').all()) {
      this.#deliver(Number(id), String(target), String(input));
    }
  }

  /** Whether some rule is for such an event; if none is, nobody needs to keep it. */
  isWanted(event: BusEvent): boolean {
    const whole = this.#envelope(event);
    return this.#rules.some(({ matches }) => matches(whole));
  }

  /**
   * Takes events for good: those that a rule matches are on disk when this returns.
   *
   * @returns the event's id, by place
   */
  publish(events: readonly BusEvent[]): string[] {
    const ids: string[] = [];
    const deliveries: { functionArn: string; input: string }[] = [];
    for (const event of events) {
      const whole = this.#envelope(event);
      ids.push(String(whole.id));
      for (const { matches, targets } of this.#rules) {
        if (!matches(whole)) continue;
        for (const { functionArn, inputOf } of targets)
          deliveries.push({ functionArn, input: inputOf(whole) });
      }
    }
    if (deliveries.length === 0) return ids;
    const insert = this.#db.prepare('INSERT INTO delivery (target, input) VALUES (?, ?)');
    this.#db.exec('BEGIN');
    let kept: { id: number; functionArn: string; input: string }[];
    try {
      kept = deliveries.map((one) => ({
        ...one,
        id: Number(insert.run(one.functionArn, one.input).lastInsertRowid),
      }));
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
    for (const { id, functionArn, input } of kept) this.#deliver(id, functionArn, input);
    return ids;
  }

  /** How many deliveries are not through yet. */
  pending(): number {
    return Number(this.#db.prepare('SELECT count(*) AS n FROM delivery').get()?.n ?? 0);
  }

  close(): void {
    this.#isClosed = true;
    this.#db.close();
  }

  #deliver(id: number, functionArn: string, input: string): void {
    void this.#options.deliver(functionArn, input).then(() => {
      if (!this.#isClosed) this.#db.prepare('DELETE FROM delivery WHERE id = ?').run(id);
    });
  }

  #envelope({ source, detailType, detail, resources = [], atMs }: BusEvent): JsonObject {
    const { region, accountId } = this.#options.assembly.place;
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source,
      account: accountId,
      // The service writes no fraction.
      time: `${new Date(atMs ?? this.#options.clock.now()).toISOString().slice(0, 19)}Z`,
      region,
      resources: [...resources],
      detail,
    };
  }
}

function readRules(assembly: Assembly): Rule[] {
  return assembly
    .resources('AWS::Events::Rule')
    .filter(({ properties }) => properties.State !== 'DISABLED')
    .map(readRule);
}

function readRule({ stack, logicalId, name, properties }: Resource): Rule {
  const where = `${stack}.${logicalId}`;
  const { EventPattern, EventBusName, ScheduleExpression, Targets } = properties;
  if (ScheduleExpression !== undefined) {
    throw new TemplateError(`${where} has a schedule; on one machine schedules are AWS::Scheduler::Schedule`);
  }
  if (EventBusName !== undefined && EventBusName !== 'default') {
    throw new TemplateError(
      `${where} is on the bus ${JSON.stringify(EventBusName)}; one machine has the default one`,
    );
  }
  const targets = (Array.isArray(Targets) ? Targets : []).filter(isObject).map((target, place) => {
    const functionArn = String(target.Arn);
    if (!functionArn.includes(':function:')) {
      throw new TemplateError(
        `${where}.Targets[${place}] is ${functionArn}; on one machine a rule calls functions only`,
      );
    }
    return { functionArn, inputOf: readTargetInput(target, `${where}.Targets[${place}]`) };
  });
  return { name, matches: parseEventPattern(EventPattern, `${where}.EventPattern`), targets };
}
