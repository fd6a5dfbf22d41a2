import { describe, expect, it } from 'vitest';
import { chooseUnit, readUnit } from '../../../core/runbook/choose-unit.ts';

const shown = (load: string, active: string, file: string) => ({
  exitCode: 0,
  output: `LoadState=${load}\nActiveState=${active}\nUnitFileState=${file}\n`,
});

const states = [
  { given: 'no such unit', answer: shown('not-found', 'inactive', ''), then: undefined },
  { given: 'a masked one', answer: shown('masked', 'inactive', 'masked'), then: undefined },
  { given: 'one that failed', answer: shown('loaded', 'failed', 'enabled'), then: 'failed' },
  { given: 'one that stopped', answer: shown('loaded', 'inactive', 'enabled'), then: 'stopped' },
  {
    given: 'one made of an init script, stopped',
    answer: shown('loaded', 'inactive', 'generated'),
    then: 'stopped',
  },
  {
    given: 'one that somebody switched off',
    answer: shown('loaded', 'inactive', 'disabled'),
    then: 'switched-off',
  },
  { given: 'one that runs', answer: shown('loaded', 'active', 'enabled'), then: 'running' },
  { given: 'one that was started by hand', answer: shown('loaded', 'active', 'disabled'), then: 'running' },
  { given: 'one that starts', answer: shown('loaded', 'activating', 'enabled'), then: 'running' },
  { given: 'no answer', answer: { exitCode: 1, output: 'Failed to connect to bus' }, then: undefined },
];
describe('the state of a service', () => {
  for (const { given, answer, then } of states) {
    it(`given ${given}, when it is read, then it is ${then ?? 'not there'}`, () =>
      expect(readUnit('nginx', 'systemd', answer)?.state).toBe(then));
  }
});

const choices = [
  {
    given: 'one that runs and one that failed behind it',
    found: { nginx: 'running', apache2: 'failed' },
    then: 'apache2',
  },
  {
    given: 'one that stopped and one that failed',
    found: { nginx: 'stopped', apache2: 'failed' },
    then: 'apache2',
  },
  {
    given: 'one that is switched off and one that runs',
    found: { nginx: 'switched-off', apache2: 'running' },
    then: 'apache2',
  },
  { given: 'two that run', found: { nginx: 'running', apache2: 'running' }, then: 'nginx' },
  { given: 'only one that is switched off', found: { nginx: 'switched-off' }, then: undefined },
  { given: 'none', found: {}, then: undefined },
] as const;
describe('which service is treated', () => {
  for (const { given, found, then } of choices) {
    it(`given ${given}, when one is chosen, then it is ${then ?? 'none'}`, () =>
      expect(chooseUnit(Object.entries(found).map(([unit, state]) => ({ unit, state })))).toBe(then));
  }
});
