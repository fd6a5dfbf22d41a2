import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exec } from '../../platform/ssh/ssh-server.ts';
import { runMonitor, sshBy } from '../run-monitor.ts';
import { realShell, says, serveSsh } from './ssh-host.ts';

const serve = serveSsh();
let folder: string;

/** A file that was changed so many minutes ago. */
function put(name: string, minutes: number): void {
  const file = join(folder, name);
  writeFileSync(file, 'x');
  const at = Date.now() / 1000 - minutes * 60;
  utimesSync(file, at, at);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-age-'));
  put('young.dump', 30);
  put('old.dump', 3_000);
  put("it's a [strange] $(name)?.dump", 10);
  put('db-1.dump', 500);
  put('db-2.dump', 120);
  put('db-3.dump.part', 1);
  put('future', -120);
  put('line\n9999999999.dump', 5_000);
  mkdirSync(join(folder, 'db-folder.dump'));
  mkdirSync(join(folder, 'empty'));
  symlinkSync(join(folder, 'old.dump'), join(folder, 'link'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ask(settings: Record<string, unknown>, exec: Exec = realShell) {
  const target = await serve(exec);
  return (await runMonitor('file-age', settings, { ssh: sshBy(target) })).outcome;
}
const fileAge = (path: string, settings: Record<string, unknown>) =>
  ask({ path: path === '' ? folder : join(folder, path), ...settings });
const bounds = { ageMinutes: { warning: 60, critical: 1_440 } };

describe('the age of a file, on a real shell', () => {
  const rows = [
    { given: 'a young file', path: 'young.dump', settings: bounds, severity: 'ok', minutes: 30 },
    { given: 'an old file', path: 'old.dump', settings: bounds, severity: 'critical', minutes: 3_000 },
    {
      given: 'hours',
      path: 'young.dump',
      settings: { ageHours: { critical: 26 } },
      severity: 'ok',
      minutes: 30,
    },
    {
      given: 'hours that are over',
      path: 'old.dump',
      settings: { ageHours: { critical: 26 } },
      severity: 'critical',
      minutes: 3_000,
    },
    { given: 'a link', path: 'link', settings: bounds, severity: 'critical', minutes: 3_000 },
    {
      given: 'a name that a shell would take apart',
      path: "it's a [strange] $(name)?.dump",
      settings: bounds,
      severity: 'ok',
      minutes: 10,
    },
    {
      given: 'the newest of some',
      path: '',
      settings: { newest: 'db-*.dump', ...bounds },
      severity: 'warning',
      minutes: 120,
    },
    {
      given: 'the newest with signs of find',
      path: '',
      settings: { newest: "it's a [strange] $(name)?.dump", ...bounds },
      severity: 'ok',
      minutes: 10,
    },
    {
      given: 'a name that looks like a later time',
      path: '',
      settings: { newest: 'line*', ...bounds },
      severity: 'critical',
      minutes: 5_000,
    },
  ];
  for (const { given, path, settings, severity, minutes } of rows) {
    it(`given ${given}, when it is looked at, then it is ${severity}`, async () => {
      const outcome = await fileAge(path, settings);
      expect(outcome.severity).toBe(severity);
      expect(outcome.values.ageMinutes).toBeGreaterThanOrEqual(minutes - 0.1);
      expect(outcome.values.ageMinutes).toBeLessThan(minutes + 2);
    });
  }

  it('given an old file, when it is told, then the age and the objective are there', async () => {
    const { summary } = await fileAge('old.dump', { ageHours: { critical: 26 } });
    expect(summary).toEqual({
      en: `${folder}/old.dump is 50 h old (critical from 26 h)`,
      ja: `${folder}/old.dump は 50 時間前のものです(しきい値 26 時間以上)`,
    });
  });

  const missing = [
    { given: 'a file that is not there', path: 'none.dump', settings: bounds, name: 'none.dump' },
    {
      given: 'a directory that is not there',
      path: 'none',
      settings: { newest: '*', ...bounds },
      name: 'none/*',
    },
    {
      given: 'a directory without such a file',
      path: 'empty',
      settings: { newest: 'db-*', ...bounds },
      name: 'empty/db-*',
    },
  ];
  for (const { given, path, settings, name } of missing) {
    it(`given ${given}, when it is looked for, then it is critical`, async () =>
      expect(await fileAge(path, settings)).toMatchObject({
        severity: 'critical',
        summary: { en: `${folder}/${name} is not there` },
        values: {},
      }));
  }

  it('given a file dated in the future, when it is looked at, then it is unknown', async () =>
    expect(await fileAge('future', bounds)).toMatchObject({
      severity: 'unknown',
      summary: { en: `${folder}/future is dated in the future; see that the server's clock is right` },
    }));

  it('given a directory that may not be entered, when it is looked at, then it is unknown, as nobody saw it', async () => {
    const outcome = await ask({ path: '/var/backups/x', ...bounds }, (command, channel) =>
      command.includes("'date'")
        ? realShell(command, channel)
        : says('', 1, "stat: cannot statx '/var/backups/x': Permission denied\n")(command, channel),
    );
    expect(outcome).toMatchObject({
      severity: 'unknown',
      summary: { en: 'our user may not look at /var/backups/x; let it read the directories above' },
    });
  });
});

describe('a server that answers strangely', () => {
  const clock = says('1790000000\n', 0);
  const withClock =
    (second: Exec): Exec =>
    (command, channel) =>
      (command.includes("'date'") ? clock : second)(command, channel);
  const rows: readonly { given: string; exec: Exec; then: string; settings?: Record<string, unknown> }[] = [
    {
      given: 'no clock',
      exec: says('sh: date: not found\n', 127),
      then: "the server's clock (date +%s) could not be read",
    },
    {
      given: 'a clock of letters',
      exec: says('NaN', 0),
      then: "the server's clock (date +%s) could not be read",
    },
    {
      given: 'a clock of too many digits',
      exec: says('9'.repeat(400), 0),
      then: "the server's clock (date +%s) could not be read",
    },
    {
      given: 'a flood in place of a time',
      exec: withClock(says('1'.repeat(400_000), 0)),
      then: 'too many files fit /backup; give a name that fewer have',
    },
    {
      given: 'no stat',
      exec: withClock(says('\u001b[31menv: stat: bad\u0007', 127)),
      then: '/backup could not be looked at (exit code 127): ?[31menv: stat: bad?',
    },
    {
      given: 'an end without an exit code',
      exec: withClock((_command, channel) => channel.end()),
      then: '/backup could not be looked at (exit code none): ',
    },
  ];
  for (const { given, exec, then } of rows) {
    it(`given ${given}, when it is read, then it is unknown and that is said`, async () =>
      expect(await ask({ path: '/backup', ...bounds }, exec)).toMatchObject({
        severity: 'unknown',
        summary: { en: then },
        values: {},
      }));
  }

  it('given an error between times, when they are read, then the newest time counts', async () => {
    const exec = withClock(
      says("1789999400.123456\nfind: 'x': No such file or directory\n1789990000.0\n", 1),
    );
    expect(await ask({ path: '/backup', newest: '*', ...bounds }, exec)).toMatchObject({
      severity: 'ok',
      values: { ageMinutes: 10 },
    });
  });
});
