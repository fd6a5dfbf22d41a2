import { describe, expect, it } from 'vitest';
import { byByte, type LineScript, startLineServer } from '../line-server.ts';
import { runMonitor } from '../run-monitor.ts';
import { closeServersAfterEach } from '../tcp-server.ts';

closeServersAfterEach();

const ehlo = '250-mail.example\r\n250-SIZE 1000\r\n250 STARTTLS\r\n';
const answers = { EHLO: ehlo, HELO: '250 mail.example\r\n', QUIT: '221 Bye\r\n' };
const greeting = '220 mail.example ESMTP\r\n';

describe('smtp', () => {
  it('given a mail server, when it is checked, then it is asked politely and is ok', async () => {
    const { port, heard, gone } = await startLineServer({ greeting, answers });
    const { outcome } = await runMonitor('smtp', { port });
    await gone;
    expect(outcome.summary.en).toMatch(/^127\.0\.0\.1:\d+ sent its SMTP greeting in \d+ ms$/);
    expect(outcome.summary.ja).toMatch(/^127\.0\.0\.1:\d+ が SMTP の挨拶を返しました: \d+ ms$/);
    expect(outcome.values).toEqual({ responseMs: expect.any(Number) });
    expect(heard).toEqual(['EHLO mimamori-monitoring', 'QUIT']);
  });

  const cases: (LineScript & { given: string; severity: string; said: string })[] = [
    {
      given: 'a greeting of several lines',
      greeting: '220-mail.example\r\n220-no spam\r\n220 here\r\n',
      severity: 'ok',
      said: 'sent its SMTP greeting',
    },
    { given: 'a bare number', greeting: '220\r\n', severity: 'ok', said: 'sent its SMTP greeting' },
    { given: 'bare line feeds', greeting: '220 x\n', severity: 'ok', said: 'sent its SMTP greeting' },
    { given: 'single bytes', greeting: byByte(greeting), severity: 'ok', said: 'sent its SMTP greeting' },
    {
      given: 'a server that knows only HELO',
      greeting,
      answers: { ...answers, EHLO: '502 what?\r\n' },
      severity: 'ok',
      said: 'sent its SMTP greeting',
    },
    {
      given: 'a server that does not say goodbye',
      greeting,
      answers: { EHLO: ehlo, QUIT: (socket) => socket.resetAndDestroy() },
      severity: 'ok',
      said: 'sent its SMTP greeting',
    },
    {
      given: 'a refusal',
      greeting: '554 5.7.1 No service\r\n',
      severity: 'critical',
      said: 'greeted with "554 5.7.1 No service", wanted 220',
    },
    {
      given: 'a server too busy',
      greeting: '421 Too many connections\r\n',
      severity: 'critical',
      said: 'greeted with "421 Too many connections", wanted 220',
    },
    {
      given: 'a number in the midst of others',
      greeting: '220-a\r\n221-b\r\n220 c\r\n',
      severity: 'critical',
      said: 'greeted with "221-b", wanted 220',
    },
    {
      given: 'a number of four digits',
      greeting: '2200 x\r\n',
      severity: 'critical',
      said: 'greeted with "2200 x", wanted 220',
    },
    {
      given: 'NUL bytes before the number',
      greeting: Buffer.from([0, 0, ...Buffer.from('220 x\r\n')]),
      severity: 'critical',
      said: 'greeted with "??220 x", wanted 220',
    },
    {
      given: 'a web server',
      greeting: 'HTTP/1.1 400 Bad Request\r\n\r\n',
      severity: 'critical',
      said: 'greeted with "HTTP/1.1 400 Bad Request", wanted 220',
    },
    {
      given: 'no word',
      greeting: (socket) => socket.end(),
      severity: 'critical',
      said: 'closed without its SMTP greeting',
    },
    {
      given: 'half a greeting',
      greeting: (socket) => socket.end('220 mail.exa'),
      severity: 'critical',
      said: 'closed in the middle of its SMTP greeting: "220 mail.exa"',
    },
    {
      given: 'a greeting that never ends',
      greeting: (socket) => socket.end('220-a\r\n'),
      severity: 'critical',
      said: 'closed without its SMTP greeting',
    },
    {
      given: 'a reset',
      greeting: (socket) => socket.resetAndDestroy(),
      severity: 'critical',
      said: 'reset the connection',
    },
    {
      given: 'a flood of one line',
      greeting: Buffer.alloc(1_000_000, 'a'),
      severity: 'critical',
      said: 'sent more than 32 KiB',
    },
    {
      given: 'a flood of lines',
      greeting: '220-x\r\n'.repeat(100_000),
      severity: 'critical',
      said: 'sent more than 32 KiB',
    },
    {
      given: 'a reset at EHLO',
      greeting,
      answers: { EHLO: (socket) => socket.resetAndDestroy() },
      severity: 'critical',
      said: 'reset the connection',
    },
    {
      given: 'a close at EHLO',
      greeting,
      answers: { EHLO: (socket) => socket.end() },
      severity: 'critical',
      said: 'closed without an answer to EHLO',
    },
    {
      given: 'a refused EHLO',
      greeting,
      answers: { EHLO: '421 Shutting down\r\n' },
      severity: 'critical',
      said: 'answered EHLO with "421 Shutting down", wanted 250',
    },
    {
      given: 'EHLO and HELO refused',
      greeting,
      answers: { EHLO: '500 no\r\n', HELO: '550 no\r\n' },
      severity: 'critical',
      said: 'answered HELO with "550 no", wanted 250',
    },
  ];
  for (const { given, severity, said, ...script } of cases) {
    it(`given ${given}, when it is checked, then it is ${severity}`, async () => {
      const { port, gone } = await startLineServer({ answers, ...script });
      const { outcome } = await runMonitor('smtp', { port });
      expect(outcome.summary.en).toContain(said);
      expect(outcome.severity).toBe(severity);
      await gone;
    });
  }

  it('given a server that keeps strangers waiting in the midst of its greeting, when it is checked, then nothing is said before its end', async () => {
    const ends = Promise.withResolvers<() => void>();
    const { port, heard, gone } = await startLineServer({
      greeting: (socket) => {
        socket.write('220-mail.example ESMTP\r\n');
        ends.resolve(() => socket.write('220 mail.example ESMTP\r\n'));
      },
      answers,
    });
    const check = runMonitor('smtp', { port });
    const end = await ends.promise;
    // Time enough for a client that takes the first line for all of it.
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(heard).toEqual([]);
    end();
    expect((await check).outcome.severity).toBe('ok');
    await gone;
    expect(heard).toEqual(['EHLO mimamori-monitoring', 'QUIT']);
  });

  it('given a server that has said all in the clear before it was asked, when TLS is wanted, then nothing of it counts inside', async () => {
    const ahead = `${greeting}${ehlo}220 Go ahead\r\n250 Welcome inside\r\n`;
    const { port } = await startLineServer({ greeting: ahead });
    const { outcome } = await runMonitor('smtp', { port, tls: 'starttls', verifyCertificate: false });
    expect(outcome.severity).toBe('critical');
    expect(outcome.summary.en).toContain('sent more in the clear before the TLS handshake');
  });

  it('given a greeting without the text that is expected, when the check leaves, then it says goodbye', async () => {
    const { port, heard, gone } = await startLineServer({ greeting, answers });
    expect((await runMonitor('smtp', { port, expect: 'other' })).outcome.severity).toBe('critical');
    await gone;
    expect(heard).toEqual(['QUIT']);
  });

  it('given a server without STARTTLS, when it is wanted, then it is critical', async () => {
    const { port, heard } = await startLineServer({
      greeting,
      answers: { EHLO: '250-STARTTLSX\r\n250 SIZE\r\n' },
    });
    const { outcome } = await runMonitor('smtp', { port, tls: 'starttls' });
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: {
        en: `127.0.0.1:${port} does not offer STARTTLS`,
        ja: `127.0.0.1:${port} が STARTTLS に対応していません`,
      },
    });
    expect(heard).not.toContain('STARTTLS');
  });

  it('given a greeting, when a text is expected in it, then all its lines count', async () => {
    const { port } = await startLineServer({ greeting: '220-a\r\n220 the mail.example\r\n', answers });
    const well = await runMonitor('smtp', { port, expect: 'mail.example' });
    expect(well.outcome.severity).toBe('ok');
    const { outcome } = await runMonitor('smtp', { port, expect: 'other' });
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: { en: `127.0.0.1:${port} has no "other" in its greeting: it sent "a?the mail.example"` },
    });
  });
});
