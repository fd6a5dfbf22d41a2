import { auditView } from '../../../core/api/audit.ts';
import { pageOf, pageQuery } from '../../../core/api/problem.ts';
import { instant } from '../../../core/instant.ts';
import type { ApiRoutes } from '../api-routes.ts';

export const auditQuery = {
  ...pageQuery.shape,
  from: instant.optional().meta({ description: 'Included.', example: '2026-11-01T00:00:00.000Z' }),
  to: instant.optional().meta({ description: 'Excluded.', example: '2026-12-01T00:00:00.000Z' }),
};

export const auditExample = {
  items: [
    {
      id: '5b0e4d1c-7f0a-4d0e-9f0d-2c8d4f6a1b3e',
      at: '2026-11-21T03:04:05.000Z',
      account: 'acme',
      who: { kind: 'person', id: 'f2c1…', name: 'Hanako Sato', role: 'customer' },
      deed: 'token.make',
      target: 'a1b2c3d4e5f6',
      outcome: 'done',
    },
  ],
};

/** Who changed what. */
export function addAuditRoutes(routes: ApiRoutes): void {
  routes.account(
    {
      method: 'get',
      path: '/audit',
      id: 'listChanges',
      tag: 'Audit',
      summary: 'Who changed what, the newest first; kept 400 days',
      description: '`begun` is a change of which it is not known what became of it.',
      scope: 'read',
      query: auditQuery,
      answer: { json: pageOf(auditView).meta({ id: 'AuditList' }), example: auditExample },
    },
    async ({ view, query }) => ({ value: await view.audit(defined(query)) }),
  );
}

/** Without what was not given, as the stores tell absence from `undefined`. */
export const defined = <T extends object>(query: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
