import type { Text } from '../text.ts';
import { quoteForShell } from './quote.ts';

/** One read-only command of the collection. */
export interface EvidenceCommand {
  readonly title: Text;
  readonly command: string;
}

/** Services as systemd and SysV name them. Anything else is not asked for. */
const serviceName = /^[A-Za-z0-9@._:-]{1,80}$/;

const always: readonly EvidenceCommand[] = [
  { title: { en: 'Uptime and load', ja: '稼働時間と負荷' }, command: 'uptime' },
  { title: { en: 'Memory (MiB)', ja: 'メモリー (MiB)' }, command: 'free -m' },
  { title: { en: 'Disks', ja: 'ディスク' }, command: 'df -hP' },
  { title: { en: 'Inodes', ja: 'iノード' }, command: 'df -iP' },
  {
    // Names only: arguments may hold passwords.
    title: { en: 'Busiest processes', ja: '負荷の高いプロセス' },
    command: 'ps -eo pid,user,pcpu,pmem,etime,comm --sort=-pcpu | head -n 15',
  },
  { title: { en: 'Listening sockets', ja: '待ち受けソケット' }, command: 'ss -tuln' },
  { title: { en: 'Socket totals', ja: 'ソケット集計' }, command: 'ss -s' },
];

const atTheEnd: readonly EvidenceCommand[] = [
  {
    title: { en: 'Latest errors in the log', ja: 'ログの直近のエラー' },
    command:
      'journalctl -p err -n 30 --no-pager 2>/dev/null || grep -iE "error|fail|crit" /var/log/messages /var/log/syslog 2>/dev/null | tail -n 30',
  },
  { title: { en: 'Addresses', ja: 'IPアドレス' }, command: 'ip addr show' },
  { title: { en: 'Links', ja: 'リンク状態' }, command: 'ip link show' },
  { title: { en: 'Neighbours', ja: '近隣テーブル' }, command: 'ip neigh' },
  { title: { en: 'Routes', ja: '経路' }, command: 'ip route show table all' },
];

/** What is asked of a server before its alert mail, most telling first: the failing services, then the machine. */
export function evidenceCommands(services: readonly string[]): EvidenceCommand[] {
  const named = [...new Set(services)].filter((service) => serviceName.test(service));
  return [...named.flatMap(serviceCommands), ...always, ...atTheEnd];
}

function serviceCommands(service: string): EvidenceCommand[] {
  const quoted = quoteForShell(service);
  return [
    {
      title: { en: `Service ${service}`, ja: `サービス ${service}` },
      command: `systemctl status --no-pager --lines=0 ${quoted} 2>/dev/null || service ${quoted} status`,
    },
    {
      title: { en: `Journal of ${service}`, ja: `${service} のジャーナル` },
      command: `journalctl -u ${quoted} -n 30 --no-pager`,
    },
  ];
}
