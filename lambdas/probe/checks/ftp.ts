import { checkType } from './check-type.ts';
import { checkGreeting, type GreetingProtocol, greetingSettings } from './talk/greeting-check.ts';
import { readReply } from './talk/numbered-reply.ts';

/** @see RFC 959 §5.4 for greetings, RFC 4217 for AUTH TLS */
export const ftpProtocol: GreetingProtocol = {
  name: 'FTP',
  port: 21,
  implicitPort: 990,
  async greet(talk) {
    let reply = await readReply(talk, 'free');
    // "Ready in a while": the greeting itself follows.
    if (reply.code === '120') reply = await readReply(talk, 'free');
    if (reply.code !== '220') throw talk.badGreeting(reply.shown, '220');
    return reply.lines.join('\n');
  },
  async askForTls(talk) {
    talk.say('AUTH TLS');
    const { code, shown } = await readReply(talk, 'free');
    if (code !== '234') throw talk.badAnswer(shown, '234');
  },
  async ask(talk) {
    talk.say('NOOP');
    const { code, shown } = await readReply(talk, 'free');
    // Many want a login first; that they say so is an answer.
    if (code === '' || code === '421') throw talk.badAnswer(shown, '200');
  },
  isAlwaysAsked: false,
  goodbye: 'QUIT',
};

export const ftp = checkType(
  { class: 'liveness', priority: 7, timeLimitMs: 5000, runbook: { id: 'restart-ftp' } },
  greetingSettings(ftpProtocol),
  (settings, context) => checkGreeting(ftpProtocol, settings, context),
);
