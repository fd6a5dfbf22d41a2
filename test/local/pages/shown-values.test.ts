import { describe, expect, it } from 'vitest';
import { allValues, glance } from '../../../core/graph/measured-values.ts';
import { type MonitorState, neverFailed } from '../../../core/monitor.ts';
import { serverPart } from '../../../local/pages/server-page.ts';
import { shownState } from '../../../local/pages/state-mark.ts';
import { words } from '../../../local/pages/words.ts';
import { monitorNamed, serverNamed } from '../../platform/store/sample-inventory.ts';

describe('the figures of a measurement', () => {
  const cases = [
    { given: 'a response time', values: { responseMs: 12.345 }, seen: ['12 ms'] },
    { given: 'a quick response', values: { responseMs: 1.26 }, seen: ['1.3 ms'] },
    { given: 'disks', values: { 'usedPercent:/': 40, 'usedPercent:/var': 91.26 }, seen: ['91.3 %'] },
    {
      given: 'traffic',
      values: { 'inBitsPerSecond:eth0': 1_440_000, 'outBitsPerSecond:eth0': 999 },
      seen: ['↓ 1.4 Mbit/s', '↑ 999 bit/s'],
    },
    { given: 'memory', values: { usedPercent: 45.25, usedBytes: 1024 }, seen: ['45.3 %'] },
    { given: 'load', values: { loadPerCore: 0.274, cores: 2 }, seen: ['0.27'] },
    { given: 'a count that took a while', values: { responseMs: 5, processes: 3 }, seen: ['3'] },
    { given: 'a young file', values: { ageMinutes: 90.4 }, seen: ['90 min'] },
    { given: 'an old file', values: { ageMinutes: 3_010 }, seen: ['50.2 h'] },
    { given: 'nothing known', values: { somethingElse: 1 }, seen: [] },
    { given: 'nothing', values: {}, seen: [] },
  ];
  for (const { given, values, seen } of cases) {
    it(`given ${given}, when it is glanced at, then ${seen.join(' ') || 'nothing'} is seen`, () => {
      expect(glance(values)).toEqual(seen);
    });
  }

  it('given every unit, when all values are shown, then each has its own', () => {
    expect(allValues({ usedBytes: 1536, upSeconds: 90.4, cores: 4, ratio: 0.5, 'x:y': 1e15 })).toEqual([
      ['usedBytes', '1.5 KiB'],
      ['upSeconds', '90 s'],
      ['cores', '4'],
      ['ratio', '0.50'],
      ['x:y', '1000000000000000'],
    ]);
  });

  it('given hundreds of values, when all are shown, then the list is cut', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, number) => [`v${number}`, number]));
    expect(allValues(many)).toHaveLength(60);
  });
});

describe('the state that is shown', () => {
  const alerted: MonitorState = {
    phase: 'alerted',
    episode: 1,
    severity: 'critical',
    since: '2026-11-21T03:00:00.000Z',
  };
  const latest = {
    account: 'a',
    server: 's',
    monitor: 'm',
    check: 'tcp',
    at: '',
    severity: 'ok',
    values: {},
  } as const;
  const cases = [
    { given: 'a monitor that was never checked', state: neverFailed, then: 'pending' },
    { given: 'one that was checked and never failed', state: neverFailed, latest, then: 'ok' },
    { given: 'one that recovered', state: { ...alerted, phase: 'well', severity: 'ok' }, then: 'ok' },
    {
      given: 'one that is being confirmed',
      state: { ...alerted, phase: 'confirming' },
      latest,
      then: 'confirming',
    },
    { given: 'an alert', state: alerted, latest, then: 'critical' },
    { given: 'a warning', state: { ...alerted, severity: 'warning' }, latest, then: 'warning' },
    {
      given: 'one that cannot be checked',
      state: { ...neverFailed, unknownSince: '2026-11-21T03:00:00.000Z' },
      latest,
      then: 'unknown',
    },
    {
      given: 'an alert that cannot be checked now',
      state: { ...alerted, unknownSince: '2026-11-21T03:00:00.000Z' },
      then: 'critical',
    },
  ] as const;
  for (const { given, state, then, ...rest } of cases) {
    it(`given ${given}, when it is shown, then it is ${then}`, () => {
      expect(shownState({ state, ...rest })).toBe(then);
    });
  }
});

describe('a paused monitor', () => {
  const since = '2026-11-21T03:00:00.000Z';
  const cases = [
    {
      given: 'an end',
      pause: { by: 'operator', since, until: '2026-11-22T01:30:00.000Z', reason: '<b>工事</b>' },
      en: 'Paused until Sun 2026-11-22 10:30:00 Japan Standard Time: &lt;b&gt;工事&lt;/b&gt;',
      ja: '通知と対応を停止中（2026-11-22(日) 10:30:00 日本標準時 まで）: &lt;b&gt;工事&lt;/b&gt;',
    },
    {
      given: 'no end',
      pause: { by: 'operator', since, reason: 'until the move' },
      en: 'Paused: until the move',
      ja: '通知と対応を停止中: until the move',
    },
    {
      given: 'the recovery as its end',
      pause: { by: 'escalation', since, reason: 'nobody answered' },
      en: 'Paused until it is well again: nobody answered',
      ja: '通知と対応を停止中（復旧すると自動的に再開）: nobody answered',
    },
  ] as const;
  for (const { given, pause, ...lines } of cases) {
    it(`given ${given}, when its server is shown, then that and the reason are there`, () => {
      for (const language of ['en', 'ja'] as const) {
        const monitor = monitorNamed('https');
        const page = String(
          serverPart(
            {
              account: { id: 'acme', name: 'Acme', timeZone: 'Asia/Tokyo', contacts: [] },
              server: serverNamed(monitor.server),
              monitors: [{ monitor, state: { ...neverFailed, phase: 'alerted', pause } }],
            },
            [],
            {
              language,
              words: words[language],
              now: since,
              timeZone: 'Asia/Tokyo',
              speed: 1,
              version: '1',
              hasFleet: false,
              url: new URL('http://localhost/'),
            },
          ),
        );
        expect(page).toContain(lines[language]);
      }
    });
  }
});
