import { describe, expect, it } from 'vitest';
import { runMonitor } from '../run-monitor.ts';
import { closedPort, closeServersAfterEach, startTcp } from '../tcp-server.ts';

closeServersAfterEach();

describe('tcp', () => {
  it('given a service that listens, when it is checked, then it is ok and its time is measured', async () => {
    const port = await startTcp(() => {});
    const { outcome } = await runMonitor('tcp', { port });
    expect(outcome.severity).toBe('ok');
    expect(outcome.summary.en).toMatch(
      new RegExp(`^127\\.0\\.0\\.1:${port} accepted a connection in \\d+ ms$`),
    );
    expect(outcome.values.responseMs).toBeGreaterThan(0);
  });

  it('given a port where nobody listens, when it is checked, then it is critical with the reason', async () => {
    const port = await closedPort();
    const { outcome } = await runMonitor('tcp', { port });
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: {
        en: `127.0.0.1:${port} refused the connection`,
        ja: `127.0.0.1:${port} が接続を拒否しました`,
      },
      values: {},
    });
  });

  const talks = [
    {
      given: 'a service that greets as expected',
      talk: '+OK ready\r\n',
      severity: 'ok',
      said: 'sent what was expected',
    },
    {
      given: 'a service that greets otherwise',
      talk: '-ERR no\r\n',
      severity: 'critical',
      said: 'sent "-ERR no??", wanted "+OK"',
    },
    {
      given: 'a service that closes at once',
      talk: '',
      severity: 'critical',
      said: 'closed without a word, wanted "+OK"',
    },
    {
      given: 'a service that sends a flood',
      talk: 'x'.repeat(1_000_000),
      severity: 'critical',
      said: 'sent "xxxx',
    },
  ];
  for (const { given, talk, severity, said } of talks) {
    it(`given ${given}, when a greeting is expected, then it is ${severity}`, async () => {
      const port = await startTcp((socket) => socket.end(talk));
      const { outcome } = await runMonitor('tcp', { port, expect: '+OK' });
      expect(outcome.severity).toBe(severity);
      expect(outcome.summary.en).toContain(said);
      expect(outcome.summary.en.length).toBeLessThan(200);
    });
  }

  it('given a service that answers what it is sent, when send and expect are set, then both are used', async () => {
    const port = await startTcp((socket) => socket.on('data', (data) => socket.write(`echo ${data}`)));
    const { outcome } = await runMonitor('tcp', { port, send: 'PING\r\n', expect: 'echo PING' });
    expect(outcome.severity).toBe('ok');
  });

  it('given an answer in single bytes, when it is complete, then it counts', async () => {
    const port = await startTcp((socket) => {
      const bytes = [...'hello'];
      const next = () => {
        const byte = bytes.shift();
        if (byte !== undefined) socket.write(byte, () => setImmediate(next));
      };
      next();
    });
    expect((await runMonitor('tcp', { port, expect: 'hello' })).outcome.severity).toBe('ok');
  });

  it('given a service that stalls, when its time is up, then it is critical and the limit is told', async () => {
    const port = await startTcp(() => {});
    const { outcome } = await runMonitor('tcp', { port, expect: 'x' }, {}, { timeLimitMs: 100 });
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: {
        en: `127.0.0.1:${port} gave no answer within 0.1 s`,
        ja: `127.0.0.1:${port} が 0.1 秒以内に応答しませんでした`,
      },
    });
  });

  it('given a service that resets, when it is checked, then it is critical', async () => {
    const port = await startTcp((socket) => socket.resetAndDestroy());
    const { outcome } = await runMonitor('tcp', { port, expect: 'x' });
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: { en: `127.0.0.1:${port} reset the connection` },
    });
  });

  it('given a name that does not exist, when it is checked, then it is critical: the customer sees it, too', async () => {
    const { outcome } = await runMonitor('tcp', { port: 80 }, { address: 'no-such-host.invalid' });
    expect(outcome).toMatchObject({
      severity: 'critical',
      summary: { en: 'no-such-host.invalid:80 has a host name that does not exist in DNS' },
    });
  });

  it('given another address of the server, when it is checked, then that one is asked', async () => {
    const port = await startTcp(() => {});
    const { outcome } = await runMonitor(
      'tcp',
      { port, address: '127.0.0.1' },
      { address: 'no-such-host.invalid' },
    );
    expect(outcome.severity).toBe('ok');
  });

  it('given a slow answer, when it crosses a threshold, then it is judged by it', async () => {
    const port = await startTcp(() => {});
    const { outcome } = await runMonitor('tcp', { port, responseMs: { warning: 0.0001, critical: 30_000 } });
    expect(outcome.severity).toBe('warning');
    expect(outcome.summary.en).toContain('(warning from 0.0001 ms)');
  });

  it('given a range of response times, when an answer comes within it, then the line says so', async () => {
    const port = await startTcp(() => {});
    const { outcome } = await runMonitor('tcp', { port, responseMs: { warning: '~:20000' } });
    expect(outcome.severity).toBe('ok');
    expect(outcome.summary.en).toMatch(/in \d+ ms \(up to 20000 ms\)$/);
  });

  const refused = [
    { given: 'no port', settings: {} },
    { given: 'port 0', settings: { port: 0 } },
    { given: 'port 70000', settings: { port: 70_000 } },
    { given: 'a misspelled setting', settings: { port: 80, exspect: 'x' } },
    { given: 'a bare number in quotes', settings: { port: 80, responseMs: { warning: '10' } } },
    { given: 'a range that no time crosses', settings: { port: 80, responseMs: { warning: '0:' } } },
    { given: 'a warning above critical', settings: { port: 80, responseMs: { warning: 9, critical: 5 } } },
  ];
  for (const { given, settings } of refused) {
    it(`given ${given}, when it is checked, then it is unknown: the fault is in the settings`, async () => {
      expect((await runMonitor('tcp', settings)).outcome.severity).toBe('unknown');
    });
  }
});
