import { judge } from '../inventory/judge.ts';
import { knownNames } from '../inventory/nearest.ts';
import { shown } from '../inventory/printable.ts';
import { type Problem, ProblemList } from '../inventory/problem.ts';
import { type InventoryFile, readYaml } from '../inventory/read-yaml.ts';
import { type Written, writtenAt } from '../inventory/written.ts';
import { hasLooseBraces, placeholdersOf } from './argument.ts';
import { type Parameter, type Runbook, runbookForm, type Step } from './form.ts';
import { faultOfValue } from './parameters.ts';
import { faultOfProgram, faultOfRootCommand } from './root-command.ts';

export interface RunbookFile extends InventoryFile {
  /** Of the text as UTF-8, in hexadecimal. */
  readonly sha256: string;
}

export type ParsedRunbook =
  | { readonly ok: true; readonly runbook: Runbook }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** All steps that one server runs: a function that carries them out ends after 15 min. */
const mostSeconds = 600;

type Tell = (path: readonly PropertyKey[], text: string) => void;

/**
 * Reads a runbook and judges it by the rules that make it fit to run on a customer's server. Every fault is told at once.
 *
 * @param checks names of the check types there are
 */
export function parseRunbook(file: RunbookFile, checks: readonly string[]): ParsedRunbook {
  const problems = new ProblemList([file.name]);
  const start = { file: file.name, line: 1, column: 1 };
  if (/^(?:\s*(?:#[^\n]*)?\n?)*$/.test(file.text.slice(0, 10_000)) && file.text.length <= 10_000) {
    problems.add(start, '', 'the file is empty; write id, purpose, checks and steps');
    return { ok: false, problems: problems.sorted() };
  }
  const root = readYaml(file, problems);
  if (root !== undefined && root.kind !== 'map') {
    problems.add(root.place, '', 'the file is not a map; begin it with id: and purpose:');
  }
  const form = root?.kind === 'map' ? judge(runbookForm, root, problems) : undefined;
  const runbook = form === undefined ? undefined : { ...form, version: file.sha256.slice(0, 12) };
  if (runbook !== undefined && root !== undefined) judgeRules(runbook, checks, teller(root, problems));
  const found = problems.sorted();
  return runbook === undefined || found.length > 0 ? { ok: false, problems: found } : { ok: true, runbook };
}

const teller =
  (root: Written, problems: ProblemList): Tell =>
  (path, text) => {
    const { place, field, keyPlace } = writtenAt(root, path);
    problems.add(keyPlace ?? place, field, text);
  };

function judgeRules(runbook: Runbook, checks: readonly string[], tell: Tell): void {
  for (const [index, check] of runbook.checks.entries()) {
    if (checks.includes(check)) continue;
    tell(['checks', index], `is ${shown(check)}; ${knownNames(check, 'checks', checks)}`);
  }
  for (const [name, parameter] of Object.entries(runbook.parameters)) judgeParameter(name, parameter, tell);
  const ids = new Set<string>();
  for (const [index, step] of runbook.steps.entries()) {
    if (ids.has(step.id))
      tell(['steps', index, 'id'], `is ${shown(step.id)}, as that of a step above is; give it another`);
    ids.add(step.id);
    judgeStep(step, index, runbook, tell);
  }
  judgeSudo(runbook, tell);
  if (runbook.verification === undefined && runbook.steps.some(({ changes }) => changes)) {
    tell(['verification'], 'is missing, and steps change something; write {check: same, afterSeconds: 10}');
  }
  const seconds = runbook.steps.reduce((sum, { timeLimitSeconds }) => sum + timeLimitSeconds, 0);
  if (seconds > mostSeconds) {
    tell(['steps'], `may take ${seconds} s together; ${mostSeconds} s at most`);
  }
}

function judgeParameter(name: string, parameter: Parameter, tell: Tell): void {
  const { type, units, from, to } = parameter;
  const at = ['parameters', name];
  if (units !== undefined && type !== 'unit') tell([...at, 'units'], 'goes with type unit only; take it out');
  if (type === 'number' && (from === undefined || to === undefined || from > to)) {
    tell(at, 'is a number without bounds; give from and to, the least and the greatest');
    return;
  }
  if (type !== 'number' && (from !== undefined || to !== undefined)) {
    tell(at, 'has from or to, which go with type number only; take them out');
  }
  if (parameter.default === undefined) return;
  const fault = faultOfValue(parameter, String(parameter.default));
  if (fault !== undefined) tell([...at, 'default'], `is ${shown(parameter.default)}; ${fault}`);
}

function judgeStep(step: Step, index: number, runbook: Runbook, tell: Tell): void {
  const at = ['steps', index];
  const [program = ''] = step.command;
  for (const [place, argument] of step.command.entries()) {
    if (hasLooseBraces(argument)) {
      tell(
        [...at, 'command', place],
        `is ${shown(argument)}; braces stand around the name of a parameter only`,
      );
    }
    for (const name of placeholdersOf(argument)) {
      if (Object.hasOwn(runbook.parameters, name)) continue;
      const known = Object.keys(runbook.parameters);
      const mend = known.length === 0 ? 'give it under parameters' : knownNames(name, 'parameters', known);
      tell([...at, 'command', place], `names the parameter ${shown(name)}; ${mend}`);
    }
  }
  if (placeholdersOf(program).length > 0) {
    tell([...at, 'command', 0], `is ${shown(program)}; write the program out, a parameter may not choose it`);
  }
  const fault = faultOfProgram(program);
  if (fault !== undefined) tell([...at, 'command', 0], `is ${shown(program)}, which ${fault}`);
  if (!step.changes && step.repeatable) {
    tell(
      [...at, 'repeatable'],
      'stands at a step that changes nothing, which may always run again; take it out',
    );
  }
  if (!step.asRoot) return;
  const rootFault = fault === undefined ? faultOfRootCommand(step.command) : undefined;
  if (rootFault !== undefined) tell([...at, 'command'], rootFault);
  if (!runbook.sudo.includes(step.command.join(' '))) {
    tell([...at, 'command'], `runs as root and is not listed; add to sudo: ${step.command.join(' ')}`);
  }
}

function judgeSudo({ sudo, steps, parameters }: Runbook, tell: Tell): void {
  const used = new Set(steps.filter(({ asRoot }) => asRoot).map(({ command }) => command.join(' ')));
  for (const [index, line] of sudo.entries()) {
    if (sudo.indexOf(line) !== index) tell(['sudo', index], 'is there twice; take it out');
    else if (!used.has(line)) tell(['sudo', index], 'is used by no step with asRoot: true; take it out');
    for (const name of placeholdersOf(line)) {
      const type = Object.hasOwn(parameters, name) ? parameters[name]?.type : undefined;
      if (type === undefined || type === 'unit') continue;
      tell(
        ['sudo', index],
        `lets root work on any ${type}, ${shown(name)}; write its value out, or use a unit`,
      );
    }
  }
}
