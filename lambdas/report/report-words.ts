import type { ReportView } from '../../core/api/reports.ts';
import type { Language } from '../../core/text.ts';

type PromiseKind = ReportView['promises'][number]['what'];

interface ReportWords {
  title: string;
  /** `2026年10月`, `October 2026` */
  month(month: string): string;
  period(from: string, to: string, zone: string): string;
  partial: string;
  madeAt(at: string): string;
  servers: string;
  server: string;
  availability: string;
  downtime: string;
  failures: string;
  maintenance: string;
  monitor: string;
  others(count: number): string;
  allWell(count: number): string;
  incidents: string;
  noIncidents: string;
  moreIncidents(count: number): string;
  since: string;
  mail: string;
  firstResponse: string;
  call: string;
  recovered: string;
  goesOn: string;
  promises: string;
  noPromises: string;
  promise: Record<PromiseKind, string>;
  promised: string;
  kept: string;
  median: string;
  worst: string;
  objectives: string;
  objective: Record<'rpo' | 'rto', string>;
  target: string;
  measured: string;
  isMet: string;
  isNotMet: string;
  notMeasured: string;
  noRecovery: string;
  how: string;
  page(number: number, of: number): string;
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

export const reportWords: Readonly<Record<Language, ReportWords>> = {
  ja: {
    title: '月次レポート',
    month: (month) => `${month.slice(0, 4)}年${Number(month.slice(5))}月`,
    period: (from, to, zone) => `対象期間: ${from} 〜 ${to}（${zone}）`,
    partial: '対象月の途中の報告です。数値は作成時点までのものです。',
    madeAt: (at) => `作成: ${at}`,
    servers: 'サーバーの稼働率',
    server: 'サーバー',
    availability: '稼働率',
    downtime: '停止時間',
    failures: '障害回数',
    maintenance: 'メンテナンス',
    monitor: '監視項目',
    others: (count) => `ほか${count}項目は障害なし`,
    allWell: (count) => `全${count}項目とも障害なし`,
    incidents: '障害の一覧',
    noIncidents: 'この月に障害はありませんでした。',
    moreIncidents: (count) => `ほかに${count}件の障害があります。ポータルでご覧ください。`,
    since: '発生',
    mail: '通知まで',
    firstResponse: '一次対応まで',
    call: '電話まで',
    recovered: '復旧まで',
    goesOn: '継続中',
    promises: 'お約束した時間と実績',
    noPromises: '対象となる障害はありませんでした。',
    promise: {
      'mail-liveness': '死活監視: 障害発生から通知メールまで',
      'mail-resource': 'リソース監視: しきい値超過から通知メールまで',
      'first-response': '障害発生から一次対応の開始まで',
      'first-call': '障害発生から最初のお電話まで',
    },
    promised: 'お約束',
    kept: '達成',
    median: '中央値',
    worst: '最長',
    objectives: '復旧の目標（RPO・RTO）',
    objective: { rpo: 'RPO: 最新バックアップの経過時間', rto: 'RTO: 障害発生から復旧まで' },
    target: '目標',
    measured: '実績（最長）',
    isMet: '達成',
    isNotMet: '未達',
    notMeasured: '測定なし',
    noRecovery: '復旧を要する障害なし',
    how: '稼働率は、確認された障害の時間から求めています。お知らせいただいたメンテナンスの時間は含みません。確認に至らない短い失敗はポータルのグラフに表示されます。',
    page: (number, of) => `${number} / ${of}`,
  },
  en: {
    title: 'Monthly report',
    month: (month) => `${months[Number(month.slice(5)) - 1]} ${month.slice(0, 4)}`,
    period: (from, to, zone) => `Period: ${from} to ${to} (${zone})`,
    partial: 'This month goes on: figures are up to the time of this report.',
    madeAt: (at) => `Made ${at}`,
    servers: 'Availability of servers',
    server: 'Server',
    availability: 'Availability',
    downtime: 'Downtime',
    failures: 'Failures',
    maintenance: 'Maintenance',
    monitor: 'Monitor',
    others: (count) => `${count} further without a failure`,
    allWell: (count) => `all ${count} without a failure`,
    incidents: 'Incidents',
    noIncidents: 'There was no incident in this month.',
    moreIncidents: (count) => `There are ${count} more incidents; the portal has them.`,
    since: 'Began',
    mail: 'Mail after',
    firstResponse: 'Response after',
    call: 'Call after',
    recovered: 'Recovered after',
    goesOn: 'goes on',
    promises: 'Promised and measured times',
    noPromises: 'There was no incident to measure.',
    promise: {
      'mail-liveness': 'Services: from the failure to the mail',
      'mail-resource': 'Resources: from the crossed threshold to the mail',
      'first-response': 'From the failure to the start of the first response',
      'first-call': 'From the failure to the first call',
    },
    promised: 'Promised',
    kept: 'Kept',
    median: 'Median',
    worst: 'Longest',
    objectives: 'Recovery objectives (RPO, RTO)',
    objective: { rpo: 'RPO: age of the last backup', rto: 'RTO: from the failure to the recovery' },
    target: 'Objective',
    measured: 'Worst',
    isMet: 'met',
    isNotMet: 'missed',
    notMeasured: 'not measured',
    noRecovery: 'no failure to recover from',
    how: 'Availability counts confirmed failures and leaves announced maintenance out. Failures that were too short to be confirmed are on the graphs of the portal.',
    page: (number, of) => `${number} / ${of}`,
  },
};
