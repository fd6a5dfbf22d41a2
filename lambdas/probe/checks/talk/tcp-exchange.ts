import type { Socket } from 'node:net';
import type { CheckResult, Severity } from '../../../../core/check-outcome.ts';
import type { Text } from '../../../../core/text.ts';
import { judgeValue, type Thresholds } from '../../../../core/threshold.ts';
import { errorCode, isOwnFault, openConnection } from '../../../../platform/network/connection.ts';
import { FamilyMissing, NameNotFound } from '../../../../platform/network/target-address.ts';
import { type CheckContext, type CheckStep, TimeLimitReached } from '../check-type.ts';
import { hostPort, thresholdText, wholeMs } from '../outcome-text.ts';
import { PeerFault } from './peer-fault.ts';
import { explainTlsFailure, TlsFailed } from './tls-exchange.ts';

/** What a talk over a connection showed: the target is well, or what is wrong with it. */
export type Seen = (
  | { readonly well: Text; readonly values?: Readonly<Record<string, number>> }
  | { readonly wrong: Text }
) & {
  /** Takes leave of the peer; outside the time that is measured. Never throws. */
  readonly leave?: () => Promise<void>;
};

/**
 * Resolves, connects, talks, closes. A target that cannot be talked to is critical, and so is one that says the
 * wrong thing; one that takes too long is judged by its thresholds.
 *
 * @param place.host in place of the server's main address
 * @param talk gets the open socket; its texts follow the name of the place
 * @throws for faults of this machine and of the settings
 */
export async function checkOverTcp(
  context: CheckContext,
  place: { readonly host: string | undefined; readonly port: number; readonly responseMs: Thresholds },
  talk: (socket: Socket) => Promise<Seen> | Seen,
): Promise<CheckResult> {
  const host = place.host ?? context.target.address;
  const where = hostPort(host, place.port);
  let startedAt = performance.now();
  let socket: Socket | undefined;
  try {
    const { address, family } = await context.resolve(host);
    startedAt = performance.now();
    socket = await openConnection({ address, family, port: place.port }, context.signal);
    context.step?.('connect');
    const heard = context.step && listenFor(socket, context.step);
    const seen = await talk(socket);
    if (heard?.()) context.step?.('lastByte');
    const durationMs = performance.now() - startedAt;
    await seen.leave?.();
    return judge(where, seen, durationMs, place.responseMs);
  } catch (error) {
    const wrong = explainFailure(error, context.signal);
    return judge(where, { wrong }, performance.now() - startedAt, place.responseMs);
  } finally {
    socket?.destroy();
  }
}

/**
 * Tells the first byte that the talk reads. The ear is put on when the talk puts its own: an earlier one would let
 * the data flow with nobody to take it.
 *
 * @returns whether anything was heard so far
 */
function listenFor(socket: Socket, step: (done: CheckStep) => void): () => boolean {
  let heard = false;
  const onListener = (event: string | symbol) => {
    if (event !== 'data') return;
    socket.off('newListener', onListener);
    socket.once('data', () => {
      heard = true;
      step('firstByte');
    });
  };
  socket.on('newListener', onListener);
  return () => heard;
}

/** Makes the outcome of a liveness check from what was seen. */
export function judge(where: string, seen: Seen, durationMs: number, limits: Thresholds): CheckResult {
  if ('wrong' in seen) {
    const summary = { ja: `${where} ${seen.wrong.ja}`, en: `${where} ${seen.wrong.en}` };
    return { outcome: { severity: 'critical', summary, durationMs, values: {} } };
  }
  const severity: Severity = judgeValue(durationMs, limits);
  const limit = thresholdText(severity, limits, 'ms');
  const summary = {
    ja: `${where} ${seen.well.ja}: ${wholeMs(durationMs)}${limit.ja}`,
    en: `${where} ${seen.well.en} in ${wholeMs(durationMs)}${limit.en}`,
  };
  return { outcome: { severity, summary, durationMs, values: { responseMs: durationMs, ...seen.values } } };
}

const reasons: Readonly<Record<string, Text>> = {
  ECONNREFUSED: { ja: 'が接続を拒否しました', en: 'refused the connection' },
  ECONNRESET: { ja: 'が接続を途中で切断しました', en: 'reset the connection' },
  EPIPE: { ja: 'が接続を途中で切断しました', en: 'closed the connection too early' },
  EFLOOD: {
    ja: 'がデータを送り続けました(1 接続の上限 4 MiB)',
    en: 'kept sending without end (beyond 4 MiB over one connection)',
  },
  ETIMEDOUT: { ja: 'が応答しませんでした', en: 'gave no answer' },
  EHOSTUNREACH: { ja: 'への経路がありません', en: 'could not be reached: no route to the host' },
  ENETUNREACH: {
    ja: 'のネットワークへの経路がありません',
    en: 'could not be reached: no route to its network',
  },
};

/**
 * Says why a target could not be talked to, as a clause that follows its name.
 *
 * @throws the error itself when it is a fault of ours
 */
export function explainFailure(error: unknown, signal: AbortSignal): Text {
  if (signal.aborted && error === signal.reason) {
    const { reason } = signal;
    if (!(reason instanceof TimeLimitReached)) throw reason;
    const seconds = reason.timeLimitMs / 1000;
    return { ja: `が ${seconds} 秒以内に応答しませんでした`, en: `gave no answer within ${seconds} s` };
  }
  if (error instanceof NameNotFound) {
    return { ja: 'のホスト名が DNS にありません', en: 'has a host name that does not exist in DNS' };
  }
  if (error instanceof FamilyMissing) {
    return {
      ja: `のホスト名に IPv${error.family} アドレスがありません`,
      en: `has a host name without an IPv${error.family} address`,
    };
  }
  if (error instanceof PeerFault) return error.text;
  if (error instanceof TlsFailed) return explainTlsFailure(error);
  if (isOwnFault(error)) throw error;
  const code = errorCode(error) ?? '';
  if (code.startsWith('ERR_SSL_')) {
    return { ja: `が TLS の通信を壊しました(${code})`, en: `broke the TLS connection (${code})` };
  }
  return reasons[code] ?? { ja: `に接続できません(${code})`, en: `could not be reached (${code})` };
}
