import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../local/virtual-clock.ts';

const settled = async () => {};

describe('the virtual clock', () => {
  it('given alarms of several users, when time moves on, then they wake in the order of their instants', async () => {
    const clock = new VirtualClock(1_000);
    const woken: [string, number][] = [];
    for (const [name, atMs] of [
      ['third', 3_000],
      ['first', 1_500],
      ['too late', 9_000],
      ['overdue', 500],
      ['second', 1_500],
    ] as const) {
      clock.createAlarm().set(atMs, () => woken.push([name, clock.now()]));
    }
    await clock.advanceTo(5_000, settled);
    expect(woken).toEqual([
      ['overdue', 1_000],
      ['first', 1_500],
      ['second', 1_500],
      ['third', 3_000],
    ]);
    expect(clock.now()).toBe(5_000);
    expect(clock.nextDueMs()).toBe(9_000);
  });

  it('given an alarm that is set again or cleared, when time moves on, then only the last setting counts', async () => {
    const clock = new VirtualClock(0);
    const woken: string[] = [];
    const alarm = clock.createAlarm();
    alarm.set(10, () => woken.push('old'));
    alarm.set(20, () => woken.push('new'));
    const cleared = clock.createAlarm();
    cleared.set(15, () => woken.push('cleared'));
    cleared.clear();
    await clock.advanceTo(30, settled);
    expect(woken).toEqual(['new']);
  });

  it('given an alarm set while others settle, when it is due on the way, then it wakes too', async () => {
    const clock = new VirtualClock(0);
    const woken: number[] = [];
    const alarm = clock.createAlarm();
    const tick = () => {
      woken.push(clock.now());
    };
    await clock.advanceTo(35, async () => {
      if (woken.length < 3) alarm.set((woken.length + 1) * 10, tick);
    });
    expect(woken).toEqual([10, 20, 30]);
  });

  it('given any alarms, when time moves on, then the clock never goes back and no due alarm is left', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1_000)), fc.nat(1_000), async (instants, untilMs) => {
        const clock = new VirtualClock(0);
        const seen: number[] = [];
        for (const atMs of instants) clock.createAlarm().set(atMs, () => seen.push(clock.now()));
        await clock.advanceTo(untilMs, settled);
        expect(seen).toEqual(instants.filter((atMs) => atMs <= untilMs).sort((a, b) => a - b));
        expect(clock.nextDueMs() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(untilMs);
      }),
    );
  });

  it('given an instant in the past, when the clock is moved there, then it is refused', async () => {
    const back = new VirtualClock(10).advanceTo(9, settled);
    await expect(back).rejects.toThrow('cannot go back from 10 to 9; a clock only moves on');
  });
});
