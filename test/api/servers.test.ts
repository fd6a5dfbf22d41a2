import { describe, expect, it } from 'vitest';
import { seriesCsv } from '../../core/graph/series-csv.ts';
import { addSeconds } from '../../core/instant.ts';
import { now } from './portal-desk.ts';
import { idsOf, seededPortal } from './seeded-portal.ts';
import { twoAccounts } from './two-accounts.ts';

type Json = Record<string, unknown> & { items?: Record<string, unknown>[]; next?: string };

async function portal(change: Parameters<typeof seededPortal>[0] = {}) {
  const seeded = await seededPortal(change);
  const read = async (path: string, as: 'hanako' | 'olga' = 'hanako', at = now) => {
    const response = await seeded.ask(path, { as, bindings: { at } });
    expect(response.status, `${path}: ${await response.clone().text()}`).toBe(200);
    return (await response.json()) as Json;
  };
  return { ...seeded, read };
}

const ranged = (from: string, to: string, more = '') =>
  `from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}${more}`;

describe('GET /overview', () => {
  it('given one server that fails, then it is told first, with its incident and what is to come', async () => {
    const { read } = await portal();
    expect(await read('/overview')).toMatchObject({
      at: now,
      checkedAt: addSeconds(now, -5),
      servers: 2,
      counts: { critical: 1, confirming: 0, warning: 0, unknown: 0, maintenance: 0, paused: 0, ok: 1 },
      troubled: [
        { id: 'web-1', standing: 'critical', incident: idsOf.acme.incident, troubled: [{ id: 'https' }] },
      ],
      openIncidents: [
        {
          id: idsOf.acme.incident,
          serverName: 'Web server',
          stage: 'waiting',
          severity: 'critical',
          priority: 5,
        },
      ],
      closedIncidents: [],
      maintenance: [{ id: idsOf.acme.maintenance, from: addSeconds(now, 3600) }],
    });
  });

  it('given a maintenance of the server, when it holds, then the server stands so, and when it is over, as before', async () => {
    const { read } = await portal();
    const during = await read('/overview', 'hanako', addSeconds(now, 3600));
    expect(during).toMatchObject({
      counts: { maintenance: 1, critical: 0 },
      troubled: [{ standing: 'maintenance' }],
    });
    expect(await read('/overview', 'hanako', addSeconds(now, 7200))).toMatchObject({
      counts: { critical: 1 },
    });
  });

  it('given a shard that was never swept, then it does not say that the servers were checked', async () => {
    const { read } = await portal({ shards: 2 });
    expect(await read('/overview')).not.toHaveProperty('checkedAt');
  });
});

