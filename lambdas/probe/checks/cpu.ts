import { z } from 'zod';
import type { Severity } from '../../../core/check-outcome.ts';
import { judgeValue } from '../../../core/threshold.ts';
import type { SnmpSession } from '../../../platform/snmp/snmp-session.ts';
import { numberOf } from '../../../platform/snmp/snmp-value.ts';
import { sysUpTime } from './agent.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { maxCores } from './load.ts';
import { oneDecimal, thresholdText } from './outcome-text.ts';
import { thresholds } from './settings.ts';
import { elapsedSeconds, step32 } from './snmp/counter-rate.ts';
import { type Measured, measureByAgent, notOffered } from './snmp/snmp-exchange.ts';

const cpuSettings = z.strictObject({
  usedPercent: thresholds({ critical: 90 }, 100).describe('bounds of the used part of all cores, in percent'),
});
type CpuSettings = z.output<typeof cpuSettings>;

/** UCD-SNMP-MIB ssCpuRaw*: ticks of all cores since boot. On Linux `user` has the guests in it, and `system` is alone. */
const ticksOf = { user: 50, nice: 51, system: 52, idle: 53, wait: 54, interrupt: 56, softIrq: 61, steal: 64 };
const names = Object.keys(ticksOf) as (keyof typeof ticksOf)[];
const oids = [sysUpTime, ...names.map((name) => `1.3.6.1.4.1.2021.11.${ticksOf[name]}.0`)];

/** HOST-RESOURCES-MIB hrProcessorLoad: per cent of each core over the last minute. */
const processorLoad = '1.3.6.1.2.1.25.3.3.1.2';

const cpuSample = z.strictObject({
  upTime: z.int().nonnegative(),
  ticks: z.record(z.enum(names), z.int().nonnegative()),
});
type CpuSample = z.output<typeof cpuSample>;

/** Linux counts in hundredths of a second on every architecture. */
const ticksPerSecond = 100;
/** The kernel's idle and wait counters may step back a little. */
const jitterTicks = 1000;
const minSeconds = 1;
const maxSeconds = 3600;

/**
 * Judges the part of all cores' time that was used since the last check. Waiting for disks is not use.
 *
 * @see UCD-SNMP-MIB systemStats; RFC 2790 hrProcessorLoad (one minute) for agents without it
 */
const checkCpu = (settings: CpuSettings, context: CheckContext) =>
  measureByAgent(context, async (session) => {
    const [upTime, ...counts] = (await session.get(oids)).map(numberOf);
    const ticks = Object.fromEntries(names.map((name, i) => [name, (counts[i] ?? 0) >>> 0]));
    const known = names.some((name) => (ticks[name] ?? 0) > 0);
    const isOffered = ['user', 'system', 'idle'].every(
      (name) => counts[names.indexOf(name as never)] !== undefined,
    );
    if (!isOffered || upTime === undefined) return await judgeByProcessorLoad(session, settings);

    // An agent that has just started shows zeros until it has looked itself.
    const sample = known ? { upTime, ticks } : undefined;
    const before = cpuSample.safeParse(context.sample);
    if (!before.success) return { ...first, sample };
    if (sample === undefined) return broken;
    return { ...judgeTicks(before.data, sample as CpuSample, settings), sample };
  });

const first: Measured = {
  severity: 'ok',
  summary: {
    ja: 'CPU 使用率は次回の監視から計算します(前回の値がまだありません)',
    en: 'the CPU use will be known at the next check, as it needs two samples',
  },
};

function judgeTicks(before: CpuSample, after: CpuSample, { usedPercent: limits }: CpuSettings): Measured {
  const seconds = elapsedSeconds(before.upTime, after.upTime);
  const steps = names.map((name) => step32(before.ticks[name], after.ticks[name]));
  const total = steps.reduce((sum, step) => sum + Math.max(0, step), 0);
  const cores = seconds === undefined ? 0 : total / ticksPerSecond / seconds;
  const isWhole =
    seconds !== undefined &&
    seconds >= minSeconds &&
    seconds <= maxSeconds &&
    steps.every((step) => step >= -jitterTicks) &&
    cores >= 0.25 &&
    cores <= maxCores;
  if (!isWhole) return broken;
  const percent = (name: keyof typeof ticksOf) =>
    (100 * Math.max(0, steps[names.indexOf(name)] ?? 0)) / total;
  const usedPercent = 100 - percent('idle') - percent('wait');
  const severity = judgeValue(usedPercent, limits);
  return {
    severity,
    summary: describe(usedPercent, severity, limits, Math.round(seconds / 60)),
    values: {
      usedPercent,
      userPercent: percent('user') + percent('nice'),
      systemPercent: percent('system') + percent('interrupt') + percent('softIrq'),
      waitPercent: percent('wait'),
      stealPercent: percent('steal'),
    },
  };
}

/** Unknown, not well: an alert must not end because a server was started anew. */
const broken: Measured = {
  severity: 'unknown',
  summary: {
    ja: '前回の監視の後にエージェントか OS が再起動したため、CPU 使用率を計算できません。次回から計算します',
    en: 'the agent or the system was restarted since the last check, so the CPU use is known from the next one on',
  },
};

async function judgeByProcessorLoad(
  session: SnmpSession,
  { usedPercent: limits }: CpuSettings,
): Promise<Measured> {
  const rows = await session.columns([processorLoad], { maxRows: maxCores });
  const loads = [...rows.values()].flatMap(([load]) => numberOf(load) ?? []).filter((load) => load >= 0);
  if (loads.length === 0) {
    return notOffered(
      'CPU の統計(ssCpuRaw または hrProcessorLoad)',
      'CPU counters (ssCpuRaw or hrProcessorLoad)',
    );
  }
  const usedPercent = Math.min(100, loads.reduce((sum, load) => sum + load, 0) / loads.length);
  const severity = judgeValue(usedPercent, limits);
  return { severity, summary: describe(usedPercent, severity, limits, 1), values: { usedPercent } };
}

function describe(
  usedPercent: number,
  severity: Severity,
  limits: CpuSettings['usedPercent'],
  minutes: number,
) {
  const limit = thresholdText(severity, limits, '%');
  const used = oneDecimal(usedPercent);
  return {
    ja: `CPU 使用率 ${used} %${limit.ja}、直近 ${Math.max(1, minutes)} 分の平均`,
    en: `CPU ${used} % used${limit.en}, average of the last ${Math.max(1, minutes)} min`,
  };
}

export const cpu = checkType(
  {
    class: 'resource',
    priority: 10,
    timeLimitMs: 5000,
    runbook: { id: 'collect-load' },
    needs: ['snmp'],
    keepsSample: true,
  },
  cpuSettings,
  checkCpu,
);
