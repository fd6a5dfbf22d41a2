import { z } from 'zod';
import { judgeValue } from '../../../core/threshold.ts';
import { SnmpBadAnswer, SnmpCredentialsRefused } from '../../../platform/snmp/snmp-session.ts';
import { numberOf } from '../../../platform/snmp/snmp-value.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { thresholdText, wholeMs } from './outcome-text.ts';
import { responseMs } from './settings.ts';
import { agentFailureText, askAgent, isAgentFailure } from './snmp/snmp-exchange.ts';

/** sysUpTime, in hundredths of a second since the agent started. */
export const sysUpTime = '1.3.6.1.2.1.1.3.0';

const agentSettings = z.strictObject({ responseMs });

/**
 * Asks the SNMP agent for its uptime.
 *
 * An agent that refuses our credentials is alive, so it is `unknown` and told to operators: restarting it, the
 * first response to a dead agent, would mend nothing.
 * @see RFC 3418, sysUpTime
 */
async function checkAgent({ responseMs: limits }: z.output<typeof agentSettings>, context: CheckContext) {
  const startedAt = performance.now();
  try {
    const upSeconds = await askAgent(context, async (session) => {
      const [ticks] = await session.get([sysUpTime]);
      const hundredths = numberOf(ticks);
      if (hundredths === undefined)
        throw new SnmpBadAnswer('が sysUpTime を返しません', 'does not tell sysUpTime');
      return hundredths / 100;
    });
    const durationMs = performance.now() - startedAt;
    const severity = judgeValue(durationMs, limits);
    const limit = thresholdText(severity, limits, 'ms');
    const summary = {
      ja: `SNMP エージェントが応答しました: ${wholeMs(durationMs)}${limit.ja}`,
      en: `the SNMP agent answered in ${wholeMs(durationMs)}${limit.en}`,
    };
    return {
      outcome: { severity, summary, durationMs, values: { responseMs: durationMs, upSeconds } },
    } as const;
  } catch (error) {
    if (!isAgentFailure(error)) throw error;
    const severity = error instanceof SnmpCredentialsRefused ? 'unknown' : 'critical';
    const durationMs = performance.now() - startedAt;
    return {
      outcome: { severity, summary: agentFailureText(error, context), durationMs, values: {} },
    } as const;
  }
}

export const agent = checkType(
  { class: 'liveness', priority: 3, timeLimitMs: 5000, runbook: { id: 'restart-agent' }, needs: ['snmp'] },
  agentSettings,
  checkAgent,
);
