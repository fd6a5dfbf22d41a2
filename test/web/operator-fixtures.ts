import type { AuditView } from '../../core/api/audit.ts';
import type { IncidentSummary, IncidentView } from '../../core/api/incidents.ts';
import type { CallView, ExecutionView, HealthView, UnknownView, UserView } from '../../core/api/operators.ts';
import type { TokenView } from '../../core/api/tokens.ts';
import { addSeconds, type Instant } from '../../core/instant.ts';
import { at, incidentOf, openIncidents } from './fixtures.ts';
import { pageOf, type Reply, type Sample } from './portal-server.ts';

const minutes = (count: number): Instant => addSeconds(at, count * 60);

const incidents: readonly IncidentSummary[] = [
  ...openIncidents,
  incidentOf({
    account: 'sazanami',
    server: 'shop',
    name: 'オンラインショップ',
    stage: 'engineers',
    minutesAgo: 52,
    acknowledgedBy: '佐藤 健',
  }),
  incidentOf({
    account: 'hokuto',
    server: 'file-2',
    name: 'file-02.hokuto.example',
    stage: 'waiting',
    severity: 'warning',
    priority: 5,
    minutesAgo: 60 * 7,
  }),
].toSorted((a, b) => a.priority - b.priority);

function incidentView(summary: IncidentSummary): IncidentView {
  return {
    ...summary,
    timeline: [],
    evidence: [],
    mails: [],
    actions: [
      { action: 'acknowledge', subject: '' },
      { action: 'run-runbook', subject: 'https-3/restart-web' },
      { action: 'escalate', subject: '' },
      { action: 'skip-calls', subject: '' },
      { action: 'pause', subject: 'https' },
      { action: 'resolve', subject: '' },
    ],
    executions: [
      {
        name: summary.id,
        machine: 'incident',
        status: 'RUNNING',
        step: 'Wait for news',
        since: minutes(-10),
        url: `/workflows/incident/${summary.id}`,
      },
      {
        name: `${summary.id}-calls`,
        machine: 'escalation',
        status: 'RUNNING',
        step: 'Ring',
        since: minutes(-1),
        url: `/workflows/escalation/${summary.id}-calls`,
      },
    ],
  };
}

const executions: readonly ExecutionView[] = [
  {
    name: 'acme.web-1-7',
    machine: 'incident',
    status: 'RUNNING',
    startedAt: minutes(-12),
    step: 'Wait for news',
    incident: 'acme.web-1-7',
    url: '/workflows/incident/acme.web-1-7',
  },
  {
    name: 'acme.web-1-7-calls-1',
    machine: 'escalation',
    status: 'RUNNING',
    startedAt: minutes(-3),
    step: 'Let it ring',
    incident: 'acme.web-1-7',
    url: '/workflows/escalation/acme.web-1-7-calls-1',
  },
  {
    name: 'acme.db-1.https-12',
    machine: 'detection',
    status: 'RUNNING',
    startedAt: minutes(-1),
    step: 'Wait before the next check',
    url: '/workflows/detection/acme.db-1.https-12',
  },
  {
    name: 'hokuto.file-2-3-response',
    machine: 'first-response',
    status: 'FAILED',
    startedAt: minutes(-60 * 5),
    endedAt: minutes(-60 * 5 + 2),
    step: 'Run the step',
    url: '/workflows/first-response/hokuto.file-2-3-response',
  },
];

const calls: readonly CallView[] = [
  {
    id: 'acme.web-1-7-1-2',
    incident: 'acme.web-1-7',
    purpose: 'escalation',
    state: 'placed',
    to: '鈴木 一郎',
    phone: '…5678',
    preparedAt: minutes(-1),
    placedAt: addSeconds(at, -21),
  },
  {
    id: 'acme.web-1-7-1-1',
    incident: 'acme.web-1-7',
    purpose: 'escalation',
    state: 'ended',
    to: '山田 花子',
    phone: '…1234',
    preparedAt: minutes(-3),
    placedAt: minutes(-2),
    end: 'unanswered',
    endedAt: addSeconds(at, -88),
  },
  {
    id: 'sazanami.shop-7-1-1',
    incident: 'sazanami.shop-7',
    purpose: 'page',
    state: 'ended',
    to: '高橋 翼',
    phone: '…9012',
    preparedAt: minutes(-45),
    placedAt: minutes(-45),
    connectedAt: addSeconds(at, -45 * 60 + 12),
    accepted: true,
    end: 'accepted',
    endedAt: addSeconds(at, -45 * 60 + 41),
  },
  {
    id: 'sazanami.shop-7-1-0',
    incident: 'sazanami.shop-7',
    purpose: 'escalation',
    state: 'ended',
    to: '渡辺 実',
    phone: '…3456',
    preparedAt: minutes(-47),
    end: 'failed',
    endedAt: minutes(-46),
    fault: 'the telephone service refused the number',
  },
];

const unknowns: readonly UnknownView[] = [
  {
    account: 'acme',
    server: 'web-2',
    monitor: 'backup-age',
    check: 'file-age',
    since: minutes(-95),
    summary: {
      ja: '監視側の鍵 acme/web-2-ssh-key がありません',
      en: 'our key acme/web-2-ssh-key is not there',
    },
  },
  {
    account: 'hokuto',
    server: 'file-2',
    monitor: 'agent',
    check: 'agent',
    since: minutes(-60 * 26),
    summary: { ja: '応答を読み取れませんでした', en: 'the answer could not be read' },
  },
];

