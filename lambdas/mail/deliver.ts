import type { Logger } from '@aws-lambda-powertools/logger';
import type { Instant } from '../../core/instant.ts';
import type { OutgoingMail } from '../../core/mail/outgoing-mail.ts';
import { threadHeaders } from '../../core/mail/threading.ts';
import type { Settings } from '../../core/settings.ts';
import { type MailFault, MailNotTaken, type MailSender } from '../../platform/mail/mail-sender.ts';
import { composeMail } from '../../platform/mail/mime.ts';
import type { MonitorStore } from '../../platform/store/monitor-store.ts';
import type { Outbox } from '../../platform/store/outbox.ts';

/** What sending needs. */
export interface MailPorts {
  readonly monitors: Pick<MonitorStore, 'settings'>;
  readonly outbox: Outbox;
  readonly sender: MailSender;
  /** The portal of this deployment, to which links lead that the inventory leads nowhere else. */
  readonly portalUrl?: string | undefined;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** How one attempt ended. `elsewhere`: another sender has it, or it left before. */
export type Attempt =
  | { readonly end: 'sent' }
  | { readonly end: 'elsewhere' }
  | { readonly end: MailFault; readonly mail: OutgoingMail };

/** Who sends, for the outbox to know; `until` is when the schedule may take it for dead. */
export interface Taker {
  readonly sender: 'task' | 'schedule';
  readonly at: Instant;
  readonly until?: Instant;
}

/** Mails sent at the same time: a relay that is slow for one delays only a few, and none sees a flood of connections. */
const inFlight = 5;

/**
 * @param portalUrl of this deployment; the inventory's counts more
 * @throws when no inventory was applied yet: without it there is neither a sender's address nor an operator's
 */
export async function readSettings(
  monitors: Pick<MonitorStore, 'settings'>,
  portalUrl?: string,
): Promise<Settings> {
  const settings = await monitors.settings();
  if (settings === undefined) {
    throw new Error(
      'no inventory has been applied yet, so that mail has no sender; apply one with: mimamori apply',
    );
  }
  return portalUrl === undefined ? settings : { portalUrl, ...settings };
}

/** Puts mails into the outbox; answers what lies there, which for a repeated mail is the earlier one. */
export async function enqueueAll(outbox: Outbox, mails: readonly OutgoingMail[]): Promise<OutgoingMail[]> {
  const stored: OutgoingMail[] = [];
  for (const mail of mails) stored.push(await outbox.enqueue(mail));
  return stored;
}

/**
 * Sends mails of the outbox, a few at a time. A fault of one stops no other, but when a whole batch could not
 * reach the mail service the rest is left for later.
 *
 * @param by the workflow's task takes over what it took itself, as an earlier run of it has died; not what the schedule has
 * @returns how each ended that was tried, in the order given
 */
export async function sendAll(
  ports: MailPorts,
  settings: Settings,
  mails: readonly OutgoingMail[],
  by: Taker,
  hasTime: () => boolean = () => true,
): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (let start = 0; start < mails.length && hasTime(); start += inFlight) {
    const batch = await Promise.all(
      mails.slice(start, start + inFlight).map((mail) => attempt(ports, settings, mail, by)),
    );
    attempts.push(...batch);
    if (batch.every(({ end }) => end === 'unavailable')) break;
  }
  return attempts;
}

async function attempt(
  { outbox, sender, log }: MailPorts,
  settings: Settings,
  mail: OutgoingMail,
  by: Taker,
): Promise<Attempt> {
  const { takenBy: _before, takenUntil: _until, ...kept } = mail;
  const taken: OutgoingMail = { ...kept, attempts: mail.attempts + 1 };
  const about = {
    thread: mail.thread,
    number: mail.number,
    to: maskAddress(mail.to),
    attempt: taken.attempts,
  };
  let messageId: string;
  try {
    const claim = { ...taken, takenBy: by.sender, ...(by.until !== undefined && { takenUntil: by.until }) };
    if (mail.state !== 'pending' || !(await outbox.take(claim))) return { end: 'elsewhere' };
    const earlier = await outbox.thread(mail.thread, mail.to);
    const raw = await compose(mail, settings, earlier);
    ({ messageId } = await sender.send(raw));
  } catch (error) {
    const fault = error instanceof MailNotTaken ? error.fault : 'unavailable';
    const message = error instanceof Error ? error.message : String(error);
    // The message of the service may repeat the address, which no log keeps in full.
    log.warn('mail not sent', { ...about, fault, reason: withoutAddresses(message).slice(0, 300) });
    const deferrals = (mail.deferrals ?? 0) + (fault === 'deferred' ? 1 : 0);
    const after: OutgoingMail = { ...taken, deferrals, lastError: message.slice(0, 500) };
    await saveOrLog(log, about, outbox.save(after));
    return { end: fault, mail: after };
  }
  // It is never sent again, and whoever reads the thread would read its pictures with it.
  const { lastError: _fault, pictures: _pictures, ...clean } = taken;
  // Should this fail, the mail stays taken, and is sent once more when its sender counts as dead.
  await saveOrLog(log, about, outbox.save({ ...clean, state: 'sent', messageId, sentAt: by.at }));
  log.info('mail sent', { ...about, messageId });
  return { end: 'sent' };
}

const saveOrLog = (
  log: MailPorts['log'],
  about: Record<string, unknown>,
  saving: Promise<void>,
): Promise<void> =>
  saving.catch((cause: unknown) => log.error('the outbox could not be written', { ...about, cause }));

/** @throws MailNotTaken as a fault of this mail: one that cannot be composed must not look like a service that is down */
async function compose(mail: OutgoingMail, settings: Settings, earlier: readonly OutgoingMail[]) {
  try {
    return await composeMail(mail, settings, threadHeaders(earlier, mail.number));
  } catch (error) {
    throw new MailNotTaken('deferred', 'the message could not be composed', { cause: error });
  }
}

/** `y…@acme.example` */
export const maskAddress = (address: string): string => address.replace(/^(.)[^@]*@/, '$1…@');

const withoutAddresses = (text: string): string => text.replace(/[^\s<>"',;:]+@[^\s<>"',;:]+/g, maskAddress);
