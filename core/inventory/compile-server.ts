import { z } from 'zod';
import { type Need, needsOf } from '../catalogue.ts';
import { defaultTiming } from '../detection/default-timing.ts';
import type { Monitor, MonitorResponse, Timing } from '../monitor.ts';
import type { Plan, Server, SnmpAccess, SshAccess } from '../server.ts';
import { compileResponse } from './compile-response.ts';
import { unknownKey } from './explain-issue.ts';
import { monitorForm, serverForm, serverParts, snmpForms, sshForm } from './form.ts';
import { judge } from './judge.ts';
import { checkOf, judgeMonitor, type WrittenMonitor } from './judge-monitor.ts';
import { nearest } from './nearest.ts';
import { shown } from './printable.ts';
import type { ProblemList } from './problem.ts';
import { isSecretRef, schemaAt } from './schema-walk.ts';
import type { Surroundings } from './surroundings.ts';
import { faultOfAddress } from './target-address.ts';
import { entryValue, over, pick, type Written, type WrittenList, type WrittenMap } from './written.ts';

const most = { monitors: 200, settingsCharacters: 16_000 };

/** Access to a server as it was written: a fault, none, or the access. */
type Access<A> = { readonly fault: true } | { readonly fault: false; readonly access: A | undefined };

/**
 * Compiles a server and its monitors.
 *
 * @param owner id of the account
 * @param accountIds whose secrets are not this account's
 * @returns undefined when the server itself has a fault
 */
export function compileServer(
  written: WrittenMap,
  owner: string,
  accountIds: ReadonlySet<string>,
  { catalogue, defaults, localAllowed, problems }: Surroundings,
): { readonly server: Server; readonly monitors: readonly Monitor[] } | undefined {
  const layers = [...defaults.servers, written];
  const known = [...Object.keys(serverForm.shape), ...serverParts];
  for (const [key, { key: place }] of written.entries) {
    if (known.includes(key)) continue;
    const isOfMonitor = Object.hasOwn(monitorForm.shape, key);
    problems.add(
      place,
      `${written.field}.${key}`,
      isOfMonitor ? 'is a key of a monitor; give it there, or under defaults.checks' : unknownKey(key, known),
    );
  }
  const whole = layers.reduce((lower, upper) => over(upper, lower));
  const common = judge(
    serverForm,
    pick(whole, (key) => Object.hasOwn(serverForm.shape, key)),
    problems,
  );
  const foreign = (ref: string): string | undefined => {
    const [account = ''] = ref.split('/');
    return account !== owner && accountIds.has(account) ? account : undefined;
  };
  const access = { snmp: mergeAccess(layers, 'snmp', problems), ssh: mergeAccess(layers, 'ssh', problems) };
  const snmp = compileSnmp(access.snmp, problems);
  const ssh = compileSsh(access.ssh, problems);
  if (access.snmp !== undefined) {
    const form = versionOf(access.snmp) === '3' ? snmpForms['3'] : snmpForms['2c'];
    judgeOwners(access.snmp, form, foreign, problems);
  }
  if (access.ssh !== undefined) judgeOwners(access.ssh, sshForm, foreign, problems);
  if (common !== undefined) judgeReach(common, whole, localAllowed, problems);

  const judged = monitorsOf(layers, written, catalogue, problems).flatMap((monitor) => {
    const checkDefaults = defaults.checks.get(monitor.name);
    const whole = over(monitor.written, checkDefaults);
    judgeOwners(whole, monitor.entry.settings, foreign, problems);
    const needs = needsOf(monitor.entry, (setting) => whole.entries.has(setting));
    for (const need of needs) {
      const had = { snmp, ssh }[need];
      if (!had.fault && had.access === undefined) tellMissing(need, monitor, written, problems);
    }
    if (common !== undefined) judgePlan(monitor, common.plan, written, problems);
    const judged = judgeMonitor(monitor, checkDefaults, problems);
    if (judged === undefined || common === undefined) return [];
    if (common.plan !== 'managed') judgeCustomOnPlan(monitor, common.plan, written, problems);
    const response = compileResponse(judged.entry, judged.common, common.plan, whole, problems);
    return { ...judged, response, needs };
  });
  if (common === undefined || snmp.fault || ssh.fault) return undefined;

  const server: Server = {
    account: owner,
    ...common,
    name: common.name ?? common.id,
    ...(snmp.access === undefined ? {} : { snmp: snmp.access }),
    ...(ssh.access === undefined ? {} : { ssh: ssh.access }),
  };
  return { server, monitors: judged.map((monitor) => toMonitor(server, monitor)) };
}

