import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Json } from './state-data.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface MachineRow {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definitionHash: string;
  readonly createdMs: number;
}

/** One run of a machine. Texts hold JSON; times are epoch milliseconds. */
export interface ExecutionRow {
  readonly id: number;
  readonly arn: string;
  readonly machineArn: string;
  readonly name: string;
  readonly definitionHash: string;
  readonly roleArn: string;
  readonly input: string;
  readonly startedMs: number;
  readonly parentToken: string | null;
  /** The execution of which a state has started this one. */
  readonly parentArn: string | null;
  status: ExecutionStatus;
  output: string | null;
  error: string | null;
  cause: string | null;
  stoppedMs: number | null;
  /** The id that the next history event gets, from 1. */
  nextEvent: number;
  redriveCount: number;
  /** When it was last redriven. */
  redrivenMs: number | null;
}

/**
 * Where a frame stands: `queued` until its Map has room for it, `ready` to enter its state, held in it by a wait, a
 * retry's delay, a task or its children, or in `join` at its end, while its siblings go on.
 */
export type FramePhase = 'queued' | 'ready' | 'wait' | 'retry' | 'task' | 'children' | 'join';

/** One line of control: the machine itself, a branch of a Parallel, or an iteration of a Map. */
export interface Frame {
  readonly id: number;
  readonly execution: number;
  readonly parent: number | null;
  /** Number of the branch or iteration among its siblings, from 0. */
  readonly position: number;
  /** Where in the definition this frame's States lie: `/state/group` for each level; empty for the machine's own. */
  readonly path: string;
  state: string;
  phase: FramePhase;
  data: FrameData;
}

export interface FrameData {
  /** The input of the state; at the end, what the frame came to. */
  input: Json;
  /** Variables by name, without `$`; those of outer frames are read from there. */
  variables: Record<string, Json>;
  /** The last history event of this frame, 0 before the first. */
  previousEvent: number;
  visit?: Visit;
  /** The item of the nearest Map round it. */
  item?: MapItem;
  /** Why the frame ended, when that was no success. */
  failure?: { readonly error: string | null; readonly cause: string | null };
  /** Set in a test of one state. */
  trial?: TrialData;
}

/** What a frame carries whose state is tested alone. */
export interface TrialData {
  /** Laid over the context object, group by group. */
  readonly context?: Readonly<Record<string, Json>>;
  /** Retries granted before, by retrier. */
  readonly retries?: readonly number[];
}

export interface MapItem {
  readonly index: number;
  readonly value: Json;
}

/** How far the branches or iterations of a state are. */
export interface ChildrenProgress {
  readonly total: number;
  started: number;
  running: number;
  failed: number;
  /** How many iterations may run at once. */
  readonly concurrency: number;
  /** How many iterations may fail; absent when none was allowed to. */
  readonly toleratedFailures?: number;
}

/** One stay in a state, from its Entered event to its Exited event. */
export interface Visit {
  readonly enteredEvent: number;
  /** The event before the Entered event. */
  readonly eventBefore: number;
  readonly enteredMs: number;
  /** Retries granted so far, by index in the state's Retry. */
  readonly retries: number[];
  /** Token of the attempt that runs, or ran last. */
  token?: string;
  /** Whether the event that its work is under way has been written. */
  isSubmitted?: boolean;
  /** Of a Parallel or Map. */
  children?: ChildrenProgress;
}

export type TimerKind = 'wait' | 'retry' | 'timeout' | 'heartbeat' | 'execution';

export interface TimerRow {
  readonly id: number;
  readonly dueMs: number;
  readonly execution: number;
  readonly frame: number | null;
  readonly kind: TimerKind;
  readonly token: string | null;
}

/**
 * One attempt of a Task state: `started` until its handler has answered, `submitted` while somebody else is to answer, and
 * `done` when a child execution has left its outcome.
 */
export interface TaskRow {
  readonly token: string;
  readonly execution: number;
  readonly frame: number;
  readonly attempt: number;
  readonly resource: string;
  readonly arguments: string;
  readonly idempotencyKey: string;
  readonly heartbeatMs: number | null;
  status: 'started' | 'submitted' | 'done';
  /** JSON text of a task that is done. */
  readonly outcome: string | null;
}

export interface HistoryRow {
  readonly id: number;
  readonly previous: number;
  readonly atMs: number;
  readonly type: string;
  readonly detail: string;
}

