import { z } from 'zod';
import { judgeValue, worst } from '../../../core/threshold.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { oneDecimal, thresholdText } from './outcome-text.ts';
import { namePatterns, thresholds } from './settings.ts';
import { fitsAny } from './snmp/name-pattern.ts';
import { measureByAgent, notOffered } from './snmp/snmp-exchange.ts';
import { readStorage } from './snmp/storage-table.ts';

const diskSettings = z.strictObject({
  include: namePatterns
    .min(1)
    .default(['*'])
    .describe('a list of the mount points that are looked at, * for any run of characters'),
  /** Not disks in truth, or full by nature: kernel file systems, memory, images, containers' layers. */
  exclude: namePatterns
    .default([
      '/dev',
      '/dev/*',
      '/proc',
      '/proc/*',
      '/run',
      '/run/*',
      '/sys',
      '/sys/*',
      '/snap/*',
      '/var/lib/snapd/snap/*',
      '/var/lib/docker/*',
      '/var/lib/containers/*',
      '/var/lib/kubelet/*',
      '/media/*',
    ])
    .describe('a list of the mount points that are left out'),
  usedPercent: thresholds({ critical: 90 }, 100).describe(
    'bounds of the used part of each file system, in percent',
  ),
});

/** A measurement has so many values at most; the fullest come first. */
const maxRecorded = 50;
const maxNamed = 3;

/**
 * Judges how full each file system is; the worst decides. Of the whole size, with the part that is kept for root.
 * @see RFC 2790, hrStorageTable
 */
const checkDisk = (settings: z.output<typeof diskSettings>, context: CheckContext) =>
  measureByAgent(context, async (session) => {
    const found = (await readStorage(session)).filter(({ type }) => type === 'fixed-disk');
    if (found.length === 0) return notOffered('ディスクの一覧(hrStorageTable)', 'its disks (hrStorageTable)');
    const disks = found
      .filter(({ name }) => fitsAny(name, settings.include) && !fitsAny(name, settings.exclude))
      .map(({ name, usedBytes, totalBytes }) => ({
        name,
        used: Math.min(100, (100 * usedBytes) / totalBytes),
      }))
      .sort((a, b) => b.used - a.used);
    const [fullest] = disks;
    if (fullest === undefined) {
      const names = found.slice(0, maxNamed).map(({ name }) => name);
      return {
        severity: 'unknown',
        summary: {
          ja: `include と exclude に合うファイルシステムがありません(エージェントが返したもの: ${names.join(', ')} など)`,
          en: `no file system fits include and exclude; the agent offers ${names.join(', ')} and more`,
        },
      };
    }
    const limits = settings.usedPercent;
    const judged = disks.map((disk) => ({ ...disk, severity: judgeValue(disk.used, limits) }));
    const severity = worst(judged.map((disk) => disk.severity));
    // The worst first: where empty is bad, they are not the fullest.
    const crossed = [
      ...judged.filter((disk) => disk.severity === 'critical'),
      ...judged.filter((disk) => disk.severity === 'warning'),
    ];
    const named = (crossed.length === 0 ? judged.slice(0, 1) : crossed).slice(0, maxNamed);
    const list = named.map(({ name, used }) => `${name} ${oneDecimal(used)} %`).join(', ');
    const more = Math.max(0, crossed.length - maxNamed);
    const limit = thresholdText(severity, limits, '%');
    const summary = {
      ja: `ディスク使用率 ${list}${more > 0 ? ` ほか ${more} 件` : ''}${limit.ja}`,
      en: `disk used: ${list}${more > 0 ? ` and ${more} more` : ''}${limit.en}`,
    };
    const values = Object.fromEntries(
      disks.slice(0, maxRecorded).map(({ name, used }) => [`usedPercent:${name}`, used]),
    );
    return { severity, summary, values };
  });

export const disk = checkType(
  { class: 'resource', priority: 8, timeLimitMs: 5000, runbook: { id: 'free-disk-space' }, needs: ['snmp'] },
  diskSettings,
  checkDisk,
);