describe('GET /servers', () => {
  const cases = [
    { when: 'all are asked for', query: '', ids: ['db-1', 'web-1'] },
    { when: 'a part of a name is given', query: 'q=DATA', ids: ['db-1'] },
    { when: 'a part of an address is given', query: 'q=web-1.acme', ids: ['web-1'] },
    { when: 'a standing is given', query: 'standing=critical', ids: ['web-1'] },
    { when: 'two standings are given', query: 'standing=critical&standing=ok', ids: ['db-1', 'web-1'] },
    { when: 'nothing fits', query: 'q=nothing', ids: [] },
  ];
  for (const { when, query, ids } of cases) {
    it(`when ${when}, then it lists ${ids.join(', ') || 'none'}`, async () => {
      const { read } = await portal();
      expect((await read(`/servers?${query}`)).items?.map(({ id }) => id)).toEqual(ids);
    });
  }

  it('given 1,234 servers, when they are read in parts, then each comes once, in order', async () => {
    const [one] = twoAccounts.servers;
    if (one === undefined) throw new Error('no server');
    const servers = Array.from({ length: 1234 }, (_, index) => ({
      ...one,
      id: `s-${String(index).padStart(4, '0')}`,
    }));
    const { read } = await portal({
      watched: { ...twoAccounts, servers: [...twoAccounts.servers, ...servers] },
    });
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const part = await read(`/servers?limit=200&q=s-${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...(part.items ?? []).map(({ id }) => id));
      cursor = part.next ?? '';
    } while (cursor !== '');
    expect(seen).toEqual(servers.map(({ id }) => id));
  });
});

describe('GET /servers/{server}', () => {
  it('given a server, then its monitors are told without secrets, by priority, with what graphs draw', async () => {
    const { read } = await portal();
    const server = await read('/servers/web-1');
    expect(server).toMatchObject({
      id: 'web-1',
      standing: 'critical',
      incident: idsOf.acme.incident,
      incidents: [{ id: idsOf.acme.incident }],
      maintenance: [{ id: idsOf.acme.maintenance }],
    });
    const monitors = server.monitors as Record<string, unknown>[];
    expect(monitors.map(({ id }) => id)).toEqual(['https', 'disk', 'cpu']);
    expect(monitors[0]).toMatchObject({
      target: 'https://shop.acme.example/health?…',
      standing: 'critical',
      latest: { at: addSeconds(now, -5), severity: 'critical', values: { responseMs: 100 } },
    });
    expect(monitors[2]).toMatchObject({ bounds: [{ value: 'usedPercent', level: 'critical', from: 90 }] });
  });

  it('given an operator, when they name the account, then they read the same', async () => {
    const { read } = await portal();
    expect(await read('/accounts/acme/servers/web-1', 'olga')).toEqual(await read('/servers/web-1'));
    expect(await read('/accounts/globex/servers', 'olga')).toMatchObject({
      items: [{ id: 'secret-project' }, { id: 'web-1' }],
    });
  });
});

describe('GET /servers/{server}/series', () => {
  const range = ranged(addSeconds(now, -3600), addSeconds(now, 7200));

  it('given a range, then there is a series for each monitor, with gaps, and what is drawn beside', async () => {
    const { read } = await portal();
    const series = await read(`/servers/web-1/series?${range}`);
    expect(series).toMatchObject({
      server: 'web-1',
      incidents: [
        { id: idsOf.acme.incident, severity: 'critical', from: addSeconds(now, -600), monitors: ['https'] },
      ],
      maintenance: [{ id: idsOf.acme.maintenance }],
    });
    const monitors = series.monitors as {
      monitor: string;
      bucketSeconds: number;
      values: { name: string; max: (number | null)[] }[];
    }[];
    expect(monitors.map(({ monitor }) => monitor)).toEqual(['https', 'disk', 'cpu']);
    expect(monitors[0]).toMatchObject({ bucketSeconds: 180, percentileOf: 'measurements' });
    expect(monitors[0]?.values[0]?.max.filter((one) => one !== null)).toEqual([130, 120, 110, 100]);
    expect(monitors[1]?.values).toEqual([]);
  });

  it('given one monitor, then only its series is there', async () => {
    const { read } = await portal();
    const series = await read(`/servers/web-1/series?${range}&monitor=cpu`);
    expect((series.monitors as { monitor: string }[]).map(({ monitor }) => monitor)).toEqual(['cpu']);
  });
});

describe('GET /servers/{server}/series.csv', () => {
  it('given a range, then there is a line for each bucket, in a file with a name', async () => {
    const { ask } = await portal();
    const response = await ask(
      `/servers/web-1/series.csv?${ranged('2026-11-21T02:54:00.000Z', '2026-11-21T03:06:00.000Z', '&monitor=https')}`,
      { as: 'hanako' },
    );
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="acme-web-1-2026-11-21-2026-11-21.csv"',
    );
    expect(await response.text()).toBe(
      [
        'time,https worst,https responseMs min,https responseMs avg,https responseMs max',
        '2026-11-21T02:54:00.000Z,ok,130,130,130',
        '2026-11-21T02:57:00.000Z,ok,120,120,120',
        '2026-11-21T03:00:00.000Z,critical,110,110,110',
        '2026-11-21T03:03:00.000Z,critical,100,100,100',
        '',
      ].join('\r\n'),
    );
  });

  it('given a monitor of once a day beside others, then it leaves their lines as they are', async () => {
    const [https] = twoAccounts.monitors.filter(({ account, id }) => account === 'acme' && id === 'https');
    if (https === undefined) throw new Error('acme has no https');
    const tls = { ...https, id: 'tls', check: 'tls', timing: { ...https.timing, intervalMinutes: 1440 } };
    const { ask, metrics } = await portal({
      watched: { ...twoAccounts, monitors: [...twoAccounts.monitors, tls] },
    });
    const ref = { account: 'acme', server: 'web-1', monitor: 'tls', check: 'tls' };
    await metrics.write([
      { ...ref, at: '2026-11-21T02:58:00.000Z', severity: 'ok', values: { daysLeft: 42 } },
    ]);
    const table = async (monitors: string) => {
      const range = ranged('2026-11-21T02:54:00.000Z', '2026-11-21T03:06:00.000Z', monitors);
      return (await ask(`/servers/web-1/series.csv?${range}`, { as: 'hanako' })).text();
    };
    expect((await table('&monitor=https&monitor=tls')).split('\r\n').map((line) => line.split(','))).toEqual([
      expect.arrayContaining(['time', 'https worst', 'tls worst', 'tls daysLeft avg']),
      ['2026-11-21T02:54:00.000Z', 'ok', '130', '130', '130', '', '', '', ''],
      ['2026-11-21T02:57:00.000Z', 'ok', '120', '120', '120', 'ok', '42', '42', '42'],
      ['2026-11-21T03:00:00.000Z', 'critical', '110', '110', '110', '', '', '', ''],
      ['2026-11-21T03:03:00.000Z', 'critical', '100', '100', '100', '', '', '', ''],
      [''],
    ]);
    // Alone, it has lines of its own length.
    expect((await table('&monitor=tls')).split('\r\n').slice(1)).toEqual([
      '2026-11-21T00:00:00.000Z,ok,42,42,42',
      '',
    ]);
  });

  it('given a byte order mark is asked for, then the file begins with it', async () => {
    const { ask } = await portal();
    const response = await ask(
      `/servers/web-1/series.csv?${ranged(addSeconds(now, -600), now, '&bom=true')}`,
      { as: 'hanako' },
    );
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 3)
        .toString('hex'),
    ).toBe('efbbbf');
  });

  const series = (monitor: string, name: string) => ({
    monitor,
    check: 'command',
    from: now,
    bucketSeconds: 60,
    worst: [null],
    values: [{ name, min: [-1.5], avg: [null], max: [2] }],
    percentileOf: 'measurements' as const,
  });
  it('given names that a spreadsheet would read as formulas, or that have commas and quotes, then they are texts', () => {
    expect(seriesCsv([series('=1+1', 'a"b,c')])).toBe(
      `time,'=1+1 worst,"'=1+1 a""b,c min","'=1+1 a""b,c avg","'=1+1 a""b,c max"\r\n${now},,-1.5,,2\r\n`,
    );
  });
});

