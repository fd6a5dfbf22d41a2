import type { MonitorView, SeriesView, ServerSummary, ServerView } from '../../core/api/servers.ts';
import type { Severity } from '../../core/check-outcome.ts';
import { bucketSeconds } from '../../core/graph/bucket.ts';
import { addSeconds, type Instant, secondsBetween } from '../../core/instant.ts';
import { at, closedIncidents, occurrences, openIncidents } from './fixtures.ts';
import type { Sample } from './portal-server.ts';

const hour = 3600;
const day = 24 * hour;

/** Nothing was measured: the watcher had no way out. */
export const gap = { from: addSeconds(at, -9 * day), to: addSeconds(at, -8.5 * day) };
/** The web service was down. */
export const outage = { from: addSeconds(at, -4 * day), to: addSeconds(at, -4 * day + 5 * hour) };
export const pastMaintenance = { from: addSeconds(at, -2 * day), to: addSeconds(at, -2 * day + 6 * hour) };
/** Measurements began. */
const begin = addSeconds(at, -395 * day);

/** The same number for the same place, between 0 and 1. */
function noise(place: number, seed: number): number {
  let state = (Math.floor(place) * 0x9e3779b1 + seed * 0x85ebca6b) | 0;
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
  state = Math.imul(state ^ (state >>> 12), 0x297a2d39);
  return ((state ^ (state >>> 15)) >>> 0) / 2 ** 32;
}

interface Course {
  readonly base: number;
  /** How much more there is at noon than at night. */
  readonly daily: number;
  readonly noise: number;
  readonly perDay?: number;
  readonly most?: number;
  /** Falls out while the service is down. */
  readonly isOut?: boolean;
  /** Rises while it is down. */
  readonly atOutage?: number;
}

/** What is measured at a time: days look like days, and a disk fills. */
function measured(course: Course, seconds: number, seed: number): number {
  const wave = 0.5 - 0.5 * Math.cos((2 * Math.PI * (seconds % day)) / day);
  const spike = course.daily > 0 && noise(seconds / 300, seed + 77) > 0.994 ? 2.2 : 1;
  const grown = ((course.perDay ?? 0) * (seconds - Date.parse(at) / 1000)) / day;
  const value =
    (course.base + course.daily * wave + course.noise * noise(seconds / 300, seed)) * spike + grown;
  return Math.max(0, Math.min(course.most ?? Number.POSITIVE_INFINITY, value));
}

interface Sampled {
  readonly id: string;
  readonly check: string;
  readonly minutes: number;
  readonly values: Readonly<Record<string, Course>>;
  readonly bounds?: MonitorView['bounds'];
}

const percentBounds: MonitorView['bounds'] = [
  { value: 'usedPercent', level: 'warning', from: 80 },
  { value: 'usedPercent', level: 'critical', from: 90 },
];
const disks = ['/', '/home', '/srv', '/var', '/var/lib/mysql', '/backup'];

