import { functionArn, resourceParts } from './integrations.ts';
import { untruncated, withoutNulls } from './step.ts';

/** An event of a task, with its details. */
export interface TaskEvent {
  readonly type: string;
  readonly detail: object;
}

/** How the service tells of a task: it has older names for a function that is called by its ARN alone. */
export function taskEvents(resource: string) {
  return functionArn.test(resource) ? functionEvents(resource) : integrationEvents(resource);
}

interface Settings {
  readonly timeoutInSeconds: number | undefined;
  readonly heartbeatInSeconds: number | undefined;
  readonly taskCredentials?: { readonly roleArn: string };
}
interface Failure {
  readonly error: string | null;
  readonly cause: string | null;
}

function integrationEvents(name: string) {
  const resource = resourceParts(name);
  return {
    scheduled: (parameters: string, region: string, settings: Settings): TaskEvent => ({
      type: 'TaskScheduled',
      detail: { ...resource, region, parameters, ...settings },
    }),
    started: (): TaskEvent => ({ type: 'TaskStarted', detail: resource }),
    submitted: (output: string): TaskEvent => ({
      type: 'TaskSubmitted',
      detail: { ...resource, output, ...untruncated('output') },
    }),
    succeeded: (output: string): TaskEvent => ({
      type: 'TaskSucceeded',
      detail: { ...resource, output, ...untruncated('output') },
    }),
    failed: (failure: Failure): TaskEvent => ({
      type: 'TaskFailed',
      detail: { ...resource, ...withoutNulls({ ...failure }) },
    }),
    timedOut: (failure: Failure): TaskEvent => ({
      type: 'TaskTimedOut',
      detail: { ...resource, ...withoutNulls({ ...failure }) },
    }),
  };
}

function functionEvents(resource: string): ReturnType<typeof integrationEvents> {
  return {
    scheduled: (input, _region, { timeoutInSeconds, taskCredentials }) => ({
      type: 'LambdaFunctionScheduled',
      detail: { resource, input, ...untruncated('input'), timeoutInSeconds, taskCredentials },
    }),
    started: () => ({ type: 'LambdaFunctionStarted', detail: {} }),
    submitted: (output) => ({ type: 'TaskSubmitted', detail: { resource, output } }),
    succeeded: (output) => ({
      type: 'LambdaFunctionSucceeded',
      detail: { output, ...untruncated('output') },
    }),
    failed: (failure) => ({ type: 'LambdaFunctionFailed', detail: withoutNulls({ ...failure }) }),
    timedOut: (failure) => ({ type: 'LambdaFunctionTimedOut', detail: withoutNulls({ ...failure }) }),
  };
}
