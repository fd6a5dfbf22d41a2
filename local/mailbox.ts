import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import PostalMime, { type Address, decodeWords, type Email } from 'postal-mime';
import type { Instant } from '../core/instant.ts';

/** A mail that reached the one-machine inbox. */
export interface StoredMail {
  readonly id: string;
  readonly at: Instant;
  /** The address in the From header; the envelope's when the header has none. */
  readonly from: string;
  /** The envelope's recipients: who really gets it, whatever the To header says. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Names in lower case, encoded words decoded. Of a header that comes twice, the first. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A row of the inbox: one thread to one reader, by its newest mail. */
export interface MailThread {
  readonly thread: string;
  readonly mails: number;
  readonly newest: StoredMail;
}

export interface ReceivedMail {
  /** The whole message, as it came over the wire. */
  readonly raw: Buffer;
  readonly from: string;
  readonly to: readonly string[];
  /** Epoch milliseconds or ISO. */
  readonly at: number | Instant;
}

export interface MailboxLimits {
  readonly mails: number;
  readonly mailBytes: number;
  /** All stored messages together. */
  readonly totalBytes: number;
}

/** SES takes 10 MiB before it stamps its headers; the rest keeps a forgotten demo from filling a disk. */
const defaultLimits: MailboxLimits = { mails: 5_000, mailBytes: 11_000_000, totalBytes: 500_000_000 };

const shownChars = { subject: 1_000, body: 500_000, header: 2_000 };
const keptHeaders = 100;

const schema = `
  CREATE TABLE IF NOT EXISTS mail (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    headers TEXT NOT NULL,
    message_id TEXT,
    thread TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    raw BLOB NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS mail_by_message_id ON mail (message_id);
  CREATE INDEX IF NOT EXISTS mail_by_thread ON mail (thread, seq);
`;

const columns = 'seq, at, sender, recipients, subject, body_text, body_html, headers, thread';

/** The one machine's inbox: everything that was sent, as its readers would see it, in one SQLite file. */
export class Mailbox {
  readonly #db: DatabaseSync;
  readonly #limits: MailboxLimits;

  /** @param file path of the SQLite file, made if absent; `:memory:` keeps nothing */
  static open(file: string, limits: Partial<MailboxLimits> = {}): Mailbox {
    return new Mailbox(file, { ...defaultLimits, ...limits });
  }

