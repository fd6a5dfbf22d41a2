/**
 * A runbook as people write it. Descriptions are phrases that follow "give", as those of the inventory's form.
 */
import { z } from 'zod';
import { text } from '../text.ts';

const told = <S extends z.ZodType>(schema: S, description: string, ...examples: unknown[]): S =>
  schema.meta({ description, ...(examples.length > 0 ? { examples } : {}) });

/** A service without its `.service`. It begins with a letter or digit: a hyphen would make an option of it. */
export const unitName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9@._-]{0,79}$/, 'write the name of one service, for example nginx')
  .refine((name) => !name.endsWith('.service'), 'write the name of the service without .service');

export const osFamily = z.enum(['debian', 'redhat']);
export type OsFamily = z.output<typeof osFamily>;

export const initSystem = z.enum(['systemd', 'sysv']);
export type InitSystem = z.output<typeof initSystem>;

const sentence = (what: string) =>
  told(
    z.strictObject({
      ja: told(text.shape.ja.min(1).max(300), `${what} in Japanese`),
      en: told(text.shape.en.min(1).max(300), `${what} in English`),
    }),
    `${what} in ja and en`,
  );

export const parameterForm = z.strictObject({
  type: told(z.enum(['unit', 'path', 'number']), 'the type: unit, path or number', 'unit'),
  purpose: sentence('what the parameter is for'),
  units: told(
    z.strictObject({ debian: z.array(unitName).min(1).max(10), redhat: z.array(unitName).min(1).max(10) }),
    'the services it may be, for debian and redhat, the likeliest first',
    { debian: ['nginx', 'apache2'], redhat: ['nginx', 'httpd'] },
  ).optional(),
  from: told(z.int().min(0).max(1_000_000_000), 'the least number').optional(),
  to: told(z.int().min(0).max(1_000_000_000), 'the greatest number').optional(),
  default: told(z.union([z.string().max(200), z.int()]), 'what holds where nothing is given').optional(),
});
export type Parameter = z.output<typeof parameterForm>;

// A NUL cannot be given to a program; a line break would hide the rest of the command from whoever reads the plan.
const argument = z
  .string()
  .max(200)
  .regex(/^\P{Cc}*$/u, 'write it without control characters');

export const stepForm = z.strictObject({
  id: told(
    z
      .string()
      .max(30)
      .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'use lower-case letters, digits and single hyphens'),
    'a short name that no other step has',
    'restart',
  ),
  title: sentence('what the step does'),
  family: told(osFamily, 'the family of systems it is for: debian or redhat').optional(),
  init: told(initSystem, 'the way of starting services it is for: systemd or sysv').optional(),
  command: told(
    z.array(told(argument, 'an argument')).min(1).max(40),
    'the program and its arguments as a list, as no shell reads them',
    ['/bin/systemctl', 'restart', '{unit}.service'],
  ),
  asRoot: told(z.boolean(), 'true when it runs by sudo').default(false),
  changes: told(z.boolean(), 'true or false: whether it changes anything on the server'),
  repeatable: told(
    z.boolean(),
    'true or false: whether it may run again when it is not known whether it ran',
  ).default(false),
  mayFail: told(z.boolean(), 'true when the next step runs whatever this one ends with').default(false),
  timeLimitSeconds: told(z.int().min(1).max(300), 'the seconds after which it is given up'),
  outputLimitBytes: told(z.int().min(100).max(65_536), 'the bytes of its output that are kept'),
});
export type Step = z.output<typeof stepForm>;

export const runbookForm = z.strictObject({
  id: told(
    z
      .string()
      .max(40)
      .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'use lower-case letters, digits and single hyphens'),
    'a short name, as the file has it',
    'restart-web',
  ),
  purpose: sentence('what the runbook is for'),
  checks: told(z.array(z.string()).min(1).max(30), 'the check types whose failure it is for', [
    'http',
    'https',
  ]),
  parameters: told(
    z
      .record(z.string().regex(/^[a-z][A-Za-z0-9]{0,29}$/, 'use letters and digits'), parameterForm)
      .refine((all) => Object.keys(all).length <= 10, 'has more than 10 parameters; make two runbooks of it'),
    'the parameters by name',
  ).default({}),
  sudo: told(
    z.array(argument.min(1).regex(/^\//, 'begin with the whole path of the program')).max(40),
    'every command line that runs by sudo, as the sudoers file will have it',
    ['/bin/systemctl restart {unit}.service'],
  ).default([]),
  steps: told(z.array(stepForm).min(1).max(30), 'the steps in their order'),
  verification: told(
    z.strictObject({
      check: told(z.literal('same'), 'same: the very check that failed'),
      afterSeconds: told(z.int().min(0).max(300), 'the seconds to wait before it'),
    }),
    'how it is known that it helped',
    { check: 'same', afterSeconds: 10 },
  ).optional(),
});

/** A reviewed procedure of first response. */
export interface Runbook extends z.output<typeof runbookForm> {
  /** The first 12 hexadecimal digits of its file's SHA-256: an incident tells by it what ran, and nobody forgets to raise it. */
  readonly version: string;
}
