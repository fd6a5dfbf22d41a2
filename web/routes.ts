import type { Route } from './router.ts';

/** Every page of the portal. A new page is its file below pages/, its words, and one line here. */
export const routes: readonly Route[] = [
  { path: '/', of: 'account', load: async () => (await import('./pages/overview-page.tsx')).OverviewPage },
  {
    path: '/servers',
    of: 'account',
    load: async () => (await import('./pages/servers-page.tsx')).ServersPage,
  },
  {
    path: '/servers/:server',
    of: 'account',
    load: async () => (await import('./pages/server-page.tsx')).ServerPage,
  },
  {
    path: '/servers/:server/monitors/:monitor',
    of: 'account',
    load: async () => (await import('./pages/monitor-page.tsx')).MonitorPage,
  },
  {
    path: '/incidents',
    of: 'account',
    load: async () => (await import('./pages/incidents-page.tsx')).IncidentsPage,
  },
  {
    path: '/incidents/:incident',
    of: 'account',
    load: async () => (await import('./pages/incident-page.tsx')).IncidentPage,
  },
  {
    path: '/maintenance',
    of: 'account',
    load: async () => (await import('./pages/maintenance-page.tsx')).MaintenancePage,
  },
  {
    path: '/maintenance/new',
    of: 'account',
    load: async () => (await import('./pages/announce-maintenance-page.tsx')).AnnounceMaintenancePage,
  },
  {
    path: '/maintenance/:maintenance',
    of: 'account',
    load: async () => (await import('./pages/change-maintenance-page.tsx')).ChangeMaintenancePage,
  },
  {
    path: '/reports',
    of: 'account',
    load: async () => (await import('./pages/reports-page.tsx')).ReportsPage,
  },
  {
    path: '/monitoring-addresses',
    of: 'account',
    load: async () => (await import('./pages/addresses-page.tsx')).AddressesPage,
  },
  {
    path: '/contacts',
    of: 'account',
    load: async () => (await import('./pages/contacts-page.tsx')).ContactsPage,
  },
  {
    path: '/announcements',
    of: 'account',
    load: async () => (await import('./pages/announcements-page.tsx')).AnnouncementsPage,
  },
  {
    path: '/tokens',
    of: 'account',
    load: async () => (await import('./pages/tokens-page.tsx')).TokensPage,
  },
  {
    path: '/settings',
    of: 'account',
    load: async () => (await import('./pages/settings-page.tsx')).SettingsPage,
  },
  { path: '/audit', of: 'account', load: async () => (await import('./pages/audit-page.tsx')).AuditPage },
  {
    path: '/operator',
    of: 'operator',
    load: async () => (await import('./pages/operator-incidents-page.tsx')).OperatorIncidentsPage,
  },
  {
    path: '/accounts',
    of: 'operator',
    load: async () => (await import('./pages/accounts-page.tsx')).AccountsPage,
  },
  {
    path: '/operator/workflows',
    of: 'operator',
    load: async () => (await import('./pages/workflows-page.tsx')).WorkflowsPage,
  },
  {
    path: '/operator/calls',
    of: 'operator',
    load: async () => (await import('./pages/calls-page.tsx')).CallsPage,
  },
  {
    path: '/operator/unknowns',
    of: 'operator',
    load: async () => (await import('./pages/unknowns-page.tsx')).UnknownsPage,
  },
  {
    path: '/operator/health',
    of: 'operator',
    load: async () => (await import('./pages/health-page.tsx')).HealthPage,
  },
  {
    path: '/operator/announcements',
    of: 'operator',
    load: async () => (await import('./pages/operator-announcements-page.tsx')).OperatorAnnouncementsPage,
  },
  {
    path: '/operator/users',
    of: 'administrator',
    load: async () => (await import('./pages/users-page.tsx')).UsersPage,
  },
  {
    path: '/operator/tokens',
    of: 'administrator',
    load: async () => (await import('./pages/operator-tokens-page.tsx')).OperatorTokensPage,
  },
  {
    path: '/operator/audit',
    of: 'administrator',
    load: async () => (await import('./pages/operator-audit-page.tsx')).OperatorAuditPage,
  },
  {
    path: '/api-docs',
    of: 'everybody',
    load: async () => (await import('./pages/api-docs-page.tsx')).ApiDocsPage,
  },
  {
    path: '/signed-out',
    of: 'visitor',
    load: async () => (await import('./pages/signed-out-page.tsx')).SignedOutPage,
  },
];
