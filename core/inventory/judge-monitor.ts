import type { Catalogue, CatalogueEntry } from '../catalogue.ts';
import { unknownKey } from './explain-issue.ts';
import { monitorForm, serverForm, serverParts } from './form.ts';
import { judge } from './judge.ts';
import { knownNames } from './nearest.ts';
import { shown } from './printable.ts';
import type { ProblemList } from './problem.ts';
import { entryValue, over, pick, type Written, type WrittenMap } from './written.ts';

/** A monitor whose check type is known; a bare name stands for a map with nothing but `check`. */
export interface WrittenMonitor {
  readonly name: string;
  readonly entry: CatalogueEntry;
  readonly written: WrittenMap;
}

/** @returns undefined when it has no check type of the catalogue; the problem is told */
export function checkOf(
  item: Written,
  catalogue: Catalogue,
  problems: ProblemList,
): WrittenMonitor | undefined {
  const known = () => Object.keys(catalogue).sort();
  if (item.kind === 'list' || (item.kind === 'scalar' && typeof item.value !== 'string')) {
    const is = item.kind === 'list' ? 'a list' : item.value === null ? 'empty' : shown(item.value);
    const text = `is ${is}; give the name of a check, or a map with check and its settings; known checks are`;
    problems.add(item.place, item.field, `${text} ${known().join(', ')}`);
    return undefined;
  }
  const check = item.kind === 'scalar' ? item : entryValue(item, 'check');
  if (check === undefined) {
    problems.add(item.place, `${item.field}.check`, `is missing; known checks are ${known().join(', ')}`);
    return undefined;
  }
  const name = check.kind === 'scalar' ? String(check.value) : '';
  const entry = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (check.kind !== 'scalar' || entry === undefined) {
    const is = check.kind === 'scalar' ? shown(check.value) : `a ${check.kind}`;
    problems.add(check.place, check.field, `is ${is}; ${knownNames(name, 'checks', known())}`);
    return undefined;
  }
  const written: WrittenMap =
    item.kind === 'map'
      ? item
      : {
          kind: 'map',
          place: item.place,
          field: item.field,
          entries: new Map([['check', { key: item.place, value: item }]]),
        };
  return { name, entry, written };
}

/**
 * Judges a monitor: the keys every monitor may have, and the settings of its check type.
 *
 * @param defaults of the check type; keys of the monitor win
 */
export function judgeMonitor(
  { name, entry, written }: WrittenMonitor,
  defaults: WrittenMap | undefined,
  problems: ProblemList,
  { isPart = false }: { readonly isPart?: boolean } = {},
) {
  const whole = over(written, defaults);
  const isCommon = (key: string) => Object.hasOwn(monitorForm.shape, key);
  const isSetting = (key: string) => !isCommon(key) && Object.hasOwn(entry.settings.shape, key);
  for (const [key, { key: place }] of written.entries) {
    if (isCommon(key) || isSetting(key)) continue;
    const isOfServer = Object.hasOwn(serverForm.shape, key) || serverParts.some((part) => part === key);
    const known = [...Object.keys(entry.settings.shape), ...Object.keys(monitorForm.shape)];
    problems.add(
      place,
      `${written.field}.${key}`,
      isOfServer ? 'is a key of the server; give it there' : unknownKey(key, known),
    );
  }
  const common = judge(monitorForm, pick(whole, isCommon), problems, { isPart });
  const settings = judge(entry.settings, pick(whole, isSetting), problems, { isPart });
  return common === undefined || settings === undefined ? undefined : { name, entry, common, settings };
}
