import { Logger } from '@aws-lambda-powertools/logger';
import { z } from 'zod';
import { addSeconds, type Instant, secondsBetween, toInstant } from '../../core/instant.ts';
import type { OutgoingMail } from '../../core/mail/outgoing-mail.ts';
import { mailSender, onFirstEvent, stores } from '../../platform/environment.ts';
import { type Attempt, type MailPorts, readSettings, sendAll } from './deliver.ts';
import { giveUp } from './give-up.ts';

// A schedule writes its time without milliseconds.
const pendingEvent = z.strictObject({ time: z.iso.datetime().transform(toInstant) });

const mailsPerRun = 100;
/** Begins no further batch after this, so that a run ends before the next begins. */
const budgetMs = 30_000;
/** A mail that was put off so often, once a minute, is given up. */
const maxDeferrals = 20;
/** While the mail service itself is at fault mails wait, but after a day an alert helps nobody. */
const maxAgeSeconds = 24 * 3600;
/** A sender that has said nothing for so long is dead: longer than any function may run. */
const lostAfterSeconds = 180;

/**
 * Sends what is still in the outbox, oldest first: mails whose function died or whose service was out of reach.
 * Mails that a workflow's task has taken are left to it until it must be dead.
 *
 * @returns how many left, and how many were given up
 */
export function createSendPending(
  ports: MailPorts,
): (event: unknown) => Promise<{ sent: number; failed: number }> {
  return async (event) => {
    const { time } = pendingEvent.parse(event);
    const pending = await ports.outbox.pending(mailsPerRun);
    if (pending.length === 0) return { sent: 0, failed: 0 };
    const settings = await readSettings(ports.monitors);
    await noteSilentSenders(ports, pending, time);

    const begunAt = performance.now();
    const due = pending.filter((mail) => isDue(mail, time));
    const by = { sender: 'schedule', at: time, until: addSeconds(time, lostAfterSeconds) } as const;
    const attempts = await sendAll(ports, settings, due, by, () => performance.now() - begunAt < budgetMs);

    const hopeless = attempts.flatMap((one) => (isHopeless(one, time) ? [one.mail] : []));
    if (hopeless.length > 0) await giveUp(ports, settings, hopeless, time);
    const sent = attempts.filter(({ end }) => end === 'sent').length;
    const left = attempts.filter(({ end }) => end === 'deferred' || end === 'unavailable').length;
    if (left > 0) ports.log.error('mail did not leave', { left, seen: pending.length });
    return { sent, failed: hopeless.length };
  };
}

const isDue = ({ takenBy, takenUntil }: OutgoingMail, time: Instant): boolean =>
  takenBy === undefined || (takenUntil !== undefined && takenUntil <= time);

/**
 * A task does not know what time it is, only when its state was entered, so that the wait for it begins when the
 * schedule first sees what it has taken.
 */
async function noteSilentSenders(
  { outbox }: MailPorts,
  pending: readonly OutgoingMail[],
  time: Instant,
): Promise<void> {
  for (const mail of pending) {
    if (mail.takenBy === undefined || mail.takenUntil !== undefined) continue;
    await outbox.take({
      ...mail,
      attempts: mail.attempts + 1,
      takenUntil: addSeconds(time, lostAfterSeconds),
    });
  }
}

function isHopeless(one: Attempt, time: Instant): one is Extract<Attempt, { mail: OutgoingMail }> {
  if (one.end === 'sent' || one.end === 'elsewhere') return false;
  if (one.end === 'refused') return true;
  if (one.end === 'deferred') return (one.mail.deferrals ?? 0) >= maxDeferrals;
  return secondsBetween(one.mail.at, time) > maxAgeSeconds;
}

export const handler = onFirstEvent(() =>
  createSendPending({ ...stores(), sender: mailSender(), log: new Logger({ serviceName: 'send-pending' }) }),
);
