import { Logger } from '@aws-lambda-powertools/logger';
import { z } from 'zod';
import { instant } from '../../core/instant.ts';
import { renderOperatorNotice } from '../../core/mail/operator-notice.ts';
import type { OutgoingMail } from '../../core/mail/outgoing-mail.ts';
import type { Settings } from '../../core/settings.ts';
import { text } from '../../core/text.ts';
import { mailSender, onFirstEvent, stores } from '../../platform/environment.ts';
import { enqueueAll, type MailPorts, readSettings, sendAll } from './deliver.ts';

/** What the operators are to know. The same key twice is one mail. */
export const operatorNotice = z.strictObject({
  key: z.string().min(1).max(400),
  at: instant,
  subject: text,
  /** Paragraphs, one a line; a long one is cut in the mail. */
  body: text,
});
export type OperatorNotice = z.output<typeof operatorNotice>;

/** Puts a notice on its way. It has lasted when this returns; the schedule sends it within a minute. */
export type TellOperators = (notice: OperatorNotice) => Promise<void>;

/** One mail to each operator's address. */
export function operatorMails(notice: OperatorNotice, settings: Settings): OutgoingMail[] {
  const rendered = renderOperatorNotice({ ...notice, settings });
  return settings.operators.mail.map((to) => ({
    thread: notice.key,
    number: 1,
    to,
    at: notice.at,
    ...rendered,
    state: 'pending',
    attempts: 0,
  }));
}

/**
 * For functions that have something else to do: they write the outbox and do not wait for a mail service, which
 * may be out of their reach just when there is most to tell.
 */
export function tellOperatorsFromEnvironment(log: Pick<Logger, 'info'>): TellOperators {
  return createTellOperatorsLater({ ...stores(), log });
}

export function createTellOperatorsLater({
  monitors,
  outbox,
  log,
}: Pick<MailPorts, 'monitors' | 'outbox'> & { readonly log: Pick<Logger, 'info'> }): TellOperators {
  return async (notice) => {
    const settings = await readSettings(monitors);
    await enqueueAll(outbox, operatorMails(operatorNotice.parse(notice), settings));
    log.info('operators are told', { key: notice.key });
  };
}

/**
 * Tells the operators at once.
 * @throws when the mail did not leave for one of them; the outbox keeps it, so that repeating this is safe
 */
export function createTellOperators(ports: MailPorts): (event: unknown) => Promise<Record<string, never>> {
  return async (event) => {
    const notice = operatorNotice.parse(event);
    const settings = await readSettings(ports.monitors);
    const mails = await enqueueAll(ports.outbox, operatorMails(notice, settings));
    const due = mails.filter((mail) => mail.state === 'pending' && mail.takenBy !== 'schedule');
    const attempts = await sendAll(ports, settings, due, { sender: 'task', at: notice.at });
    const left = due.length - attempts.filter(({ end }) => end === 'sent' || end === 'elsewhere').length;
    if (left > 0) {
      throw new Error(
        `notice ${notice.key}: ${left} of ${mails.length} mails are pending; the schedule sends them on`,
      );
    }
    return {};
  };
}

export const handler = onFirstEvent(() =>
  createTellOperators({
    ...stores(),
    sender: mailSender(),
    log: new Logger({ serviceName: 'tell-operators' }),
  }),
);
