import { z } from 'zod';
import { peerText } from '../../../platform/network/peer-text.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { address, port, responseMs } from './settings.ts';
import { hearUntil } from './talk/hear-until.ts';
import { checkOverTcp, type Seen } from './talk/tcp-exchange.ts';

const tcpSettings = z.strictObject({
  port,
  address,
  send: z
    .string()
    .min(1)
    .max(1024)
    .meta({ description: 'a text that is sent after the connection stands', examples: ['PING\r\n'] })
    .optional(),
  expect: z
    .string()
    .min(1)
    .max(200)
    .meta({ description: 'a text that must be in the first 4 KiB of the answer', examples: ['+PONG'] })
    .optional(),
  responseMs,
});

const maxAnswerBytes = 4096;

/**
 * Times one TCP handshake and, if asked, one line each way.
 * @see RFC 9293 §3.5, establishing a connection
 */
const checkTcp = (settings: z.output<typeof tcpSettings>, context: CheckContext) =>
  checkOverTcp(context, { ...settings, host: settings.address }, async (socket): Promise<Seen> => {
    if (settings.send !== undefined) socket.write(settings.send);
    if (settings.expect === undefined) {
      return { well: { ja: 'が接続を受け付けました', en: 'accepted a connection' } };
    }
    const wanted = Buffer.from(settings.expect);
    const { data, lateAfterMs } = await hearUntil(socket, maxAnswerBytes, context.signal, (bytes) =>
      bytes.includes(wanted),
    );
    if (data.includes(wanted))
      return { well: { ja: 'が期待した応答を返しました', en: 'sent what was expected' } };
    const expected = peerText(settings.expect, 60);
    const sent = peerText(data, 60);
    if (lateAfterMs !== undefined) {
      const seconds = lateAfterMs / 1000;
      return {
        wrong: {
          ja: `は「${expected}」を送るはずですが、${seconds} 秒以内には「${sent}」しか送りませんでした`,
          en: `sent "${sent}" and no more within ${seconds} s, wanted "${expected}"`,
        },
      };
    }
    return data.length === 0
      ? {
          wrong: {
            ja: `は「${expected}」を送るはずですが、何も送らずに切断しました`,
            en: `closed without a word, wanted "${expected}"`,
          },
        }
      : {
          wrong: {
            ja: `は「${expected}」を送るはずですが、「${sent}」を送りました`,
            en: `sent "${sent}", wanted "${expected}"`,
          },
        };
  });

export const tcp = checkType(
  { class: 'liveness', priority: 7, timeLimitMs: 5000, runbook: { id: 'restart-service', ofService: true } },
  tcpSettings,
  checkTcp,
);
