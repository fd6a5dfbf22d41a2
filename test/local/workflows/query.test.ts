import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIsoInstant } from '../../../local/workflows/iso-instant.ts';
import { evaluateQuery, fillTemplate } from '../../../local/workflows/query.ts';
import type { Json } from '../../../local/workflows/state-data.ts';
import { startMs } from './workbench.ts';

const scope = (states: unknown) => ({ variables: {}, states, nowMs: startMs, random: () => 0.25 });

function evaluate(source: string, states: unknown = {}): Promise<Json> {
  return evaluateQuery(source, 'Output', scope(states));
}

const sum = (terms: number) => Array.from({ length: terms }, () => '1').join('+');

// Where the language leaves it open: measured at the service, https://github.com/floci-io/floci/pull/2676 and /pull/2783.
const values: readonly { source: string; input?: Json; value: unknown }[] = [
  { source: '$partition([1, 2, 3, 4, 5], 2)', value: [[1, 2], [3, 4], [5]] },
  { source: '$partition([1], 2)', value: [[1]] },
  { source: '$partition([1, 2, 3], 2.9)', value: [[1, 2], [3]] },
  { source: '$range(-1.7, 2, 1)', value: [-1, 0, 1, 2] },
  { source: '$range(1, 2.5, 1)', value: [1, 2] },
  { source: '$range(0, 6, 3)', value: [0, 3, 6] },
  { source: '$range(3, 1, -1)', value: [3, 2, 1] },
  { source: '$range(1, 1, 1)', value: 1 },
  { source: '$count($range(1, 200000, 1))', value: 200_000 },
  { source: '$count($range(1, 360145, 1))', value: 360_145 },
  { source: '$count([1..873782])', value: 873_782 },
  { source: '$hash("a", "MD5")', value: '0cc175b9c0f1b6a831c399e269772661' },
  { source: '$hash("a", "SHA-1")', value: '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8' },
  { source: '$parse("{\\"a\\": [1]}").a', value: [1] },
  { source: '$random()', value: 0.25 },
  { source: '$random(42)', value: 0.7275636800328681 },
  { source: '$random(7) = $random(7)', value: true },
  { source: '$random(7) = $random(8)', value: false },
  { source: '$match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4/).index', value: 0 },
  { source: '$millis()', value: startMs },
  { source: '[1, $missing, 2]', value: [1, 2] },
  { source: '$states.list[k = 1]', input: { list: [{ k: 1 }, { k: 2 }] }, value: { k: 1 } },
  { source: '[$states.list[k = 1]]', input: { list: [{ k: 1 }, { k: 2 }] }, value: [{ k: 1 }] },
  { source: '$states.list', input: { list: [[1], []] }, value: [[1], []] },
  { source: '$round(2.5)', value: 2 },
  { source: sum(100), value: 100 },
  { source: '1/0', value: 'Infinity' },
  { source: '{"k": [-1/0]}', value: { k: ['-Infinity'] } },
];

// Likewise measured: a language error has its code and follows as a sentence, a bound of the evaluation follows after a colon.
const stackOverflow =
  ': Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive';
const memoryExceeded = ': Expression evaluation memory limit exceeded: Check for excessive memory usage';
const tookTooLong = ': Expression evaluation timeout: Check for infinite loop';

const faults: readonly { source: string; problem: string }[] = [
  { source: '$partition([1], -1)', problem: '. D3137: Second argument must be zero or greater' },
  { source: '$partition(1, 2)', problem: '. T0412: Argument 1 of function "partition" must be an array of ' },
  {
    source: '$range("a", 2, 1)',
    problem: '. T0410: Argument 1 of function "range" does not match function signature',
  },
  { source: '$uuid(1)', problem: '. T0410: Argument 1 of function "uuid" does not match function signature' },
  {
    source: '$hash("a", "CRC")',
    problem: ". D3137: Hash algorithm 'CRC' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5",
  },
  { source: '$parse("{")', problem: '. D3137: Invalid JSON' },
  { source: '$eval("1+1")', problem: '. T1006: Attempted to invoke a non-function' },
  { source: '$abs("a")', problem: '. T0410: Argument 1 of function "abs" does not match function signature' },
  { source: '$formatNumber(1, "x")', problem: '. D3086: ' },
  { source: '$error("boom")', problem: '. D3137: boom' },
  { source: sum(101), problem: stackOverflow },
  { source: '[1..873783]', problem: memoryExceeded },
  { source: '$range(1, 360146, 1)', problem: memoryExceeded },
];

const nothing = [
  '$partition([], 2)',
  '$partition([1], 0)',
  '$range(2, 1, 1)',
  '$range(1, 5, 0)',
  '$parse($missing)',
  '$hash("a", $missing)',
];