export const sampledMonitors: readonly Sampled[] = [
  { id: 'host', check: 'host', minutes: 3, values: { responseMs: { base: 1.5, daily: 1, noise: 2 } } },
  { id: 'ssh', check: 'ssh', minutes: 3, values: { responseMs: { base: 14, daily: 8, noise: 9 } } },
  {
    id: 'https',
    check: 'http',
    minutes: 3,
    values: {
      responseMs: { base: 92, daily: 70, noise: 40, isOut: true },
      connectMs: { base: 9, daily: 3, noise: 4, isOut: true },
      tlsMs: { base: 22, daily: 6, noise: 8, isOut: true },
      firstByteMs: { base: 61, daily: 50, noise: 30, isOut: true },
    },
    bounds: [
      { value: 'responseMs', level: 'warning', from: 250 },
      { value: 'responseMs', level: 'critical', from: 5000 },
    ],
  },
  {
    id: 'mail-submission',
    check: 'smtp',
    minutes: 3,
    values: { responseMs: { base: 40, daily: 14, noise: 25 } },
  },
  {
    id: 'cpu',
    check: 'cpu',
    minutes: 5,
    values: {
      usedPercent: { base: 9, daily: 34, noise: 12, most: 100, atOutage: 40 },
      userPercent: { base: 5, daily: 25, noise: 8, most: 100 },
      systemPercent: { base: 2, daily: 6, noise: 3, most: 100 },
      waitPercent: { base: 1, daily: 2, noise: 4, most: 100 },
      stealPercent: { base: 0, daily: 0.3, noise: 0.6, most: 100 },
    },
    bounds: percentBounds.slice(1),
  },
  {
    id: 'load',
    check: 'load',
    minutes: 5,
    values: {
      loadPerCore: { base: 0.1, daily: 0.5, noise: 0.2 },
      load1: { base: 0.5, daily: 2, noise: 1.6 },
      load5: { base: 0.5, daily: 2, noise: 0.8 },
      load15: { base: 0.5, daily: 2, noise: 0.4 },
      cores: { base: 4, daily: 0, noise: 0 },
    },
    bounds: [{ value: 'loadPerCore', level: 'critical', from: 2 }],
  },
  {
    id: 'memory',
    check: 'memory',
    minutes: 5,
    values: {
      usedPercent: { base: 52, daily: 9, noise: 3, most: 100 },
      swapUsedPercent: { base: 4, daily: 1, noise: 0.5, most: 100 },
      availableBytes: { base: 6.2e9, daily: -1e9, noise: 3e8 },
      totalBytes: { base: 16_777_216_000, daily: 0, noise: 0 },
    },
    bounds: percentBounds.slice(1),
  },
  {
    id: 'disk',
    check: 'disk',
    minutes: 5,
    values: Object.fromEntries(
      disks.map((name, i) => [
        `usedPercent:${name}`,
        { base: 22 + i * 13, daily: 0, noise: 0.6, perDay: 0.05 * i, most: 100 },
      ]),
    ),
    bounds: percentBounds,
  },
  {
    id: 'traffic',
    check: 'traffic',
    minutes: 5,
    values: {
      'inBitsPerSecond:eth0': { base: 2.1e6, daily: 2.4e7, noise: 6e6, isOut: true },
      'outBitsPerSecond:eth0': { base: 5.2e6, daily: 6.8e7, noise: 1.4e7, isOut: true },
      'inBitsPerSecond:eth1': { base: 4e5, daily: 1e6, noise: 2e6 },
      'outBitsPerSecond:eth1': { base: 3e5, daily: 8e5, noise: 1.6e6 },
    },
    bounds: [{ value: 'outBitsPerSecond', level: 'warning', from: 1e8 }],
  },
  {
    id: 'backup-age',
    check: 'file-age',
    minutes: 5,
    values: { ageMinutes: { base: 120, daily: 900, noise: 5 } },
    bounds: [{ value: 'ageMinutes', level: 'critical', from: 1560 }],
  },
  {
    id: 'certificate',
    check: 'tls',
    minutes: 1440,
    values: { daysLeft: { base: 62, daily: 0, noise: 0, perDay: -1 } },
    bounds: [
      { value: 'daysLeft', level: 'warning', to: 30 },
      { value: 'daysLeft', level: 'critical', to: 7 },
    ],
  },
];

const isIn = (seconds: number, { from, to }: { from: Instant; to: Instant }): boolean =>
  seconds >= Date.parse(from) / 1000 && seconds < Date.parse(to) / 1000;

/** What `servers/{server}/series` answers, for any range: the same times have the same values. */
export function seriesOf(
  server: string,
  from: Instant,
  to: Instant,
  points: number,
  wanted: readonly string[] = [],
): SeriesView {
  const monitors = sampledMonitors.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  return {
    server,
    from,
    to,
    monitors: monitors.map((monitor, place) => monitorSeriesOf(monitor, place, from, to, points)),
    incidents: [
      {
        id: `acme.${server}-7`,
        severity: 'critical' as const,
        from: openIncidents[0]?.failingSince ?? at,
        monitors: ['https', 'mail-submission'],
      },
      { id: `acme.${server}-6`, severity: 'critical' as const, ...outage, monitors: ['https', 'traffic'] },
    ].filter((one) => one.from < to && ((one as { to?: Instant }).to ?? at) > from),
    maintenance: [
      {
        id: 'm4intenance0',
        from: pastMaintenance.from,
        until: pastMaintenance.to,
        reason: 'OSの月例更新と再起動',
        scope: 'account' as const,
      },
    ].filter((one) => one.from < to && one.until > from),
  };
}

