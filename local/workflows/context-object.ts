import { answersLater } from './integrations.ts';
import type { MapItem, Visit } from './journal.ts';
import type { Json } from './state-data.ts';
import type { Step } from './step.ts';

const statesThatRetry = new Set(['Task', 'Parallel', 'Map']);

/**
 * What expressions read as `$states.context`.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
export function contextObject(
  { execution, frame, state, visit }: Pick<Step, 'execution' | 'frame' | 'state' | 'visit'>,
  item: MapItem | undefined,
): Record<string, unknown> {
  const isJob = state.Type === 'Task' && answersLater.test(state.Resource);
  return {
    Execution: {
      Id: execution.arn,
      Input: JSON.parse(execution.input) as Json,
      Name: execution.name,
      RoleArn: execution.roleArn,
      StartTime: new Date(execution.startedMs).toISOString(),
      RedriveCount: execution.redriveCount,
      ...(execution.redrivenMs === null ? {} : { RedriveTime: new Date(execution.redrivenMs).toISOString() }),
    },
    State: {
      Name: frame.state,
      EnteredTime: new Date(visit.enteredMs).toISOString(),
      ...(statesThatRetry.has(state.Type) ? { RetryCount: totalRetries(visit) } : {}),
    },
    StateMachine: { Id: execution.machineArn, Name: execution.machineArn.split(':').at(-1) ?? '' },
    ...(isJob ? { Task: { Token: visit.token } } : {}),
    ...(item === undefined ? {} : { Map: { Item: { Index: item.index, Value: item.value } } }),
  };
}

/** How often the state has been retried in this visit. */
export function totalRetries({ retries }: Visit): number {
  return retries.reduce((sum, count) => sum + count, 0);
}
