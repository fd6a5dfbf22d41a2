import { z } from 'zod';
import { judgeValue } from '../../../core/threshold.ts';
import { numberOf } from '../../../platform/snmp/snmp-value.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { thresholdText } from './outcome-text.ts';
import { thresholds } from './settings.ts';
import { measureByAgent, notOffered } from './snmp/snmp-exchange.ts';

const loadSettings = z.strictObject({
  loadPerCore: thresholds({ critical: 2 }, 1000).describe('bounds of the 5-minute load average by core'),
});

/** UCD-SNMP-MIB laLoadInt: load averages times 100 over 1, 5 and 15 minutes. */
const loads = [1, 2, 3].map((row) => `1.3.6.1.4.1.2021.10.1.5.${row}`);
/** HOST-RESOURCES-MIB hrProcessorFrwID: one row for each core, also in an agent's first minute. */
const processor = '1.3.6.1.2.1.25.3.3.1.1';
export const maxCores = 4096;

/**
 * Judges the 5-minute load average by the number of cores.
 * @see UCD-SNMP-MIB laTable; RFC 2790 hrProcessorTable
 */
const checkLoad = ({ loadPerCore: limits }: z.output<typeof loadSettings>, context: CheckContext) =>
  measureByAgent(context, async (session) => {
    const [load1, load5, load15] = (await session.get(loads)).map((value) => {
      const hundredths = numberOf(value);
      return hundredths === undefined ? undefined : hundredths / 100;
    });
    if (load5 === undefined) return notOffered('ロードアベレージ(laTable)', 'load averages (laTable)');
    const cores = (await session.columns([processor], { maxRows: maxCores })).size;
    if (cores === 0) return notOffered('CPU のコア数(hrProcessorTable)', 'its cores (hrProcessorTable)');
    const loadPerCore = load5 / cores;
    const severity = judgeValue(loadPerCore, limits);
    const limit = thresholdText(severity, limits, '');
    const shown = (Math.floor(loadPerCore * 100) / 100).toFixed(2);
    const summary = {
      ja: `5 分間のロードアベレージ: コアあたり ${shown}${limit.ja}、全体 ${load5.toFixed(2)}、${cores} コア`,
      en: `5-minute load ${shown} per core${limit.en}: ${load5.toFixed(2)} on ${cores} cores`,
    };
    const values = {
      loadPerCore,
      load5,
      ...(load1 !== undefined && { load1 }),
      ...(load15 !== undefined && { load15 }),
      cores,
    };
    return { severity, summary, values };
  });

export const load = checkType(
  { class: 'resource', priority: 11, timeLimitMs: 5000, runbook: { id: 'collect-load' }, needs: ['snmp'] },
  loadSettings,
  checkLoad,
);