function monitorSeriesOf(
  { id, check, minutes, values, bounds = [] }: Sampled,
  seed: number,
  from: Instant,
  to: Instant,
  points: number,
): SeriesView['monitors'][number] {
  const length = bucketSeconds(from, to, points, minutes * 60);
  const first = Math.floor(Date.parse(from) / 1000 / length) * length;
  const count = Math.ceil((Date.parse(to) / 1000 - first) / length);
  const starts = Array.from({ length: count }, (_, i) => first + i * length);
  const isThere = (seconds: number) =>
    seconds <= Date.parse(at) / 1000 && seconds >= Date.parse(begin) / 1000 && !isIn(seconds, gap);
  const series = Object.entries(values).map(([name, course], place) => {
    const min: (number | null)[] = [];
    const avg: (number | null)[] = [];
    const max: (number | null)[] = [];
    for (const start of starts) {
      // A dozen of a bucket's measurements stand for all of it.
      const step = Math.max(minutes * 60, length / 12);
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      let sum = 0;
      let seen = 0;
      for (let seconds = start; seconds < start + length; seconds += step) {
        if (!isThere(seconds) || (course.isOut === true && isIn(seconds, outage))) continue;
        const more = isIn(seconds, outage) ? (course.atOutage ?? 0) : 0;
        const value = Math.min(
          course.most ?? Number.POSITIVE_INFINITY,
          measured(course, seconds, seed * 31 + place) + more,
        );
        low = Math.min(low, value);
        high = Math.max(high, value);
        sum += value;
        seen += 1;
      }
      min.push(seen === 0 ? null : low);
      avg.push(seen === 0 ? null : sum / seen);
      max.push(seen === 0 ? null : high);
    }
    const known = avg.filter((value) => value !== null).sort((a, b) => a - b);
    const summary =
      known.length === 0
        ? undefined
        : {
            min: Math.min(...min.filter((value) => value !== null)),
            avg: known.reduce((sum, value) => sum + value, 0) / known.length,
            max: Math.max(...max.filter((value) => value !== null)),
            p95: known[Math.floor(known.length * 0.95)] ?? 0,
          };
    return { name, min, avg, max, ...(summary && { summary }) };
  });
  const worst = starts.map((start): Severity | null => {
    if (!isThere(start)) return null;
    if (
      check === 'http' &&
      (isIn(start, outage) || secondsBetween(new Date(start * 1000).toISOString(), at) < 840)
    )
      return 'critical';
    if (check === 'disk') return start > Date.parse(at) / 1000 - 2 * day ? 'warning' : 'ok';
    return noise(start / length, seed + 500) > 0.997 ? 'unknown' : 'ok';
  });
  return {
    monitor: id,
    check,
    from: new Date(first * 1000).toISOString(),
    bucketSeconds: length,
    worst,
    values: series,
    percentileOf: length >= hour ? 'hours' : 'measurements',
    bounds: [...bounds],
  };
}

const targets: Readonly<Record<string, string>> = {
  host: '203.0.113.1',
  ssh: '203.0.113.1:22',
  http: 'https://www.acme.example/health',
  smtp: '203.0.113.1:587, STARTTLS',
  cpu: 'SNMP 203.0.113.1:161',
  load: 'SNMP 203.0.113.1:161',
  memory: 'SNMP 203.0.113.1:161',
  disk: disks.join(', '),
  traffic: 'eth0, eth1',
  'file-age': '/backup/mysql/latest.sql.gz',
  tls: 'www.acme.example:443',
};

