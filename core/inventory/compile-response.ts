import type { CatalogueEntry } from '../catalogue.ts';
import { type MonitorResponse, monitorResponse } from '../monitor.ts';
import { unitName } from '../runbook/form.ts';
import { faultOfValue } from '../runbook/parameters.ts';
import { type StandardRunbook, type StandardRunbookId, standardRunbooks } from '../runbook/standard.ts';
import type { Plan } from '../server.ts';
import type { judgeMonitor } from './judge-monitor.ts';
import { knownNames } from './nearest.ts';
import { shown } from './printable.ts';
import type { ProblemList } from './problem.ts';
import { entryValue, type WrittenMap } from './written.ts';

type Common = NonNullable<ReturnType<typeof judgeMonitor>>['common'];

/**
 * What a first response does about a monitor: its own runbook or that of its check type, and the values for it.
 *
 * @param written the monitor's keys over its defaults
 * @returns undefined where nothing is tried: on the plan notify, and where there is no runbook
 */
export function compileResponse(
  entry: CatalogueEntry,
  common: Common,
  plan: Plan,
  written: WrittenMap,
  problems: ProblemList,
): MonitorResponse | undefined {
  const unit = unitOf(common.service);
  const standard = standardOf(entry, common, unit);
  // Defaults may have runbooks of the account for all monitors of a check type; they hold where the plan has them.
  const custom = plan === 'managed' ? (common.customRunbooks ?? []) : [];
  judgeCustom(common, written, problems);
  const given = common.runbookParameters ?? {};
  if (standard !== undefined) judgeParameters(standard, given, custom.length > 0, written, problems);
  const parameters = { ...parametersOfService(standard, unit), ...given };
  if (standard === 'restart-service' && parameters.service === undefined) {
    const at = entryValue(written, 'runbook') ?? written;
    const text = `is "restart-service", and nothing says which service; give service: nginx.service to the monitor, or runbookParameters with service`;
    problems.add(at.place, at.field, text);
  }
  if (plan === 'notify' || (standard === undefined && custom.length === 0)) return undefined;
  return monitorResponse.parse({
    custom,
    ...(standard !== undefined && { standard }),
    parameters,
    guard: common.repairLimit ?? {},
  });
}

/** The name of a service as runbooks take it; other units, a timer or a socket, are no services to restart. */
function unitOf(service: string | undefined): string | undefined {
  const name = service?.replace(/\.service$/, '');
  const isOther =
    name !== undefined && /\.(?:socket|timer|mount|path|target|slice|scope|device|swap)$/.test(name);
  return isOther || !unitName.safeParse(name).success ? undefined : name;
}

function standardOf(
  { runbook }: CatalogueEntry,
  common: Common,
  unit: string | undefined,
): StandardRunbookId | undefined {
  if (common.runbook === 'none') return undefined;
  if (common.runbook !== undefined) return common.runbook;
  if (runbook === undefined) return undefined;
  const isNamed = unit !== undefined || common.runbookParameters?.service !== undefined;
  return runbook.ofService && !isNamed ? undefined : runbook.id;
}

/** The service that the monitor stands for is the one to restart. */
function parametersOfService(
  standard: StandardRunbookId | undefined,
  unit: string | undefined,
): Record<string, string> {
  if (standard === undefined || unit === undefined) return {};
  const parameters: StandardRunbook['parameters'] = standardRunbooks[standard].parameters;
  const names = Object.keys(parameters).filter((name) => parameters[name]?.type === 'unit');
  return Object.fromEntries(names.map((name) => [name, unit]));
}

function judgeCustom({ customRunbooks = [] }: Common, written: WrittenMap, problems: ProblemList): void {
  const list = entryValue(written, 'customRunbooks');
  if (list?.kind !== 'list') return;
  customRunbooks.forEach((id, index) => {
    const item = list.items[index];
    if (item === undefined) return;
    if (Object.hasOwn(standardRunbooks, id)) {
      problems.add(item.place, item.field, `is ${shown(id)}, a standard runbook; write it as runbook: ${id}`);
    } else if (customRunbooks.indexOf(id) < index) {
      problems.add(item.place, item.field, `is ${shown(id)}, which is there before; take one of them out`);
    }
  });
}

function judgeParameters(
  standard: StandardRunbookId,
  given: Readonly<Record<string, string>>,
  hasCustom: boolean,
  written: WrittenMap,
  problems: ProblemList,
): void {
  const map = entryValue(written, 'runbookParameters');
  if (map?.kind !== 'map') return;
  const parameters: StandardRunbook['parameters'] = standardRunbooks[standard].parameters;
  for (const [name, { key, value }] of map.entries) {
    const text = given[name];
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined) {
      // It may be for a runbook of the account, which is judged with its parameters when it is prepared.
      if (hasCustom) continue;
      const known = Object.keys(parameters);
      const mend =
        known.length === 0
          ? `${standard} has no parameters; take it out`
          : `is no parameter of ${standard}; ${knownNames(name, 'parameters', known)}`;
      problems.add(key, `${map.field}.${name}`, mend);
      continue;
    }
    if (text === undefined) continue;
    const plain = parameter.type === 'unit' ? text.replace(/\.service$/, '') : text;
    const fault = faultOfValue(parameter, plain);
    if (fault !== undefined) problems.add(value.place, value.field, `is ${shown(text)}; ${fault}`);
  }
}
