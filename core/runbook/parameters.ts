import { knownNames } from '../inventory/nearest.ts';
import { shown } from '../inventory/printable.ts';
import { type Parameter, type Runbook, unitName } from './form.ts';

/** Absolute, of plain characters, and never out of a directory again. */
const plainPath = /^\/(?:[A-Za-z0-9._@+-]+(?:\/[A-Za-z0-9._@+-]+)*)?$/;

/** What values a parameter may have. */
export interface ParameterValues {
  readonly type: Parameter['type'];
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** @returns what is wanted in place of the value; undefined when it may be used */
export function faultOfValue({ type, from = 0, to = 0 }: ParameterValues, value: string): string | undefined {
  if (type === 'unit') {
    return unitName.safeParse(value).success ? undefined : 'give the name of one service, for example nginx';
  }
  if (type === 'path') {
    const isGood = value.length <= 200 && plainPath.test(value) && !/(?:^|\/)\.\.?(?:\/|$)/.test(value);
    return isGood
      ? undefined
      : 'give an absolute path of letters, digits and . _ @ + -, for example /var/log';
  }
  const isGood = /^(?:0|[1-9][0-9]{0,9})$/.test(value) && Number(value) >= from && Number(value) <= to;
  return isGood ? undefined : `give a whole number, ${from} to ${to}`;
}

export type ReadParameters =
  | {
      readonly ok: true;
      readonly values: ReadonlyMap<string, string>;
      /** Names of units that nothing was given for: the server says which of them it has. */
      readonly toFind: readonly string[];
    }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Judges what was given for a runbook's parameters and completes it by their defaults. */
export function readParameters(
  { id, parameters }: Runbook,
  given: Readonly<Record<string, string>>,
): ReadParameters {
  const known = Object.keys(parameters);
  const faults = Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) =>
      known.length === 0
        ? `${id} has no parameters; take ${shown(name)} out`
        : `${shown(name)} is no parameter of ${id}; ${knownNames(name, 'parameters', known)}`,
    );
  const values = new Map<string, string>();
  const toFind: string[] = [];
  for (const [name, parameter] of Object.entries(parameters)) {
    const written = Object.hasOwn(given, name) ? given[name] : undefined;
    const value = written ?? parameter.default?.toString();
    if (value === undefined) {
      if (parameter.units !== undefined) toFind.push(name);
      else faults.push(`parameter ${name} of ${id} is missing; give ${parameter.purpose.en}`);
      continue;
    }
    // People write both, and systemd means the same by them.
    const plain = parameter.type === 'unit' ? value.replace(/\.service$/, '') : value;
    const fault = faultOfValue(parameter, plain);
    if (fault === undefined) values.set(name, plain);
    else faults.push(`parameter ${name} is ${shown(value)}; ${fault}`);
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, values, toFind };
}
