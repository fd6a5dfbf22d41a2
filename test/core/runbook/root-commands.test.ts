import { expect, it } from 'vitest';
import type { Runbook, Step } from '../../../core/runbook/form.ts';
import { rootCommandsOf, sudoersCommand } from '../../../core/runbook/root-commands.ts';

const text = { ja: '値', en: 'a value' };
const step = (given: Partial<Step> & Pick<Step, 'command'>): Step => ({
  id: 'a',
  title: text,
  asRoot: true,
  changes: true,
  repeatable: false,
  mayFail: false,
  timeLimitSeconds: 10,
  outputLimitBytes: 1000,
  ...given,
});
const runbook: Runbook = {
  id: 'r',
  version: '0123456789ab',
  purpose: text,
  checks: ['http'],
  parameters: {
    unit: { type: 'unit', purpose: text, units: { debian: ['nginx', 'apache2'], redhat: ['nginx'] } },
  },
  sudo: [],
  steps: [
    step({ command: ['/bin/systemctl', 'restart', '{unit}.service'], init: 'systemd' }),
    step({ command: ['/usr/bin/apt-get', 'clean'], family: 'debian', init: 'sysv' }),
    step({ command: ['df'], asRoot: false }),
  ],
};

it('given a runbook and a service beside its own, when its root commands are listed, then each has its servers, once', () => {
  expect(
    rootCommandsOf([runbook, runbook], ['app']).map(({ family, init, argv }) => [
      family,
      init,
      argv.join(' '),
    ]),
  ).toEqual([
    ['debian', 'systemd', '/bin/systemctl restart apache2.service'],
    ['any', 'systemd', '/bin/systemctl restart app.service'],
    ['any', 'systemd', '/bin/systemctl restart nginx.service'],
    ['debian', 'sysv', '/usr/bin/apt-get clean'],
  ]);
});

it('given a service that only monitors name, when none is given, then root may restart none', () => {
  const named = { ...runbook, parameters: { unit: { type: 'unit' as const, purpose: text } } };
  expect(rootCommandsOf([named], []).map(({ argv }) => argv.join(' '))).toEqual(['/usr/bin/apt-get clean']);
});

const written = [
  { given: 'a wildcard', argv: ['/bin/x', 'a*b?[c]'], then: '/bin/x a\\*b\\?\\[c\\]' },
  { given: 'what a list has between its parts', argv: ['/bin/x', 'a,b:c=d'], then: '/bin/x a\\,b\\:c\\=d' },
  { given: 'no arguments', argv: ['/bin/x'], then: '/bin/x ""' },
];
for (const { given, argv, then } of written) {
  it(`given ${given}, when a sudoers file has it, then it is ${then}`, () =>
    expect(sudoersCommand(argv)).toBe(then));
}
