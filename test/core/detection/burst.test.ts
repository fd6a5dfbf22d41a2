import { describe, expect, it } from 'vitest';
import { isBurst } from '../../../core/detection/burst.ts';

const cases = [
  { given: 'four of a hundred servers', failing: 4, checked: 100, burst: false },
  { given: 'five of twenty-five servers', failing: 5, checked: 25, burst: true },
  { given: 'five of a hundred servers', failing: 5, checked: 100, burst: false },
  { given: 'a fifth of a hundred servers', failing: 20, checked: 100, burst: true },
  { given: 'two of three servers', failing: 2, checked: 3, burst: false },
  { given: 'all three servers', failing: 3, checked: 3, burst: true },
  { given: 'the only server', failing: 1, checked: 1, burst: true },
] as const;

describe('when our own way out is doubted', () => {
  for (const { given, failing, checked, burst } of cases) {
    it(`given ${given}, when they fail at once, then it ${burst ? 'is' : 'is not'} doubted`, () =>
      expect(isBurst(failing, checked)).toBe(burst));
  }
});