const missing = {
  snmp: { asks: 'asks the server by SNMP', mend: 'give snmp with version and community' },
  ssh: { asks: 'logs in to the server', mend: 'give ssh with user, key and hostKey' },
} as const;

function tellMissing(
  need: keyof typeof missing,
  { name, written: { place, field, entries } }: WrittenMonitor,
  server: WrittenMap,
  problems: ProblemList,
): void {
  const { asks } = missing[need];
  const mend = `${missing[need].mend} to the server or to defaults.server`;
  if (field.startsWith(`${server.field}.`)) {
    const check = entries.get('check')?.value ?? { place, field };
    const text = `is ${shown(name)}, which ${asks}, and the server has no ${need}; ${mend}`;
    problems.add(check.place, check.field, text);
    return;
  }
  const text = `is missing, and the default monitor ${name} ${asks}; ${mend}, or write without: [${name}]`;
  problems.add(server.place, `${server.field}.${need}`, text);
}

/** Some checks are part of some plans only. */
function judgePlan(
  { name, entry: { plans }, written: { place, field, entries } }: WrittenMonitor,
  plan: Plan,
  server: WrittenMap,
  problems: ProblemList,
): void {
  if (plans === undefined || plans.includes(plan)) return;
  const why = `is for the plan ${plans.join(' or ')}, and the server has ${plan}`;
  if (field.startsWith(`${server.field}.`)) {
    const check = entries.get('check')?.value ?? { place, field };
    problems.add(
      check.place,
      check.field,
      `is ${shown(name)}, which ${why}; take it out, or change the plan`,
    );
    return;
  }
  const text = `has the default monitor ${name}, which ${why}; write without: [${name}], or change the plan`;
  problems.add(server.place, server.field, text);
}

/** What defaults give holds where the plan has it; what a monitor itself asks for must be possible. */
function judgeCustomOnPlan(
  { written }: WrittenMonitor,
  plan: Plan,
  server: WrittenMap,
  problems: ProblemList,
): void {
  const list = entryValue(written, 'customRunbooks');
  if (list?.kind !== 'list' || list.items.length === 0 || !list.field.startsWith(`${server.field}.`)) return;
  const text = `is for the plan managed, and the server has ${plan}; take it out, or change the plan`;
  problems.add(list.place, list.field, text);
}

type Judged = NonNullable<ReturnType<typeof judgeMonitor>> & {
  readonly response: MonitorResponse | undefined;
  readonly needs: ReadonlySet<Need>;
};

function toMonitor(server: Server, { name, entry, common, settings, response, needs }: Judged): Monitor {
  const timing: Timing = { ...defaultTiming[entry.class], ...entry.timing };
  return {
    account: server.account,
    server: server.id,
    id: common.id ?? name,
    check: name,
    class: entry.class,
    settings,
    timing: {
      intervalMinutes: common.intervalMinutes ?? timing.intervalMinutes,
      confirmations: common.confirmations ?? timing.confirmations,
      confirmationSpacingSeconds: common.confirmationSpacingSeconds ?? timing.confirmationSpacingSeconds,
      dedupSeconds: common.dedupSeconds ?? timing.dedupSeconds,
      collectSeconds: common.collectSeconds ?? timing.collectSeconds,
    },
    timeLimitMs: common.timeLimitMs ?? entry.timeLimitMs,
    priority: common.priority ?? entry.priority,
    ...(common.service === undefined ? {} : { service: common.service }),
    ...(response === undefined ? {} : { response }),
    plan: server.plan,
    target: {
      address: server.address,
      reach: server.reach,
      ...(server.snmp === undefined ? {} : { snmp: server.snmp }),
      // Most checks do not log in, and a sweep reads thousands of monitors.
      ...(server.ssh === undefined || !needs.has('ssh') ? {} : { ssh: server.ssh }),
      ...(server.maxConnections === undefined ? {} : { maxConnections: server.maxConnections }),
    },
  };
}

