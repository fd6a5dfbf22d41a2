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
  /**
   * How far back a start looks for times that nobody fired, however old the template lets an event become: the
   * longest interval of the everyday monitors, so that each of them is checked as soon as the runtime is up.
   * @default 5 minutes
   */
  readonly catchUpMs?: number;
}

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
  /** The last time that was fired, or given up. */
  lastMs: number | undefined;
}

/** Fires the template's schedules by the runtime's clock, each in the order of its times. */
export class Scheduler {
  readonly #clock: Clock;
  readonly #call: SchedulerOptions['call'];
  readonly #warn: SchedulerOptions['warn'];
  readonly #stateFile: string;
  readonly #catchUpMs: number;
  readonly #schedules: readonly Schedule[];
  readonly #runs = new Set<Promise<void>>();
  #closed = false;

  /** @throws TemplateError for a schedule that cannot be followed */
  constructor(options: SchedulerOptions) {
    this.#clock = options.clock;
    this.#call = options.call;
    this.#warn = options.warn;
    this.#stateFile = options.stateFile;
    this.#catchUpMs = options.catchUpMs ?? 5 * 60_000;
    const fired = readState(options.stateFile);
    this.#schedules = options.assembly
      .resources('AWS::Scheduler::Schedule')
      .filter(({ properties }) => properties.State !== 'DISABLED')
      .map((resource) => readSchedule(resource, options.clock.createAlarm(), fired[resource.name]));
  }

  /**
   * Fires what the last minutes should have seen, one after the other, and then goes on by the clock.
   * @returns when each schedule has caught up
   */
  async start(): Promise<void> {
    await Promise.all(
      this.#schedules.map(async (schedule) => {
        const now = this.#clock.now();
        const reachMs =
          schedule.lastMs === undefined ? this.#catchUpMs : Math.max(this.#catchUpMs, schedule.maxAgeMs);
        const from = Math.max(schedule.lastMs ?? 0, now - reachMs);
        for (const at of occurrencesBetween(schedule.occurrences, from, now)) {
          if (this.#closed) return;
          this.#keep(schedule, at);
          await this.#run(schedule, at);
        }
        schedule.lastMs = Math.max(schedule.lastMs ?? 0, now);
        this.#arm(schedule);
      }),
    );
  }

  /** Fires nothing more. Runs that go on are not waited for. */
  close(): void {
    this.#closed = true;
    for (const { alarm, waiting } of this.#schedules) {
      alarm.clear();
      waiting.length = 0;
    }
  }

  /** Resolves when no run is under way. */
  async idle(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all(this.#runs);
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
    for (const at of occurrencesBetween(schedule.occurrences, from, now)) {
      schedule.waiting.push(at);
      this.#keep(schedule, at);
    }
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
    const run = this.#call(schedule.targetArn, withContext(schedule, atMs));
    this.#runs.add(run);
    await run;
    this.#runs.delete(run);
    schedule.running--;
  }

  /** Notes a time as fired before it is: an event that is lost is followed by the next, one that repeats is not asked for. */
  #keep(schedule: Schedule, atMs: number): void {
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
    lastMs,
  };
}

/** Puts in what the service knows of one run: its context attributes. */
function withContext({ input, arn }: Schedule, atMs: number): string {
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
