import { me } from '../../../core/api/me.ts';
import { isOperator } from '../../../core/identity/scopes.ts';
import type { ApiRoutes } from '../api-routes.ts';

/** Who asks. */
export function addMeRoutes(routes: ApiRoutes): void {
  routes.everybody(
    {
      method: 'get',
      path: '/me',
      id: 'getMe',
      tag: 'Me',
      summary: 'Who asks, what they may do, and the time of the server',
      scope: 'read',
      answer: {
        json: me,
        example: {
          name: 'Hanako Sato',
          mail: 'hanako@acme.example',
          role: 'customer',
          account: { id: 'acme', name: 'Acme', timeZone: 'Asia/Tokyo' },
          scopes: ['read', 'maintenance', 'monitors', 'contacts'],
          language: 'ja',
          at: '2026-11-21T03:04:05.000Z',
          speed: 1,
        },
      },
    },
    async ({ ports, principal, user, at }) => {
      const { name, role, scopes, account: id } = principal;
      const account = id === undefined ? undefined : await ports.monitors.account(id);
      return {
        value: {
          name,
          mail: user?.mail,
          role,
          account: account && { id: account.id, name: account.name, timeZone: account.timeZone },
          scopes: [...scopes],
          language: user?.language ?? 'en',
          at,
          speed: ports.speed,
          workflowsUrl: isOperator(principal) ? ports.workflowsUrl : undefined,
        },
      };
    },
  );
}
