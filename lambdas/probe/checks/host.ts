import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { CheckResult } from '../../../core/check-outcome.ts';
import { judgeValue } from '../../../core/threshold.ts';
import { errorCode, openConnection } from '../../../platform/network/connection.ts';
import { NameNotFound } from '../../../platform/network/target-address.ts';
import { SnmpBadAnswer, SnmpCredentialsRefused } from '../../../platform/snmp/snmp-session.ts';
import { sysUpTime } from './agent.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { thresholdText, wholeMs } from './outcome-text.ts';
import { port, responseMs } from './settings.ts';
import { askAgent, isAgentFailure } from './snmp/snmp-exchange.ts';
import { explainFailure } from './talk/tcp-exchange.ts';

const hostSettings = z.strictObject({
  ports: z
    .array(port)
    .min(1)
    .max(8)
    .default([22, 80, 443])
    .describe('a list of TCP ports to try; one that accepts or refuses shows a living host'),
  responseMs,
});

/** A silent agent is given this long before ports are tried beside it: they leave lines in the customer's logs. */
const agentAheadMs = 1000;

/**
 * Learns whether the host lives: its agent answers by SNMP, or a TCP connection is accepted or refused. Functions
 * in the cloud cannot send ICMP.
 */
async function checkHost(
  { ports, responseMs: limits }: z.output<typeof hostSettings>,
  context: CheckContext,
): Promise<CheckResult> {
  const startedAt = performance.now();
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  try {
    const agent = context.target.snmp === undefined ? undefined : hearAgent(context, signal);
    const begin = agent && Promise.race([agent.catch(() => {}), pause(signal)]);
    const knocks = ports.map((port) => knock(context, port, signal, begin));
    const evidence = await Promise.any(agent === undefined ? knocks : [agent, ...knocks]);
    const durationMs = performance.now() - startedAt;
    const severity = judgeValue(durationMs, limits);
    const limit = thresholdText(severity, limits, 'ms');
    const summary = {
      ja: `ホストは応答しています(${evidence}): ${wholeMs(durationMs)}${limit.ja}`,
      en: `the host answers (${evidence}) in ${wholeMs(durationMs)}${limit.en}`,
    };
    return { outcome: { severity, summary, durationMs, values: { responseMs: durationMs } } };
  } catch (error) {
    const failures = error instanceof AggregateError ? error.errors : [error];
    // A way that could not be tried for a fault of ours leaves the host unknown, not dead.
    for (const failure of failures) if (!isAgentFailure(failure)) explainFailure(failure, context.signal);
    const where = context.target.address;
    const tried = `${context.target.snmp === undefined ? '' : 'SNMP, '}TCP ${ports.join(', ')}`;
    const summary = failures.some((failure) => failure instanceof NameNotFound)
      ? { ja: `${where} は DNS にありません`, en: `${where} does not exist in DNS` }
      : {
          ja: `${where} はどの問い合わせにも応答しませんでした(${tried})`,
          en: `${where} answered nothing that was tried (${tried})`,
        };
    return {
      outcome: { severity: 'critical', summary, durationMs: performance.now() - startedAt, values: {} },
    };
  } finally {
    stop.abort();
  }
}

/** An agent that answers anything, a refusal too, lives on a living host. */
async function hearAgent(context: CheckContext, signal: AbortSignal): Promise<string> {
  try {
    await askAgent(context, (session) => session.get([sysUpTime]), signal);
  } catch (error) {
    const answered = error instanceof SnmpCredentialsRefused || error instanceof SnmpBadAnswer;
    if (!answered) throw error;
  }
  return 'SNMP';
}

const pause = (signal: AbortSignal) => wait(agentAheadMs, undefined, { signal }).catch(() => {});

async function knock(
  context: CheckContext,
  port: number,
  signal: AbortSignal,
  begin: Promise<unknown> | undefined,
): Promise<string> {
  if (begin !== undefined) {
    await begin;
    signal.throwIfAborted();
  }
  const to = await context.resolve(context.target.address);
  try {
    const socket = await openConnection({ ...to, port }, signal);
    socket.destroy();
  } catch (error) {
    if (errorCode(error) !== 'ECONNREFUSED') throw error;
  }
  return `TCP ${port}`;
}

export const host = checkType({ class: 'liveness', priority: 1, timeLimitMs: 8000 }, hostSettings, checkHost);
