import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isObject } from '../assembly/json.ts';
import type { Assembly, Resource } from '../assembly/read-assembly.ts';
import { TemplateError } from '../assembly/template-error.ts';
import type { Alarm, Clock } from '../clock.ts';
import type { Occurrences } from './cron.ts';
import { parseScheduleExpression } from './schedule-expression.ts';

export interface SchedulerOptions {
  readonly clock: Clock;
  readonly assembly: Assembly;
  /** Calls what a schedule is for; resolves when the run has ended, well or not, and never throws. */
  readonly call: (targetArn: string, input: string) => Promise<void>;
  /** Keeps up to where each schedule has fired. */
  readonly stateFile: string;
  /** Tells of runs that were given up. */
  readonly warn: (message: string) => void;
  /** Changes the input of each schedule's first run after a start. */
  readonly firstInput?: (input: string) => string;
}

/** How far back the very first start looks for a time to fire: nobody should have to wait for the first check. */
const firstReachMs = 60_000;

/** Runs of one schedule at once. The cloud has no such bound; here a run that hangs must not gather others for ever. */
const maxRunning = 10;
/** Times of one schedule that wait for their run. */
const maxWaiting = 100;

interface Schedule {
  readonly name: string;
  readonly arn: string;
  readonly occurrences: Occurrences;
  readonly targetArn: string;
  readonly input: string;
  readonly maxAgeMs: number;
  readonly alarm: Alarm;
  readonly waiting: number[];
  running: number;
  /** Nothing was fired since the start. */
  isFirst: boolean;
  /** The last time that was fired, or given up. */
  lastMs: number | undefined;
}

/** Fires the template's schedules by the runtime's clock, each in the order of its times. */
export class Scheduler {
  readonly #clock: Clock;
  readonly #call: SchedulerOptions['call'];
  readonly #warn: SchedulerOptions['warn'];
  readonly #stateFile: string;
  readonly #firstInput: (input: string) => string;
  readonly #schedules: readonly Schedule[];
  #closed = false;

  /** @throws TemplateError for a schedule that cannot be followed */
  constructor(options: SchedulerOptions) {
    this.#clock = options.clock;
    this.#call = options.call;
    this.#warn = options.warn;
    this.#stateFile = options.stateFile;
    this.#firstInput = options.firstInput ?? ((input) => input);
    const fired = readState(options.stateFile);
    this.#schedules = options.assembly
      .resources('AWS::Scheduler::Schedule')
      .filter(({ properties }) => properties.State !== 'DISABLED')
      .map((resource) => readSchedule(resource, options.clock.createAlarm(), fired[resource.name]));
  }

  /** Fires, once, what was missed while nothing ran and is not too old, and goes on by the clock. */
  start(): void {
    const now = this.#clock.now();
    for (const schedule of this.#schedules) {
      const from = Math.max(schedule.lastMs ?? now - firstReachMs, now - schedule.maxAgeMs);
      const missed = [...occurrencesBetween(schedule.occurrences, from, now)].at(-1);
      schedule.lastMs = Math.max(schedule.lastMs ?? 0, now);
      if (missed !== undefined) this.#take(schedule, missed);
      this.#pump(schedule);
      this.#arm(schedule);
    }
  }

  /** Fires nothing more. Runs that go on are not waited for. */
  close(): void {
    this.#closed = true;
    for (const { alarm, waiting } of this.#schedules) {
      alarm.clear();
      waiting.length = 0;
    }
  }

