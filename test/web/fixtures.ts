import type { AnnouncementView } from '../../core/api/announcements.ts';
import type { IncidentStage, IncidentSummary } from '../../core/api/incidents.ts';
import type { OccurrenceView } from '../../core/api/maintenances.ts';
import type { AccountSummary, Me } from '../../core/api/me.ts';
import type { Overview, ServerSummary } from '../../core/api/servers.ts';
import type { Role } from '../../core/identity/principal.ts';
import { addSeconds, type Instant } from '../../core/instant.ts';
import { type Standing, standings } from '../../core/standing.ts';
import type { Text } from '../../core/text.ts';

/** The moment at which all samples stand: three in the morning in Tokyo. */
export const at: Instant = '2026-11-20T18:12:05.000Z';

const minutes = (count: number): Instant => addSeconds(at, count * 60);

export function meAs(role: Role): Me {
  const isCustomer = role === 'customer';
  return {
    name: isCustomer ? '山田 花子' : role === 'operator' ? '佐藤 健' : '管理 太郎',
    mail: `${role}@example.jp`,
    role,
    ...(isCustomer ? { account: { id: 'acme', name: '株式会社アクメ', timeZone: 'Asia/Tokyo' } } : {}),
    scopes: ['read', 'maintenance', 'monitors', 'contacts', 'announcements', 'incidents', 'users'],
    language: 'ja',
    at,
    speed: 1,
    ...(isCustomer ? {} : { workflowsUrl: '/workflows' }),
  };
}

const said = {
  refused: {
    ja: 'https://www.acme.example/health に接続できませんでした（ECONNREFUSED）',
    en: 'https://www.acme.example/health could not be reached (ECONNREFUSED)',
  },
  disk: { ja: '/var の使用率 93.4 %（警告は 90 % 以上）', en: '/var is 93.4 % full, bad from 90 %' },
  slow: { ja: '10秒以内に応答がありませんでした', en: 'gave no answer in time (10 s)' },
  agent: { ja: 'SNMPエージェントから応答がありません', en: 'the SNMP agent gave no answer' },
  keys: {
    ja: '監視側の鍵を読み込めませんでした',
    en: 'our own key for the log-in could not be read',
  },
} satisfies Record<string, Text>;

const summaryOf: Readonly<Record<Standing, Text | undefined>> = {
  critical: said.refused,
  confirming: said.slow,
  warning: said.disk,
  unknown: said.keys,
  maintenance: undefined,
  paused: said.agent,
  ok: undefined,
};
const monitorOf: Readonly<Record<Standing, { id: string; check: string }>> = {
  critical: { id: 'https', check: 'http' },
  confirming: { id: 'mail-submission', check: 'smtp' },
  warning: { id: 'disk', check: 'disk' },
  unknown: { id: 'backup-age', check: 'file-age' },
  maintenance: { id: 'https', check: 'http' },
  paused: { id: 'agent', check: 'agent' },
  ok: { id: 'https', check: 'http' },
};

function serverOf(id: string, name: string, standing: Standing, place: number): ServerSummary {
  const summary = summaryOf[standing];
  const more: ServerSummary['troubled'] =
    standing === 'critical' ? [{ id: 'disk', check: 'disk', standing: 'warning', summary: said.disk }] : [];
  return {
    id,
    name,
    address: `203.0.113.${(place % 250) + 1}`,
    plan: place % 3 === 0 ? 'managed' : place % 3 === 1 ? 'respond' : 'notify',
    standing,
    monitors: 10,
    troubled:
      standing === 'ok'
        ? []
        : [{ ...monitorOf[standing], standing, ...(summary === undefined ? {} : { summary }) }, ...more],
    ...(standing === 'critical' ? { incident: `acme.${id}-7` } : {}),
  };
}

