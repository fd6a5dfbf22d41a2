import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { z } from 'zod';
import type { CheckResult, Severity } from '../../../core/check-outcome.ts';
import type { Instant } from '../../../core/instant.ts';
import type { Text } from '../../../core/text.ts';
import { judgeValue } from '../../../core/threshold.ts';
import { openConnection } from '../../../platform/network/connection.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { boundText, hostPort } from './outcome-text.ts';
import { address, port, thresholds, tlsName, verifyCertificate } from './settings.ts';
import { closeInOrder } from './talk/parting.ts';
import { explainFailure } from './talk/tcp-exchange.ts';
import { certificateFault, daysLeft, explainCertificateFault, startTls } from './talk/tls-exchange.ts';
import type { TlsWay } from './talk/tls-way.ts';
import { tlsWays } from './talk/tls-ways.ts';

const protocols = Object.keys(tlsWays) as (keyof typeof tlsWays)[];
const httpsPort = 443;

const tlsSettings = z.strictObject({
  port: port
    .describe('the port the service listens on; without it 443, or the usual one of the protocol in starttls')
    .optional(),
  starttls: z
    .enum(['none', ...protocols])
    .default('none')
    .describe('the protocol in which TLS is asked for; none where TLS comes first'),
  address,
  tlsName,
  verifyCertificate: verifyCertificate.describe(
    'false to judge the days alone, for a certificate that no public authority has signed',
  ),
  daysLeft: thresholds({ warning: 30, critical: 7 }, 3650, 'low').describe(
    'bounds of the days until the certificate ends',
  ),
});
type TlsSettings = z.output<typeof tlsSettings>;

/**
 * Looks at the certificate of a service: how long it lasts, who stands behind it, for whom it is. It is taken
 * unverified first, so that the days are known of a wrong one, too.
 * @see RFC 5280 §6 (chain), RFC 9525 (name)
 */
async function checkTls(settings: TlsSettings, context: CheckContext): Promise<CheckResult> {
  const host = settings.address ?? context.target.address;
  const { signal } = context;
  const way: TlsWay | undefined = settings.starttls === 'none' ? undefined : tlsWays[settings.starttls];
  const port = settings.port ?? way?.port ?? httpsPort;
  const where = hostPort(host, port);
  let startedAt = performance.now();
  let socket: Socket | undefined;
  const tell = (severity: Severity, text: Text, values: Record<string, number> = {}): CheckResult => {
    const summary = { ja: `${where} ${text.ja}`, en: `${where} ${text.en}` };
    return { outcome: { severity, summary, durationMs: performance.now() - startedAt, values } };
  };
  try {
    const to = await context.resolve(host);
    startedAt = performance.now();
    socket = await openConnection({ ...to, port }, signal);
    context.step?.('connect');
    await way?.askForTls(socket, signal);
    const tls = await startTls(socket, { serverName: settings.tlsName ?? host, verify: false, signal });
    context.step?.('tls');
    const left = daysLeft(tls, context.at);
    const { severity, text } = left === undefined ? noCertificate : look(settings, tls, left, context.at);
    const result = tell(severity, text, left === undefined ? {} : { daysLeft: left });
    await (way?.leave(tls, signal) ?? closeInOrder(tls, signal));
    return result;
  } catch (error) {
    return tell('critical', explainFailure(error, signal));
  } finally {
    socket?.destroy();
  }
}

type Verdict = { readonly severity: Severity; readonly text: Text };

const noCertificate: Verdict = {
  severity: 'critical',
  text: { ja: 'が証明書を示しませんでした', en: 'showed no certificate' },
};

function look(settings: TlsSettings, tls: TLSSocket, left: number, at: Instant): Verdict {
  // `at` and not this machine's clock: the days that are told and the verdict come from one time.
  const end = new Date(Date.parse(at) + left * 86_400_000).toISOString().slice(0, 10);
  if (left <= 0) {
    return {
      severity: 'critical',
      text: {
        ja: `の証明書の有効期限が切れています(期限 ${end} UTC)`,
        en: `has a certificate that ended on ${end} UTC`,
      },
    };
  }
  const fault = settings.verifyCertificate ? certificateFault(tls) : undefined;
  if (fault !== undefined) {
    const { ja, en } = explainCertificateFault(fault);
    return {
      severity: 'critical',
      text: {
        ja: `の証明書に問題があります: ${ja}(残り ${wholeDays(left)} 日)`,
        en: `has a bad certificate: ${en} (${wholeDays(left)} days left)`,
      },
    };
  }
  const severity = judgeValue(left, settings.daysLeft, 'low');
  const limit = boundText(severity, settings.daysLeft, { ja: '日', en: 'days' }, 'low');
  return {
    severity,
    text: {
      ja: `の証明書の有効期間は残り ${wholeDays(left)} 日です(期限 ${end} UTC、しきい値 ${limit.ja})`,
      en: `has a certificate with ${wholeDays(left)} days left, until ${end} UTC (${limit.en})`,
    },
  };
}

/** Cut and not rounded: 6.9 days must not read as the 7 they are below. */
const wholeDays = (left: number): number => Math.floor(left);

export const tls = checkType({ class: 'daily', priority: 12, timeLimitMs: 10_000 }, tlsSettings, checkTls);
