import type { Incident } from '../../core/incident/incident.ts';
import type { Instant } from '../../core/instant.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import { type Monitor, type MonitorState, monitorResponse } from '../../core/monitor.ts';
import { ActionLinks, type LinkClaims } from '../../lambdas/actions/action-link.ts';
import { createOperatorActions } from '../../lambdas/actions/operator-actions.ts';
import type { HttpResponse } from '../../lambdas/http/exchange.ts';
import { createMemorySecretStore } from '../../platform/secrets/memory.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';
import type { Workflows } from '../../platform/workflows/workflows.ts';
import { account, https, incidentOf, mysql, server } from '../core/mail/example-incident.ts';

export const now: Instant = '2026-11-20T18:20:00.000Z';
export const base = 'https://actions.example';

export const monitorOf = (id: string, plan: Monitor['plan']): Monitor => ({
  account: 'acme',
  server: 'web-1',
  id,
  check: 'http',
  class: 'liveness',
  settings: {},
  timing: {
    intervalMinutes: 3,
    confirmations: 2,
    confirmationSpacingSeconds: 60,
    dedupSeconds: 30,
    collectSeconds: 30,
  },
  timeLimitMs: 10_000,
  priority: 5,
  plan,
  target: { address: '192.0.2.1', reach: 'internet' },
  response: monitorResponse.parse({ standard: 'restart-web', custom: ['acme-flush'] }),
});

export const alertedState = (episode: number): MonitorState => ({
  phase: 'alerted',
  episode,
  severity: 'critical',
  since: https.failingSince,
});

export const openIncident = (plan: Incident['plan'] = 'respond'): Incident => ({
  ...incidentOf(
    [
      { ...https, problemMail: 1 },
      { ...mysql, problemMail: 1 },
    ],
    plan,
  ),
  mails: 1,
  version: 1,
});

export interface Sent {
  readonly method?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly at?: Instant;
  readonly requestId?: string;
}

/** The operators' function with its stores in memory, an open incident, and a workflow that waits for its news. */
export async function operatorsDesk(incident: Incident = openIncident()) {
  const stores = createMemoryStores();
  const { plan } = incident;
  const inventory: Inventory = {
    settings: {
      mailFrom: 'alerts@msp.example',
      mailFromName: 'Mimamori',
      operators: { mail: ['desk@msp.example'], language: 'en' },
      referenceEndpoints: [],
    },
    accounts: [{ ...account, contacts: [] }],
    servers: [{ account: 'acme', ...server, address: '192.0.2.1', plan, reach: 'internet' }],
    monitors: [monitorOf('https', plan), monitorOf('mysql', plan)],
  };
  await stores.inventory.replace(0, inventory);
  for (const [monitor, episode] of [
    ['https', 3],
    ['mysql', 1],
  ] as const) {
    const ref = { account: 'acme', server: 'web-1', monitor };
    const before = (await stores.monitors.monitor(ref))?.state;
    if (before === undefined) throw new Error(`${monitor} is not watched`);
    await stores.monitors.replaceState(ref, before, alertedState(episode));
  }
  await stores.incidents.replaceIncident({ ...incident, waiting: { incident: 'token-1' } });

  const woken: string[] = [];
  const workflows: Workflows = {
    start: async () => 'started',
    isRunning: async () => true,
    succeed: async (token) => {
      woken.push(token);
      return 'told';
    },
  };
  const secrets = createMemorySecretStore({
    'operator-action-links/current': 'k1',
    'operator-action-links/k1': 'first key of sixty-four letters',
  });
  const links = new ActionLinks(secrets, base);
  const logged: string[] = [];
  const log = {
    error: (message: unknown, ...more: unknown[]) => void logged.push(JSON.stringify([message, ...more])),
  };
  const ports = { ...stores, workflows, links, log };
  const serve = createOperatorActions(ports);
  let requests = 0;
  const send = (
    path: string,
    { method = 'GET', query = '', headers = {}, body, at = now, requestId }: Sent,
  ) => {
    requests += 1;
    return serve({
      version: '2.0',
      routeKey: '$default',
      rawPath: path,
      rawQueryString: query,
      headers,
      ...(body !== undefined && { body }),
      isBase64Encoded: false,
      requestContext: {
        requestId: requestId ?? `request-${requests}`,
        timeEpoch: Date.parse(at),
        http: { method },
      },
    });
  };
  const linkTo = async (kind: LinkClaims['kind'], subject = '', nonce = 'mail-1', at: Instant = now) =>
    new URL(await links.url({ kind, incident: incident.id, subject, nonce }, at)).pathname;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  return {
    ...ports,
    secrets,
    serve,
    woken,
    logged,
    linkTo,
    send,
    open: (path: string, more: Sent = {}): Promise<HttpResponse> => send(path, more),
    post: (path: string, fields: Record<string, string> = {}, more: Sent = {}): Promise<HttpResponse> =>
      send(path, { method: 'POST', headers: form, body: String(new URLSearchParams(fields)), ...more }),
    stored: async (): Promise<Incident> => {
      const found = await stores.incidents.incident(incident.id);
      if (found === undefined) throw new Error('the incident is gone');
      return found;
    },
    timeline: () => stores.incidents.timeline(incident.id),
    stateOf: async (monitor: string) =>
      (await stores.monitors.monitor({ account: 'acme', server: 'web-1', monitor }))?.state,
  };
}
