import type { Catalogue } from '../catalogue.ts';
import { unknownKey } from './explain-issue.ts';
import { serverForm, serverParts, snmpForms, sshForm } from './form.ts';
import { judge } from './judge.ts';
import { checkOf, judgeMonitor } from './judge-monitor.ts';
import { knownNames } from './nearest.ts';
import { shown } from './printable.ts';
import type { ProblemList } from './problem.ts';
import { entryValue, over, pick, type Written, type WrittenMap } from './written.ts';

/** What servers and monitors have when they say nothing else. The account's lie over the inventory's. */
export interface Defaults {
  /** Lowest first. */
  readonly servers: readonly WrittenMap[];
  /** By check type. */
  readonly checks: ReadonlyMap<string, WrittenMap>;
}

const noDefaults: Defaults = { servers: [], checks: new Map() };

/** A server's keys that are its own and nobody's default. */
const ownKeys = ['id', 'name', 'address', 'without'];
const defaultKeys = [...Object.keys(serverForm.shape), ...serverParts].filter(
  (key) => !ownKeys.includes(key),
);

/**
 * Judges a `defaults` map as far as it goes: what it lacks the servers may have.
 *
 * @param lower the defaults that these lie over
 */
export function judgeDefaults(
  written: Written | undefined,
  catalogue: Catalogue,
  problems: ProblemList,
  lower: Defaults = noDefaults,
): Defaults {
  if (written === undefined) return lower;
  const map = asMap(written, 'with server and checks', problems);
  if (map === undefined) return lower;
  const known = ['server', 'checks'];
  for (const [key, { key: place }] of map.entries) {
    if (!known.includes(key)) problems.add(place, `${map.field}.${key}`, unknownKey(key, known));
  }
  return {
    servers: [...lower.servers, ...judgeServerDefaults(entryValue(map, 'server'), catalogue, problems)],
    checks: judgeCheckDefaults(entryValue(map, 'checks'), catalogue, problems, lower.checks),
  };
}

function judgeServerDefaults(
  written: Written | undefined,
  catalogue: Catalogue,
  problems: ProblemList,
): WrittenMap[] {
  const map = written === undefined ? undefined : asMap(written, 'of a server', problems);
  if (map === undefined) return [];
  for (const [key, { key: place }] of map.entries) {
    if (defaultKeys.includes(key)) continue;
    const text = ownKeys.includes(key) ? "is each server's own; give it there" : unknownKey(key, defaultKeys);
    problems.add(place, `${map.field}.${key}`, text);
  }
  const usable = pick(map, (key) => defaultKeys.includes(key));
  judge(
    serverForm,
    pick(usable, (key) => key in serverForm.shape),
    problems,
    { isPart: true },
  );
  const ssh = entryValue(usable, 'ssh');
  if (ssh?.kind === 'map') judge(sshForm, ssh, problems, { isPart: true });
  const snmp = entryValue(usable, 'snmp');
  if (snmp?.kind === 'map') {
    const version = entryValue(snmp, 'version');
    // Without a version it completes either form, and is judged with the server it completes.
    if (version?.kind === 'scalar' && String(version.value) in snmpForms) {
      judge(String(version.value) === '3' ? snmpForms['3'] : snmpForms['2c'], snmp, problems, {
        isPart: true,
      });
    }
  }
  const monitors = entryValue(usable, 'monitors');
  if (monitors?.kind === 'list') {
    for (const item of monitors.items) {
      const check = checkOf(item, catalogue, problems);
      if (check !== undefined) judgeMonitor(check, undefined, problems, { isPart: true });
    }
  }
  return [usable];
}

function judgeCheckDefaults(
  written: Written | undefined,
  catalogue: Catalogue,
  problems: ProblemList,
  lower: ReadonlyMap<string, WrittenMap>,
): ReadonlyMap<string, WrittenMap> {
  const map = written === undefined ? undefined : asMap(written, 'with check types as keys', problems);
  if (map === undefined) return lower;
  const checks = new Map(lower);
  for (const [name, { key: place, value }] of map.entries) {
    const entry = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
    if (entry === undefined) {
      const text = `is not a check type; ${knownNames(name, 'checks', Object.keys(catalogue).sort())}`;
      problems.add(place, `${map.field}.${name}`, text);
      continue;
    }
    const settings = asMap(value, `of settings of ${name}`, problems);
    if (settings === undefined) continue;
    for (const key of ['check', 'id']) {
      const own = settings.entries.get(key);
      if (own !== undefined) {
        problems.add(own.key, `${settings.field}.${key}`, "is each monitor's own; give it there");
      }
    }
    const usable = pick(settings, (key) => key !== 'check' && key !== 'id');
    judgeMonitor({ name, entry, written: usable }, undefined, problems, { isPart: true });
    checks.set(name, over(usable, lower.get(name)));
  }
  return checks;
}

function asMap(written: Written, what: string, problems: ProblemList): WrittenMap | undefined {
  if (written.kind === 'map') return written;
  const is = written.kind === 'list' ? 'a list' : written.value === null ? 'empty' : shown(written.value);
  problems.add(written.place, written.field, `is ${is}; give a map ${what}`);
  return undefined;
}
