import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../certificate.ts';
import { type LineScript, startLineServer } from '../line-server.ts';
import { runMonitor } from '../run-monitor.ts';
import { closeServersAfterEach } from '../tcp-server.ts';

closeServersAfterEach();

const certificate = makeCertificate({ names: ['mail.example'] });
const answers = { STLS: '+OK begin\r\n', CAPA: '+OK\r\nUSER\r\n.\r\n', QUIT: '+OK bye\r\n' };
const greeting = '+OK ready\r\n';

describe('pop3', () => {
  const cases: (LineScript & { given: string; isSecure?: true; severity: string; said: string })[] = [
    { given: 'a greeting', greeting, severity: 'ok', said: 'sent its POP3 greeting in' },
    {
      given: 'a greeting without words',
      greeting: '+OK\r\n',
      severity: 'ok',
      said: 'sent its POP3 greeting in',
    },
    {
      given: 'a server too busy',
      greeting: '-ERR too many connections\r\n',
      severity: 'critical',
      said: 'greeted with "-ERR too many connections", wanted +OK',
    },
    {
      given: 'an IMAP server',
      greeting: '* OK ready\r\n',
      severity: 'critical',
      said: 'greeted with "* OK ready", wanted +OK',
    },
    { given: 'a word that begins alike', greeting: '+OKAY\r\n', severity: 'critical', said: 'greeted with' },
    { given: 'abilities inside TLS', greeting, isSecure: true, severity: 'ok', said: 'started TLS' },
    {
      given: 'a server that does not know the question inside TLS',
      greeting,
      answers: { ...answers, CAPA: '-ERR what?\r\n' },
      isSecure: true,
      severity: 'ok',
      said: 'started TLS',
    },
    {
      given: 'nonsense inside TLS',
      greeting,
      answers: { ...answers, CAPA: 'what?\r\n' },
      isSecure: true,
      severity: 'critical',
      said: 'answered CAPA with "what?", wanted +OK',
    },
    {
      given: 'a list without an end inside TLS',
      greeting,
      answers: { ...answers, CAPA: `+OK\r\n${'USER\r\n'.repeat(10_000)}` },
      isSecure: true,
      severity: 'critical',
      said: 'sent more than 32 KiB',
    },
  ];
  for (const { given, isSecure, severity, said, ...script } of cases) {
    it(`given ${given}, when it is checked, then it is ${severity} and leave is taken`, async () => {
      const secure = isSecure && { certificate, secureAfter: 'STLS' };
      const { port, heard, gone } = await startLineServer({ answers, ...script, ...secure });
      const settings = isSecure && { tls: 'starttls', verifyCertificate: false };
      const { outcome } = await runMonitor('pop3', { port, ...settings });
      await gone;
      expect(outcome.summary.en).toContain(said);
      expect(outcome.severity).toBe(severity);
      expect(heard.at(-1)).toBe(isSecure ? '*QUIT' : 'QUIT');
    });
  }
});
