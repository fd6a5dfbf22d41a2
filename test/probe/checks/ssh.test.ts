import { describe, expect, it } from 'vitest';
import { runMonitor } from '../run-monitor.ts';
import { closedPort, closeServersAfterEach, startTcp } from '../tcp-server.ts';

closeServersAfterEach();

describe('ssh', () => {
  const cases = [
    { given: 'a banner', sends: 'SSH-2.0-OpenSSH_9.2p1\r\n', severity: 'ok', said: 'sent its SSH banner in' },
    {
      given: 'lines before the banner',
      sends: 'Welcome\r\nto us\r\nSSH-2.0-x\r\n',
      severity: 'ok',
      said: 'sent its SSH banner',
    },
    {
      given: 'a server for old clients too',
      sends: 'SSH-1.99-Cisco-1.25\n',
      severity: 'ok',
      said: 'sent its SSH banner',
    },
    {
      given: 'protocol 1',
      sends: 'SSH-1.5-old\n',
      severity: 'critical',
      said: 'sent "SSH-1.5-old?" in place of an SSH banner',
    },
    {
      given: 'a web server',
      sends: 'HTTP/1.1 400 Bad Request\r\n',
      severity: 'critical',
      said: 'in place of an SSH banner',
    },
    {
      given: 'a banner inside a line',
      sends: 'x SSH-2.0-x\r\n',
      severity: 'critical',
      said: 'in place of an SSH banner',
    },
    { given: 'too many connections', sends: '', severity: 'critical', said: 'closed without an SSH banner' },
    { given: 'a flood', sends: 'a'.repeat(500_000), severity: 'critical', said: 'in place of an SSH banner' },
    {
      given: 'control characters',
      sends: '\x1b[2Jboo\u202e\n',
      severity: 'critical',
      said: 'sent "?[2Jboo??" in place',
    },
  ];
  for (const { given, sends, severity, said } of cases) {
    it(`given ${given}, when it is checked, then it is ${severity}`, async () => {
      const port = await startTcp((socket) => socket.end(sends));
      const { outcome } = await runMonitor('ssh', { port });
      expect(outcome.summary.en).toContain(said);
      expect(outcome.severity).toBe(severity);
    });
  }

  for (const sends of ['SSH-1.5-old\n', 'Welcome\r\nSSH-2.0-\r\n']) {
    it(`given ${JSON.stringify(sends)} and an open connection, when it is checked, then it is judged at once by what was sent`, async () => {
      const port = await startTcp((socket) => socket.write(sends));
      const { outcome } = await runMonitor('ssh', { port }, {}, { timeLimitMs: 20_000 });
      expect(outcome.severity).toBe('critical');
      expect(outcome.summary.en).toContain('in place of an SSH banner');
    });
  }

  it('given a server that says nothing, when its time is up, then it is critical', async () => {
    const port = await startTcp(() => {});
    const { outcome } = await runMonitor('ssh', { port }, {}, { timeLimitMs: 80 });
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: { en: `127.0.0.1:${port} gave no answer within 0.08 s` },
    });
  });

  it('given a closed port, when it is checked, then it is critical', async () => {
    expect((await runMonitor('ssh', { port: await closedPort() })).outcome.severity).toBe('critical');
  });
});