/** To so much the log of the last commits is cut when it has grown further. */
const keptLogBytes = 16 * 1024 * 1024;
/** What `PRAGMA auto_vacuum` answers for INCREMENTAL. */
const incremental = 2;
const schemaVersion = 4;
const firstSchema = `
CREATE TABLE definition(hash TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE machine(
  arn TEXT PRIMARY KEY, name TEXT NOT NULL, roleArn TEXT NOT NULL, definitionHash TEXT NOT NULL, createdMs INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE execution(
  id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, machineArn TEXT NOT NULL, name TEXT NOT NULL,
  definitionHash TEXT NOT NULL, roleArn TEXT NOT NULL, input TEXT NOT NULL, startedMs INTEGER NOT NULL, parentToken TEXT,
  status TEXT NOT NULL, output TEXT, error TEXT, cause TEXT, stoppedMs INTEGER, nextEvent INTEGER NOT NULL,
  UNIQUE(machineArn, name)
);
CREATE INDEX executionByMachine ON execution(machineArn, id);
CREATE INDEX executionByStatus ON execution(status, id);
CREATE INDEX executionByStop ON execution(stoppedMs, id) WHERE stoppedMs IS NOT NULL;
CREATE TABLE frame(
  id INTEGER PRIMARY KEY, execution INTEGER NOT NULL, parent INTEGER, position INTEGER NOT NULL, path TEXT NOT NULL,
  state TEXT NOT NULL, phase TEXT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX frameByExecution ON frame(execution);
CREATE TABLE timer(
  id INTEGER PRIMARY KEY, dueMs INTEGER NOT NULL, execution INTEGER NOT NULL, frame INTEGER, kind TEXT NOT NULL, token TEXT
);
CREATE INDEX timerByDue ON timer(dueMs, id);
CREATE INDEX timerByExecution ON timer(execution, frame);
CREATE TABLE task(
  token TEXT PRIMARY KEY, execution INTEGER NOT NULL, frame INTEGER NOT NULL, attempt INTEGER NOT NULL,
  resource TEXT NOT NULL, arguments TEXT NOT NULL, idempotencyKey TEXT NOT NULL, heartbeatMs INTEGER, status TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX taskByExecution ON task(execution);
CREATE TABLE history(
  execution INTEGER NOT NULL, id INTEGER NOT NULL, previous INTEGER NOT NULL, atMs INTEGER NOT NULL,
  type TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY(execution, id)
) WITHOUT ROWID;
`;
/** What each version of the layout has added to the one before it. */
const additions: readonly string[] = [
  firstSchema,
  `ALTER TABLE task ADD COLUMN outcome TEXT;
   ALTER TABLE execution ADD COLUMN redriveCount INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE execution ADD COLUMN redrivenMs INTEGER;
   CREATE INDEX frameByParent ON frame(parent, position) WHERE parent IS NOT NULL;
   CREATE INDEX executionByParent ON execution(parentToken) WHERE parentToken IS NOT NULL;`,
  `ALTER TABLE execution ADD COLUMN parentArn TEXT;
   CREATE INDEX executionByMachineAndStatus ON execution(machineArn, status);`,
  'CREATE TABLE statusChange(id INTEGER PRIMARY KEY AUTOINCREMENT, atMs INTEGER NOT NULL, execution TEXT NOT NULL);',
];

const executionColumns =
  'id, arn, machineArn, name, definitionHash, roleArn, input, startedMs, parentToken, status, output, error, cause, stoppedMs, nextEvent, redriveCount, redrivenMs, parentArn';

export type ExecutionSummaryRow = Pick<
  ExecutionRow,
  'id' | 'arn' | 'machineArn' | 'name' | 'status' | 'startedMs' | 'stoppedMs' | 'redriveCount' | 'redrivenMs'
>;

export interface ExecutionQuery {
  readonly machineArn?: string | undefined;
  readonly status?: ExecutionStatus | undefined;
  /** Only those that were redriven, or only those that were not. */
  readonly isRedriven?: boolean | undefined;
  /** Only executions with a lower id: those after this one, newest first. */
  readonly beforeId: number;
  readonly limit: number;
}

/** How much of an execution one job removes. */
export interface RowBatch {
  readonly rows: number;
  readonly bytes: number;
}

