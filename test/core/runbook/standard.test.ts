import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { standardRunbookIds, standardRunbooks } from '../../../core/runbook/standard.ts';
import { checkTypes } from '../../../lambdas/probe/checks/registry.ts';
import { readRunbook } from '../../../lambdas/response/read-runbook.ts';

const shipped = globSync('runbooks/*.yaml')
  .sort()
  .map((name) => {
    const parsed = readRunbook({ name, text: readFileSync(name, 'utf8') });
    if (!parsed.ok) throw new Error(`${name} is not sound`);
    return parsed.runbook;
  });

describe('what the inventory knows of runbooks', () => {
  it('given the files, when they are compared, then it has their ids and parameters', () => {
    const wanted = shipped.map(({ id, parameters }) => [
      id,
      Object.fromEntries(
        Object.entries(parameters).map(([name, { type, from, to }]) => [
          name,
          { type, ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
        ]),
      ),
    ]);
    expect(Object.entries(standardRunbooks).map(([id, { parameters }]) => [id, parameters])).toEqual(wanted);
    expect(
      globSync('runbooks/*.yaml')
        .map((file) => basename(file, '.yaml'))
        .sort(),
    ).toEqual(standardRunbookIds);
  });

  it('given the first response of each check type, when its runbook is looked up, then it is for that check type', () => {
    for (const [name, { runbook }] of Object.entries(checkTypes)) {
      if (runbook === undefined) continue;
      expect(shipped.find(({ id }) => id === runbook.id)?.checks, name).toContain(name);
    }
  });

  it('given the check types of each runbook, when they are looked up, then it is their first response', () => {
    for (const { id, checks } of shipped) {
      for (const name of checks) expect(checkTypes[name]?.runbook?.id, name).toBe(id);
    }
  });
});
