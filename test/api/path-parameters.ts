import { idsOf, type Tenant } from './seeded-portal.ts';

/** Ids that nobody has, of the same form as those that exist. */
const absent = {
  server: 'no-such-server',
  monitor: 'no-such',
  incident: 'globex.no-such-server-9',
  token: 'nosuchtoken1',
  maintenance: 'nosuchmaint1',
};

/** Parameters whose values are a tenant's; the others are as they are for everybody. */
const tenants = ['account', 'server', 'monitor', 'incident', 'id', 'maintenance'];

/** Values for the parameters of every path. A new parameter gets its line here, and with it the tests of isolation. */
export function paramsOf(tenant: Tenant | 'nobody'): Record<string, string> {
  const ids = tenant === 'nobody' ? absent : idsOf[tenant];
  return {
    account: tenant === 'nobody' ? 'no-such-account' : tenant,
    server: ids.server,
    monitor: ids.monitor,
    incident: ids.incident,
    id: ids.token,
    maintenance: ids.maintenance,
    announcement: 'nosuchnotice',
    subject: `sub-${tenant}`,
    month: '2026-10',
  };
}

export const isTenants = (path: string): boolean => tenants.some((name) => path.includes(`{${name}}`));
