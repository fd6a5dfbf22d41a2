import { z } from 'zod';
import { needsOf, possibleNeeds } from '../core/catalogue.ts';
import { snmpForms, sshForm } from '../core/inventory/form.ts';
import { judge } from '../core/inventory/judge.ts';
import { nearest } from '../core/inventory/nearest.ts';
import { printable } from '../core/inventory/printable.ts';
import { type Problem, ProblemList } from '../core/inventory/problem.ts';
import { isSecretRef, schemaAt, unwrap } from '../core/inventory/schema-walk.ts';
import type { Written, WrittenEntry, WrittenMap } from '../core/inventory/written.ts';
import type { SnmpAccess, SshAccess } from '../core/server.ts';
import type { CheckType } from '../lambdas/probe/checks/check-type.ts';
import { CommandError } from './command-line.ts';

/** An option as it was written, with the text that follows it; `place` counts the words. */
export interface OptionWord {
  readonly name: string;
  readonly value: string | undefined;
  readonly place: number;
}

/** Where a secret comes from: never from the command line, which everybody on the machine can read. */
export interface SecretSource {
  readonly option: string;
  /** The environment variable; standard input without one. */
  readonly env?: string;
}

/** What the options of one check type say. */
export interface CheckOptions {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly snmp: SnmpAccess | undefined;
  readonly ssh: SshAccess | undefined;
  /** Sources by the reference that settings and access name. */
  readonly secrets: ReadonlyMap<string, SecretSource>;
}

const command = 'command line';
const snmpPrefix = 'snmp-';
const sshPrefix = 'ssh-';
/** Of both versions, which the other keys tell apart; the form of the version judges. */
const snmpKeys = z.object({ ...snmpForms['3'].shape, ...snmpForms['2c'].shape }).omit({ version: true });

/**
 * Reads the options that a check type's schema and the access to the server make.
 *
 * @param common names of the options that every check has, which may have been meant
 * @throws CommandError with exit code 3 and every fault
 */
export function readCheckOptions(
  check: string,
  type: CheckType,
  words: readonly OptionWord[],
  common: readonly string[],
): CheckOptions {
  const secrets = new Map<string, SecretSource>();
  const own = new OptionTree(type.settings, '', secrets);
  const snmpAccess = new OptionTree(snmpKeys, snmpPrefix, secrets);
  const sshAccess = new OptionTree(sshForm, sshPrefix, secrets);
  const trees = possibleNeeds(type).has('ssh') ? [own, snmpAccess, sshAccess] : [own, snmpAccess];
  const faults: string[] = [];
  for (const word of words) {
    const tree = trees.find(({ prefix }) => prefix !== '' && word.name.startsWith(prefix)) ?? own;
    const fault = tree.put(word);
    if (fault === undefined) continue;
    const known = [...trees.flatMap((one) => one.options()), ...common];
    faults.push(fault === 'unknown' ? unknownOption(word.name, known) : fault);
  }
  const settings = own.read((root, problems) => judge(type.settings, root, problems), faults);
  const isWritten = (prefix: string) =>
    words.some(({ name }) => name.startsWith(prefix) && name !== `${prefix}port`);
  const needs = needsOf(type, (setting) => own.root.entries.has(setting));
  if (needs.has('snmp') && !isWritten(snmpPrefix)) {
    faults.push(
      `${check} asks by SNMP; give --snmp-community-env NAME, or for version 3 --snmp-user, --snmp-auth-key-env and --snmp-priv-key-env`,
    );
  }
  const hasWayIn = ['key', 'password'].some((key) => sshAccess.root.entries.has(key));
  if (needs.has('ssh') && !(isWritten(sshPrefix) && hasWayIn)) {
    faults.push(
      `${check} logs in by SSH; give --ssh-user NAME, --ssh-host-key SHA256:… and --ssh-key-env NAME or --ssh-password-env NAME`,
    );
  }
  const snmp =
    isWritten(snmpPrefix) && !snmpAccess.isAtFault ? snmpAccess.read(judgeAccess, faults) : undefined;
  const ssh =
    needs.has('ssh') && hasWayIn && !sshAccess.isAtFault
      ? sshAccess.read((root, problems) => judge(sshForm, root, problems), faults)
      : undefined;
  if (faults.length > 0 || settings === undefined) throw new CommandError(faults.join('\n'), 3);
  return { settings, snmp, ssh, secrets };
}

/** The usage, which is told with it, lists those that are known. */
function unknownOption(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const mend = meant === undefined ? 'take it out, or give one of these' : `did you mean --${meant}?`;
  return `--${printable(name)} is not known; ${mend}`;
}

