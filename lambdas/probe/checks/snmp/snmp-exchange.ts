import type { CheckResult } from '../../../../core/check-outcome.ts';
import type { Text } from '../../../../core/text.ts';
import { NameNotFound } from '../../../../platform/network/target-address.ts';
import {
  SnmpBadAnswer,
  type SnmpCredentials,
  SnmpCredentialsRefused,
  SnmpNoAnswer,
  type SnmpSession,
  withSnmpSession,
} from '../../../../platform/snmp/snmp-session.ts';
import { type CheckContext, TimeLimitReached } from '../check-type.ts';
import { hostPort } from '../outcome-text.ts';

/** An agent that could not be asked, as told by `askAgent`. */
export type AgentFailure = SnmpNoAnswer | SnmpCredentialsRefused | SnmpBadAnswer | NameNotFound;

export const isAgentFailure = (error: unknown): error is AgentFailure =>
  error instanceof SnmpNoAnswer ||
  error instanceof SnmpCredentialsRefused ||
  error instanceof SnmpBadAnswer ||
  error instanceof NameNotFound;

/**
 * Opens a session with the server's agent for the length of one check.
 *
 * @throws AgentFailure about the agent; anything else is a fault of ours
 */
export async function askAgent<T>(
  context: CheckContext,
  use: (session: SnmpSession) => Promise<T>,
  signal: AbortSignal = context.signal,
): Promise<T> {
  const { address, snmp } = context.target;
  if (snmp === undefined) {
    throw new Error('the server has no snmp access in the inventory; give it snmp, or take this monitor out');
  }
  // Once resolved and read, nothing waits any more: the two are asked together.
  const [to, credentials] = await Promise.all([context.resolve(address), readCredentials(context)]);
  return await withSnmpSession({ ...to, port: snmp.port }, credentials, signal, use);
}

async function readCredentials({ target, secret }: CheckContext): Promise<SnmpCredentials> {
  const { snmp } = target;
  if (snmp?.version === '3') {
    const [authKey, privKey] = await Promise.all([secret(snmp.authKey), secret(snmp.privKey)]);
    const { user, authProtocol, privProtocol } = snmp;
    return { version: '3', user, authProtocol, authKey, privProtocol, privKey };
  }
  if (snmp === undefined) throw new Error('the server has no snmp access in the inventory');
  return { version: '2c', community: await secret(snmp.community) };
}

/** `SNMP agent host:161 gave no answer` */
export function agentFailureText(failure: AgentFailure, { target, signal }: CheckContext): Text {
  const where = hostPort(target.address, target.snmp?.port ?? 161);
  if (failure instanceof NameNotFound) {
    return {
      ja: `${where} のホスト名が DNS にありません`,
      en: `${where} has a host name that does not exist in DNS`,
    };
  }
  const { reason } = signal;
  if (failure instanceof SnmpNoAnswer && signal.aborted && reason instanceof TimeLimitReached) {
    const seconds = reason.timeLimitMs / 1000;
    return {
      ja: `SNMP エージェント ${where} が ${seconds} 秒以内に応答しませんでした`,
      en: `SNMP agent ${where} gave no answer within ${seconds} s`,
    };
  }
  return {
    ja: `SNMP エージェント ${where} ${failure.text.ja}`,
    en: `SNMP agent ${where} ${failure.text.en}`,
  };
}

/** What a check by SNMP measured. */
export type Measured = Pick<CheckResult['outcome'], 'severity' | 'summary'> & {
  readonly values?: Record<string, number>;
  readonly sample?: unknown;
};

/**
 * Measures something by SNMP. An agent that gives no answer leaves the value unknown: it is the `agent` monitor
 * that alerts, and a value that nobody saw is no ground to act on.
 *
 * @throws for faults of ours
 */
export async function measureByAgent(
  context: CheckContext,
  measure: (session: SnmpSession) => Promise<Measured>,
): Promise<CheckResult> {
  const startedAt = performance.now();
  try {
    const { severity, summary, values = {}, sample } = await askAgent(context, measure);
    const durationMs = performance.now() - startedAt;
    return { outcome: { severity, summary, durationMs, values }, ...(sample !== undefined && { sample }) };
  } catch (error) {
    if (!isAgentFailure(error)) throw error;
    const summary = agentFailureText(error, context);
    const durationMs = performance.now() - startedAt;
    return { outcome: { severity: 'unknown', summary, durationMs, values: {} } };
  }
}

/** The agent answers and does not offer what the check needs. */
export const notOffered = (ja: string, en: string): Measured => ({
  severity: 'unknown',
  summary: {
    ja: `エージェントが${ja}を返しません。snmpd.conf の view の範囲を確かめてください`,
    en: `the agent does not offer ${en}; see that the view in snmpd.conf includes it`,
  },
});