function monitorOf(sampled: Sampled, place: number): MonitorView {
  const { id, check, minutes, values, bounds = [] } = sampled;
  const isDown = check === 'http';
  const isFull = check === 'disk';
  const isPaused = check === 'smtp';
  const seconds = Date.parse(at) / 1000 - 60;
  const latest = Object.entries(values).map(
    ([name, course], i) => [name, measured(course, seconds, place * 31 + i)] as const,
  );
  return {
    id,
    check,
    class: minutes === 3 ? 'liveness' : minutes === 5 ? 'resource' : 'daily',
    standing: isDown ? 'critical' : isFull ? 'warning' : isPaused ? 'paused' : 'ok',
    severity: isDown ? 'critical' : isFull ? 'warning' : 'ok',
    ...((isDown || isFull) && { since: addSeconds(at, isDown ? -840 : -2 * day) }),
    ...(isDown && {
      summary: {
        ja: 'https://www.acme.example/health に接続できませんでした(ECONNREFUSED)',
        en: 'https://www.acme.example/health could not be reached (ECONNREFUSED)',
      },
    }),
    ...(isFull && {
      summary: {
        ja: '/backup の使用率 87.5 %(警告は 80 % 以上)',
        en: '/backup is 87.5 % full, warning from 80 %',
      },
    }),
    priority: place + 1,
    intervalMinutes: minutes,
    ...(check === 'http' && { service: 'nginx' }),
    target: targets[check] ?? '',
    bounds: [...bounds],
    ...(isPaused && {
      pause: {
        by: 'operator' as const,
        since: addSeconds(at, -3 * hour),
        until: addSeconds(at, 9 * hour),
        reason: 'ホスティング会社の作業中のため',
        who: '佐藤 健',
      },
    }),
    latest: {
      at: addSeconds(at, -40 - place),
      severity: isDown ? 'critical' : isFull ? 'warning' : 'ok',
      values: isDown ? {} : Object.fromEntries(latest),
    },
  };
}

/** What `servers/{server}` answers. */
export function serverViewOf(summary: ServerSummary): ServerView {
  const { monitors: _count, troubled: _troubled, ...rest } = summary;
  const isWell = summary.standing === 'ok';
  const monitors = sampledMonitors.map(monitorOf);
  return {
    ...rest,
    monitors: [
      ...(isWell
        ? monitors.map(({ pause: _pause, since: _since, summary: _summary, ...one }) => ({
            ...one,
            standing: 'ok' as const,
            severity: 'ok' as const,
          }))
        : monitors),
      {
        id: 'nightly-job',
        check: 'heartbeat',
        class: 'liveness',
        standing: 'ok',
        severity: 'ok',
        priority: 8,
        intervalMinutes: 3,
        target: '24 h + 30 min',
        bounds: [],
        heartbeatUrl: `https://portal.example/heartbeat/acme.${summary.id}.nightly-job/4p7q2m9s1x8v`,
      },
    ],
    incidents: isWell ? [] : [...openIncidents.slice(0, 1), ...closedIncidents],
    maintenance: isWell ? [] : [...occurrences],
    access: isWell
      ? { at: addSeconds(at, -5 * hour), isWell: true, findings: [] }
      : {
          at: addSeconds(at, -5 * hour),
          isWell: false,
          findings: [
            {
              what: {
                ja: 'sudo で systemctl restart nginx を実行できません',
                en: 'sudo does not let us run systemctl restart nginx',
              },
              mend: {
                ja: '/etc/sudoers.d/mimamori に手順書の行を加えてください',
                en: 'add the line of the guide to /etc/sudoers.d/mimamori',
              },
            },
          ],
        },
  };
}

/** Answers for the pages of a server: itself, its series, its pauses. */
export function serverSample(fleet: readonly ServerSummary[]): Sample {
  return ({ method, path, query }) => {
    const [, id = '', rest = ''] = /^servers\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
    const summary = fleet.find((one) => one.id === decodeURIComponent(id));
    if (summary === undefined) return undefined;
    if (method === 'GET' && rest === '') return { body: serverViewOf(summary) };
    if (rest.startsWith('series')) {
      const [from, to] = [query.get('from'), query.get('to')].map((time) =>
        new Date(Date.parse(time ?? at)).toISOString(),
      );
      const points = Number(query.get('points') ?? 400);
      const body = seriesOf(summary.id, from ?? at, to ?? at, points, query.getAll('monitor'));
      return { body };
    }
    return rest.endsWith('/pause') ? {} : undefined;
  };
}
