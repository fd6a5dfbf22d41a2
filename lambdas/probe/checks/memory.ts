import { z } from 'zod';
import { judgeValue } from '../../../core/threshold.ts';
import type { SnmpSession } from '../../../platform/snmp/snmp-session.ts';
import { numberOf } from '../../../platform/snmp/snmp-value.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { oneDecimal, thresholdText } from './outcome-text.ts';
import { thresholds } from './settings.ts';
import { measureByAgent, notOffered } from './snmp/snmp-exchange.ts';
import { readStorage } from './snmp/storage-table.ts';

const memorySettings = z.strictObject({
  usedPercent: thresholds({ critical: 90 }, 100).describe(
    'bounds of the used part of the memory without buffers and cache, in percent',
  ),
});

/** UCD-SNMP-MIB memory, in KiB: real total and free, buffers, cached, what the kernel says is available, swap. */
const memoryOids = [5, 6, 14, 15, 27, 3, 4].map((object) => `1.3.6.1.4.1.2021.4.${object}.0`);

interface Memory {
  readonly totalBytes: number;
  readonly availableBytes: number;
  readonly swapUsedPercent?: number;
}

/**
 * Judges how much memory is used without buffers and cache: what the kernel calls available counts as free.
 * @see UCD-SNMP-MIB memory; RFC 2790 hrStorageTable for agents without it
 */
const checkMemory = ({ usedPercent: limits }: z.output<typeof memorySettings>, context: CheckContext) =>
  measureByAgent(context, async (session) => {
    const memory = (await readUcd(session)) ?? (await readHostResources(session));
    if (memory === undefined) {
      return notOffered(
        'メモリーの量(memory または hrStorageTable)',
        'its memory (memory or hrStorageTable)',
      );
    }
    const { totalBytes, availableBytes, swapUsedPercent } = memory;
    const usedBytes = Math.max(0, totalBytes - availableBytes);
    const usedPercent = (100 * usedBytes) / totalBytes;
    const severity = judgeValue(usedPercent, limits);
    const limit = thresholdText(severity, limits, '%');
    const of = `${gib(usedBytes)} / ${gib(totalBytes)} GiB`;
    const summary = {
      ja: `メモリー使用率 ${oneDecimal(usedPercent)} %${limit.ja}、${of}`,
      en: `memory ${oneDecimal(usedPercent)} % used${limit.en}, ${of}`,
    };
    const values = {
      usedPercent,
      usedBytes,
      totalBytes,
      ...(swapUsedPercent !== undefined && { swapUsedPercent }),
    };
    return { severity, summary, values };
  });

const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);

async function readUcd(session: SnmpSession): Promise<Memory | undefined> {
  const [total, free, buffers = 0, cached = 0, available, swapTotal, swapFree] = (
    await session.get(memoryOids)
  ).map((value) => {
    const kib = numberOf(value);
    return kib === undefined || kib < 0 ? undefined : kib;
  });
  if (!total || free === undefined) return undefined;
  const rest = Math.min(total, available ?? free + buffers + cached);
  return {
    totalBytes: total * 1024,
    availableBytes: rest * 1024,
    ...(swapTotal &&
      swapFree !== undefined && { swapUsedPercent: (100 * Math.max(0, swapTotal - swapFree)) / swapTotal }),
  };
}

async function readHostResources(session: SnmpSession): Promise<Memory | undefined> {
  const rows = await readStorage(session);
  const ram = rows.find(({ type }) => type === 'ram');
  if (ram === undefined) return undefined;
  const named = (name: string) => rows.find((row) => row.name.toLowerCase() === name);
  const available = named('available memory')?.totalBytes;
  const reclaimable = (named('memory buffers')?.usedBytes ?? 0) + (named('cached memory')?.usedBytes ?? 0);
  const free = ram.totalBytes - ram.usedBytes;
  return {
    totalBytes: ram.totalBytes,
    availableBytes: Math.min(ram.totalBytes, available ?? free + reclaimable),
  };
}

export const memory = checkType(
  { class: 'resource', priority: 9, timeLimitMs: 5000, runbook: { id: 'collect-load' }, needs: ['snmp'] },
  memorySettings,
  checkMemory,
);
