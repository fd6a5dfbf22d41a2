import type { Language, Text } from '../text.ts';

/**
 * What a value is called in a legend, by the part of its name before the colon. The portal's words (`web/words/graph-words.ts`)
 * name more values, and stand at the start of a line.
 */
const quantities: Readonly<Record<string, Text>> = {
  usedPercent: { ja: '使用率', en: 'used' },
  userPercent: { ja: 'ユーザー', en: 'user' },
  systemPercent: { ja: 'システム', en: 'system' },
  waitPercent: { ja: 'I/O 待ち', en: 'I/O wait' },
  stealPercent: { ja: 'スチール', en: 'stolen' },
  swapUsedPercent: { ja: 'スワップ使用率', en: 'swap used' },
  usedBytes: { ja: '使用量', en: 'used' },
  totalBytes: { ja: '合計', en: 'total' },
  loadPerCore: { ja: 'コアあたりの負荷', en: 'load per core' },
  load1: { ja: '1 分', en: '1 min' },
  load5: { ja: '5 分', en: '5 min' },
  load15: { ja: '15 分', en: '15 min' },
  inBitsPerSecond: { ja: '受信', en: 'in' },
  outBitsPerSecond: { ja: '送信', en: 'out' },
  responseMs: { ja: '応答時間', en: 'response time' },
  processes: { ja: 'プロセス数', en: 'processes' },
  ageMinutes: { ja: '経過時間', en: 'age' },
  daysLeft: { ja: '残り日数', en: 'days left' },
};

/** What a graph of a check type shows. */
const checks: Readonly<Record<string, Text>> = {
  cpu: { ja: 'CPU 使用率', en: 'CPU used' },
  load: { ja: 'ロードアベレージ（コアあたり）', en: 'Load average per core' },
  memory: { ja: 'メモリー使用率', en: 'Memory used' },
  disk: { ja: 'ディスク使用率', en: 'Disk used' },
  traffic: { ja: 'トラフィック', en: 'Traffic' },
  'file-age': { ja: 'ファイルの経過時間', en: 'Age of the file' },
  process: { ja: 'プロセス数', en: 'Processes' },
};

/** Names come from servers, and one of them may be `valueOf`. */
const ownOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** `/var`, `eth0 in`, `used`: what of a graph's values this one is. */
export function valueLabel(name: string, language: Language): string {
  const colon = name.indexOf(':');
  const quantity = colon === -1 ? name : name.slice(0, colon);
  const key = colon === -1 ? '' : name.slice(colon + 1);
  const known = ownOf(quantities, quantity)?.[language] ?? quantity;
  if (key === '') return known;
  // Of file systems only the share is drawn, so that the name says it all.
  return quantity === 'usedPercent' ? key : `${key} ${known}`;
}

export const graphTitle = (check: string, language: Language): string =>
  ownOf(checks, check)?.[language] ?? check;

export const graphWords = {
  ja: {
    latest: '最新',
    average: '平均',
    greatest: '最大',
    noData: '測定なし',
    nothing: 'この期間の測定値はありません',
    failing: '異常',
    warning: '警告',
    critical: '異常',
    lastDay: '直近 24 時間',
    more: (count: number) => `ほか ${count} 件`,
    alt: (title: string, server: string, range: string, values: string) =>
      `${server} の${title}のグラフ（${range}）。${values}`,
    altValue: (label: string, latest: string, greatest: string) =>
      `${label}: 最新 ${latest}、最大 ${greatest}`,
    altEnd: '。',
  },
  en: {
    latest: 'latest',
    average: 'average',
    greatest: 'highest',
    noData: 'no data',
    nothing: 'nothing was measured in this time',
    failing: 'failing',
    warning: 'warning',
    critical: 'critical',
    lastDay: 'last 24 hours',
    more: (count: number) => `and ${count} more`,
    alt: (title: string, server: string, range: string, values: string) =>
      `Graph: ${title} of ${server}, ${range}. ${values}`,
    altValue: (label: string, latest: string, greatest: string) =>
      `${label}: latest ${latest}, highest ${greatest}`,
    altEnd: '.',
  },
} as const satisfies Record<Language, unknown>;