const health: HealthView = {
  at,
  shards: [
    { shard: 0, lastSweep: addSeconds(at, -24), isLate: false },
    { shard: 1, lastSweep: addSeconds(at, -27), isLate: false },
    { shard: 2, lastSweep: addSeconds(at, -262), isLate: true, wayOutDownSince: minutes(-6) },
    { shard: 3, lastSweep: addSeconds(at, -22), isLate: false },
  ],
  openIncidents: 4,
  unknownMonitors: 2,
  mails: { waiting: 3, oldestWaiting: minutes(-1), failedLastDay: 0 },
  workflows: [
    { machine: 'detection', running: 1, failedLastDay: 0, url: '/workflows?machine=detection' },
    { machine: 'incident', running: 4, failedLastDay: 0, url: '/workflows?machine=incident' },
    { machine: 'first-response', running: 1, failedLastDay: 1, url: '/workflows?machine=first-response' },
    { machine: 'escalation', running: 1, failedLastDay: 0, url: '/workflows?machine=escalation' },
    { machine: 'second-response', running: 1, failedLastDay: 0, url: '/workflows?machine=second-response' },
  ],
};

const users: readonly UserView[] = [
  {
    subject: 's-1',
    mail: 'administrator@example.jp',
    name: '管理 太郎',
    role: 'administrator',
    language: 'ja',
    createdAt: '2025-04-01T00:00:00.000Z',
  },
  {
    subject: 's-2',
    mail: 'sato@msp.example',
    name: '佐藤 健',
    role: 'operator',
    language: 'ja',
    createdAt: '2025-06-12T01:20:00.000Z',
  },
  {
    subject: 's-3',
    mail: 'hanako@acme.example',
    name: '山田 花子',
    role: 'customer',
    account: 'acme',
    language: 'ja',
    createdAt: '2026-02-03T05:00:00.000Z',
  },
  {
    subject: 's-4',
    mail: 'jane@hokuto.example',
    name: 'Jane Doe',
    role: 'customer',
    account: 'hokuto',
    language: 'en',
    createdAt: '2026-05-20T05:00:00.000Z',
    disabledAt: '2026-10-01T05:00:00.000Z',
  },
];

const tokens: readonly TokenView[] = [
  {
    id: 'a1b2c3d4e5f6',
    name: 'チケットシステム（本番）',
    scopes: ['read', 'incidents'],
    createdAt: '2026-03-01T02:00:00.000Z',
    createdBy: '管理 太郎',
    lastUsedAt: minutes(-25),
  },
  {
    id: 'f6e5d4c3b2a1',
    name: 'status page',
    scopes: ['read', 'announcements'],
    createdAt: '2025-09-01T02:00:00.000Z',
    createdBy: '佐藤 健',
    expiresAt: '2026-09-01T02:00:00.000Z',
    lastUsedAt: '2026-08-31T22:00:00.000Z',
  },
  {
    id: '0a0b0c0d0e0f',
    name: 'old script',
    scopes: ['read'],
    createdAt: '2025-01-11T02:00:00.000Z',
    createdBy: '佐藤 健',
    revokedAt: '2026-01-11T02:00:00.000Z',
  },
];

const audit: readonly AuditView[] = [
  {
    id: 'aud-3',
    at: minutes(-8),
    account: 'acme',
    who: { kind: 'person', id: 's-3', name: '山田 花子', role: 'customer' },
    deed: 'maintenance.create',
    target: 'm4intenance1',
    after: { reason: 'OSの月例更新と再起動', from: minutes(-42), until: minutes(78) },
    outcome: 'done',
  },
  {
    id: 'aud-2',
    at: minutes(-60 * 22),
    account: 'hokuto',
    who: { kind: 'token', id: 'a1b2c3d4e5f6', name: 'チケットシステム（本番）', role: 'operator' },
    deed: 'monitor.pause',
    target: 'hokuto.file-2.agent',
    before: {},
    after: { until: minutes(120), reason: 'replacement of the host' },
    outcome: 'refused',
  },
  {
    id: 'aud-1',
    at: minutes(-60 * 30),
    who: { kind: 'command', id: 'operator@host', name: 'mimamori user', role: 'administrator' },
    deed: 'user.create',
    target: 's-2',
    outcome: 'begun',
  },
];

const changed: Reply = { status: 204 };

/** What operators' and administrators' pages ask for. */
export const operatorSample: Sample = ({ method, path, query }) => {
  const incident = /^incidents\/([^/]+)$/.exec(path)?.[1];
  const found = incidents.find(({ id }) => id === incident);
  if (found !== undefined) return { body: incidentView(found) };
  if (method === 'POST' && path === 'operator/tokens')
    return {
      status: 201,
      body: { ...tokens[0], token: 'mim_a1b2c3d4e5f6_Jq0d4V1x7cXyQn2uJmJ4mXKz8a1B2c3D' },
    };
  if (method !== 'GET' && path.startsWith('operator/')) return changed;
  const lists: Readonly<Record<string, readonly unknown[]>> = {
    'operator/incidents': incidents,
    'operator/workflows': executions.filter(
      ({ status, machine }) =>
        status === (query.get('status') ?? status) && machine === (query.get('machine') ?? machine),
    ),
    'operator/calls': calls,
    'operator/unknowns': unknowns,
    'operator/users': users,
    'operator/tokens': tokens,
    'operator/audit': audit,
    audit: audit.slice(0, 1),
  };
  const list = lists[path];
  if (list !== undefined) return { body: pageOf(list, query) };
  return path === 'operator/health' ? { body: health } : undefined;
};
