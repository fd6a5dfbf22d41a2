import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parameterForm, runbookForm, stepForm } from '../../../core/runbook/form.ts';
import { readRunbook } from '../../../lambdas/response/read-runbook.ts';

const page = readFileSync('docs/runbooks.md', 'utf8');

it('given the example of the page, when it is read, then it is taken', () => {
  const text = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  expect(readRunbook({ name: 'free-shop.yaml', text })).toMatchObject({
    ok: true,
    runbook: { id: 'free-shop' },
  });
});

it('given every key of the form, when the page is read, then its table has it', () => {
  const keys = [runbookForm, parameterForm, stepForm].flatMap((form) => Object.keys(form.shape));
  const table = page.slice(page.indexOf('| key | what it says |'));
  const unsaid = keys.filter((key) => !new RegExp(`[\`]${key}\\b`).test(table));
  expect(unsaid).toEqual([]);
});
