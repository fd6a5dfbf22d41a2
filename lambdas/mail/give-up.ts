import { createHash } from 'node:crypto';
import type { Instant } from '../../core/instant.ts';
import { audienceHeader } from '../../core/mail/incident-mail.ts';
import { operatorState } from '../../core/mail/operator-notice.ts';
import type { OutgoingMail } from '../../core/mail/outgoing-mail.ts';
import type { Settings } from '../../core/settings.ts';
import { enqueueAll, type MailPorts, maskAddress, sendAll } from './deliver.ts';
import { operatorMails } from './tell-operators.ts';

/** More lines than this in one notice help nobody. */
const maxLines = 40;

/**
 * Stops trying mails that were refused, or put off too often, and tells the operators once. Mails to themselves end
 * quietly, in the log alone: a notice that a notice did not leave would have no end.
 */
export async function giveUp(
  ports: MailPorts,
  settings: Settings,
  mails: readonly OutgoingMail[],
  at: Instant,
): Promise<void> {
  const [first] = mails.filter((mail) => !isForOperators(mail));
  // The notice comes first: a crash in between repeats it at worst, the other way round would lose it.
  const notices = first === undefined ? [] : await enqueueNotice(ports, settings, mails, first, at);
  for (const mail of mails) {
    await ports.outbox.save({ ...mail, state: 'failed' });
    const { thread, number, to, attempts } = mail;
    ports.log.error('mail given up', { thread, number, to: maskAddress(to), attempts });
  }
  await sendAll(ports, settings, notices, { sender: 'task', at });
}

const isForOperators = ({ headers }: OutgoingMail): boolean =>
  headers['X-Mimamori-State'] === operatorState || headers[audienceHeader] !== undefined;

async function enqueueNotice(
  { outbox }: MailPorts,
  settings: Settings,
  mails: readonly OutgoingMail[],
  first: OutgoingMail,
  at: Instant,
): Promise<OutgoingMail[]> {
  const told = mails.filter((mail) => !isForOperators(mail));
  const lines = told
    .slice(0, maxLines)
    .map(
      ({ to, thread, number, attempts, lastError = '' }) =>
        `${to}: ${thread} (${number}), ${attempts}×. ${lastError}`,
    )
    .join('\n');
  const more = told.length - Math.min(told.length, maxLines);
  const notice = {
    // A mail is given up once, so that its key makes the notice's; logs name it, so that the address is hashed.
    key: `mail-given-up.${first.thread}.${first.number}.${shortHash(first.to)}`,
    at,
    subject: {
      ja: `${told.length} 通のメールの送信を断念しました`,
      en: `${told.length} ${told.length === 1 ? 'mail has' : 'mails have'} been given up`,
    },
    body: {
      ja: `次のメールは送信先に受け付けられず、再送を終了しました。お客様への電話など、別の方法で連絡してください。宛先に誤りがある場合は、インベントリーの連絡先を修正してください。\n${lines}${more > 0 ? `\nほか ${more} 通` : ''}`,
      en: `These mails were not accepted and are not tried again. Reach the customer in another way, by telephone for one. If an address is wrong, mend the contact in the inventory.\n${lines}${more > 0 ? `\nand ${more} more` : ''}`,
    },
  };
  return await enqueueAll(outbox, operatorMails(notice, settings));
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);
