import { describe, expect, it } from 'vitest';
import { type AnyRoute, matchRoute } from '../../web/match-route.ts';

const load = async () => 'page';
const routes: readonly AnyRoute<string>[] = [
  { path: '/', of: 'account', load },
  { path: '/servers/:server', of: 'account', load },
  { path: '/servers/:server/monitors/:monitor', of: 'account', load },
  { path: '/accounts', of: 'operator', load },
  { path: '/operator', of: 'operator', load },
];

describe('what an address stands for', () => {
  const cases = [
    { given: 'the root', address: '/', path: '/', params: {}, account: undefined },
    {
      given: 'a parameter',
      address: '/servers/web-1',
      path: '/servers/:server',
      params: { server: 'web-1' },
      account: undefined,
    },
    {
      given: 'a slash at the end',
      address: '/servers/web-1/',
      path: '/servers/:server',
      params: { server: 'web-1' },
      account: undefined,
    },
    {
      given: 'what was encoded',
      address: '/servers/a%2Fb/monitors/%E3%81%82',
      path: '/servers/:server/monitors/:monitor',
      params: { server: 'a/b', monitor: 'あ' },
      account: undefined,
    },
    { given: 'the accounts', address: '/accounts', path: '/accounts', params: {}, account: undefined },
    { given: 'an account', address: '/accounts/acme', path: '/', params: {}, account: 'acme' },
    {
      given: 'a server of an account',
      address: '/accounts/acme/servers/db-1',
      path: '/servers/:server',
      params: { server: 'db-1' },
      account: 'acme',
    },
  ];
  for (const { given, address, path, params, account } of cases) {
    it(`given ${given}, when ${address} is opened, then it is ${path} of ${account ?? 'nobody else'}`, () => {
      const match = matchRoute(address, routes);
      expect(match?.route.path).toBe(path);
      expect(match?.params).toEqual(params);
      expect(match?.account).toBe(account);
    });
  }

  for (const address of [
    '/nowhere',
    '/servers',
    '/servers/web-1/more',
    '/accounts/acme/operator',
    '/accounts/acme/accounts/acme',
    '/servers/%E0%A4%A',
    '/accounts/%E0%A4%A/',
  ])
    it(`given no such page, when ${address} is opened, then nothing is found`, () => {
      expect(matchRoute(address, routes)).toBeUndefined();
    });
});
