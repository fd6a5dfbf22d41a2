import type { PortalOptions, PortalServer } from './portal-server.ts';

export interface SampledPage {
  readonly name: string;
  readonly path: string;
  readonly options: PortalOptions;
  /** Part of what the browser itself logs of a refusal that belongs to the page. */
  readonly says?: readonly string[];
  /** Brings the server into the state that the page shows. */
  readonly prepare?: (portal: PortalServer) => void;
}

const signOut = (portal: PortalServer): void => {
  portal.isSignedIn = false;
};

/** Every page of the portal on samples: those that pictures are taken of and that are looked through for faults. */
export const sampledPages: readonly SampledPage[] = [
  { name: 'overview', path: '/', options: {} },
  { name: 'overview-well', path: '/', options: { servers: 12 } },
  { name: 'overview-empty', path: '/', options: { servers: 0 } },
  {
    name: 'overview-fault',
    path: '/',
    options: {},
    prepare: (portal) => {
      portal.failure = 503;
    },
    says: ['503'],
  },
  { name: 'servers', path: '/servers', options: {} },
  { name: 'servers-none-found', path: '/servers?q=nothing-like-this', options: {} },
  { name: 'signed-out', path: '/signed-out', options: {}, prepare: signOut },
  { name: 'server', path: '/servers/web-1?range=7d', options: {} },
  { name: 'server-30d', path: '/servers/web-1?range=30d', options: {} },
  { name: 'monitor', path: '/servers/web-1/monitors/https?range=7d', options: {} },
  { name: 'monitor-disk', path: '/servers/web-1/monitors/disk?range=30d', options: {} },
  { name: 'monitor-heartbeat', path: '/servers/web-1/monitors/nightly-job', options: {} },
  { name: 'incidents', path: '/incidents', options: {} },
  { name: 'incidents-none', path: '/incidents?server=nowhere', options: {} },
  { name: 'incident', path: '/incidents/acme.web-1-7', options: {} },
  { name: 'incident-closed', path: '/incidents/acme.mail-1-7', options: {} },
  {
    name: 'incident-operator',
    path: '/accounts/acme/incidents/acme.web-1-7',
    options: { role: 'operator' },
  },
  { name: 'maintenance', path: '/maintenance', options: {} },
  { name: 'maintenance-month', path: '/maintenance?month=2027-03', options: {} },
  { name: 'maintenance-new', path: '/maintenance/new?server=web-1', options: {} },
  { name: 'maintenance-change', path: '/maintenance/m4intenance5', options: {} },
  { name: 'maintenance-begun', path: '/maintenance/m4intenance1', options: {} },
  { name: 'maintenance-over', path: '/maintenance/m4intenance6', options: {} },
  { name: 'reports', path: '/reports', options: {} },
  { name: 'addresses', path: '/monitoring-addresses', options: {} },
  { name: 'contacts', path: '/contacts', options: {} },
  { name: 'announcements', path: '/announcements', options: {} },
  { name: 'operator-announcements', path: '/operator/announcements', options: { role: 'operator' } },
  { name: 'tokens', path: '/tokens', options: {} },
  { name: 'settings', path: '/settings', options: {} },
  { name: 'audit', path: '/audit', options: {} },
  { name: 'api-docs', path: '/api-docs', options: {} },
  { name: 'operator', path: '/', options: { role: 'operator' } },
  { name: 'accounts', path: '/accounts', options: { role: 'operator' } },
  { name: 'account-overview', path: '/accounts/acme/', options: { role: 'operator' } },
  { name: 'workflows', path: '/operator/workflows', options: { role: 'operator', speed: 30 } },
  { name: 'calls', path: '/operator/calls', options: { role: 'operator' } },
  { name: 'unknowns', path: '/operator/unknowns', options: { role: 'operator' } },
  { name: 'health', path: '/operator/health', options: { role: 'operator' } },
  { name: 'users', path: '/operator/users', options: { role: 'administrator' } },
  { name: 'operator-tokens', path: '/operator/tokens', options: { role: 'administrator' } },
  { name: 'operator-audit', path: '/operator/audit', options: { role: 'administrator' } },
  { name: 'not-found', path: '/nowhere', options: {} },
];
