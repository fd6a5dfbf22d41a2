import type { ApiToken } from '../../core/identity/principal.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { addSeconds } from '../../core/instant.ts';
import type { OutgoingMail } from '../../core/mail/outgoing-mail.ts';
import type { Maintenance } from '../../core/maintenance/maintenance.ts';
import { https } from '../core/mail/example-incident.ts';
import { hashOf, now, openPortal } from './portal-desk.ts';

/** Ids of what both accounts have one of; `globex` stands for the other tenant. */
export const idsOf = {
  acme: {
    server: 'web-1',
    monitor: 'https',
    incident: 'acme.web-1-1',
    token: 'acmetoken001',
    maintenance: 'acmemaint001',
  },
  globex: {
    server: 'secret-project',
    monitor: 'ssh',
    incident: 'globex.secret-project-1',
    token: 'globextoken1',
    maintenance: 'globexmaint1',
  },
} as const;
export type Tenant = keyof typeof idsOf;

export const apiToken = (id: string, change: Partial<ApiToken> = {}): ApiToken => ({
  id,
  name: `token ${id}`,
  role: 'customer',
  account: 'acme',
  scopes: ['read'],
  hash: hashOf(id),
  createdAt: addSeconds(now, -86_400),
  createdBy: 'Hanako Sato',
  ...change,
});

/** The API over two accounts, each of which has an open incident, mails, a maintenance, a token and a line in the trail. */
export async function seededPortal(change: Parameters<typeof openPortal>[0] = {}) {
  const portal = await openPortal(change);
  const { stores, metrics } = portal;
  for (const [account, ids] of Object.entries(idsOf)) {
    const { server, monitor, incident: id } = ids;
    const alert = {
      ...https,
      monitor,
      failingSince: addSeconds(now, -600),
      joinedAt: addSeconds(now, -480),
      problemMail: 1,
    };
    const incident: Incident = {
      id,
      account,
      server,
      number: 1,
      plan: 'respond',
      state: 'open',
      openedAt: addSeconds(now, -480),
      leader: `${monitor}-3`,
      alerts: { [`${monitor}-3`]: alert },
      mails: 1,
      news: 1,
      version: 1,
    };
    await stores.incidents.replaceIncident(incident);
    await stores.incidents.addTimeline([
      {
        incident: id,
        at: alert.joinedAt,
        key: 'joined',
        kind: 'joined',
        summary: { ja: `${account} の行`, en: `line of ${account}` },
      },
    ]);
    await stores.incidents.saveEvidence({
      incident: id,
      number: 1,
      at: alert.joinedAt,
      status: 'collected',
      sections: [
        {
          title: { ja: '負荷', en: 'load' },
          command: 'uptime',
          output: `of ${account}`,
          truncated: false,
          durationMs: 12,
        },
      ],
    });
    const mail = (thread: string, to: string): OutgoingMail => ({
      thread,
      number: 1,
      to,
      at: alert.joinedAt,
      subject: `[${account}] ${id}`,
      text: 'text with +81312345678',
      html: '<p>html</p>',
      headers: {},
      state: 'pending',
      attempts: 0,
    });
    await stores.outbox.enqueue(mail(id, `contact@${account}.example`));
    await stores.outbox.enqueue(mail(`operators.${id}`, 'desk@msp.example'));
    const ref = { account, server, monitor };
    const before = (await stores.monitors.monitor(ref))?.state;
    if (before === undefined) throw new Error(`${account} has no ${server}.${monitor}`);
    await stores.monitors.replaceState(ref, before, {
      phase: 'alerted',
      episode: 3,
      severity: 'critical',
      since: alert.failingSince,
      summary: alert.summary,
    });
    await metrics.write(
      [0, 1, 2, 3].map((index) => ({
        ...ref,
        check: 'https',
        at: addSeconds(now, -index * 180 - 5),
        severity: index > 1 ? ('ok' as const) : ('critical' as const),
        values: { responseMs: 100 + 10 * index },
      })),
    );
    const maintenance: Maintenance = {
      id: ids.maintenance,
      account,
      scope: [{ server }],
      from: addSeconds(now, 3600),
      until: addSeconds(now, 7200),
      reason: `update of ${account}`,
      createdAt: now,
      createdBy: `somebody of ${account}`,
      version: 1,
    };
    await stores.maintenance.replaceMaintenance(maintenance, maintenance.until);
    await stores.identity.createToken(apiToken(ids.token, { account }));
    await stores.audit.beginAudit({
      id: `first-of-${account}`,
      at: addSeconds(now, -60),
      account,
      who: { kind: 'person', id: `sub-${account}`, name: `somebody of ${account}`, role: 'customer' },
      deed: 'token.make',
      target: ids.token,
      outcome: 'begun',
    });
  }
  await stores.sweeps.saveLastSweep(0, addSeconds(now, -5));
  return portal;
}

interface Operation {
  readonly operationId: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: { readonly example?: unknown };
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example: unknown }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

export interface DescribedRoute {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  /** What a token needs; undefined where no token will do. */
  readonly scope: string | undefined;
}

/** Every route of the API, as its own description has them. */
export async function describedRoutes({
  ask,
}: Pick<Awaited<ReturnType<typeof openPortal>>, 'ask'>): Promise<DescribedRoute[]> {
  const document = (await (await ask('/openapi.json')).json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
      scope: operation.security?.[0]?.bearer?.[0],
    })),
  );
}

/**
 * A request that its route takes, but for the parameters of the path, which the caller gives.
 *
 * @throws for a parameter that `params` does not have: whoever adds one says what it is
 */
export function requestOf(
  { method, path, operation }: DescribedRoute,
  params: Readonly<Record<string, string>>,
) {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`say what {${name}} of ${path} is`);
    return encodeURIComponent(value);
  });
  const query = (operation.parameters ?? []).flatMap(({ name, in: place, required, schema }) =>
    place === 'query' && required === true ? [[name, String(schema.example)] as [string, string]] : [],
  );
  const search = new URLSearchParams(query).toString();
  const body = operation.requestBody?.content['application/json']?.example;
  return {
    path: search === '' ? filled : `${filled}?${search}`,
    asking: { method, ...(body !== undefined && { body }) },
  };
}
