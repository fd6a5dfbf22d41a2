import type { ContactsView } from '../../core/api/contacts.ts';
import type { ReportView } from '../../core/api/reports.ts';
import type { TokenView } from '../../core/api/tokens.ts';
import { addSeconds } from '../../core/instant.ts';
import { announcements, at, closedIncidents } from './fixtures.ts';
import { pageOf, type Sample } from './portal-server.ts';

const months = ['2026-11', '2026-10', '2026-09', '2026-08'];

const reportOf = (month: string): ReportView => ({
  account: { id: 'acme', name: '株式会社アクメ' },
  month,
  from: '2026-09-30T15:00:00.000Z',
  to: '2026-10-31T15:00:00.000Z',
  timeZone: 'Asia/Tokyo',
  isPartial: month === '2026-11',
  servers: [
    {
      id: 'web-1',
      name: 'コーポレートサイト（www.acme.example）',
      availabilityPercent: 99.9312,
      monitors: [
        {
          id: 'https',
          check: 'https',
          availabilityPercent: 99.9312,
          downSeconds: 1842,
          maintenanceSeconds: 0,
          failures: 2,
        },
        {
          id: 'disk',
          check: 'disk',
          availabilityPercent: 99.2,
          downSeconds: 21_420,
          maintenanceSeconds: 0,
          failures: 1,
        },
      ],
      others: 8,
    },
    { id: 'db-1', name: '受注データベース primary', availabilityPercent: 100, monitors: [], others: 10 },
    { id: 'mail-1', name: 'mail-01.acme.example', availabilityPercent: 99.999, monitors: [], others: 6 },
  ],
  moreIncidents: 0,
  incidents: closedIncidents.map((one) => ({
    ...one,
    mailAfterSeconds: 201,
    firstResponseAfterSeconds: 224,
    recoveredAfterSeconds: 540,
  })),
  promises: [
    {
      what: 'mail-liveness',
      promisedSeconds: 375,
      count: 3,
      kept: 3,
      medianSeconds: 201,
      worstSeconds: 233,
    },
    { what: 'mail-resource', promisedSeconds: 315, count: 2, kept: 1, medianSeconds: 41, worstSeconds: 340 },
    { what: 'first-response', count: 2, kept: 2, medianSeconds: 224, worstSeconds: 230 },
  ],
  objectives: [
    {
      server: 'db-1',
      monitor: 'backup-age',
      kind: 'rpo',
      objectiveSeconds: 86_400,
      worstSeconds: 93_600,
      isMet: false,
    },
    { server: 'web-1', kind: 'rto', objectiveSeconds: 3600, worstSeconds: 1380, isMet: true },
  ],
});

const tokens: readonly TokenView[] = [
  {
    id: 'k3j9x0a7q2mz',
    name: '社内ダッシュボード',
    scopes: ['read'],
    createdAt: addSeconds(at, -86_400 * 40),
    createdBy: '山田 花子',
    lastUsedAt: addSeconds(at, -1800),
  },
  {
    id: 'p0q1r2s3t4u5',
    name: 'リリース時のメンテナンス登録',
    scopes: ['read', 'maintenance'],
    createdAt: addSeconds(at, -86_400 * 200),
    createdBy: '鈴木 一郎',
    revokedAt: addSeconds(at, -86_400 * 3),
  },
];

const people: ContactsView['contacts'] = [
  {
    name: '運用当番デスク',
    mail: 'desk@acme.example',
    phone: '+81312345678',
    language: 'ja',
    alertMail: true,
  },
  {
    name: '山田 花子',
    mail: 'hanako.yamada@acme.example',
    phone: '+819012345678',
    language: 'ja',
    alertMail: true,
  },
  { name: 'John Smith', mail: 'john.smith@acme.example', language: 'en', alertMail: false },
];
const pending: ContactsView['pending'] = {
  contacts: people.slice(0, 2),
  requestedAt: addSeconds(at, -3600),
  requestedBy: '山田 花子',
  effectiveAt: addSeconds(at, 86_400 * 2),
};

/** Answers what the pages about the account itself ask for. */
export const accountSample: Sample = ({ path, query, method }) => {
  if (path === 'tokens')
    return method === 'POST'
      ? { status: 201, body: { ...tokens[0], token: 'mim_k3j9x0a7q2mz_9vXx2o7TqkT0uR4mVbZ8sWnY' } }
      : { body: pageOf(tokens, query) };
  if (path.startsWith('contacts'))
    return { body: { contacts: people, pending, version: 3 } satisfies ContactsView };
  if (path === 'announcements')
    return method === 'POST'
      ? { status: 201, body: announcements[0] }
      : { body: pageOf(announcements, query) };
  if (path.startsWith('announcements/')) return { body: announcements[0] };
  if (method !== 'GET') return undefined;
  if (path === 'monitoring-addresses') return { body: { addresses: ['203.0.113.7', '2001:db8:7::7'] } };
  if (path === 'reports') return { body: { months } };
  const month = /^reports\/([^/]+)$/.exec(path)?.[1];
  return month !== undefined && months.includes(month) ? { body: reportOf(month) } : undefined;
};
