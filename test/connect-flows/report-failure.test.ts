import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callPhrases } from '../../core/call/call-report.ts';
import { type FlowPlace, hear, startOfFlow, stepFlow, takeAnswer } from '../../local/connect/contact-flow.ts';
import { sampleFlow } from '../local/connect/sample-flow.ts';
import { contactFlow, targetsOf } from './flow-language.ts';

const content: unknown = JSON.parse(readFileSync('connect-flows/report-failure.json', 'utf8'));
const flow = contactFlow.parse(content);
const byId = new Map(flow.Actions.map((action) => [action.Identifier, action]));

describe('the contact flow that reports a failure', () => {
  it('given its file, when the language’s rules are applied, then it is valid', () => {
    expect(contactFlow.safeParse(content).error?.issues ?? []).toEqual([]);
  });

  it('given its actions, when they are followed from the start, then each has a name of its own, is reached, and leads to another', () => {
    expect(byId.size).toBe(flow.Actions.length);
    const reached = new Set([flow.StartAction]);
    for (const id of reached) {
      const action = byId.get(id);
      if (action === undefined) throw new Error(`nothing is called ${id}`);
      for (const target of targetsOf(action)) reached.add(target);
    }
    expect([...reached].sort()).toEqual([...byId.keys()].sort());
  });

  it('given the attributes that it reads, when a call is placed, then each is given', () => {
    const read = new Set(
      [...JSON.stringify(content).matchAll(/\$\.Attributes\.([a-z]+)/g)].map(([, name]) => name),
    );
    const given = ['call', 'incident', 'language', 'report', ...Object.keys(callPhrases.ja)];
    expect([...read].filter((name) => !given.includes(name ?? ''))).toEqual([]);
    expect([...Object.keys(callPhrases.ja), 'report'].filter((name) => !read.has(name))).toEqual([]);
  });
});

type Key = '1' | '2' | undefined;

/** Plays a call with these keys in turn, and what the function answers. @returns what was said, and what was handed over */
function play(language: 'ja' | 'en', keys: readonly Key[], answer?: unknown) {
  const shipped = sampleFlow(content as object);
  const attributes = { language, report: 'REPORT', call: 'c', incident: 'i', ...callPhrases[language] };
  const said: string[] = [];
  const handed: unknown[] = [];
  const visited: string[] = [];
  const waiting = [...keys];
  let place: FlowPlace | undefined = startOfFlow(shipped, attributes);
  for (let step = 0; place !== undefined && step < 50; step += 1) {
    visited.push(place.action);
    const next = stepFlow(shipped, place, '+819012345678');
    if ('says' in next && next.says !== undefined) said.push(next.says);
    if (next.kind === 'ends') return { said, handed, visited };
    if (next.kind === 'goes on') place = next.place;
    else if (next.kind === 'listens') place = hear(shipped, next.place, waiting.shift());
    else {
      handed.push(next.parameters);
      place = takeAnswer(shipped, next.place, answer);
    }
  }
  throw new Error(`the flow does not end: ${visited.join(' > ')}`);
}

describe('a call that is played', () => {
  const { again, thanks, unrecorded, goodbye } = callPhrases.ja;
  const noted = { accepted: 'true' };
  const cases: readonly {
    given: string;
    then: string;
    keys: readonly Key[];
    answer?: unknown;
    said: readonly string[];
    handed: number;
  }[] = [
    {
      given: 'the key at once',
      then: 'it is handed over',
      keys: ['1'],
      answer: noted,
      said: ['REPORT', thanks],
      handed: 1,
    },
    {
      given: 'the key when asked again',
      then: 'it is handed over',
      keys: [undefined, '1'],
      answer: noted,
      said: ['REPORT', again, thanks],
      handed: 1,
    },
    {
      given: 'another key and then the right one',
      then: 'it is handed over',
      keys: ['2', '2', '1'],
      answer: noted,
      said: ['REPORT', again, again, thanks],
      handed: 1,
    },
    {
      given: 'no key, as of an answering machine',
      then: 'it is asked for twice more, and the call ends',
      keys: [],
      said: ['REPORT', again, again, goodbye],
      handed: 0,
    },
    {
      given: 'a function that fails',
      then: 'it is said that nothing was noted',
      keys: ['1'],
      answer: undefined,
      said: ['REPORT', unrecorded],
      handed: 1,
    },
    {
      given: 'a function that does not accept',
      then: 'it is said that nothing was noted',
      keys: ['1'],
      answer: { accepted: 'false' },
      said: ['REPORT', unrecorded],
      handed: 1,
    },
  ];
  for (const { given, then, keys, answer, said, handed } of cases)
    it(`given ${given}, when it is heard, then ${then}`, () => {
      const played = play('ja', keys, answer);
      expect(played.said).toEqual(said);
      expect(played.handed).toEqual(Array.from({ length: handed }, () => ({ digit: '1' })));
    });

  for (const [language, voice] of [
    ['ja', 'Speak Japanese'],
    ['en', 'Speak English'],
  ] as const)
    it(`given a report in ${language}, when it is spoken, then the voice is of that language`, () => {
      expect(play(language, ['1'], noted).visited).toContain(voice);
    });
});
