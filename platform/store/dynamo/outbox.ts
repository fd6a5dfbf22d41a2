import type { Instant } from '../../../core/instant.ts';
import type { OutgoingMail } from '../../../core/mail/outgoing-mail.ts';
import { boundedLimit } from '../cursor.ts';
import { type MailLine, mostCounted, mostOfThread, type Outbox } from '../outbox.ts';
import type { DynamoContext } from './context.ts';
import type { Entities } from './entities.ts';
import { ifConditionHolds } from './if-condition-holds.ts';
import { type Item, type Range, readRange } from './read-list.ts';

/** How long a mail stays that was sent, or failed for good: as long as anybody may ask what was told about last year. */
const keptDays = 400;

export class DynamoOutbox implements Outbox {
  readonly #context: DynamoContext;
  readonly #entities: Entities;

  constructor(context: DynamoContext) {
    this.#context = context;
    this.#entities = context.entities;
  }

  async enqueue(mail: OutgoingMail) {
    const isNew = await ifConditionHolds(this.#entities.mail.create(itemOf(mail)).go());
    if (isNew) return mail;
    const { thread, to, number } = mail;
    const { data } = await this.#entities.mail.get({ thread, to, number }).go({ consistent: true });
    // Between the two only its time to live can have ended.
    return data?.body ?? mail;
  }

  take(mail: OutgoingMail) {
    const write = this.#entities.mail
      .put(itemOf(mail))
      .where(
        (stored, is) => `${is.eq(stored.state, 'pending')} AND ${is.eq(stored.attempts, mail.attempts - 1)}`,
      );
    return ifConditionHolds(write.go());
  }

  async save(mail: OutgoingMail) {
    const write = this.#entities.mail.put(itemOf(mail));
    if (mail.state === 'sent') {
      await write.go();
      return;
    }
    await ifConditionHolds(
      write
        .where(
          (stored, is) =>
            `${is.notExists(stored.state)} OR (${is.ne(stored.state, 'sent')} AND ${is.lte(stored.attempts, mail.attempts)})`,
        )
        .go(),
    );
  }

  async thread(thread: string, to: string) {
    const { data } = await this.#entities.mail.query
      .mail({ thread, to })
      .go({ consistent: true, pages: 'all' });
    return data.map(({ body }) => body);
  }

  async pending(limit: number) {
    const { data } = await this.#entities.mail.query
      .unsent({ state: 'pending' })
      .go({ limit, count: limit, pages: 'all' });
    return data.map(({ body }) => body);
  }

  async waiting() {
    const [found, [oldest]] = await Promise.all([
      readRange(this.#context, { ...pendingRange, projection: keysOnly }, mostCounted),
      readRange(this.#context, { ...pendingRange, projection: line }, 1),
    ]);
    return { count: found.length, ...(oldest !== undefined && { oldest: lineOf(oldest) }) };
  }

  async failedSince(at: Instant, limit: number) {
    const range: Range = {
      index: 'list',
      partition: 'mail#failed',
      from: at,
      order: 'descending',
      projection: line,
    };
    return (await readRange(this.#context, range, boundedLimit(limit))).map(lineOf);
  }

  async mailsOf(thread: string) {
    const range: Range = {
      partition: `mail#${thread}`,
      order: 'ascending',
      consistent: true,
      projection: line,
    };
    const found = (await readRange(this.#context, range, mostOfThread)).map(lineOf);
    return found.sort((a, b) => a.number - b.number || (a.to < b.to ? -1 : Number(a.to > b.to)));
  }
}

const pendingRange: Range = { index: 'list', partition: 'mail#pending', order: 'ascending' };

// The texts of a mail lie in its body too, and a thousand mails have many.
const parts = ['thread', 'number', 'to', 'at', 'subject', 'state', 'attempts', 'sentAt', 'lastError'];
const line = {
  expression: parts.map((part) => `#body.#${part}`).join(', '),
  names: { '#body': 'body', ...Object.fromEntries(parts.map((part) => [`#${part}`, part])) },
};
const keysOnly = { expression: '#sort', names: {} };

const lineOf = ({ body }: Item): MailLine => body as MailLine;

function itemOf(mail: OutgoingMail) {
  const { thread, to, number, at, state, attempts, sentAt } = mail;
  const item = { thread, to, number, at, state, attempts, body: mail };
  const end = sentAt ?? (state === 'failed' ? at : undefined);
  if (end === undefined) return item;
  return { ...item, expires: Math.floor(Date.parse(end) / 1000) + keptDays * 86_400 };
}