describe('expressions', () => {
  for (const { source, input = {}, value } of values) {
    it(`given ${source}, when it is evaluated, then it answers ${JSON.stringify(value)}`, async () => {
      expect(await evaluate(source, input)).toEqual(value);
    });
  }

  for (const { source, problem } of faults) {
    it(`given ${source}, when it is evaluated, then the fault says why`, async () => {
      const wanted = `The JSONata expression '${source}' specified for the field 'Output' threw an error during evaluation`;
      await expect(evaluate(source)).rejects.toMatchObject({
        location: 'Output',
        problem: expect.stringContaining(wanted + problem),
      });
    });
  }

  for (const source of nothing) {
    it(`given ${source}, when it is evaluated, then it answers nothing`, async () => {
      await expect(evaluate(source)).rejects.toMatchObject({
        problem: `The JSONata expression '${source}' specified for the field 'Output' returned nothing (undefined).`,
      });
    });
  }

  const long = 'a'.repeat(30_000);
  const hostile: readonly { source: string; input?: Json; problem: string }[] = [
    {
      source: '($f := function($n) { $f($n + 1) }; $f(0))',
      problem: tookTooLong,
    },
    { source: '($f := function($n) { 1 + $f($n + 1) }; $f(0))', problem: stackOverflow },
    { source: '[1..1e9]', problem: memoryExceeded },
    { source: '($f := function($a) { $f($append($a, $a)) }; $f([1, 2]))', problem: memoryExceeded },
    { source: '[1..800000] ~> $sort()', problem: tookTooLong },
    {
      source: '$map([1..50000], function($i) { $count([1..50000]) })',
      problem: tookTooLong,
    },
    {
      source: '$match($states.t, /(a+)+b/)',
      input: { t: long },
      problem: tookTooLong,
    },
    {
      source: '$contains($states.t, /a*a*a*b/)',
      input: { t: long },
      problem: tookTooLong,
    },
    { source: '$pad("", 1000000000, "a")', problem: 'Invalid string length' },
    { source: '$pad("", 3000000, "a")', problem: 'a text of 3000000 characters is too long' },
    {
      source: '($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f("aaaaaaaa", 25))',
      problem: 'a text of 268435456 characters is too long',
    },
    {
      source: '($f := function($o, $n) { $n = 0 ? $o : $f({"a": $o}, $n - 1) }; $f(1, 600))',
      problem: 'it nests deeper than 500 levels',
    },
  ];
  for (const { source, input = {}, problem } of hostile) {
    it(`given ${source}, when it is evaluated, then it fails in bounded time, and the next one does not`, async () => {
      await expect(evaluate(source, input)).rejects.toMatchObject({
        problem: expect.stringContaining(problem),
      });
      expect(await evaluate('$replace("abc", /b/, "x")')).toBe('axc');
    });
  }

  const innocent: readonly { source: string; input?: Json; value: Json }[] = [
    { source: '$distinct([1, 2, 1])', value: [1, 2] },
    { source: '$join(["a", "b"], "-")', value: 'a-b' },
    { source: '$match("ab", /a(b)/).groups', value: ['b'] },
    { source: '$now()', value: '2026-11-21T09:00:00.000Z' },
    { source: '$states.__proto__', input: JSON.parse('{"__proto__":{"x":1}}') as Json, value: { x: 1 } },
    { source: '$states.constructor', input: { constructor: 'mine' }, value: 'mine' },
    { source: '$keys({"__proto__": 1, "b": 2})', value: ['__proto__', 'b'] },
  ];
  for (const { source, input = {}, value } of innocent) {
    it(`given ${source}, when it is evaluated, then it answers ${JSON.stringify(value)}`, async () => {
      expect(await evaluate(source, input)).toEqual(value);
    });
  }

  for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
    it(`given data without ${name}, when an expression reads it, then there is nothing`, async () => {
      await expect(evaluate(`$states.${name}`, {})).rejects.toMatchObject({
        problem: expect.stringContaining('returned nothing (undefined).'),
      });
    });
  }

  it('given any JSON, when it is only passed through, then it comes back equal and shares nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (json) => {
        // Minus nought has no JSON of its own.
        const value = JSON.parse(JSON.stringify(json)) as Json;
        const copy = await fillTemplate({ value: '{% $states.value %}' }, 'Output', scope({ value }));
        expect(copy).toEqual({ value });
        if (typeof value === 'object' && value !== null) {
          expect((copy as { value: unknown }).value).not.toBe(value);
        }
      }),
    );
  });
});

describe('instants', () => {
  const rows: readonly [string, string | undefined][] = [
    ['2026-11-21T09:00:00Z', '2026-11-21T09:00:00.000Z'],
    ['2026-11-21T09:00:00.123456789Z', '2026-11-21T09:00:00.123Z'],
    ['2026-11-21T09:00:00.5+09:00', '2026-11-21T00:00:00.500Z'],
    ['2026-11-21T09:00:00-01:30', '2026-11-21T10:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2026-02-29T00:00:00Z', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    ['2026-11-21T24:00:00Z', undefined],
    ['2026-11-21T09:00:60Z', undefined],
    ['2026-11-21T09:00Z', undefined],
    ['2026-11-21 09:00:00Z', undefined],
    ['2026-11-21T09:00:00', undefined],
    ['2026-11-21T09:00:00+25:00', undefined],
    ['2026-11-21', undefined],
    ['', undefined],
  ];
  for (const [text, instant] of rows) {
    it(`given "${text}", when it is read, then it is ${instant ?? 'no instant'}`, () => {
      const ms = parseIsoInstant(text);
      expect(ms === undefined ? undefined : new Date(ms).toISOString()).toBe(instant);
    });
  }

  it('given any instant, when it is written and read, then it is the same', () => {
    const instants = fc.date({
      min: new Date('0100-01-01'),
      max: new Date('9999-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (date) => {
        expect(parseIsoInstant(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});
