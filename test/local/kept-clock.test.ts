import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { KeptClock } from '../../local/kept-clock.ts';
import { temporaryDirectory } from './assembly/write-assembly.ts';

const real = Date.parse('2026-01-01T00:00:00Z');

/** Runs a step at a fixed real time. */
function at<T>(secondsLater: number, step: () => T): T {
  vi.useFakeTimers({ now: real + secondsLater * 1000 });
  try {
    return step();
  } finally {
    vi.useRealTimers();
  }
}
const open = (file: string, speed: number) => new KeptClock({ file, speed });

describe('the clock of the runtime', () => {
  const cases = [
    { given: 'a first start', ranS: 0, firstSpeed: 1, downS: 0, speed: 30, thenS: 0 },
    {
      given: 'an hour at 30 times, when it starts again at once',
      ranS: 3600,
      firstSpeed: 30,
      downS: 0,
      speed: 1,
      thenS: 108_000,
    },
    {
      given: 'an hour at 30 times, when it starts again a day later',
      ranS: 3600,
      firstSpeed: 30,
      downS: 86_400,
      speed: 30,
      thenS: 108_000,
    },
    {
      given: 'an hour at 30 times, when it starts again two days later',
      ranS: 3600,
      firstSpeed: 30,
      downS: 172_800,
      speed: 1,
      thenS: 176_400,
    },
    {
      given: 'an hour at real time, when it starts again later',
      ranS: 3600,
      firstSpeed: 1,
      downS: 60,
      speed: 1,
      thenS: 3660,
    },
  ];
  for (const { given, ranS, firstSpeed, downS, speed, thenS } of cases) {
    it(`given ${given}, then it shows ${thenS} s`, () => {
      const file = join(temporaryDirectory(), 'clock.json');
      const first = at(0, () => open(file, firstSpeed));
      at(ranS, () => first.close());
      expect((at(ranS + downS, () => open(file, speed).now()) - real) / 1000).toBe(thenS);
    });
  }

  it('given a kill at any moment, when it starts again, then it never shows less than it has shown', () => {
    const file = join(temporaryDirectory(), 'clock.json');
    const clock = at(0, () => open(file, 30));
    for (let second = 0; second < 20; second += 0.7) {
      const shown = at(second, () => clock.now());
      expect(at(second, () => open(file, 30).now())).toBeGreaterThanOrEqual(shown);
    }
  });

  it('given a clock that is ahead of the real one, when an alarm is set, then it rings by the shown time', () => {
    const file = join(temporaryDirectory(), 'clock.json');
    writeFileSync(file, JSON.stringify({ notYetShown: '2026-01-01T01:00:00.000Z' }));
    vi.useFakeTimers({ now: real });
    try {
      const clock = open(file, 60);
      const rung: number[] = [];
      clock.createAlarm().set(real + 3_600_000 + 60_000, () => rung.push(clock.now()));
      vi.advanceTimersByTime(999);
      expect(rung).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(rung).toEqual([real + 3_660_000]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('given something real under way, when it ends, then the clock has kept the real pace and hurries again', () => {
    vi.useFakeTimers({ now: real });
    try {
      const clock = open(join(temporaryDirectory(), 'clock.json'), 30);
      const shownS = () => (clock.now() - real) / 1000;
      const rung: number[] = [];
      clock.createAlarm().set(real + 100_000, () => rung.push(shownS()));
      vi.advanceTimersByTime(1_000);
      const [endFirst, endSecond] = [clock.keepRealPace(), clock.keepRealPace()];
      vi.advanceTimersByTime(5_000);
      endFirst();
      endFirst();
      vi.advanceTimersByTime(5_000);
      expect(shownS()).toBe(40);
      endSecond();
      vi.advanceTimersByTime(1_999);
      expect([rung, shownS()]).toEqual([[], 99.97]);
      vi.advanceTimersByTime(1);
      expect(rung).toEqual([100]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('given a file that holds no instant, when it starts, then the message says the mend', () => {
    const file = join(temporaryDirectory(), 'clock.json');
    writeFileSync(file, '{}');
    expect(() => open(file, 1)).toThrow(
      `${file} holds no instant; delete it, the clock then begins at the real now`,
    );
    expect(existsSync(file) && readFileSync(file, 'utf8')).toBe('{}');
  });
});
