import { describe, expect, it } from 'vitest';
import { assignedRunbooks, compareFindings, isTurnOf } from '../../../core/access/access.ts';
import { addSeconds } from '../../../core/instant.ts';
import { monitorResponse } from '../../../core/monitor.ts';

const midnight = '2026-11-21T00:00:00.000Z';
const quarters = Array.from({ length: 96 }, (_, n) => addSeconds(midnight, n * 900));

describe('the turn of a server', () => {
  it('given any server, when a day goes by in quarters of an hour, then its turn comes once, and at the same time the next day', () => {
    for (let n = 0; n < 200; n += 1) {
      const ref = { account: 'acme', server: `web-${n}` };
      const turns = quarters.filter((at) => isTurnOf(ref, at));
      expect(turns).toHaveLength(1);
      const [turn = midnight] = turns;
      // A schedule may run at any minute of its quarter.
      for (const seconds of [0, 61, 899, 86_400]) expect(isTurnOf(ref, addSeconds(turn, seconds))).toBe(true);
    }
  });

  it('given ten thousand servers, when the day is divided, then no quarter has more than half as many again as its share', () => {
    const refs = Array.from({ length: 10_000 }, (_, n) => ({ account: `a-${n % 97}`, server: `web-${n}` }));
    const counts = quarters.map((at) => refs.filter((ref) => isTurnOf(ref, at)).length);
    expect(Math.max(...counts)).toBeLessThan((10_000 / 96) * 1.5);
  });
});

const finding = (key: string, en = key) => ({ key, text: { en, ja: en } });

describe('what is told of a verification', () => {
  const cases = [
    { given: 'nothing before', before: [], now: ['ssh'], appeared: ['ssh'], gone: [] },
    { given: 'the same again', before: ['ssh'], now: ['ssh'], appeared: [], gone: [] },
    { given: 'another one', before: ['ssh'], now: ['snmp'], appeared: ['snmp'], gone: ['ssh'] },
    {
      given: 'another fault of the log-in',
      before: ['ssh'],
      now: ['host-key'],
      appeared: ['host-key'],
      gone: [],
    },
    {
      given: 'a log-in that fails where a runbook would have',
      before: ['runbook/restart-web', 'snmp'],
      now: ['ssh'],
      appeared: ['ssh'],
      gone: ['snmp'],
      after: ['ssh', 'runbook/restart-web'],
    },
    { given: 'none any more', before: ['ssh', 'snmp'], now: [], appeared: [], gone: ['ssh', 'snmp'] },
  ];
  for (const { given, before, now, appeared, gone, after = now } of cases) {
    it(`given ${given}, then ${appeared.length} appeared and ${gone.length} are gone`, () => {
      const told = compareFindings(
        before.map((key) => finding(key, 'in other words')),
        now.map((key) => finding(key)),
      );
      expect(told.appeared.map(({ key }) => key)).toEqual(appeared);
      expect(told.gone.map(({ key }) => key)).toEqual(gone);
      expect(told.findings.map(({ key }) => key)).toEqual(after);
    });
  }
});

it('given monitors that would run the same, when their runbooks are collected, then each is there once with its values', () => {
  const web = monitorResponse.parse({ standard: 'restart-web' });
  const shop = monitorResponse.parse({
    custom: ['free-shop'],
    standard: 'restart-web',
    parameters: { unit: 'nginx' },
  });
  expect(assignedRunbooks([{ response: web }, {}, { response: web }, { response: shop }])).toEqual([
    { runbook: 'restart-web', parameters: {} },
    { runbook: 'free-shop', parameters: { unit: 'nginx' } },
    { runbook: 'restart-web', parameters: { unit: 'nginx' } },
  ]);
});