  #arm(schedule: Schedule): void {
    if (this.#closed) return;
    const next = schedule.occurrences.nextAfter(schedule.lastMs ?? this.#clock.now());
    if (next !== undefined) schedule.alarm.set(next, () => this.#fire(schedule));
  }

  /** Takes every time that has come. More than one has come when the machine slept or stood still. */
  #fire(schedule: Schedule): void {
    const now = this.#clock.now();
    const from = Math.max(schedule.lastMs ?? 0, now - schedule.maxAgeMs);
    for (const at of occurrencesBetween(schedule.occurrences, from, now)) this.#take(schedule, at);
    this.#pump(schedule);
    this.#arm(schedule);
  }

  #pump(schedule: Schedule): void {
    const oldest = this.#clock.now() - schedule.maxAgeMs;
    const givenUp: number[] = [];
    while (
      schedule.waiting.length > maxWaiting ||
      (schedule.running >= maxRunning && (schedule.waiting[0] ?? oldest) < oldest)
    ) {
      givenUp.push(schedule.waiting.shift() ?? oldest);
    }
    const [first] = givenUp;
    if (first !== undefined) {
      this.#warn(
        `schedule ${schedule.name}: ${givenUp.length} of its times from ${isoSeconds(first)} on were given up, as ` +
          `${schedule.running} earlier runs still go on; a lower --speed gives them more time`,
      );
    }
    while (schedule.running < maxRunning) {
      const at = schedule.waiting.shift();
      if (at === undefined) return;
      void this.#run(schedule, at).then(() => this.#pump(schedule));
    }
  }

  async #run(schedule: Schedule, atMs: number): Promise<void> {
    schedule.running++;
    const { isFirst, input } = schedule;
    schedule.isFirst = false;
    const wanted = isFirst ? this.#firstInput(input) : input;
    await this.#call(schedule.targetArn, withContext(schedule, wanted, atMs));
    schedule.running--;
  }

  /** Notes a time as fired before it is: an event that is lost is followed by the next, one that repeats is not asked for. */
  #take(schedule: Schedule, atMs: number): void {
    schedule.waiting.push(atMs);
    schedule.lastMs = atMs;
    const fired = Object.fromEntries(this.#schedules.map(({ name, lastMs }) => [name, lastMs]));
    writeFileSync(`${this.#stateFile}.new`, JSON.stringify(fired), { mode: 0o600 });
    renameSync(`${this.#stateFile}.new`, this.#stateFile);
  }
}

function* occurrencesBetween(occurrences: Occurrences, afterMs: number, untilMs: number): Generator<number> {
  for (
    let at = occurrences.nextAfter(afterMs);
    at !== undefined && at <= untilMs;
    at = occurrences.nextAfter(at)
  ) {
    yield at;
  }
}

function readSchedule(resource: Resource, alarm: Alarm, lastMs: number | undefined): Schedule {
  const { properties, name, arn, stack, logicalId } = resource;
  const where = `${stack}.${logicalId}`;
  const target = isObject(properties.Target) ? properties.Target : {};
  const policy = isObject(target.RetryPolicy) ? target.RetryPolicy : {};
  let occurrences: Occurrences;
  try {
    const timeZone = properties.ScheduleExpressionTimezone;
    occurrences = parseScheduleExpression(
      String(properties.ScheduleExpression),
      typeof timeZone === 'string' ? timeZone : 'UTC',
    );
  } catch (cause) {
    throw new TemplateError(`${where}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  return {
    name,
    arn: arn ?? name,
    occurrences,
    targetArn: String(target.Arn),
    input: typeof target.Input === 'string' ? target.Input : '{}',
    maxAgeMs: Number(policy.MaximumEventAgeInSeconds ?? 86_400) * 1000,
    alarm,
    waiting: [],
    running: 0,
    isFirst: true,
    lastMs,
  };
}

/** Puts in what the service knows of one run: its context attributes. */
function withContext({ arn }: Schedule, input: string, atMs: number): string {
  const attributes: Readonly<Record<string, string>> = {
    'scheduled-time': isoSeconds(atMs),
    'schedule-arn': arn,
    'execution-id': randomUUID(),
    'attempt-number': '1',
  };
  return input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (whole, name: string) => attributes[name] ?? whole);
}

/** As the service writes it: without a fraction. */
const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

function readState(file: string): Record<string, number> {
  try {
    const state: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isObject(state)) return {};
    return Object.fromEntries(
      Object.entries(state).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    );
  } catch {
    // No file before the first run; a broken one costs no more than the five minutes that are caught up anyway.
    return {};
  }
}
