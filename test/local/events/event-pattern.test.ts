import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../local/assembly/json.ts';
import { parseEventPattern } from '../../../local/events/event-pattern.ts';
import { readTargetInput } from '../../../local/events/target-input.ts';

const event: JsonObject = {
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  resources: ['arn:a', 'arn:b'],
  detail: {
    status: 'ABORTED',
    name: 'demo.web-1-1',
    tries: 3,
    error: null,
    isLast: false,
    steps: [{ id: 1 }, { id: 2 }],
  },
};

describe('a pattern', () => {
  const cases: { pattern: JsonObject; then: boolean }[] = [
    { pattern: { source: ['aws.states'] }, then: true },
    { pattern: { source: ['aws.connect'] }, then: false },
    {
      pattern: { source: ['aws.connect', 'aws.states'], detail: { status: ['ABORTED', 'FAILED'] } },
      then: true,
    },
    { pattern: { source: ['aws.states'], detail: { status: ['SUCCEEDED'] } }, then: false },
    { pattern: { resources: ['arn:b'] }, then: true },
    { pattern: { resources: ['arn:c'] }, then: false },
    { pattern: { detail: { name: [{ prefix: 'demo.' }] } }, then: true },
    { pattern: { detail: { name: [{ prefix: 'acme.' }] } }, then: false },
    { pattern: { detail: { name: [{ suffix: '-1' }] } }, then: true },
    { pattern: { detail: { status: [{ 'equals-ignore-case': 'aborted' }] } }, then: true },
    { pattern: { detail: { status: [{ 'anything-but': 'SUCCEEDED' }] } }, then: true },
    { pattern: { detail: { status: [{ 'anything-but': ['SUCCEEDED', 'ABORTED'] }] } }, then: false },
    { pattern: { detail: { status: [{ 'anything-but': { prefix: 'A' } }] } }, then: false },
    { pattern: { detail: { gone: [{ 'anything-but': 'x' }] } }, then: false },
    { pattern: { detail: { status: [{ exists: true }] } }, then: true },
    { pattern: { detail: { gone: [{ exists: true }] } }, then: false },
    { pattern: { detail: { gone: [{ exists: false }] } }, then: true },
    { pattern: { gone: { deep: [{ exists: false }] } }, then: true },
    { pattern: { detail: { gone: ['x', { exists: false }] } }, then: true },
    { pattern: { detail: { tries: [3] } }, then: true },
    { pattern: { detail: { tries: ['3'] } }, then: false },
    { pattern: { detail: { error: [null], isLast: [false] } }, then: true },
    { pattern: { detail: { tries: [{ numeric: ['>', 0, '<=', 3] }] } }, then: true },
    { pattern: { detail: { tries: [{ numeric: ['<', 3] }] } }, then: false },
    { pattern: { detail: { status: [{ numeric: ['=', 3] }] } }, then: false },
    { pattern: { detail: { steps: { id: [2] } } }, then: true },
    { pattern: { detail: { steps: { id: [3] } } }, then: false },
  ];
  for (const { pattern, then } of cases) {
    it(`given ${JSON.stringify(pattern)}, when an execution is stopped, then it matches: ${then}`, () => {
      expect(parseEventPattern(pattern, 'here')(event)).toBe(then);
    });
  }

  const faults: { pattern: Json | undefined; then: string }[] = [
    { pattern: undefined, then: 'here is not a pattern; name the fields of the events it is for' },
    { pattern: { source: 'a' }, then: 'here.source is "a"; write the wanted values as a list' },
    { pattern: { source: [] }, then: 'here.source has no value; no event would ever match' },
    {
      pattern: { $or: [{ source: ['a'] }] },
      then: 'here.$or is not simulated on one machine; make it two rules',
    },
    {
      pattern: { detail: { name: [{ wildcard: 'a*' }] } },
      then: 'here.detail.name[0] uses wildcard, which is not simulated; known are values, prefix, suffix, anything-but, exists, numeric and equals-ignore-case',
    },
    {
      pattern: { a: [{ numeric: ['>'] }] },
      then: 'here.a[0].numeric is a list of comparisons and numbers, as [">", 0, "<=", 5]',
    },
    { pattern: { a: [{ exists: 'yes' }] }, then: 'here.a[0].exists is true or false' },
  ];
  for (const { pattern, then } of faults) {
    it(`given ${JSON.stringify(pattern)}, when it is read, then the message says the mend`, () => {
      expect(() => parseEventPattern(pattern, 'here')).toThrow(then);
    });
  }
});

describe("a target's input", () => {
  const transformed = (InputTemplate: string): JsonObject => ({
    InputTransformer: {
      InputPathsMap: { name: '$.detail.name', tries: '$.detail.tries', no: '$.detail.no' },
      InputTemplate,
    },
  });
  const cases: { given: string; target: JsonObject; then: unknown }[] = [
    { given: 'nothing', target: {}, then: event },
    { given: 'a constant', target: { Input: '{"a":1}' }, then: { a: 1 } },
    { given: 'a path', target: { InputPath: '$.detail.steps[1].id' }, then: 2 },
    { given: 'a path to nothing', target: { InputPath: '$.detail.no' }, then: null },
    {
      given: 'a template with values in a text and alone',
      target: transformed('{"text":"<name> after <tries>","tries":<tries>,"name":<name>,"no":<no>}'),
      then: { text: 'demo.web-1-1 after 3', tries: 3, name: 'demo.web-1-1', no: '' },
    },
  ];
  for (const { given, target, then } of cases) {
    it(`given ${given}, when an event comes, then the function gets that`, () => {
      expect(JSON.parse(readTargetInput(target, 'here')(event))).toEqual(then);
    });
  }

  it('given a value with quotes, when it is put into a text, then the text stays JSON', () => {
    const input = readTargetInput(transformed('{"text":"<name>"}'), 'here');
    expect(JSON.parse(input({ detail: { name: 'a "b" \\ \n' } }))).toEqual({ text: 'a "b" \\ \n' });
  });

  it('given what is not simulated, when it is read, then the message says what', () => {
    expect(() => readTargetInput({ InputPath: '$..a' }, 'here')).toThrow(
      'here.InputPath is $..a; on one machine paths are names and places, as $.detail.calls[0]',
    );
    expect(() => readTargetInput(transformed('{"a":<b>}'), 'here')).toThrow(
      'here.InputTransformer.InputTemplate uses <b>, which its InputPathsMap does not have',
    );
    expect(() => readTargetInput({ Input: '{' }, 'here')).toThrow('here.Input does not make JSON');
  });
});
