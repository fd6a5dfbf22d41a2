/** Examples of the API's description that several routes share. */

const serverSummary = {
  id: 'web-1',
  name: 'Web server',
  address: 'web-1.acme.example',
  plan: 'respond',
  standing: 'critical',
  monitors: 6,
  troubled: [
    {
      id: 'https',
      check: 'https',
      standing: 'critical',
      summary: {
        ja: 'shop.acme.example:443 がステータス 503 を返しました',
        en: 'shop.acme.example:443 answered with status 503',
      },
    },
  ],
  incident: 'acme.web-1-7',
};

const incidentSummary = {
  id: 'acme.web-1-7',
  account: 'acme',
  server: 'web-1',
  serverName: 'Web server',
  plan: 'respond',
  state: 'open',
  stage: 'first-response',
  severity: 'critical',
  priority: 2,
  openedAt: '2026-11-21T03:00:05.000Z',
  failingSince: '2026-11-21T02:58:00.000Z',
  alerts: [
    {
      key: 'https-3',
      monitor: 'https',
      check: 'https',
      severity: 'critical',
      priority: 2,
      failingSince: '2026-11-21T02:58:00.000Z',
      joinedAt: '2026-11-21T03:00:05.000Z',
      summary: {
        ja: 'shop.acme.example:443 がステータス 503 を返しました',
        en: 'shop.acme.example:443 answered with status 503',
      },
    },
  ],
};

const occurrence = {
  id: 'k3j9x0a7q2mz',
  from: '2026-11-22T17:00:00.000Z',
  until: '2026-11-22T19:00:00.000Z',
  reason: 'Database update',
  scope: [{ server: 'db-1' }],
};

const announcement = {
  id: 'p4x8c1n6t0vw',
  kind: 'maintenance',
  title: { ja: 'ネットワーク機器の交換', en: 'Network equipment is replaced' },
  body: { ja: '数秒の切断があります。', en: 'Connections break for some seconds.' },
  zones: ['tk1a'],
  from: '2026-11-25T17:00:00.000Z',
  until: '2026-11-25T18:00:00.000Z',
  createdAt: '2026-11-20T03:00:00.000Z',
  updatedAt: '2026-11-20T03:00:00.000Z',
  version: 1,
};

const bound = { value: 'responseMs', level: 'warning', from: 3000 };

const monitor = {
  id: 'https',
  check: 'https',
  class: 'liveness',
  standing: 'critical',
  severity: 'critical',
  since: '2026-11-21T02:58:00.000Z',
  summary: {
    ja: 'shop.acme.example:443 がステータス 503 を返しました',
    en: 'shop.acme.example:443 answered with status 503',
  },
  priority: 2,
  intervalMinutes: 3,
  service: 'nginx',
  target: 'https://shop.acme.example/health',
  bounds: [bound],
  latest: { at: '2026-11-21T03:03:00.000Z', severity: 'critical', values: { responseMs: 412 } },
};

const token = {
  id: 'a1b2c3d4e5f6',
  name: 'Grafana',
  scopes: ['read'],
  createdAt: '2026-11-01T03:00:00.000Z',
  createdBy: 'Hanako Sato',
  lastUsedAt: '2026-11-21T03:00:00.000Z',
};

export const examples = {
  serverSummary,
  incidentSummary,
  occurrence,
  announcement,
  bound,
  monitor,
  token,
} as const;
