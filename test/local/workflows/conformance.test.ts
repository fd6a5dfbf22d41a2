import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeCase } from './conformance/judge-case.ts';
import { difference } from './conformance/likeness.ts';
import { playCase } from './conformance/play-case.ts';
import { defaultFile, type RecordedCase, readCases } from './conformance/recorded-case.ts';

/*
 * Recorded executions of the real service. They lie outside the repository, so a checkout without them runs the other
 * tests only, and says so.
 */
const recordings = existsSync(defaultFile) ? readCases(defaultFile) : [];
if (recordings.length === 0) {
  console.info(`No recordings at ${defaultFile}: the conformance tests are left out.`);
}

describe('executions recorded from the real service', () => {
  for (const recorded of recordings.filter(({ inputIncomplete }) => inputIncomplete !== true)) {
    it(`given ${recorded.id}, when it is played here, then it ends and is told alike`, async () => {
      const { id, category, skipped, ...judged } = judgeCase(recorded, await playCase(recorded));
      expect(Object.keys(judged).length).toBeGreaterThan(0);
      const misses = Object.entries(judged).filter(([, { miss }]) => miss !== undefined);
      expect(misses).toEqual([]);
    });
  }
});

const pass = { Type: 'Pass', End: true };
const passed: RecordedCase = {
  id: 'own',
  kind: 'execution',
  category: 'own',
  definition: { StartAt: 'P', States: { P: pass } },
  input: { n: 1 },
  expected: { status: 'SUCCEEDED', output: { n: 1 } },
  expectedEventTypes: ['ExecutionStarted', 'PassStateEntered', 'PassStateExited', 'ExecutionSucceeded'],
  expectedEvents: [
    { id: 1, prev: 0, type: 'ExecutionStarted', input: { n: 1 } },
    { id: 2, prev: 0, type: 'PassStateEntered', state: 'P' },
    { id: 3, prev: 2, type: 'PassStateExited', state: 'P', output: '<?>' },
    { id: 4, prev: 3, type: 'ExecutionSucceeded' },
  ],
};
const failing = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E', Cause: 'because' } } };
const refused: RecordedCase = {
  ...passed,
  kind: 'createError',
  definition: { StartAt: 'P' },
  expected: { message: "These fields are required: [States] at /'" },
};

const verdicts: readonly { given: string; recorded: RecordedCase; misses: readonly string[] }[] = [
  { given: 'all alike', recorded: passed, misses: [] },
  {
    given: 'another output',
    recorded: { ...passed, expected: { status: 'SUCCEEDED', output: { n: 2 } } },
    misses: ['status'],
  },
  { given: 'another status', recorded: { ...passed, expected: { status: 'FAILED' } }, misses: ['status'] },
  {
    given: 'an event less',
    recorded: { ...passed, expectedEventTypes: ['ExecutionStarted', 'ExecutionSucceeded'] },
    misses: ['types'],
  },
  {
    given: 'another link',
    recorded: {
      ...passed,
      expectedEvents: [{ id: 1, prev: 7, type: 'ExecutionStarted' }],
    },
    misses: ['details'],
  },
  {
    given: 'another cause',
    recorded: { ...passed, definition: failing, expected: { status: 'FAILED', error: 'E', cause: 'so' } },
    misses: ['types', 'details', 'causes'],
  },
  {
    given: 'a definition that should run but is refused',
    recorded: { ...passed, definition: { StartAt: 'P' } },
    misses: ['status', 'types'],
  },
  { given: 'a definition that is refused alike', recorded: refused, misses: [] },
  {
    given: 'a definition that should be refused but runs',
    recorded: { ...refused, definition: passed.definition },
    misses: ['refused'],
  },
];

describe('the judge of recordings', () => {
  for (const { given, recorded, misses } of verdicts) {
    it(`given ${given}, when a case is judged, then the misses are [${misses.join()}]`, async () => {
      const { id, category, skipped, ...judged } = judgeCase(recorded, await playCase(recorded));
      const found = Object.entries(judged).filter(([, { miss }]) => miss !== undefined);
      expect(found.map(([what]) => what)).toEqual(misses);
    });
  }

  const likenesses: readonly { wanted: unknown; came: unknown; isAlike: boolean }[] = [
    { wanted: '{"id":"x-<?>"}', came: { id: 'x-17' }, isAlike: true },
    { wanted: { id: 'x-<?>' }, came: '{"id":"y-17"}', isAlike: false },
    { wanted: { a: 1, b: 2 }, came: { b: 2, a: 1 }, isAlike: true },
    { wanted: { a: 1 }, came: { a: 1, b: 2 }, isAlike: false },
    { wanted: [1, 2], came: [2, 1], isAlike: false },
    { wanted: '<?>', came: [1], isAlike: true },
    { wanted: '<?>', came: undefined, isAlike: false },
    { wanted: 'a.c', came: 'abc', isAlike: false },
  ];
  for (const { wanted, came, isAlike } of likenesses) {
    it(`given ${JSON.stringify(wanted)}, when ${JSON.stringify(came)} came, then they are ${isAlike ? '' : 'not '}alike`, () => {
      expect(difference(wanted, came) === undefined).toBe(isAlike);
    });
  }
});