function judgeReach(
  { address, reach }: { readonly address: string; readonly reach: Server['reach'] },
  whole: WrittenMap,
  localAllowed: boolean,
  problems: ProblemList,
): void {
  const writtenAddress = entryValue(whole, 'address');
  const fault = faultOfAddress(address, reach);
  if (writtenAddress !== undefined && fault !== undefined) {
    problems.add(writtenAddress.place, writtenAddress.field, `is ${shown(address)}, which ${fault}`);
  }
  const writtenReach = entryValue(whole, 'reach');
  if (writtenReach !== undefined && reach === 'local' && !localAllowed) {
    problems.add(
      writtenReach.place,
      writtenReach.field,
      'is "local", which only a probe on one machine may use; write internet or vpn, or name that machine with --local',
    );
  }
}

/**
 * What the layers together say of a server's access: keys of the upper one win, `none` takes it away.
 * SNMP of another version shares nothing with a default.
 */
function mergeAccess(
  layers: readonly WrittenMap[],
  key: 'snmp' | 'ssh',
  problems: ProblemList,
): WrittenMap | undefined {
  let merged: WrittenMap | undefined;
  for (const layer of layers) {
    const value = entryValue(layer, key);
    if (value === undefined) continue;
    if (value.kind === 'map') merged = sharesVersion(value, merged) ? over(value, merged) : value;
    else if (value.kind === 'scalar' && value.value === 'none') merged = undefined;
    else problems.add(value.place, value.field, `is ${wordOf(value)}; give a map of keys, or none`);
  }
  const server = layers.at(-1);
  if (merged === undefined || server === undefined || entryValue(server, key)?.kind === 'map') return merged;
  // What defaults alone leave open is the server's to say.
  return { ...merged, place: server.place, field: `${server.field}.${key}` };
}

const wordOf = (value: Exclude<Written, WrittenMap>): string =>
  value.kind === 'list' ? 'a list' : value.value === null ? 'empty' : 'a single value';

function sharesVersion(upper: WrittenMap, lower: WrittenMap | undefined): boolean {
  const own = versionOf(upper);
  return own === undefined || lower === undefined || versionOf(lower) === own;
}

function versionOf(map: WrittenMap): string | undefined {
  const version = entryValue(map, 'version');
  return version?.kind === 'scalar' ? String(version.value) : undefined;
}

function compileSnmp(written: WrittenMap | undefined, problems: ProblemList): Access<SnmpAccess> {
  if (written === undefined) return { fault: false, access: undefined };
  const version = entryValue(written, 'version');
  const name = versionOf(written);
  if (version === undefined || (name !== '2c' && name !== '3')) {
    const is = version?.kind === 'scalar' ? `is ${shown(version.value)}` : 'is missing';
    problems.add(
      (version ?? written).place,
      `${written.field}.version`,
      `${is}; known versions of SNMP are 2c and 3`,
    );
    return { fault: true };
  }
  const access =
    name === '3' ? judge(snmpForms['3'], written, problems) : judge(snmpForms['2c'], written, problems);
  return access === undefined ? { fault: true } : { fault: false, access };
}

function compileSsh(written: WrittenMap | undefined, problems: ProblemList): Access<SshAccess> {
  if (written === undefined) return { fault: false, access: undefined };
  const access = judge(sshForm, written, problems);
  return access === undefined ? { fault: true } : { fault: false, access };
}

