import { monitoringAddresses } from '../../../core/api/addresses.ts';
import type { ApiRoutes } from '../api-routes.ts';
import type { ApiPorts } from '../ports.ts';

const route = {
  method: 'get',
  path: '/monitoring-addresses',
  tag: 'Servers',
  summary: 'Where our checks and log-ins come from: what a firewall must let in',
  scope: 'read',
  answer: { json: monitoringAddresses, example: { addresses: ['203.0.113.7'] } },
} as const;

/** 監視元 IP. */
export function addMonitoringAddressRoutes(routes: ApiRoutes): void {
  routes.everybody({ ...route, id: 'listMonitoringAddresses' }, answer);
  // Where operators look at an account, its pages ask below it.
  routes.operatorsOfAccount({ ...route, id: 'listMonitoringAddressesOfAccount' }, answer);
}

const answer = async ({ ports: { monitoringAddresses: addresses } }: { ports: ApiPorts }) => ({
  value: { addresses: [...addresses] },
});