/** A fleet: most servers are well, a few stand in each other way. */
export function fleetOf(count: number): ServerSummary[] {
  const uneasy: readonly Standing[] = [
    'critical',
    'critical',
    'confirming',
    'warning',
    'warning',
    'unknown',
    'maintenance',
    'maintenance',
    'paused',
  ];
  const servers = Array.from({ length: count }, (_, place) => {
    const standing = (count > 20 ? uneasy[place] : undefined) ?? 'ok';
    const kind = ['web', 'db', 'app', 'mail', 'batch'][place % 5] ?? 'web';
    const number = Math.floor(place / 5) + 1;
    return serverOf(`${kind}-${number}`, nameOf(kind, number), standing, place);
  });
  return servers.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

const nameOf = (kind: string, number: number): string =>
  number === 1 && kind === 'web'
    ? 'コーポレートサイト（www.acme.example）'
    : number === 1 && kind === 'db'
      ? '受注データベース primary'
      : `${kind}-${String(number).padStart(2, '0')}.acme.example`;

interface IncidentTraits {
  readonly account?: string;
  readonly server: string;
  readonly name: string;
  readonly stage: IncidentStage;
  readonly severity?: 'critical' | 'warning' | 'unknown';
  readonly priority?: number;
  readonly minutesAgo: number;
  readonly lastedMinutes?: number;
  readonly acknowledgedBy?: string;
}

export function incidentOf(traits: IncidentTraits): IncidentSummary {
  const { account = 'acme', server, name, stage, severity = 'critical', priority = 1, minutesAgo } = traits;
  const failingSince = minutes(-minutesAgo);
  const openedAt = addSeconds(failingSince, 130);
  const isClosed = stage === 'closed';
  const closedAt = addSeconds(failingSince, (traits.lastedMinutes ?? 30) * 60);
  return {
    id: `${account}.${server}-7`,
    account,
    server,
    serverName: name,
    plan: 'respond',
    state: isClosed ? 'closed' : 'open',
    stage,
    severity,
    priority,
    openedAt,
    failingSince,
    ...(isClosed ? { closedAt } : {}),
    ...(traits.acknowledgedBy === undefined ? {} : { acknowledgedBy: traits.acknowledgedBy }),
    alerts: [
      {
        key: `${account}.${server}.https-3`,
        monitor: severity === 'warning' ? 'disk' : 'https',
        check: severity === 'warning' ? 'disk' : 'http',
        severity,
        priority,
        failingSince,
        joinedAt: openedAt,
        summary: severity === 'warning' ? said.disk : said.refused,
        ...(isClosed ? { wellAt: closedAt } : {}),
      },
      ...(severity === 'critical'
        ? [
            {
              key: `${account}.${server}.smtp-1`,
              monitor: 'mail-submission',
              check: 'smtp',
              severity,
              priority: priority + 1,
              failingSince,
              joinedAt: openedAt,
              summary: said.slow,
              ...(isClosed ? { wellAt: closedAt } : {}),
            },
          ]
        : []),
    ],
  };
}

export const openIncidents: readonly IncidentSummary[] = [
  incidentOf({
    server: 'web-1',
    name: 'コーポレートサイト（www.acme.example）',
    stage: 'calling',
    minutesAgo: 14,
  }),
  incidentOf({
    server: 'db-1',
    name: '受注データベース primary',
    stage: 'first-response',
    priority: 2,
    minutesAgo: 4,
  }),
];

export const closedIncidents: readonly IncidentSummary[] = [
  incidentOf({
    server: 'app-3',
    name: 'app-03.acme.example',
    stage: 'closed',
    severity: 'warning',
    priority: 5,
    minutesAgo: 60 * 30,
    lastedMinutes: 47,
  }),
  incidentOf({
    server: 'mail-1',
    name: 'mail-01.acme.example',
    stage: 'closed',
    minutesAgo: 60 * 24 * 4,
    lastedMinutes: 9,
  }),
];

export const occurrences: readonly OccurrenceView[] = [
  {
    id: 'm4intenance1',
    from: minutes(-42),
    until: minutes(78),
    reason: 'OSの月例更新と再起動',
    scope: [{ server: 'web-2' }, { server: 'db-2' }],
  },
  {
    id: 'm4intenance2',
    from: minutes(60 * 24 * 2 - 12),
    until: minutes(60 * 24 * 2 + 108),
    reason: 'データセンターの電源点検',
    scope: 'account',
  },
];

export const announcements: readonly AnnouncementView[] = [
  {
    id: 'ann0uncem3nt',
    kind: 'maintenance',
    title: { ja: '監視基盤の計画メンテナンス', en: 'Planned maintenance of the monitoring platform' },
    body: {
      ja: '11月25日の午前2時から4時まで、グラフの更新が遅れることがあります。監視と通知は通常どおり行います。',
      en: 'From 02:00 to 04:00 on 25 November graphs may lag behind. Checks and alerts go on as usual.',
    },
    zones: ['東京リージョン'],
    from: minutes(60 * 24 * 4),
    until: minutes(60 * 24 * 4 + 120),
    createdAt: minutes(-60 * 24),
    updatedAt: minutes(-60 * 24),
    version: 1,
  },
];

/** What `overview` answers of a fleet. */
export function overviewOf(servers: readonly ServerSummary[]): Overview {
  const counts: Overview['counts'] = {
    critical: 0,
    confirming: 0,
    warning: 0,
    unknown: 0,
    maintenance: 0,
    paused: 0,
    ok: 0,
  };
  for (const { standing } of servers) counts[standing] += 1;
  const isCalm = counts.ok === servers.length;
  return {
    at,
    ...(servers.length === 0 ? {} : { checkedAt: addSeconds(at, -24) }),
    servers: servers.length,
    counts,
    troubled: servers
      .filter(({ standing }) => standing !== 'ok')
      .toSorted((a, b) => standings.indexOf(a.standing) - standings.indexOf(b.standing))
      .slice(0, 100),
    openIncidents: isCalm ? [] : [...openIncidents],
    closedIncidents: isCalm ? [] : [...closedIncidents],
    maintenance: isCalm ? [] : [...occurrences],
    announcements: isCalm ? [] : [...announcements],
  };
}

export const accounts: readonly AccountSummary[] = [
  { id: 'acme', name: '株式会社アクメ', servers: 48, troubled: 9, openIncidents: 2 },
  { id: 'hokuto', name: '北斗物産株式会社', servers: 12, troubled: 0, openIncidents: 0 },
  { id: 'sazanami', name: 'さざなみ印刷', servers: 3, troubled: 1, openIncidents: 1 },
];
