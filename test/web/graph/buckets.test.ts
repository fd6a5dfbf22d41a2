import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketAt, extentOf, rowsOf, runsOf, troubledSpans } from '../../../web/graph/buckets.ts';

const series = (avg: (number | null)[], bucketMs = 10) => ({
  fromMs: 1000,
  bucketMs,
  avg,
  min: avg.map((value) => (value === null ? null : value - 1)),
  max: avg.map((value) => (value === null ? null : value + 1)),
});

describe('runs of a picture', () => {
  it('given a gap, when there is a pixel or more for each bucket, then what is measured is parted there', () => {
    const runs = runsOf(series([1, 2, null, 4]), { fromMs: 1000, toMs: 1040 }, 40);
    expect(runs).toEqual([
      { left: 0, right: 20, x: [5, 15], min: [0, 1], avg: [1, 2], max: [2, 3] },
      { left: 30, right: 40, x: [35], min: [3], avg: [4], max: [5] },
    ]);
  });

  it('given more buckets than pixels, when they are put together, then peaks stay and the average is theirs', () => {
    const [run] = runsOf(series([1, 2, 30, 3]), { fromMs: 1000, toMs: 1040 }, 2);
    expect(run).toEqual({ left: 0, right: 2, x: [0.5, 1.5], min: [0, 2], avg: [1.5, 16.5], max: [3, 31] });
  });

  it('given a gap that is less than a pixel, when columns are put together, then they are not joined', () => {
    const runs = runsOf(series([1, 2, null, 3, 4, 5]), { fromMs: 1000, toMs: 1060 }, 3);
    expect(runs.map(({ x }) => x.length)).toEqual([1, 2]);
  });

  it('given a range within, then one column at each side goes on beyond the edge', () => {
    const runs = runsOf(series([1, 2, 3, 4, 5, 6]), { fromMs: 1020, toMs: 1040 }, 20);
    expect(runs[0]?.avg).toEqual([2, 3, 4, 5]);
    expect(runs[0]?.left).toBe(-10);
  });

  it('given any series, when drawn at any width, then no column is wider than asked for and no peak is lost', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: -50, max: 50 }), { nil: null, freq: 6 }), {
          minLength: 1,
          maxLength: 300,
        }),
        fc.integer({ min: 1, max: 400 }),
        (avg, width) => {
          const one = series(avg);
          const range = { fromMs: 1000, toMs: 1000 + avg.length * 10 };
          const runs = runsOf(one, range, width);
          const extent = extentOf(one, range);
          if (extent === undefined) {
            expect(runs).toEqual([]);
            return;
          }
          expect(Math.max(...runs.flatMap(({ max }) => max))).toBe(extent.max);
          expect(Math.min(...runs.flatMap(({ min }) => min))).toBe(extent.min);
          const gaps = avg.filter((value, i) => value === null && avg[i - 1] !== null).length;
          expect(runs.length).toBeLessThanOrEqual(gaps + 1);
          for (const { x } of runs)
            for (let i = 1; i < x.length; i++) expect(x[i]).toBeGreaterThan(x[i - 1] ?? 0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('cursor and times of trouble', () => {
  it('given a moment, when asked for its bucket, then begin is in it and end is not', () => {
    const one = series([1, 2, 3]);
    expect([999, 1000, 1009, 1010, 1029, 1030].map((atMs) => bucketAt(one, atMs))).toEqual([
      -1, 0, 0, 1, 2, -1,
    ]);
  });

  it('given buckets of one severity, when they follow each other, then they are one time', () => {
    expect(troubledSpans(['ok', 'critical', 'critical', null, 'critical', 'warning'], 0, 10)).toEqual([
      { severity: 'critical', fromMs: 10, toMs: 30 },
      { severity: 'critical', fromMs: 40, toMs: 50 },
      { severity: 'warning', fromMs: 50, toMs: 60 },
    ]);
  });
});

describe('rows of the table', () => {
  it('given more buckets than rows, when they are put together, then peaks stay and gaps are empty', () => {
    const rows = rowsOf([series([1, 3, null, null, 5, 7])], { fromMs: 1000, toMs: 1060 }, 3);
    expect(rows).toEqual([
      { fromMs: 1000, toMs: 1020, cells: [{ min: 0, avg: 2, max: 4 }] },
      { fromMs: 1020, toMs: 1040, cells: [undefined] },
      { fromMs: 1040, toMs: 1060, cells: [{ min: 4, avg: 6, max: 8 }] },
    ]);
  });

  it('given two intervals, when put side by side, then a row is as long as the longer', () => {
    const rows = rowsOf([series([1, 2, 3, 4], 10), series([10, 20], 20)], { fromMs: 1000, toMs: 1040 }, 100);
    expect(rows.map(({ cells }) => cells.map((cell) => cell?.avg))).toEqual([
      [1.5, 10],
      [3.5, 20],
    ]);
  });
});
