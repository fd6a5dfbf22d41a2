import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Parameter, Runbook } from '../../../core/runbook/form.ts';
import { readParameters } from '../../../core/runbook/parameters.ts';

const purpose = { ja: '値', en: 'the value' };
const withParameters = (parameters: Record<string, Parameter>): Runbook => ({
  id: 'r',
  version: '0123456789ab',
  purpose,
  checks: ['disk'],
  parameters,
  sudo: [],
  steps: [],
});
const unit: Parameter = { type: 'unit', purpose };
const path: Parameter = { type: 'path', purpose, default: '/' };
const number: Parameter = { type: 'number', purpose, from: 1, to: 10 };

const refused: readonly { given: string; parameter: Parameter; value: string }[] = [
  ...[
    '',
    '-h',
    '--help',
    'a b',
    'a;id',
    '../x',
    'a/b',
    '$(id)',
    "a'b",
    'a\n',
    'a*',
    'x'.repeat(81),
    'ｎginx',
    '.service',
  ].map((value) => ({ given: 'a unit', parameter: unit, value })),
  ...[
    '',
    'var',
    '/a b',
    '/a/../b',
    '/a/..',
    '/./a',
    '//',
    '/a/',
    '/a\n',
    '/$x',
    '/a;b',
    '/*',
    `/${'x'.repeat(200)}`,
  ].map((value) => ({ given: 'a path', parameter: path, value })),
  ...['', '0', '11', '1.5', '-1', '01', '1e0', ' 1', '１', 'x'].map((value) => ({
    given: 'a number',
    parameter: number,
    value,
  })),
];
describe('values that are refused', () => {
  for (const { given, parameter, value } of refused) {
    it(`given ${given}, when it is ${JSON.stringify(value)}, then it is refused`, () =>
      expect(readParameters(withParameters({ p: parameter }), { p: value })).toMatchObject({ ok: false }));
  }
});

const taken = [
  { given: 'a unit', parameter: unit, value: 'php8.2-fpm', then: 'php8.2-fpm' },
  { given: 'a unit with its ending', parameter: unit, value: 'nginx.service', then: 'nginx' },
  { given: 'an instance', parameter: unit, value: 'postgresql@15-main', then: 'postgresql@15-main' },
  { given: 'a path', parameter: path, value: '/srv/www-1/a.b', then: '/srv/www-1/a.b' },
  { given: 'the root', parameter: path, value: '/', then: '/' },
  { given: 'a number', parameter: number, value: '10', then: '10' },
];
describe('values that are taken', () => {
  for (const { given, parameter, value, then } of taken) {
    it(`given ${given}, when it is ${value}, then it is ${then}`, () =>
      expect(readParameters(withParameters({ p: parameter }), { p: value })).toEqual({
        ok: true,
        values: new Map([['p', then]]),
        toFind: [],
      }));
  }

  it('given any value of a unit or path, when it is taken, then a shell finds nothing in it to act on', () => {
    fc.assert(
      fc.property(fc.constantFrom(unit, path), fc.string({ unit: 'binary' }), (parameter, value) => {
        const read = readParameters(withParameters({ p: parameter }), { p: value });
        if (read.ok) expect(read.values.get('p')).toMatch(/^[A-Za-z0-9/][A-Za-z0-9._@+/-]*$/);
      }),
      { numRuns: 2000 },
    );
  });
});

it('given wrong names and a missing value, when they are read, then all is told at once', () => {
  expect(
    readParameters(withParameters({ service: unit, mount: path }), { servce: 'x', constructor: 'y' }),
  ).toEqual({
    ok: false,
    faults: [
      '"servce" is no parameter of r; did you mean service? known parameters are service, mount',
      '"constructor" is no parameter of r; known parameters are service, mount',
      'parameter service of r is missing; give the value',
    ],
  });
});
