import { describe, expect, it } from 'vitest';
import { runMonitor } from '../../run-monitor.ts';
import { closeServersAfterEach, startTcp } from '../../tcp-server.ts';

closeServersAfterEach();

describe('a server that says something else and stays', () => {
  const cases = [
    {
      check: 'tcp',
      settings: { expect: '200 ready' },
      sends: '500 busy\r\n',
      said: 'sent "500 busy??" and no more within 0.08 s, wanted "200 ready"',
      saidJa: 'は「200 ready」を送るはずですが、0.08 秒以内には「500 busy??」しか送りませんでした',
    },
    {
      check: 'ssh',
      settings: {},
      sends: '220 mail.example ESMTP\r\n',
      said: 'sent "220 mail.example ESMTP??" in place of an SSH banner',
      saidJa: 'は SSH のバナーではなく「220 mail.example ESMTP??」を送りました',
    },
  ];
  for (const { check, settings, sends, said, saidJa } of cases) {
    it(`given ${JSON.stringify(sends)}, when ${check} has waited to its time limit, then it is critical and tells what was sent`, async () => {
      const port = await startTcp((socket) => socket.write(sends));
      const { outcome } = await runMonitor(check, { port, ...settings }, {}, { timeLimitMs: 80 });
      expect(outcome).toMatchObject({
        severity: 'critical',
        summary: { en: `127.0.0.1:${port} ${said}`, ja: `127.0.0.1:${port} ${saidJa}` },
      });
    });
  }

  it('given silence, when the time is up, then it is told as silence', async () => {
    const port = await startTcp(() => {});
    const { outcome } = await runMonitor('tcp', { port, expect: 'x' }, {}, { timeLimitMs: 80 });
    expect(outcome.summary.en).toBe(`127.0.0.1:${port} gave no answer within 0.08 s`);
  });
});