function judgeAccess(root: WrittenMap, problems: ProblemList): SnmpAccess | undefined {
  const isV2 = root.entries.has('community');
  const version = entryOf(scalar('--snmp', 0, isV2 ? '2c' : '3'));
  const whole = { ...root, entries: new Map(root.entries).set('version', version) };
  return isV2 ? judge(snmpForms['2c'], whole, problems) : judge(snmpForms['3'], whole, problems);
}

/** Options put together to one value, by the schema that will judge it. */
class OptionTree {
  readonly root: WrittenMap & { readonly entries: Map<string, WrittenEntry> };
  /** An option of it was not taken: what is missing then may be what was meant. */
  isAtFault = false;
  readonly prefix: string;
  readonly #schema: z.ZodObject;
  readonly #secrets: Map<string, SecretSource>;

  constructor(schema: z.ZodObject, prefix: string, secrets: Map<string, SecretSource>) {
    this.#schema = schema;
    this.prefix = prefix;
    this.#secrets = secrets;
    this.root = { kind: 'map', ...at(0), field: '', entries: new Map() };
  }

  /** @returns what is wrong with the option, if anything is */
  put(word: OptionWord): string | undefined {
    const fault = this.#put(word);
    if (fault !== undefined) this.isAtFault = true;
    return fault;
  }

