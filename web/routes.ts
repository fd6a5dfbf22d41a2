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
    path: '/signed-out',
    of: 'visitor',
    load: async () => (await import('./pages/signed-out-page.tsx')).SignedOutPage,
  },
];