/** The one SQLite file with all that must outlive the process. Reads see what is committed; writes are a {@link Change}. */
export class Journal {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #nextExecution: number;
  #nextFrame: number;
  #nextTimer: number;
  /** A file of a version before this one never gives space back, it only uses it again. */
  readonly #givesBack: boolean;

  /**
   * @param synchronous `FULL` survives a power cut, `NORMAL` may lose the last commits to one but never its order
   * @throws when another process has the file open, or a newer version of this program wrote it
   */
  constructor(file: string, synchronous: 'FULL' | 'NORMAL') {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(file);
      this.#database = database;
      // Of a file that has no tables yet: without it, a file never gives space back.
      this.#database.exec('PRAGMA auto_vacuum = INCREMENTAL');
      // Two processes on one file would run every execution twice. The lock ends with the process, however it ends.
      this.#database.exec(
        'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN EXCLUSIVE; COMMIT',
      );
      this.#database.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA journal_size_limit = ${keptLogBytes}`);
      const { user_version: version } = this.#one<{ user_version: number }>('PRAGMA user_version') ?? {
        user_version: 0,
      };
      if (version > schemaVersion) {
        throw new Error(
          `it has layout ${version}, this program knows ${schemaVersion}; start the version that wrote it`,
        );
      }
      if (version < schemaVersion) {
        const added = additions.slice(version).join('\n');
        this.#database.exec(`BEGIN; ${added} PRAGMA user_version = ${schemaVersion}; COMMIT`);
      }
    } catch (error) {
      database?.close();
      const isTaken = error instanceof Error && error.message.includes('locked');
      const reason = isTaken
        ? 'another process has it open; stop that one first'
        : error instanceof Error
          ? error.message
          : String(error);
      throw new Error(`${file}: the workflow journal cannot be used: ${reason}`, { cause: error });
    }
    this.#nextExecution = this.#highest('execution') + 1;
    this.#nextFrame = this.#highest('frame') + 1;
    this.#nextTimer = this.#highest('timer') + 1;
    this.#givesBack = this.#pragma('auto_vacuum') === incremental;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  /** Ids are given out before the commit that writes them; one that is never written is never missed. */
  nextExecutionId(): number {
    return this.#nextExecution++;
  }

  nextFrameId(): number {
    return this.#nextFrame++;
  }

  nextTimerId(): number {
    return this.#nextTimer++;
  }

  saveMachine(machine: MachineRow, definition: string): void {
    this.transact(() => {
      this.run('INSERT OR IGNORE INTO definition VALUES (?, ?)', machine.definitionHash, definition);
      this.run(
        `INSERT INTO machine VALUES (?, ?, ?, ?, ?) ON CONFLICT(arn) DO UPDATE SET roleArn = excluded.roleArn,
         definitionHash = excluded.definitionHash`,
        machine.arn,
        machine.name,
        machine.roleArn,
        machine.definitionHash,
        machine.createdMs,
      );
    });
  }

  machine(arn: string): MachineRow | undefined {
    return this.#one('SELECT arn, name, roleArn, definitionHash, createdMs FROM machine WHERE arn = ?', arn);
  }

  /** Machines in the order of their ARNs, after `afterArn`. */
  machines(afterArn: string, limit: number): MachineRow[] {
    return this.#all(
      'SELECT arn, name, roleArn, definitionHash, createdMs FROM machine WHERE arn > ? ORDER BY arn LIMIT ?',
      afterArn,
      limit,
    );
  }

  definition(hash: string): string {
    const row = this.#one<{ text: string }>('SELECT text FROM definition WHERE hash = ?', hash);
    if (row === undefined)
      throw new Error(`the journal holds no definition ${hash}; restore it from a backup`);
    return row.text;
  }

  execution(id: number): ExecutionRow | undefined {
    return this.#one(`SELECT ${executionColumns} FROM execution WHERE id = ?`, id);
  }

  executionByArn(arn: string): ExecutionRow | undefined {
    return this.#one(`SELECT ${executionColumns} FROM execution WHERE arn = ?`, arn);
  }

  /** Newest first. */
  executions({ machineArn, status, isRedriven, beforeId, limit }: ExecutionQuery): ExecutionSummaryRow[] {
    const conditions = ['id < ?'];
    const values: SQLInputValue[] = [beforeId];
    if (machineArn !== undefined) {
      conditions.push('machineArn = ?');
      values.push(machineArn);
    }
    if (status !== undefined) {
      conditions.push('status = ?');
      values.push(status);
    }
    if (isRedriven !== undefined) conditions.push(isRedriven ? 'redriveCount > 0' : 'redriveCount = 0');
    return this.#all(
      `SELECT id, arn, machineArn, name, status, startedMs, stoppedMs, redriveCount, redrivenMs FROM execution
       WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ?`,
      ...values,
      limit,
    );
  }

  /** How many executions of each machine have each status. */
  executionCounts(): { machineArn: string; status: ExecutionStatus; count: number }[] {
    return this.#all(
      'SELECT machineArn, status, count(*) AS count FROM execution GROUP BY machineArn, status ORDER BY 1, 2',
    );
  }

  /** Events with ids after `afterId`, or before it in reverse. */
  history(
    execution: number,
    { afterId, reverse, limit }: { afterId: number; reverse: boolean; limit: number },
  ): HistoryRow[] {
    return this.#all(
      `SELECT id, previous, atMs, type, detail FROM history WHERE execution = ?
       AND id ${reverse ? '<' : '>'} ? ORDER BY id ${reverse ? 'DESC' : 'ASC'} LIMIT ?`,
      execution,
      afterId,
      limit,
    );
  }

  frame(id: number): Frame | undefined {
    const row = this.#one<Omit<Frame, 'data'> & { data: string }>('SELECT * FROM frame WHERE id = ?', id);
    return row === undefined ? undefined : toFrame(row);
  }

  /** The frames of an ended execution are kept for a redrive, so only those that run are told. */
  readyFrames(): number[] {
    return this.#all<{ id: number }>(
      `SELECT frame.id FROM frame JOIN execution ON execution.id = frame.execution
       WHERE phase = 'ready' AND status = 'RUNNING' ORDER BY frame.id`,
    ).map(({ id }) => id);
  }

  /** In the order of their positions. */
  childrenOf(parent: number): Frame[] {
    return this.#all<Omit<Frame, 'data'> & { data: string }>(
      'SELECT * FROM frame WHERE parent = ? ORDER BY position',
      parent,
    ).map(toFrame);
  }

  childAt(parent: number, position: number): Frame | undefined {
    const row = this.#one<Omit<Frame, 'data'> & { data: string }>(
      'SELECT * FROM frame WHERE parent = ? AND position = ?',
      parent,
      position,
    );
    return row === undefined ? undefined : toFrame(row);
  }

  rootFrame(execution: number): Frame | undefined {
    const row = this.#one<Omit<Frame, 'data'> & { data: string }>(
      'SELECT * FROM frame WHERE execution = ? AND parent IS NULL',
      execution,
    );
    return row === undefined ? undefined : toFrame(row);
  }

  /** The execution that a task has started and waits for. */
  executionOfTask(token: string): ExecutionRow | undefined {
    return this.#one(`SELECT ${executionColumns} FROM execution WHERE parentToken = ?`, token);
  }

  /** Tokens of tasks whose outcome nobody has taken up yet. */
  doneTasks(): string[] {
    return this.#all<{ token: string }>("SELECT token FROM task WHERE status = 'done'").map(
      ({ token }) => token,
    );
  }

  task(token: string): TaskRow | undefined {
    return this.#one('SELECT * FROM task WHERE token = ?', token);
  }

  tasksOf(execution: number): TaskRow[] {
    return this.#all('SELECT * FROM task WHERE execution = ?', execution);
  }

  /** Tasks whose handler has not answered, oldest first. */
  startedTasks(): TaskRow[] {
    return this.#all("SELECT * FROM task WHERE status = 'started' ORDER BY execution, frame");
  }

  earliestTimer(): TimerRow | undefined {
    return this.#one('SELECT * FROM timer ORDER BY dueMs, id LIMIT 1');
  }

  /** How many timers are due, counted up to `limit`. */
  countDueTimers(nowMs: number, limit: number): number {
    const row = this.#one<{ n: number }>(
      'SELECT count(*) AS n FROM (SELECT 1 FROM timer WHERE dueMs <= ? LIMIT ?)',
      nowMs,
      limit,
    );
    return row?.n ?? 0;
  }

  /** Changes of status that nobody has taken over yet, oldest first. */
  statusChanges(limit: number): { id: number; atMs: number; execution: ExecutionRow }[] {
    return this.#all<{ id: number; atMs: number; execution: string }>(
      'SELECT id, atMs, execution FROM statusChange ORDER BY id LIMIT ?',
      limit,
    ).map(({ id, atMs, execution }) => ({ id, atMs, execution: JSON.parse(execution) as ExecutionRow }));
  }

  longestEnded(): { id: number; stoppedMs: number } | undefined {
    return this.#one(
      'SELECT id, stoppedMs FROM execution WHERE stoppedMs IS NOT NULL ORDER BY stoppedMs, id LIMIT 1',
    );
  }

  /** How many of an execution's first events, and of its first frames, make so many rows or bytes; at least one of each. */
  firstRows(
    execution: number,
    most: RowBatch,
  ): { eventsUpTo: number | undefined; framesUpTo: number | undefined } {
    return {
      eventsUpTo: lastWithin(
        this.#all(
          'SELECT id, octet_length(detail) AS bytes FROM history WHERE execution = ? ORDER BY id LIMIT ?',
          execution,
          most.rows,
        ),
        most.bytes,
      ),
      framesUpTo: lastWithin(
        this.#all(
          'SELECT id, octet_length(data) AS bytes FROM frame WHERE execution = ? ORDER BY id LIMIT ?',
          execution,
          most.rows,
        ),
        most.bytes,
      ),
    };
  }

  /** What the file holds, without the pages that are free. */
  usedBytes(): number {
    return (this.#pragma('page_count') - this.#pragma('freelist_count')) * this.#pragma('page_size');
  }

  /** What the file could give back. */
  freeBytes(): number {
    return this.#givesBack ? this.#pragma('freelist_count') * this.#pragma('page_size') : 0;
  }

  /** Gives free space back, whole pages of it; the file is shorter at the next checkpoint of the log. */
  giveBack(bytes: number): void {
    const pages = Math.ceil(bytes / this.#pragma('page_size'));
    this.#database.exec(`PRAGMA incremental_vacuum(${pages})`);
  }

  run(sql: string, ...values: SQLInputValue[]): void {
    this.#prepare(sql).run(...values);
  }

  /**
   * Runs `write` whole or not at all. It is on disk when this returns, or within a group (see {@link openGroup}) when the
   * group is committed.
   */
  transact(write: () => void): void {
    const isInGroup = this.#database.isTransaction;
    this.#database.exec(isInGroup ? 'SAVEPOINT change' : 'BEGIN IMMEDIATE');
    try {
      write();
      this.#database.exec(isInGroup ? 'RELEASE change' : 'COMMIT');
    } catch (error) {
      // A full disk may have ended the transaction already.
      if (this.#database.isTransaction) {
        this.#database.exec(isInGroup ? 'ROLLBACK TO change; RELEASE change' : 'ROLLBACK');
      }
      throw error;
    }
  }

  /** Lets several changes share one commit: waiting for the disk costs far more than writing. */
  openGroup(): void {
    if (!this.#database.isTransaction) this.#database.exec('BEGIN IMMEDIATE');
  }

  /** @throws when nothing of the group could be written; nothing of it stays then */
  commitGroup(): void {
    if (!this.#database.isTransaction) throw new Error('the disk has ended the transaction');
    try {
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #pragma(name: 'auto_vacuum' | 'freelist_count' | 'page_count' | 'page_size'): number {
    return Object.values(this.#one<Record<string, number>>(`PRAGMA ${name}`) ?? {})[0] ?? 0;
  }

  #highest(table: 'execution' | 'frame' | 'timer'): number {
    return this.#one<{ id: number | null }>(`SELECT max(id) AS id FROM ${table}`)?.id ?? 0;
  }

  #one<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  #all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function toFrame(row: Omit<Frame, 'data'> & { data: string }): Frame {
  return { ...row, data: JSON.parse(row.data) as FrameData };
}

/** The id of the last row that the bound has room for, or of the first. */
function lastWithin(rows: readonly { id: number; bytes: number }[], mostBytes: number): number | undefined {
  let bytes = 0;
  let last: number | undefined;
  for (const row of rows) {
    bytes += row.bytes;
    if (last !== undefined && bytes > mostBytes) break;
    last = row.id;
  }
  return last;
}
