import type { MaintenanceView, OccurrenceView } from '../../core/api/maintenances.ts';
import { addSeconds, type Instant, secondsBetween } from '../../core/instant.ts';
import type { Maintenance, MaintenanceRequest } from '../../core/maintenance/maintenance.ts';
import { currentOccurrence, nextOccurrence, occurrencesOf } from '../../core/maintenance/occurrences.ts';
import { at } from './fixtures.ts';
import { pageOf, type Reply, type Sample } from './portal-server.ts';

const day = 86_400;

type Traits = Omit<Maintenance, 'account' | 'createdAt' | 'createdBy' | 'version'>;

const announced = (traits: Traits, createdBy = '山田 花子'): Maintenance => ({
  account: 'acme',
  createdAt: addSeconds(at, -3 * day),
  createdBy,
  version: 3,
  ...traits,
});

/** One that holds, some that come, some that recur, one that was called off. */
const samples: readonly Maintenance[] = [
  announced({
    id: 'm4intenance1',
    from: addSeconds(at, -42 * 60),
    until: addSeconds(at, 78 * 60),
    reason: 'OSの月例更新と再起動',
    scope: [{ server: 'web-2' }, { server: 'db-2', monitors: ['https', 'disk'] }],
  }),
  announced({
    id: 'm4intenance2',
    from: addSeconds(at, 2 * day - 12 * 60),
    until: addSeconds(at, 2 * day + 108 * 60),
    reason: 'データセンターの電源点検',
    scope: 'account',
  }),
  announced({
    id: 'm4intenance3',
    from: '2026-11-07T17:00:00.000Z',
    until: '2026-11-07T19:00:00.000Z',
    recurrence: { rule: 'FREQ=WEEKLY;BYDAY=SU', timeZone: 'Asia/Tokyo' },
    reason: 'バックアップの検証',
    scope: [{ server: 'db-1' }],
  }),
  announced(
    {
      id: 'm4intenance4',
      from: '2026-11-25T13:00:00.000Z',
      until: '2026-11-28T21:00:00.000Z',
      reason: 'Storage migration of the order database',
      scope: [{ server: 'db-1' }, { server: 'db-3' }],
    },
    'John Smith',
  ),
  announced(
    {
      id: 'm4intenance5',
      from: '2026-12-08T16:00:00.000Z',
      until: '2026-12-08T18:00:00.000Z',
      recurrence: { rule: 'FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2;COUNT=12', timeZone: 'Europe/Berlin' },
      reason: 'Patch Tuesday',
      scope: [{ server: 'app-1' }, { server: 'app-2' }],
    },
    'John Smith',
  ),
  announced({
    id: 'm4intenance6',
    from: '2026-11-18T05:00:00.000Z',
    until: '2026-11-18T09:00:00.000Z',
    endedAt: '2026-11-18T06:30:00.000Z',
    endedBy: '鈴木 一郎',
    reason: '証明書の更新',
    scope: [{ server: 'web-1' }],
  }),
  ...[0, 1, 2, 3].map((place) =>
    announced({
      id: `batchwindow${place}`,
      from: addSeconds('2026-11-26T15:00:00.000Z', place * 3600),
      until: addSeconds('2026-11-26T15:30:00.000Z', place * 3600),
      reason: `夜間バッチの入れ替え ${place + 1}`,
      scope: [{ server: `batch-${place + 1}` }],
    }),
  ),
];

const viewOf = (one: Maintenance): MaintenanceView => {
  const current = currentOccurrence(one, at);
  const next = nextOccurrence(one, at);
  return { ...one, ...(current !== undefined && { current }), ...(next !== undefined && { next }) };
};

const isOver = ({ current, next }: MaintenanceView): boolean => current === undefined && next === undefined;

/** Answers what the pages about maintenance ask for; what is announced, changed and ended stays so. */
export function maintenanceSample(): Sample {
  const all = new Map(samples.map((one) => [one.id, one]));
  let made = 0;
  const unfinished = () =>
    [...all.values()]
      .map(viewOf)
      .filter((one) => !isOver(one))
      .sort((one, other) => begin(one).localeCompare(begin(other)));
  const announce = (body: unknown): Reply => {
    const request = body as MaintenanceRequest;
    made += 1;
    const one = { ...announced({ ...request, id: `announced${String(made).padStart(3, '0')}` }), version: 1 };
    all.set(one.id, one);
    return { status: 201, body: viewOf(one) };
  };
  return ({ path, query, method, body }) => {
    if (path === 'maintenances')
      return method === 'POST' ? announce(body) : { body: pageOf(unfinished(), query) };
    if (path === 'maintenances/occurrences') {
      const [from = '', to = ''] = [query.get('from') ?? '', query.get('to') ?? ''];
      return { body: { items: occurrencesIn([...all.values()], from, to), isCut: false } };
    }
    const one = all.get(/^maintenances\/([^/]+)$/.exec(path)?.[1] ?? '');
    if (one === undefined) return undefined;
    if (method === 'GET') return { body: viewOf(one) };
    const changed =
      method === 'DELETE'
        ? { ...one, endedAt: at, endedBy: '山田 花子', version: one.version + 1 }
        : { ...one, ...(body as MaintenanceRequest), version: one.version + 1 };
    all.set(one.id, changed);
    return { body: viewOf(changed) };
  };
}

const begin = ({ current, next }: MaintenanceView): Instant => (current ?? next)?.from ?? '';

function occurrencesIn(all: readonly Maintenance[], from: Instant, to: Instant): OccurrenceView[] {
  if (secondsBetween(from, to) <= 0) throw new Error(`${from} is not before ${to}`);
  return all
    .flatMap((one) =>
      occurrencesOf(one, from, to, 1000).map((period) => ({
        ...period,
        id: one.id,
        reason: one.reason,
        scope: one.scope,
      })),
    )
    .sort((one, other) => one.from.localeCompare(other.from));
}
