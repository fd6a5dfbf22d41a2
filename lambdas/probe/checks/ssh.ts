import { z } from 'zod';
import { peerText } from '../../../platform/network/peer-text.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { address, port, responseMs } from './settings.ts';
import { hearUntil } from './talk/hear-until.ts';
import { checkOverTcp, type Seen } from './talk/tcp-exchange.ts';

const sshSettings = z.strictObject({ port: port.default(22), address, responseMs });

/** Lines may come before the banner; an honest server sends few. */
const maxBytes = 8192;
const banner = /^SSH-(?:2\.0|1\.99)-[\x21-\x7e]/m;
/** A whole line that begins so is the banner, if not one that we take: no other follows. */
const anyBanner = /^SSH-[^\n]*\n/m;

/**
 * Waits for the SSH banner and says nothing itself.
 * @see RFC 4253 §4.2, protocol version exchange
 */
const checkSsh = (settings: z.output<typeof sshSettings>, context: CheckContext) =>
  checkOverTcp(context, { ...settings, host: settings.address }, async (socket): Promise<Seen> => {
    const { data } = await hearUntil(socket, maxBytes, context.signal, (bytes) => {
      const text = bytes.toString('latin1');
      return banner.test(text) || anyBanner.test(text);
    });
    if (banner.test(data.toString('latin1'))) {
      return { well: { ja: 'が SSH のバナーを返しました', en: 'sent its SSH banner' } };
    }
    if (data.length === 0) {
      return { wrong: { ja: 'は SSH のバナーを送らずに切断しました', en: 'closed without an SSH banner' } };
    }
    const sent = peerText(data, 60);
    return {
      wrong: {
        ja: `は SSH のバナーではなく「${sent}」を送りました`,
        en: `sent "${sent}" in place of an SSH banner`,
      },
    };
  });

export const ssh = checkType({ class: 'liveness', priority: 2, timeLimitMs: 5000 }, sshSettings, checkSsh);
