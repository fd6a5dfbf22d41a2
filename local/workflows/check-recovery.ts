import type { QueryScope } from './check-query.ts';
import { type DefinitionFaults, type Holder, show } from './definition-faults.ts';
import { limits } from './state-data.ts';

const retrierFields = [
  'Comment',
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
];
const catcherFields = ['Comment', 'ErrorEquals', 'Next', 'Assign', 'Output'];

/** The error names that the language reserves; any other name with the prefix is a slip of the pen. */
const reservedErrors = new Set([
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
]);
const reservedPrefix = 'States.Http.';
const longestDelaySeconds = 31_622_400;

/** Checks Retry and Catch of a Task, Parallel or Map. */
export function checkRecovery(
  faults: DefinitionFaults,
  { Retry, Catch }: Holder,
  place: string,
  scope: QueryScope,
  checkTarget: (name: unknown, place: string, field: string) => void,
): void {
  faults.list(Retry, `${place}/Retry`, (retrier, at, isLast) => checkRetrier(faults, retrier, at, isLast));
  faults.list(Catch, `${place}/Catch`, (catcher, at, isLast) => {
    faults.onlyFields(catcher, catcherFields, at);
    checkErrorEquals(faults, catcher.ErrorEquals, at, isLast);
    checkTarget(catcher.Next, `${at}/Next`, 'Next');
    faults.results(catcher, at, { ...scope, hasErrorOutput: true });
  });
}

function checkRetrier(faults: DefinitionFaults, retrier: Holder, place: string, isLast: boolean): void {
  faults.onlyFields(retrier, retrierFields, place);
  checkErrorEquals(faults, retrier.ErrorEquals, place, isLast);
  const { IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds, JitterStrategy } = retrier;
  if (IntervalSeconds !== undefined) {
    faults.integer(IntervalSeconds, 1, limits.seconds, `${place}/IntervalSeconds`);
  }
  if (MaxAttempts !== undefined) faults.integer(MaxAttempts, 0, limits.seconds, `${place}/MaxAttempts`);
  if (BackoffRate !== undefined && !(typeof BackoffRate === 'number' && BackoffRate >= 1)) {
    faults.schema(`BackoffRate is ${show(BackoffRate)}`, `${place}/BackoffRate`, 'give a number, 1 or more');
  }
  if (MaxDelaySeconds !== undefined) {
    faults.integer(MaxDelaySeconds, 1, longestDelaySeconds, `${place}/MaxDelaySeconds`);
    const interval = typeof IntervalSeconds === 'number' ? IntervalSeconds : 1;
    if (typeof MaxDelaySeconds === 'number' && MaxDelaySeconds < interval) {
      const problem = `MaxDelaySeconds ${MaxDelaySeconds} is below IntervalSeconds ${interval}`;
      faults.schema(problem, `${place}/MaxDelaySeconds`, 'make it longer');
    }
  }
  if (JitterStrategy !== undefined && JitterStrategy !== 'FULL' && JitterStrategy !== 'NONE') {
    const problem = `JitterStrategy is ${show(JitterStrategy)}`;
    faults.schema(problem, `${place}/JitterStrategy`, 'give "FULL" or "NONE"');
  }
}

function checkErrorEquals(faults: DefinitionFaults, names: unknown, place: string, isLast: boolean): void {
  const at = `${place}/ErrorEquals`;
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string')) {
    faults.schema('ErrorEquals must list error names', at, 'give an array like ["States.TaskFailed"]');
    return;
  }
  for (const name of names) {
    if (name.startsWith('States.') && !reservedErrors.has(name) && !name.startsWith(reservedPrefix)) {
      const mend = `give one of ${[...reservedErrors].join(', ')}`;
      faults.schema(`${show(name)} is no error name of the language`, at, mend);
    }
  }
  if (names.includes('States.ALL') && (names.length > 1 || !isLast)) {
    faults.schema('States.ALL must stand alone and last', at, 'move it to an entry of its own at the end');
  }
}
