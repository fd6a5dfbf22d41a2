import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../certificate.ts';
import { type LineScript, startLineServer } from '../line-server.ts';
import { runMonitor } from '../run-monitor.ts';
import { closeServersAfterEach } from '../tcp-server.ts';

closeServersAfterEach();

const certificate = makeCertificate({ names: ['files.example'] });
const greeting = '220 ready\r\n';
const answers = { 'AUTH TLS': '234 begin\r\n', NOOP: '200 well\r\n', QUIT: '221 bye\r\n' };

describe('ftp', () => {
  const cases: (LineScript & { given: string; isSecure?: true; severity: string; said: string })[] = [
    { given: 'a greeting', greeting, severity: 'ok', said: 'sent its FTP greeting in' },
    {
      given: 'a greeting after a while',
      greeting: '120 ready in 1 minute\r\n220 ready\r\n',
      severity: 'ok',
      said: 'sent its FTP greeting in',
    },
    {
      given: 'two whiles',
      greeting: '120 a\r\n120 b\r\n220 ready\r\n',
      severity: 'critical',
      said: 'greeted with "120 b", wanted 220',
    },
    {
      given: 'free text between the lines of a greeting',
      greeting: '220-hello\r\n 220 files\r\n221 more\r\n-\r\n220 ready\r\n',
      severity: 'ok',
      said: 'sent its FTP greeting in',
    },
    {
      given: 'a server too busy',
      greeting: '421 too many users\r\n',
      severity: 'critical',
      said: 'greeted with "421 too many users", wanted 220',
    },
    {
      given: 'a closed door',
      greeting: '530 access denied\r\n',
      severity: 'critical',
      said: 'greeted with "530 access denied", wanted 220',
    },
    {
      given: 'a mail server, which greets with the same number',
      greeting: '220 mail.example ESMTP\r\n',
      severity: 'ok',
      said: 'sent its FTP greeting in',
    },
    { given: 'TLS', greeting, isSecure: true, severity: 'ok', said: 'started TLS' },
    {
      given: 'a login wanted inside TLS',
      greeting,
      answers: { ...answers, NOOP: '530 login first\r\n' },
      isSecure: true,
      severity: 'ok',
      said: 'started TLS',
    },
    {
      given: 'a server that ends inside TLS',
      greeting,
      answers: { ...answers, NOOP: '421 timeout\r\n' },
      isSecure: true,
      severity: 'critical',
      said: 'answered NOOP with "421 timeout", wanted 200',
    },
  ];
  for (const { given, isSecure, severity, said, ...script } of cases) {
    it(`given ${given}, when it is checked, then it is ${severity} and leave is taken`, async () => {
      const secure = isSecure && { certificate, secureAfter: 'AUTH TLS' };
      const { port, heard, gone } = await startLineServer({ answers, ...script, ...secure });
      const settings = isSecure && { tls: 'starttls', verifyCertificate: false };
      const { outcome } = await runMonitor('ftp', { port, ...settings });
      await gone;
      expect(outcome.summary.en).toContain(said);
      expect(outcome.severity).toBe(severity);
      expect(heard.at(-1)).toBe(isSecure ? '*QUIT' : 'QUIT');
    });
  }
});
