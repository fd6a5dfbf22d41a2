import { describe, expect, it } from 'vitest';
import { allValues, glance } from '../../../core/graph/measured-values.ts';

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
