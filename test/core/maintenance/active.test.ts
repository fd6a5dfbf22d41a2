import { describe, expect, it } from 'vitest';
import { activeAt, activeUntil } from '../../../core/maintenance/active.ts';
import type { Maintenance } from '../../../core/maintenance/maintenance.ts';

const of = (id: string, more: Partial<Maintenance> = {}): Maintenance => ({
  id: id.repeat(12),
  account: 'acme',
  scope: 'account',
  from: '2026-11-21T10:00:00.000Z',
  until: '2026-11-21T11:00:00.000Z',
  reason: 'disk swap',
  createdAt: '2026-11-20T10:00:00.000Z',
  createdBy: 'Tanaka',
  version: 1,
  ...more,
});
const http = { server: 'web-1', monitor: 'http' };

const rows: readonly { given: string; all: readonly Maintenance[]; at: string; active?: string }[] = [
  { given: 'the instant before the begin', all: [of('a')], at: '2026-11-21T09:59:59.999Z' },
  { given: 'the begin', all: [of('a')], at: '2026-11-21T10:00:00.000Z', active: 'a' },
  { given: 'the last instant', all: [of('a')], at: '2026-11-21T10:59:59.999Z', active: 'a' },
  { given: 'the end', all: [of('a')], at: '2026-11-21T11:00:00.000Z' },
  {
    given: 'its server',
    all: [of('a', { scope: [{ server: 'web-1' }] })],
    at: '2026-11-21T10:30:00.000Z',
    active: 'a',
  },
  {
    given: 'its monitor',
    all: [of('a', { scope: [{ server: 'web-1', monitors: ['ssh', 'http'] }] })],
    at: '2026-11-21T10:30:00.000Z',
    active: 'a',
  },
  {
    given: 'another monitor of its server',
    all: [of('a', { scope: [{ server: 'web-1', monitors: ['ssh'] }] })],
    at: '2026-11-21T10:30:00.000Z',
  },
  {
    given: 'a server of another name',
    all: [of('a', { scope: [{ server: 'web-10' }] })],
    at: '2026-11-21T10:30:00.000Z',
  },
  {
    given: 'two that hold, of which one ends later',
    all: [of('a'), of('b', { until: '2026-11-21T12:00:00.000Z' }), of('c')],
    at: '2026-11-21T10:30:00.000Z',
    active: 'b',
  },
  {
    given: 'one that was ended, and one that holds',
    all: [of('a', { until: '2026-11-21T12:00:00.000Z', endedAt: '2026-11-21T10:20:00.000Z' }), of('b')],
    at: '2026-11-21T10:30:00.000Z',
    active: 'b',
  },
];

describe('what a monitor is in', () => {
  for (const { given, all, at, active } of rows) {
    it(`given ${given}, when it is asked, then it is ${active ?? 'none'}`, () =>
      expect(activeAt(all, http, at)?.id[0]).toBe(active));
  }

  it('given many instants one after the other, when the same is asked again, then the answer is the same', () => {
    const one = of('a');
    const instants = Array.from({ length: 200 }, (_, index) =>
      new Date(Date.parse('2026-11-21T09:00:00.000Z') + index * 60_000).toISOString(),
    );
    const ask = () => instants.map((at) => activeUntil([one], http, at)?.until);
    const first = ask();
    expect(ask()).toEqual(first);
    expect(first.filter((until) => until !== undefined)).toHaveLength(60);
  });
});
