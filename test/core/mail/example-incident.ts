import type { Contact } from '../../../core/account.ts';
import { type Alert, alertKey, type Incident } from '../../../core/incident/incident.ts';
import type { MailDraft } from '../../../core/incident/next-step.ts';
import type { Evidence } from '../../../core/incident/timeline.ts';
import { addSeconds } from '../../../core/instant.ts';

/** 03:12:05 in Tokyo. */
export const failedAt = '2026-11-20T18:12:05.000Z';

export const account = { id: 'acme', name: '株式会社アクメ', timeZone: 'Asia/Tokyo' };
export const server = { id: 'web-1', name: '受注サーバー' };
export const yamada: Contact = {
  name: '山田 太郎',
  mail: 'yamada@acme.example',
  language: 'ja',
  alertMail: true,
};
export const jones: Contact = {
  name: 'Mary Jones',
  mail: 'jones@acme.example',
  language: 'en',
  alertMail: true,
};
export const settings = { mailFromName: 'Mimamori', portalUrl: 'https://portal.msp.example/' };

export const https: Alert = {
  monitor: 'https',
  episode: 3,
  check: 'http',
  severity: 'critical',
  priority: 5,
  service: 'nginx',
  failingSince: failedAt,
  joinedAt: addSeconds(failedAt, 121),
  summary: {
    ja: 'https://shop.acme.example/ に接続を拒否されました',
    en: 'https://shop.acme.example/ refused the connection',
  },
  dedupSeconds: 30,
  collectSeconds: 30,
};

export const mysql: Alert = {
  ...https,
  monitor: 'mysql',
  episode: 1,
  check: 'mysql',
  priority: 4,
  service: 'mysqld',
  failingSince: addSeconds(failedAt, 20),
  joinedAt: addSeconds(failedAt, 140),
  summary: {
    ja: 'web-1:3306 は 5 秒以内に応答しませんでした',
    en: 'web-1:3306 gave no answer within 5 s',
  },
};

export const disk: Alert = {
  ...https,
  monitor: 'disk-root',
  episode: 2,
  check: 'disk',
  severity: 'warning',
  priority: 8,
  joinedAt: failedAt,
  summary: { ja: '/ の使用率は 84.2 %（警告しきい値 80 %）', en: '/ is 84.2 % full (warning at 80 %)' },
};
delete (disk as { service?: string }).service;

export const wellAgain = (alert: Alert, afterSeconds: number): Alert => ({
  ...alert,
  wellAt: addSeconds(alert.failingSince, afterSeconds),
  wellSummary: {
    ja: 'https://shop.acme.example/ はステータス 200 を 48 ms で返しました',
    en: 'status 200 from https://shop.acme.example/ after 48 ms',
  },
});

export function incidentOf(alerts: readonly Alert[], plan: Incident['plan'] = 'notify'): Incident {
  const [leader = https] = alerts;
  return {
    id: 'acme.web-1-7',
    account: 'acme',
    server: 'web-1',
    number: 7,
    plan,
    state: 'open',
    openedAt: leader.joinedAt,
    leader: alertKey(leader),
    alerts: Object.fromEntries(alerts.map((alert) => [alertKey(alert), alert])),
    mails: 0,
    news: alerts.length,
    version: alerts.length,
  };
}

export const draftOf = (draft: Partial<MailDraft> & Pick<MailDraft, 'kind'>): MailDraft => ({
  number: 1,
  failing: [],
  recovered: [],
  stillFailing: [],
  messages: [],
  ...draft,
});

export const evidence: Evidence = {
  incident: 'acme.web-1-7',
  number: 1,
  at: addSeconds(failedAt, 155),
  status: 'collected',
  sections: [
    {
      title: { ja: '稼働時間と負荷', en: 'Uptime and load' },
      command: 'uptime',
      exitCode: 0,
      output: ' 03:14:40 up 12 days,  4:02,  0 users,  load average: 0.31, 0.28, 0.22\n',
      truncated: false,
      durationMs: 21,
    },
    {
      title: { ja: 'サービス nginx の状態', en: 'Status of the service nginx' },
      command: 'systemctl status --no-pager nginx',
      exitCode: 3,
      output: [
        '\u001b[0;1;31m×\u001b[0m nginx.service - A high performance web server and a reverse proxy server',
        '     Loaded: loaded (/usr/lib/systemd/system/nginx.service; enabled; preset: enabled)',
        '     Active: failed (Result: exit-code) since Sat 2026-11-21 03:11:58 JST; 2min ago',
        'nginx: [emerg] bind() to 0.0.0.0:443 failed (98: Address already in use)',
        '',
      ].join('\r\n'),
      truncated: true,
      durationMs: 34,
    },
  ],
};