  /** Judges the whole and adds what is wrong with it to the faults. */
  read<T>(judgeRoot: (root: WrittenMap, problems: ProblemList) => T, faults: string[]): T {
    const problems = new ProblemList([command]);
    const value = judgeRoot(this.root, problems);
    faults.push(...problems.sorted().map((problem) => this.#explain(problem)));
    return value;
  }

  /** What was written has its option for a field; what is missing has a path of keys. */
  #explain({ field, message }: Problem): string {
    if (field.startsWith('--')) return message;
    const option = `--${optionName(this.prefix, field)}`;
    return isSecretRef(schemaAt(this.#schema, field.split('.')))
      ? `${option}-env is missing; give the name of an environment variable that holds the secret, or ${option}-stdin`
      : `${option}${message.slice(field.length)}`;
  }

  #put({ name, value, place }: OptionWord): string | undefined {
    const wording = /^(.*?)(?:-(env|stdin))?$/s.exec(name.slice(this.prefix.length));
    const source = wording?.[2] === undefined ? undefined : this.#path(wording[1] ?? '');
    // A map of secrets takes any key: there `x-api-key-env` is the key x-api-key, and where its secret is.
    const isSource = source !== undefined && isSecretRef(schemaAt(this.#schema, source));
    const plain = isSource ? undefined : this.#path(name.slice(this.prefix.length));
    const path = plain ?? source;
    if (path === undefined) return 'unknown';
    const schema = schemaAt(this.#schema, path);
    const option = `--${printable(name)}`;
    if (isSecretRef(schema)) {
      if (plain !== undefined) return refuseSecret(option);
      const ref = `terminal/${this.prefix}${path.join('.')}`;
      const isEnv = wording?.[2] === 'env';
      if (isEnv && value === undefined) return noValue(option);
      this.#secrets.set(ref, { option, ...(isEnv && value !== undefined && { env: value }) });
      return this.#set(path, entryOf(scalar(option, place, ref)), option);
    }
    if (plain === undefined) return 'unknown';
    const { schema: bare } = unwrap(schema);
    if (value === undefined && !(bare instanceof z.ZodBoolean)) return noValue(option);
    const text = value ?? 'true';
    const item = bare instanceof z.ZodArray ? bare.element : schema;
    return this.#set(path, entryOf(scalar(option, place, text, readValue(item, text))), option, bare);
  }

  /** The path that an option names; `response-ms` is responseMs. */
  #path(name: string): string[] | undefined {
    const path: string[] = [];
    for (const step of name.split('.')) {
      const { schema } = unwrap(schemaAt(this.#schema, path));
      const isObject = schema instanceof z.ZodObject;
      const camel = step.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
      const key = isObject && !Object.hasOwn(schema.shape, step) ? camel : step;
      if (!isObject && !(schema instanceof z.ZodRecord)) return undefined;
      // A fault below the first step is told by the schema, which knows what stands there.
      if (path.length === 0 && isObject && !Object.hasOwn(schema.shape, key)) return undefined;
      path.push(key);
    }
    return path;
  }

  #set(path: readonly string[], entry: WrittenEntry, option: string, schema?: unknown): string | undefined {
    let { entries }: { entries: Map<string, WrittenEntry> } = this.root;
    const last = path.length - 1;
    for (const [index, step] of path.slice(0, last).entries()) {
      const present = entries.get(step)?.value;
      if (present?.kind === 'map') {
        entries = present.entries as Map<string, WrittenEntry>;
        continue;
      }
      if (present !== undefined) return `${option} does not go with ${present.field}; give one of them`;
      const inner = new Map<string, WrittenEntry>();
      const field = `--${this.prefix}${path.slice(0, index + 1).join('.')}`;
      entries.set(step, {
        key: entry.key,
        value: { ...at(entry.key.line), kind: 'map', field, entries: inner },
      });
      entries = inner;
    }
    const step = path[last] ?? '';
    const present = entries.get(step)?.value;
    const { value } = entry;
    if (schema instanceof z.ZodArray) {
      const items = present?.kind === 'list' ? [...present.items, value] : [value];
      entries.set(step, { key: entry.key, value: { ...value, kind: 'list', items } });
      return undefined;
    }
    if (present !== undefined) return `${option} is given twice; give it once`;
    entries.set(step, entry);
    return undefined;
  }

  /** The names of its options, without dashes in front. */
  options(): string[] {
    return optionsOf(this.#schema, this.prefix).map(({ name }) => name);
  }
}

/** Told alike for the options of every check. */
export const noValue = (option: string): string => `${option} has no value after it; give one`;

function refuseSecret(option: string): string {
  return `${option} would show the secret to everybody on this machine; give ${option}-env NAME (an environment variable) or ${option}-stdin, and use another secret if this was real`;
}

/** What the text after an option is, where the schema does not want a text. */
function readValue(wanted: unknown, text: string): string | number | boolean {
  const { schema } = unwrap(wanted);
  if (schema instanceof z.ZodString || schema instanceof z.ZodEnum) return text;
  if (/^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

const at = (line: number) => ({ place: { file: command, line, column: 1 } });
const entryOf = (value: Written): WrittenEntry => ({ key: value.place, value });
const scalar = (
  field: string,
  line: number,
  source: string,
  value: string | number | boolean = source,
): Written => ({ kind: 'scalar', ...at(line), field, source, value });

/** One option as the usage shows it. */
export interface OptionHelp {
  readonly name: string;
  /** What stands for its value; empty for one that takes none. */
  readonly value: string;
  readonly description: string;
}

/** The options that a schema makes, inner ones as `outer.inner`. */
function optionsOf(schema: z.ZodObject, prefix: string): OptionHelp[] {
  return Object.entries(schema.shape).flatMap(([key, wrapped]): OptionHelp[] => {
    const { schema: bare, description = '' } = unwrap(wrapped);
    const name = optionName(prefix, key);
    if (bare instanceof z.ZodObject) return optionsOf(bare, `${name}.`);
    if (isSecretRef(wrapped)) return secretOptions(name);
    if (bare instanceof z.ZodRecord && isSecretRef(bare.valueType)) return secretOptions(`${name}.KEY`);
    const given = wrapped instanceof z.ZodDefault ? ` (${[wrapped.def.defaultValue].flat().join(', ')})` : '';
    const again = bare instanceof z.ZodArray ? '; give the option again for each' : '';
    const shownName = bare instanceof z.ZodRecord ? `${name}.KEY` : name;
    return [{ name: shownName, value: valueName(bare), description: `${description}${again}${given}` }];
  });
}

const secretOptions = (name: string): OptionHelp[] => [
  { name: `${name}-env`, value: 'NAME', description: 'the environment variable that holds the secret' },
  { name: `${name}-stdin`, value: '', description: 'read the secret from standard input' },
];

/** Options of the access are in words with hyphens, as they are no keys of an inventory's monitor. */
const optionName = (prefix: string, key: string): string =>
  prefix +
  (prefix === snmpPrefix || prefix === sshPrefix
    ? key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    : key);

function valueName(wrapped: unknown): string {
  const { schema } = unwrap(wrapped);
  if (schema instanceof z.ZodBoolean) return 'true|false';
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.map(valueName))].join('|');
  return schema instanceof z.ZodNumber ? 'N' : 'VALUE';
}

/** The options of a check type, with those of the access to the server that it may need. */
export const optionsOfCheck = (type: CheckType): OptionHelp[] => {
  const needs = possibleNeeds(type);
  return [
    ...optionsOf(type.settings, ''),
    ...(needs.has('ssh') ? optionsOf(sshForm, sshPrefix) : []),
    ...(needs.has('snmp') ? optionsOf(snmpKeys, snmpPrefix) : []),
  ];
};

/** Whether an option stands alone: its value may be left out. */
export function standsAlone(name: string, { settings }: CheckType): boolean {
  if (name.endsWith('-stdin')) return true;
  return unwrap(schemaAt(settings, name.split('.'))).schema instanceof z.ZodBoolean;
}
