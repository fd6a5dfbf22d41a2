import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Runbook } from '../../../core/runbook/form.ts';
import { checkTypes } from '../../../lambdas/probe/checks/registry.ts';
import { readRunbook } from '../../../lambdas/response/read-runbook.ts';

const files = globSync('runbooks/*.yaml').sort();
const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

function read(name: string): Runbook {
  const parsed = readRunbook({ name, text: readFileSync(name, 'utf8') });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, undefined, 2));
  return parsed.runbook;
}

/** Rows of the catalogue without a first response: nothing that SSH reaches would help, or nobody but the account knows what would. */
const escalatedAtOnce = ['host', 'ssh', 'tls', 'command', 'file-age', 'heartbeat'];

it('given the check types, when runbooks are looked up, then each has one, or none on purpose', () => {
  const covered = files.flatMap((file) => read(file).checks);
  const wanted = Object.keys(checkTypes).filter((name) => !escalatedAtOnce.includes(name));
  expect([...covered].sort()).toEqual(wanted.sort());
});

for (const file of files) {
  // The parser holds them to the rules of every runbook: limits, sudo list, verification. Here are those of our own.
  describe(file, () => {
    const runbook = read(file);
    it('given the file, when it is read, then it has the name of its runbook', () =>
      expect(basename(file)).toBe(`${runbook.id}.yaml`));

    it('given the file, when its version is asked, then it is the beginning of its SHA-256', () =>
      expect(execFileSync('sha256sum', [file], { encoding: 'utf8' }).slice(0, 12)).toBe(runbook.version));

    it('given its texts, when they are read, then each is in Japanese and in English', () => {
      const parameters = Object.values(runbook.parameters).map(({ purpose }) => purpose);
      for (const { ja, en } of [runbook.purpose, ...parameters, ...runbook.steps.map(({ title }) => title)]) {
        expect(ja).toMatch(japanese);
        expect(en).not.toMatch(japanese);
      }
    });

    it('given the steps that change something, when we crash, then each may run again', () =>
      expect(runbook.steps.filter(({ changes, repeatable }) => changes && !repeatable)).toEqual([]));

    it('given the first step, when it runs, then it changes nothing', () =>
      expect(runbook.steps[0]?.changes).toBe(false));

    it('given a step that removes files, when it runs, then it stays in /var/log and among system logs', () => {
      const deleting = runbook.steps.filter(({ command }) => command.includes('-delete'));
      for (const { command } of deleting) {
        expect(command.slice(1, 8)).toEqual(['/var/log', '-maxdepth', '1', '-xdev', '-type', 'f', '-name']);
        expect(['syslog.*.gz', 'kern.log.*.gz', 'messages-*']).toContain(command[8]);
        expect(command.slice(9, 11)).toEqual(['-mtime', '+30']);
      }
    });
  });
}
