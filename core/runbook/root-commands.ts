import { placeholdersOf } from './argument.ts';
import { type InitSystem, initSystem, type OsFamily, osFamily, type Runbook } from './form.ts';

/** A command that root runs for our account, on the servers it is for. */
export interface RootCommand {
  readonly family: OsFamily | 'any';
  readonly init: InitSystem;
  readonly argv: readonly string[];
}

/**
 * Every root command of these runbooks with every service it may name, each once and in a fixed order: what a server's
 * sudoers file lists.
 *
 * @param services beside those that runbooks know: the ones that an account's monitors name
 */
export function rootCommandsOf(runbooks: readonly Runbook[], services: readonly string[]): RootCommand[] {
  return initSystem.options.flatMap((init) => {
    const families = new Map<string, { readonly argv: readonly string[]; readonly of: OsFamily[] }>();
    for (const family of osFamily.options) {
      for (const argv of runbooks.flatMap((runbook) => filledSteps(runbook, family, init, services))) {
        const known = families.get(argv.join(' ')) ?? { argv, of: [] };
        families.set(argv.join(' '), known);
        if (!known.of.includes(family)) known.of.push(family);
      }
    }
    return [...families.values()]
      .map(
        ({ argv, of: [first = 'debian', ...others] }): RootCommand => ({
          family: others.length > 0 ? 'any' : first,
          init,
          argv,
        }),
      )
      .sort((a, b) => compare(a.argv.join(' '), b.argv.join(' ')));
  });
}

// By code unit, so that a script reads the same wherever it was made.
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function filledSteps(
  { steps, parameters }: Runbook,
  family: OsFamily,
  init: InitSystem,
  services: readonly string[],
): string[][] {
  return steps
    .filter((step) => step.asRoot && (step.family ?? family) === family && (step.init ?? init) === init)
    .flatMap(({ command }) =>
      // The form lets only units stand in a root command.
      [...new Set(command.flatMap(placeholdersOf))].reduce<string[][]>(
        (lines, name) =>
          lines.flatMap((line) =>
            [...new Set([...(parameters[name]?.units?.[family] ?? []), ...services])].map((unit) =>
              line.map((argument) => argument.replaceAll(`{${name}}`, unit)),
            ),
          ),
        [[...command]],
      ),
    );
}

/**
 * A command as a sudoers file has it, so that it permits these very arguments: no character is a wildcard, and a program
 * without arguments is permitted none.
 *
 * @see sudoers(5), "Other special characters and reserved words" and "Wildcards"
 */
export const sudoersCommand = ([program = '', ...rest]: readonly string[]): string =>
  [program, ...(rest.length === 0 ? ['""'] : rest.map(escaped))].join(' ');

const escaped = (argument: string): string => argument.replace(/[\\,:=*?[\]!#"]/g, '\\$&');
