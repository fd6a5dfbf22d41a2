import type { InBoth } from './in-both.ts';

const en = {
  title: 'Monitoring addresses',
  lead: 'Our checks and log-ins come from these addresses and no others. Let them in through your firewalls.',
  addresses: 'Addresses',
  copyAll: 'Copy all',
  change:
    'They stay the same when we renew our systems. Should they ever have to change, we tell you beforehand.',
  none: 'No addresses are known',
  noneBody: 'Ask our operators; something is not set up.',
  rules: 'Examples for your firewall',
  rulesLead: 'Add the ports of the services that we watch. SNMP is UDP 161; log-ins go to your SSH port.',
  ports: 'What we connect to',
  portRows: [
    ['SNMP', 'UDP 161', 'CPU, memory, disks, traffic, processes'],
    ['SSH', 'TCP 22', 'Information before an alert mail, first response'],
    ['Services', 'TCP', 'Each port that has a monitor: 80, 443, 25, 3306 …'],
  ] as readonly (readonly [string, string, string])[],
  what: 'What',
  port: 'Port',
  purpose: 'For',
};

const ja: typeof en = {
  title: '監視元アドレス',
  lead: '監視とログインは、必ず次のアドレスから行います。ファイアウォールで許可してください。',
  addresses: 'アドレス',
  copyAll: 'すべてコピー',
  change: '当社の設備を更新しても変わりません。変更が必要な場合は、事前にお知らせします。',
  none: 'アドレスが登録されていません',
  noneBody: '設定に不足があります。運用担当にお問い合わせください。',
  rules: 'ファイアウォールの設定例',
  rulesLead: '監視対象サービスのポートを加えてください。SNMP は UDP 161、ログインは SSH のポートを使います。',
  ports: '接続先',
  portRows: [
    ['SNMP', 'UDP 161', 'CPU・メモリー・ディスク・トラフィック・プロセス'],
    ['SSH', 'TCP 22', 'メール前の情報収集、一次対応'],
    ['サービス', 'TCP', '監視項目のある各ポート（80、443、25、3306 など）'],
  ],
  what: '種類',
  port: 'ポート',
  purpose: '用途',
};

export const addressesWords: InBoth<typeof en> = { en, ja };
