import type { State } from './definition.ts';
import { callbackSuffix } from './integrations.ts';
import type { ExecutionRow, Frame, Visit } from './journal.ts';
import type { Json } from './state-data.ts';

/**
 * What expressions read as `$states.context`.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
export function contextObject(execution: ExecutionRow, frame: Frame, state: State, visit: Visit): unknown {
  const hasToken = state.Type === 'Task' && state.Resource.endsWith(callbackSuffix);
  return {
    Execution: {
      Id: execution.arn,
      Input: JSON.parse(execution.input) as Json,
      Name: execution.name,
      RoleArn: execution.roleArn,
      StartTime: new Date(execution.startedMs).toISOString(),
      RedriveCount: 0,
    },
    State: {
      Name: frame.state,
      EnteredTime: new Date(visit.enteredMs).toISOString(),
      ...(state.Type === 'Task' ? { RetryCount: totalRetries(visit) } : {}),
    },
    StateMachine: { Id: execution.machineArn, Name: execution.machineArn.split(':').at(-1) ?? '' },
    ...(hasToken ? { Task: { Token: visit.token } } : {}),
  };
}

/** How often the state has been retried in this visit. */
export function totalRetries({ retries }: Visit): number {
  return retries.reduce((sum, count) => sum + count, 0);
}