describe('GET /incidents', () => {
  it('given open and closed ones, then they are told by state, server and time, in parts', async () => {
    const { read, stores } = await portal();
    const open = await stores.incidents.incident(idsOf.acme.incident);
    if (open === undefined) throw new Error('no incident');
    for (let number = 2; number <= 9; number += 1) {
      const openedAt = addSeconds(now, -number * 86_400);
      await stores.incidents.replaceIncident({
        ...open,
        id: `acme.db-1-${number}`,
        server: 'db-1',
        number,
        state: 'closed',
        openedAt,
        closedAt: addSeconds(openedAt, 600),
      });
    }
    const ids = async (query: string) => (await read(`/incidents?${query}`)).items?.map(({ id }) => id);
    expect(await ids('')).toHaveLength(9);
    expect(await ids('state=open')).toEqual([idsOf.acme.incident]);
    expect(await ids('state=closed')).toHaveLength(8);
    expect(await ids('server=db-1&state=open')).toEqual([]);
    expect(await ids(`from=${addSeconds(now, -3 * 86_400)}&to=${addSeconds(now, -2 * 86_400)}`)).toEqual([
      'acme.db-1-3',
    ]);
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const part = await read(`/incidents?limit=3&state=closed${cursor && `&cursor=${cursor}`}`);
      seen.push(...(part.items ?? []).map(({ id }) => id));
      cursor = part.next ?? '';
    } while (cursor !== '');
    expect(seen).toEqual(Array.from({ length: 8 }, (_, index) => `acme.db-1-${index + 2}`));
  });

  it('given one incident, then a customer reads what was done, and an operator also their own mails and what could be done', async () => {
    const { read } = await portal();
    const seen = await read(`/incidents/${idsOf.acme.incident}`);
    expect(seen).toMatchObject({
      timeline: [{ kind: 'joined' }],
      evidence: [{ number: 1, sections: [{ command: 'uptime' }] }],
      mails: [{ to: 'contact@acme.example', state: 'pending' }],
    });
    expect(seen).not.toHaveProperty('actions');
    expect(JSON.stringify(seen)).not.toContain('text with');
    const byOperator = await read(`/accounts/acme/incidents/${idsOf.acme.incident}`, 'olga');
    expect((byOperator.mails as { to: string }[]).map(({ to }) => to)).toEqual([
      'contact@acme.example',
      'desk@msp.example',
    ]);
    expect(byOperator.actions).toContainEqual({ action: 'acknowledge', subject: '' });
  });
});