  private constructor(file: string, limits: MailboxLimits) {
    this.#limits = limits;
    this.#db = new DatabaseSync(file);
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${schema}`);
  }

  /**
   * Stores one message. One that cannot be parsed is stored too, with what is known of it.
   *
   * @throws RangeError when the message is larger than the limit
   */
  async receive({ raw, from, to, at }: ReceivedMail): Promise<{ id: string }> {
    if (raw.length > this.#limits.mailBytes) {
      throw new RangeError(
        `the mail to ${to.join(', ')} has ${raw.length} bytes; the inbox takes ${this.#limits.mailBytes} at most`,
      );
    }
    const parsed = await parseMail(raw);
    const headers = readHeaders(parsed);
    const messageId = firstMessageId(headers['message-id']);
    const inserted = this.#db
      .prepare(
        `INSERT INTO mail (at, sender, recipients, subject, body_text, body_html, headers, message_id, thread, bytes, raw)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        typeof at === 'number' ? new Date(at).toISOString() : at,
        addressOf(parsed?.from) ?? from,
        JSON.stringify(to),
        (parsed?.subject ?? '').slice(0, shownChars.subject),
        (parsed?.text ?? '').slice(0, shownChars.body),
        (parsed?.html ?? '').slice(0, shownChars.body),
        JSON.stringify(headers),
        messageId ?? null,
        this.#threadOf(headers, messageId, to),
        raw.length,
        raw,
      );
    this.#prune();
    return { id: String(inserted.lastInsertRowid) };
  }

  /**
   * Newest last. With `after`, the mails that came after that one; without, the newest.
   *
   * @param limit @default 1,000
   */
  list({ after, limit = 1_000 }: { after?: string; limit?: number } = {}): StoredMail[] {
    if (after !== undefined) {
      return this.#db
        .prepare(`SELECT ${columns} FROM mail WHERE seq > ? ORDER BY seq LIMIT ?`)
        .all(sequence(after), limit)
        .map(storedMail);
    }
    return this.#db
      .prepare(`SELECT ${columns} FROM (SELECT * FROM mail ORDER BY seq DESC LIMIT ?) ORDER BY seq`)
      .all(limit)
      .map(storedMail);
  }

  get(id: string): StoredMail | undefined {
    const row = this.#db.prepare(`SELECT ${columns} FROM mail WHERE seq = ?`).get(sequence(id));
    return row === undefined ? undefined : storedMail(row);
  }

  /** The message as it came, for a download as `.eml`. */
  raw(id: string): Buffer | undefined {
    const row = this.#db.prepare('SELECT raw FROM mail WHERE seq = ?').get(sequence(id));
    return row?.raw instanceof Uint8Array ? Buffer.from(row.raw) : undefined;
  }

  /**
   * The HTML part with its inline pictures put in as `data:` addresses, as `cid:` ones mean nothing to a browser.
   * @returns undefined when there is no such mail or it has no HTML
   */
  async htmlOf(id: string): Promise<string | undefined> {
    const raw = this.raw(id);
    const parsed = raw && (await parseMail(raw));
    if (parsed?.html === undefined) return undefined;
    let html = parsed.html;
    for (const { contentId, mimeType, content } of parsed.attachments) {
      const isPicture = /^image\/(png|jpeg|gif|webp)$/.test(mimeType);
      if (contentId === undefined || !isPicture || typeof content === 'string') continue;
      const base64 = Buffer.from(content as ArrayBuffer).toString('base64');
      html = html.replaceAll(`cid:${contentId.replace(/^<|>$/g, '')}`, `data:${mimeType};base64,${base64}`);
    }
    return html;
  }

  /** Every mail of the thread that this one belongs to, oldest first, 200 at most. */
  threadOf(id: string): StoredMail[] {
    return this.#db
      .prepare(
        `SELECT ${columns} FROM mail WHERE thread = (SELECT thread FROM mail WHERE seq = ?) ORDER BY seq LIMIT 200`,
      )
      .all(sequence(id))
      .map(storedMail);
  }

  /**
   * One row for each thread, the one with the newest mail first.
   * @param before id of a mail: only threads whose newest mail is older
   */
  threads({ before, limit = 50 }: { before?: string; limit?: number } = {}): MailThread[] {
    return this.#db
      .prepare(
        `SELECT ${columns}, mails FROM mail
         JOIN (SELECT max(seq) AS newest, count(*) AS mails FROM mail GROUP BY thread) ON seq = newest
         WHERE seq < ? ORDER BY seq DESC LIMIT ?`,
      )
      .all(before === undefined ? Number.MAX_SAFE_INTEGER : sequence(before), limit)
      .map((row) => ({ thread: String(row.thread), mails: Number(row.mails), newest: storedMail(row) }));
  }

  /** The mails that name an incident in X-Mimamori-Incident, oldest first, 200 at most. */
  ofIncident(incident: string): StoredMail[] {
    return this.#db
      .prepare(
        `SELECT ${columns} FROM mail WHERE json_extract(headers, '$."x-mimamori-incident"') = ? ORDER BY seq LIMIT 200`,
      )
      .all(incident)
      .map(storedMail);
  }

  count(): number {
    return Number(this.#db.prepare('SELECT count(*) AS mails FROM mail').get()?.mails ?? 0);
  }

  close(): void {
    this.#db.close();
  }

  /** A thread is kept by reader: what another contact got in another language is another conversation. */
  #threadOf(headers: StoredMail['headers'], messageId: string | undefined, to: readonly string[]): string {
    const ancestors = messageIds(`${headers.references ?? ''} ${headers['in-reply-to'] ?? ''}`);
    const readers = JSON.stringify(to);
    const find = this.#db.prepare('SELECT thread FROM mail WHERE message_id = ? AND recipients = ? LIMIT 1');
    for (const ancestor of ancestors) {
      const known = find.get(ancestor, readers);
      if (known !== undefined) return String(known.thread);
    }
    return `${ancestors[0] ?? messageId ?? randomUUID()} ${readers}`;
  }

  #prune(): void {
    const { mails, totalBytes } = this.#limits;
    // The newest stay: a row goes when enough newer ones, or enough bytes of newer ones, are there.
    this.#db
      .prepare(
        `DELETE FROM mail WHERE seq <= (
           SELECT coalesce(max(seq), 0) FROM (
             SELECT seq, row_number() OVER newest AS place, sum(bytes) OVER newest AS total
             FROM mail WINDOW newest AS (ORDER BY seq DESC ROWS UNBOUNDED PRECEDING)
           ) WHERE place > ? OR (place > 1 AND total > ?)
         )`,
      )
      .run(mails, totalBytes);
  }
}

/** Undefined for a message that the parser refuses: nested too deep, headers without end. */
async function parseMail(raw: Buffer): Promise<Email | undefined> {
  try {
    return await PostalMime.parse(raw, { maxNestingDepth: 20, maxHeadersSize: 256 * 1024 });
  } catch {
    return undefined;
  }
}

function readHeaders(parsed: Email | undefined): Record<string, string> {
  const seen = new Map<string, string>();
  for (const { key, value } of parsed?.headers ?? []) {
    if (seen.size === keptHeaders) break;
    if (!seen.has(key)) seen.set(key, decodeWords(value).slice(0, shownChars.header));
  }
  return Object.fromEntries(seen);
}

function addressOf(address: Address | undefined): string | undefined {
  if (address === undefined) return undefined;
  const [first] = address.group ?? [address];
  return first?.address || undefined;
}

const messageIds = (text: string): string[] => text.match(/<[^<>\s]{1,250}>/g) ?? [];

const firstMessageId = (text: string | undefined): string | undefined => messageIds(text ?? '')[0];

/** 0 names no mail. */
const sequence = (id: string): number => (/^[0-9]{1,15}$/.test(id) ? Number(id) : 0);

function storedMail(row: Record<string, unknown>): StoredMail {
  return {
    id: String(row.seq),
    at: String(row.at),
    from: String(row.sender),
    to: JSON.parse(String(row.recipients)),
    subject: String(row.subject),
    text: String(row.body_text),
    html: String(row.body_html),
    headers: JSON.parse(String(row.headers)),
  };
}
