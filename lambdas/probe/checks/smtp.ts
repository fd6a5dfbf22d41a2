import { checkType } from './check-type.ts';
import { checkGreeting, type GreetingProtocol, greetingSettings } from './talk/greeting-check.ts';
import type { LineTalk } from './talk/line-talk.ts';
import { type NumberedReply, readReply } from './talk/numbered-reply.ts';
import { ourName } from './talk/our-name.ts';

/**
 * Greets and is greeted; old servers know only HELO.
 * @see RFC 5321 §3.2
 */
async function hello(talk: LineTalk): Promise<NumberedReply> {
  talk.say(`EHLO ${ourName}`);
  const reply = await readReply(talk, 'numbered');
  if (reply.code === '250') return reply;
  if (!/^50[0-4]$/.test(reply.code)) throw talk.badAnswer(reply.shown, '250');
  talk.say(`HELO ${ourName}`);
  const second = await readReply(talk, 'numbered');
  if (second.code !== '250') throw talk.badAnswer(second.shown, '250');
  return { ...second, lines: [] };
}

/** @see RFC 5321 for the talk, RFC 3207 for STARTTLS, RFC 8314 for the port with implicit TLS */
export const smtpProtocol: GreetingProtocol = {
  name: 'SMTP',
  port: 587,
  implicitPort: 465,
  async greet(talk) {
    const { code, lines, shown } = await readReply(talk, 'numbered');
    if (code !== '220') throw talk.badGreeting(shown, '220');
    return lines.join('\n');
  },
  async askForTls(talk) {
    const { lines } = await hello(talk);
    if (!lines.slice(1).some((line) => /^STARTTLS(?: |$)/i.test(line))) throw talk.notOffered('STARTTLS');
    talk.say('STARTTLS');
    const { code, shown } = await readReply(talk, 'numbered');
    if (code !== '220') throw talk.badAnswer(shown, '220');
  },
  async ask(talk) {
    await hello(talk);
  },
  isAlwaysAsked: true,
  goodbye: 'QUIT',
};

/**
 * Postfix' postscreen keeps strangers waiting for 6 s before the end of its greeting, Sendmail's `greet_pause` commonly
 * for 5 s; RFC 5321 §4.5.3.2.1 lets a client wait for 5 minutes.
 */
const timeLimitMs = 10_000;

export const smtp = checkType(
  { class: 'liveness', priority: 6, timeLimitMs, runbook: { id: 'restart-mail-transfer' } },
  greetingSettings(smtpProtocol),
  (settings, context) => checkGreeting(smtpProtocol, settings, context),
);
