import { describe, expect, it } from 'vitest';
import { type LineScript, startLineServer } from '../line-server.ts';
import { runMonitor } from '../run-monitor.ts';
import { closeServersAfterEach } from '../tcp-server.ts';

closeServersAfterEach();

const answers = { 'm3 LOGOUT': '* BYE\r\nm3 OK\r\n' };

describe('imap', () => {
  const cases: (LineScript & { given: string; settings?: object; severity: string; said: string })[] = [
    { given: 'a greeting', greeting: '* OK ready\r\n', severity: 'ok', said: 'sent its IMAP greeting in' },
    {
      given: 'a greeting without words',
      greeting: '* OK\r\n',
      severity: 'ok',
      said: 'sent its IMAP greeting in',
    },
    {
      given: 'a session that needs no login',
      greeting: '* PREAUTH welcome\r\n',
      severity: 'ok',
      said: 'sent its IMAP greeting in',
    },
    {
      given: 'a session that needs no login, and TLS wanted, which is too late there',
      greeting: '* PREAUTH welcome\r\n',
      answers: { ...answers, 'm1 STARTTLS': 'm1 BAD already authenticated\r\n' },
      settings: { tls: 'starttls' },
      severity: 'critical',
      said: 'answered STARTTLS with "m1 BAD already authenticated", wanted OK',
    },
    {
      given: 'a server too busy',
      greeting: '* BYE too many connections\r\n',
      severity: 'critical',
      said: 'greeted with "* BYE too many connections", wanted * OK',
    },
    {
      given: 'a server that turns away at the wish for TLS',
      greeting: '* OK ready\r\n',
      answers: { ...answers, 'm1 STARTTLS': '* BYE shutting down\r\n' },
      settings: { tls: 'starttls' },
      severity: 'critical',
      said: 'answered STARTTLS with "* BYE shutting down", wanted OK',
    },
    {
      given: 'another status',
      greeting: '* NO not now\r\n',
      severity: 'critical',
      said: 'greeted with "* NO not now", wanted * OK',
    },
    {
      given: 'a POP3 server',
      greeting: '+OK ready\r\n',
      severity: 'critical',
      said: 'greeted with "+OK ready", wanted * OK',
    },
    { given: 'a word that begins alike', greeting: '* OKAY\r\n', severity: 'critical', said: 'greeted with' },
  ];
  for (const { given, settings, severity, said, ...script } of cases) {
    it(`given ${given}, when it is checked, then it is ${severity} and leave is taken`, async () => {
      const { port, heard, gone } = await startLineServer({ answers, ...script });
      const { outcome } = await runMonitor('imap', { port, ...settings });
      await gone;
      expect(outcome.summary.en).toContain(said);
      expect(outcome.severity).toBe(severity);
      expect(heard.at(-1)).toBe('m3 LOGOUT');
    });
  }
});
