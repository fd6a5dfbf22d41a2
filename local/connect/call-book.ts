import { DatabaseSync } from 'node:sqlite';
import type { BusEvent } from '../events/event-bus.ts';
import type { FlowPlace } from './contact-flow.ts';

export type CallState = 'ringing' | 'answered' | 'declined' | 'unanswered';

/** One call to the desk phone. Times are epoch milliseconds of the runtime's clock. */
export interface DeskCall {
  /** The telephone service's id of the contact. */
  readonly id: string;
  readonly instanceArn: string;
  readonly flow: string;
  /** E.164. */
  readonly to: string;
  readonly from: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly ringSeconds: number;
  readonly initiatedMs: number;
  readonly state: CallState;
  readonly connectedMs?: number;
  readonly disconnectedMs?: number;
  readonly disconnectReason?: string;
  /** What was said after the pick-up, in its order. */
  readonly said: readonly string[];
  /** The keys that were pressed. */
  readonly keys: string;
  /** Where the flow stands; absent before the pick-up and after the end. */
  readonly place?: FlowPlace;
  /** Until when the flow waits for a key; absent when it does not. */
  readonly listensUntilMs?: number;
}

const keptCalls = 2_000;

/** All calls, in one SQLite file, with the events of theirs that the bus does not have yet. */
export class CallBook {
  readonly #db: DatabaseSync;

  /** @param file path of the SQLite file, made if absent; `:memory:` keeps nothing */
  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS call (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, token TEXT, ended INTEGER NOT NULL, body TEXT NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX IF NOT EXISTS call_by_token ON call (token) WHERE token IS NOT NULL;
      CREATE INDEX IF NOT EXISTS call_by_ended ON call (ended);
      CREATE TABLE IF NOT EXISTS untold (seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL) STRICT;`);
  }

  add(call: DeskCall, token: string | undefined, events: readonly BusEvent[]): void {
    this.#transact(() => {
      this.#db
        .prepare('INSERT INTO call (id, token, ended, body) VALUES (?, ?, ?, ?)')
        .run(call.id, token ?? null, 0, JSON.stringify(call));
      this.#tell(events);
      this.#db
        .prepare('DELETE FROM call WHERE ended = 1 AND seq <= (SELECT max(seq) FROM call) - ?')
        .run(keptCalls);
    });
  }

  /** Writes a changed call together with the events that tell of the change. */
  save(call: DeskCall, events: readonly BusEvent[] = []): void {
    this.#transact(() => {
      this.#db
        .prepare('UPDATE call SET ended = ?, body = ? WHERE id = ?')
        .run(call.disconnectedMs === undefined ? 0 : 1, JSON.stringify(call), call.id);
      this.#tell(events);
    });
  }

  get(id: string): DeskCall | undefined {
    return toCall(this.#db.prepare('SELECT body FROM call WHERE id = ?').get(id));
  }

  byToken(token: string): DeskCall | undefined {
    return toCall(this.#db.prepare('SELECT body FROM call WHERE token = ?').get(token));
  }

  /** Newest last. */
  list(limit: number): DeskCall[] {
    return this.#db
      .prepare('SELECT body FROM call ORDER BY seq DESC LIMIT ?')
      .all(limit)
      .map((row) => JSON.parse(String(row.body)) as DeskCall)
      .reverse();
  }

  /** Calls that ring or are connected. */
  open(): DeskCall[] {
    return this.#db
      .prepare('SELECT body FROM call WHERE ended = 0 ORDER BY seq')
      .all()
      .map((row) => JSON.parse(String(row.body)) as DeskCall);
  }

  /** Hands over the events that are not told yet, oldest first, and forgets them when `take` has them. */
  tellEvents(take: (events: readonly BusEvent[]) => void): void {
    const rows = this.#db.prepare('SELECT seq, event FROM untold ORDER BY seq').all();
    const last = rows.at(-1);
    if (last === undefined) return;
    take(rows.map(({ event }) => JSON.parse(String(event)) as BusEvent));
    this.#db.prepare('DELETE FROM untold WHERE seq <= ?').run(Number(last.seq));
  }

  close(): void {
    this.#db.close();
  }

  #tell(events: readonly BusEvent[]): void {
    const insert = this.#db.prepare('INSERT INTO untold (event) VALUES (?)');
    for (const event of events) insert.run(JSON.stringify(event));
  }

  #transact(write: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      write();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

const toCall = (row: Record<string, unknown> | undefined): DeskCall | undefined =>
  row === undefined ? undefined : (JSON.parse(String(row.body)) as DeskCall);
