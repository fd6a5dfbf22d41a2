import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { possibleNeeds } from '../../../core/catalogue.ts';
import {
  accountForm,
  calendarForm,
  contactForm,
  engineerForm,
  monitorForm,
  overrideForm,
  repairLimitForm,
  rotaForm,
  serverForm,
  serverParts,
  settingsForm,
  shiftForm,
  snmpForms,
  sshForm,
} from '../../../core/inventory/form.ts';
import { checkTypes } from '../../../lambdas/probe/checks/registry.ts';

const manual = readFileSync('docs/inventory.md', 'utf8');

/** The text under a heading or an introducing line, up to the next one of its kind. */
const section = (from: string, to: string): string =>
  manual.slice(manual.indexOf(`\n${from}`), manual.indexOf(`\n${to}`, manual.indexOf(`\n${from}`)));

const cases = [
  { part: '### `settings`', next: '`onCall`:', keys: Object.keys(settingsForm.shape) },
  {
    part: '`onCall`:',
    next: '`calendar`:',
    keys: [rotaForm, engineerForm, shiftForm, overrideForm].flatMap(({ shape }) => Object.keys(shape)),
  },
  {
    part: '`calendar`:',
    next: '### An account',
    keys: [...Object.keys(calendarForm.shape), 'from', 'to'],
  },
  {
    part: '### An account',
    next: 'A contact:',
    keys: [...Object.keys(accountForm.shape), 'defaults', 'servers'],
  },
  { part: 'A contact:', next: '### A server', keys: Object.keys(contactForm.shape) },
  { part: '### A server', next: '`snmp`, version', keys: [...Object.keys(serverForm.shape), ...serverParts] },
  {
    part: '`snmp`, version',
    next: '`ssh`, with',
    keys: [...Object.keys(snmpForms['2c'].shape), ...Object.keys(snmpForms['3'].shape)],
  },
  { part: '`ssh`, with', next: '### A monitor', keys: Object.keys(sshForm.shape) },
  {
    part: '### A monitor',
    next: '## Check types',
    keys: [...Object.keys(monitorForm.shape), ...Object.keys(repairLimitForm.shape)],
  },
  {
    part: '## Check types',
    next: '## Defaults',
    keys: Object.entries(checkTypes).flatMap(([name, { settings }]) => [
      name,
      ...Object.keys(settings.shape),
    ]),
  },
];

describe('docs/inventory.md', () => {
  for (const { part, next, keys } of cases) {
    it(`given the keys of ${part}, when the manual is read, then each has its line`, () => {
      const text = section(part, next);
      expect(text.length).toBeGreaterThan(100);
      expect([...new Set(keys)].filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
    });
  }

  it('given the classes that the manual tells of check types, when they are compared, then they are those of the registry', () => {
    const rows = [
      ...section('## Check types', '`address` is').matchAll(
        /^\| (`[^|]*`) \| (\w+) \| ((?:SNMP|SSH)(?: or SNMP)?)? ?\|/gm,
      ),
    ];
    const told = rows.flatMap(([, names = '', kind, needs]) =>
      names.split(', ').map((name) => [name.replaceAll('`', ''), kind, needs ?? '']),
    );
    const wanted = Object.entries(checkTypes).map(([name, entry]) => [
      name,
      entry.class,
      [...possibleNeeds(entry)].map((need) => need.toUpperCase()).join(' or '),
    ]);
    expect(new Set(told.map(String))).toEqual(new Set(wanted.map(String)));
  });
});