describe('tokens', () => {
  const body = { name: 'Grafana', scopes: ['read', 'read', 'monitors'], expiresAt: addSeconds(now, 3600) };

  it('given a new one, then it works, is shown once, ends by itself, and its making and revoking are in the trail', async () => {
    const { ask, read } = await portal();
    const made = await ask('/tokens', { as: 'hanako', method: 'POST', body });
    expect(made.status).toBe(201);
    const { token, id, scopes } = (await made.json()) as { token: string; id: string; scopes: string[] };
    expect(token).toMatch(new RegExp(`^mim_${id}_[\\w-]{43}$`));
    expect(scopes).toEqual(['read', 'monitors']);
    const all = JSON.stringify([await read('/tokens'), await read('/audit')]);
    expect(all).toContain(id);
    expect(all).not.toContain(token.slice(17));

    expect((await ask('/servers', { bearer: token })).status).toBe(200);
    expect((await ask('/servers', { bearer: token, bindings: { at: addSeconds(now, 3600) } })).status).toBe(
      401,
    );
    const revoke = { as: 'hanako', method: 'DELETE' } as const;
    expect((await ask(`/tokens/${id}`, revoke)).status).toBe(204);
    expect((await ask(`/tokens/${id}`, revoke)).status).toBe(204);
    expect((await ask('/servers', { bearer: token })).status).toBe(401);
    const trail = (await read('/audit')).items?.map(({ deed, outcome }) => [deed, outcome]);
    expect(trail).toContainEqual(['token.make', 'done']);
    expect(trail?.filter(([deed]) => deed === 'token.revoke')).toEqual([['token.revoke', 'done']]);
  });

  it('given fifty that hold, then another is refused, and the trail says so', async () => {
    const { ask, read } = await portal();
    // One holds from the beginning.
    for (let count = 1; count < 50; count += 1) await ask('/tokens', { as: 'hanako', method: 'POST', body });
    const refused = await ask('/tokens', { as: 'hanako', method: 'POST', body });
    expect([refused.status, await refused.json()]).toMatchObject([409, { reason: 'too-many' }]);
    const trail = (await read('/audit?limit=200')).items ?? [];
    expect(trail.filter(({ outcome }) => outcome === 'refused')).toHaveLength(1);
  });

  it('given an operator, when they make one for an account, then it is the account’s, with a customer’s scopes', async () => {
    const { ask } = await portal();
    const made = await ask('/accounts/acme/tokens', {
      as: 'olga',
      method: 'POST',
      body: { name: 'x', scopes: ['read'] },
    });
    const { token } = (await made.json()) as { token: string };
    expect(await (await ask('/me', { bearer: token })).json()).toMatchObject({
      role: 'customer',
      account: { id: 'acme' },
    });
    const greedy = { name: 'x', scopes: ['incidents'] };
    expect((await ask('/accounts/acme/tokens', { as: 'olga', method: 'POST', body: greedy })).status).toBe(
      422,
    );
  });
});
