import type { OutgoingMail } from '../../../core/mail/outgoing-mail.ts';
import type { Outbox } from '../outbox.ts';
import type { Entities } from './entities.ts';
import { ifConditionHolds } from './if-condition-holds.ts';

/** How long a mail that was sent stays: as long as anybody may ask what was told about last year. */
const keptDays = 400;

export class DynamoOutbox implements Outbox {
  readonly #entities: Entities;

  constructor(entities: Entities) {
    this.#entities = entities;
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
    const { data } = await this.#entities.mail.query.pending({}).go({ limit, count: limit, pages: 'all' });
    return data.map(({ body }) => body);
  }
}

function itemOf(mail: OutgoingMail) {
  const { thread, to, number, at, state, attempts, sentAt } = mail;
  const item = { thread, to, number, at, state, attempts, body: mail };
  if (sentAt === undefined) return item;
  return { ...item, expires: Math.floor(Date.parse(sentAt) / 1000) + keptDays * 86_400 };
}