/** One customer's secret may not be shown to another customer's server. */
function judgeOwners(
  map: WrittenMap,
  schema: z.ZodType,
  foreign: (ref: string) => string | undefined,
  problems: ProblemList,
): void {
  for (const [key, { value }] of map.entries) {
    const at = schemaAt(schema, [key]);
    if (value.kind === 'map' && at instanceof z.ZodType) judgeOwners(value, at, foreign, problems);
    if (value.kind !== 'scalar' || typeof value.value !== 'string' || !isSecretRef(at)) continue;
    const other = foreign(value.value);
    if (other === undefined) continue;
    problems.add(
      value.place,
      value.field,
      `is a secret of the account ${other}; give one of this account, or one under a name that is no account`,
    );
  }
}

/**
 * The monitors of a server: the default ones, then its own; one with an id that is there already takes its place.
 * `without` leaves default ones out.
 */
function monitorsOf(
  layers: readonly WrittenMap[],
  server: WrittenMap,
  catalogue: Surroundings['catalogue'],
  problems: ProblemList,
): WrittenMonitor[] {
  const monitors = new Map<string, WrittenMonitor>();
  for (const layer of layers) {
    if (layer === server) leaveOut(server, monitors, problems);
    const own = new Map<string, Written>();
    for (const item of listOf(layer, 'monitors', 'check', problems)?.items ?? []) {
      const monitor = checkOf(item, catalogue, problems);
      if (monitor === undefined) continue;
      const id = idOf(monitor);
      const earlier = own.get(id);
      if (earlier === undefined) {
        own.set(id, item);
        monitors.set(id, monitor);
        continue;
      }
      const writtenId = entryValue(monitor.written, 'id');
      const text =
        writtenId === undefined
          ? `has the id ${shown(id)}, as ${lastStep(earlier.field)} has; give one of them an id of its own`
          : `is ${shown(id)}, as that of ${lastStep(earlier.field)} is; give each monitor of a server an id of its own`;
      const at = writtenId ?? item;
      problems.add(at.place, at.field, text);
    }
  }
  if (monitors.size > most.monitors) {
    const text = `has ${monitors.size} monitors; a server may have ${most.monitors} at most`;
    problems.add(server.place, server.field, text);
    return [];
  }
  for (const monitor of monitors.values()) judgeSize(monitor, problems);
  return [...monitors.values()];
}

function leaveOut(server: WrittenMap, monitors: Map<string, WrittenMonitor>, problems: ProblemList): void {
  for (const item of listOf(server, 'without', 'monitor id', problems)?.items ?? []) {
    const id = item.kind === 'scalar' ? item.source : '';
    if (monitors.delete(id)) continue;
    const known = [...monitors.keys()];
    const meant = nearest(id, known);
    const question = meant === undefined ? '' : `did you mean ${meant}? `;
    const text =
      known.length === 0
        ? 'names a default monitor, and there is none; take it out'
        : `is ${shown(id)}; ${question}the default monitors are ${known.join(', ')}`;
    problems.add(item.place, item.field, text);
  }
}

function listOf(map: WrittenMap, key: string, what: string, problems: ProblemList): WrittenList | undefined {
  const value = entryValue(map, key);
  if (value === undefined || value.kind === 'list') return value;
  problems.add(value.place, value.field, `is not a list; write one ${what} after each dash, or [] for none`);
  return undefined;
}

function idOf({ name, written }: WrittenMonitor): string {
  const id = entryValue(written, 'id');
  return id?.kind === 'scalar' && id.source !== '' ? id.source : name;
}

const lastStep = (field: string): string => field.slice(field.lastIndexOf('.') + 1);

/** A monitor is one item of the table, and whole sweeps of them are held in memory. */
function judgeSize({ written }: WrittenMonitor, problems: ProblemList): void {
  const characters = charactersOf(written);
  if (characters <= most.settingsCharacters) return;
  problems.add(
    written.place,
    written.field,
    `has ${characters} characters of settings; a monitor may have ${most.settingsCharacters} at most`,
  );
}

function charactersOf(written: Written): number {
  if (written.kind === 'scalar') return written.source.length;
  const values =
    written.kind === 'list' ? written.items : [...written.entries.values()].map(({ value }) => value);
  return values.reduce((sum, value) => sum + charactersOf(value) + 4, 0);
}
