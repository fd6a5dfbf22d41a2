import { checkType } from './check-type.ts';
import { checkGreeting, type GreetingProtocol, greetingSettings } from './talk/greeting-check.ts';

const isOk = (line: string) => /^\+OK(?: |$)/i.test(line);

/** @see RFC 1939 for the talk, RFC 2595 for STLS, RFC 8314 for the port with implicit TLS */
export const pop3Protocol: GreetingProtocol = {
  name: 'POP3',
  port: 110,
  implicitPort: 995,
  async greet(talk) {
    const line = await talk.line();
    if (!isOk(line)) throw talk.badGreeting(line, '+OK');
    return line;
  },
  async askForTls(talk) {
    talk.say('STLS');
    const line = await talk.line();
    if (!isOk(line)) throw talk.badAnswer(line, '+OK');
  },
  async ask(talk) {
    talk.say('CAPA');
    const first = await talk.line();
    // A server need not know the question; that it says so is an answer.
    if (/^-ERR(?: |$)/i.test(first)) return;
    if (!isOk(first)) throw talk.badAnswer(first, '+OK');
    for (let line = first; line !== '.'; ) line = await talk.line();
  },
  isAlwaysAsked: false,
  goodbye: 'QUIT',
};

export const pop3 = checkType(
  { class: 'liveness', priority: 6, timeLimitMs: 5000, runbook: { id: 'restart-mailbox' } },
  greetingSettings(pop3Protocol),
  (settings, context) => checkGreeting(pop3Protocol, settings, context),
);
