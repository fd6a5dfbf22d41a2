import { checkType } from './check-type.ts';
import { checkGreeting, type GreetingProtocol, greetingSettings } from './talk/greeting-check.ts';
import type { LineTalk } from './talk/line-talk.ts';

const bye = /^\* BYE(?: |$)/i;

/** Sends a command and reads to its own answer, past what the server says unasked. */
async function command(talk: LineTalk, tag: string, name: string): Promise<void> {
  talk.say(`${tag} ${name}`);
  for (;;) {
    const line = await talk.line();
    const answer = line.startsWith(`${tag} `) ? line.slice(tag.length + 1) : undefined;
    if (answer !== undefined && /^OK(?: |$)/i.test(answer)) return;
    // An unasked line goes by, but for the one that ends the session.
    if (!line.startsWith('* ') || bye.test(line)) throw talk.badAnswer(line, 'OK');
  }
}

/** @see RFC 9051 §7.1 for greetings and §6.2.1 for STARTTLS, RFC 8314 for the port with implicit TLS */
export const imapProtocol: GreetingProtocol = {
  name: 'IMAP',
  port: 143,
  implicitPort: 993,
  async greet(talk) {
    const line = await talk.line();
    if (!/^\* (?:OK|PREAUTH)(?: |$)/i.test(line)) throw talk.badGreeting(line, '* OK');
    return line;
  },
  askForTls: (talk) => command(talk, 'm1', 'STARTTLS'),
  ask: (talk) => command(talk, 'm2', 'NOOP'),
  isAlwaysAsked: false,
  goodbye: 'm3 LOGOUT',
};

export const imap = checkType(
  { class: 'liveness', priority: 6, timeLimitMs: 5000, runbook: { id: 'restart-mailbox' } },
  greetingSettings(imapProtocol),
  (settings, context) => checkGreeting(imapProtocol, settings, context),
);
