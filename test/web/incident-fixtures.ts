import type { IncidentSummary, IncidentView } from '../../core/api/incidents.ts';
import { addSeconds } from '../../core/instant.ts';
import { closedIncidents, openIncidents } from './fixtures.ts';
import { pageOf, type Sample } from './portal-server.ts';

const all = [...openIncidents, ...closedIncidents];

const status = `● nginx.service - A high performance web server
     Loaded: loaded (/lib/systemd/system/nginx.service; enabled)
     Active: failed (Result: exit-code) since Sat 2026-11-21 02:56:31 JST; 2min ago
    Process: 1881 ExecStart=/usr/sbin/nginx -g daemon on; (code=exited, status=1/FAILURE)

Nov 21 02:56:31 web-1 nginx[1881]: nginx: [emerg] bind() to 0.0.0.0:443 failed (98: Address already in use)
Nov 21 02:56:31 web-1 systemd[1]: Failed to start A high performance web server.`;

/** An incident as it is after a first response that did not help, or after its recovery. */
function incidentOf(summary: IncidentSummary): IncidentView {
  const after = (seconds: number) => addSeconds(summary.failingSince, seconds);
  const isClosed = summary.state === 'closed';
  const command = (line: string, exitCode: number, output: string) => ({
    line,
    runbook: 'restart-web',
    version: '3fa91c77b2d0',
    exitCode,
    output,
    truncated: false,
    durationMs: 812,
  });
  return {
    ...summary,
    timeline: [
      {
        at: after(130),
        key: 'joined-https-3',
        kind: 'joined',
        summary: { ja: 'アラート https を確認しました', en: 'alert https was confirmed' },
      },
      {
        at: after(175),
        key: 'collected-1',
        kind: 'collected',
        summary: {
          ja: 'サーバーにログインし、情報を収集しました',
          en: 'logged in and collected information',
        },
      },
      {
        at: after(178),
        key: 'mailed-1',
        kind: 'mailed',
        summary: { ja: 'ご担当者 2 名にメールを送りました', en: 'mailed 2 contacts' },
      },
      {
        at: after(184),
        key: 'response-1',
        kind: 'response',
        summary: { ja: '手順書 restart-web を開始しました', en: 'began the runbook restart-web' },
      },
      {
        at: after(187),
        key: 'command-1',
        kind: 'command',
        summary: { ja: 'nginx を再起動しました', en: 'restarted nginx' },
        command: command('sudo -n /usr/bin/systemctl restart nginx.service', isClosed ? 0 : 1, status),
      },
      ...(isClosed
        ? ([
            {
              at: summary.closedAt ?? after(300),
              key: 'recovered-https-3',
              kind: 'recovered',
              summary: { ja: 'https が復旧しました', en: 'https is well again' },
            },
            {
              at: summary.closedAt ?? after(330),
              key: 'closed',
              kind: 'closed',
              summary: { ja: '障害対応を終了しました', en: 'the incident was closed' },
            },
          ] as const)
        : ([
            {
              at: after(260),
              key: 'response-1-end',
              kind: 'response',
              summary: { ja: '一次対応では復旧しませんでした', en: 'the first response did not help' },
            },
            {
              at: after(268),
              key: 'call-1',
              kind: 'call',
              summary: {
                ja: '鈴木 花子 様(…5678)にお電話しましたが、応答がありませんでした',
                en: 'called Hanako Suzuki (…5678); nobody answered',
              },
            },
            {
              at: after(300),
              key: 'operator-ack',
              kind: 'operator',
              by: '佐藤 健',
              summary: { ja: '対応を引き受けました', en: 'took it over' },
            },
          ] as const)),
    ],
    evidence: [
      {
        number: 1,
        at: after(175),
        status: 'partial',
        reason: {
          ja: '時間内に収集できなかった項目があります',
          en: 'some of it could not be collected in time',
        },
        sections: [
          {
            title: { ja: 'サービスの状態', en: 'Status of the service' },
            command: 'systemctl status nginx.service --no-pager',
            exitCode: 3,
            output: status,
            truncated: false,
            durationMs: 140,
          },
          {
            title: { ja: '負荷', en: 'Load' },
            command: 'uptime',
            exitCode: 0,
            output: ' 02:58:44 up 41 days,  6:02,  0 users,  load average: 0.31, 0.22, 0.18',
            truncated: false,
            durationMs: 12,
          },
        ],
      },
    ],
    mails: [
      {
        at: after(178),
        to: 'suzuki@acme.example',
        subject: `[障害] 株式会社アクメ ${summary.serverName}: https`,
        state: 'sent',
      },
      {
        at: after(178),
        to: 'night@acme.example',
        subject: `[PROBLEM] Acme ${summary.serverName}: https`,
        state: 'failed',
      },
    ],
  };
}

/** Answers what the pages of incidents ask for. */
export const incidentSample: Sample = ({ path, query, method, account }) => {
  if (method !== 'GET' || path.startsWith('operator/')) return undefined;
  if (path === 'incidents') {
    const state = query.get('state');
    const server = query.get('server');
    const found = all.filter(
      (one) => (state === null || one.state === state) && (server === null || one.server === server),
    );
    return { body: pageOf(found, query) };
  }
  const id = /^incidents\/([^/]+)$/.exec(path)?.[1];
  const summary = all.find((one) => one.id === id);
  if (summary === undefined) return undefined;
  const view = incidentOf(summary);
  return {
    body:
      account === undefined
        ? view
        : {
            ...view,
            actions: [
              { action: 'acknowledge', subject: '' },
              { action: 'run-runbook', subject: 'https-3/restart-web' },
              { action: 'escalate', subject: '' },
              { action: 'pause', subject: 'https' },
              { action: 'resolve', subject: '' },
            ],
            executions: [
              {
                name: view.id,
                machine: 'incident',
                status: 'RUNNING',
                step: 'Wait for news',
                since: view.openedAt,
                url: `/workflows/mimamori-incident/${view.id}`,
              },
            ],
          },
  };
};
