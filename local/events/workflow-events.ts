import type { JsonObject } from '../assembly/json.ts';
import type { StatusChange, StatusChangeReceiver } from '../workflows/engine.ts';
import type { BusEvent, EventBus } from './event-bus.ts';

/** What the service puts into an event of the input and the output together; beyond it, it leaves them out. */
const largestDataBytes = 248 * 1024;

/** Tells the bus of executions that start, end or are redriven. */
export const workflowEvents = (bus: Pick<EventBus, 'isWanted' | 'publish'>): StatusChangeReceiver => ({
  isWanted: (change) => bus.isWanted(statusChangeEvent(change)),
  take: (changes) => void bus.publish(changes.map(statusChangeEvent)),
});

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-events.html */
function statusChangeEvent({ atMs, execution }: StatusChange): BusEvent {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, error, cause } = execution;
  const { redriveCount, redriveDate, redriveStatus, redriveStatusReason } = execution;
  return {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    resources: [executionArn],
    atMs,
    detail: {
      executionArn,
      stateMachineArn,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      name,
      status,
      startDate,
      stopDate: stopDate ?? null,
      ...dataOf(execution),
      error: error ?? null,
      cause: cause ?? null,
      redriveCount,
      redriveDate: redriveDate ?? null,
      redriveStatus,
      redriveStatusReason: redriveStatusReason ?? null,
    },
  };
}

function dataOf({ input, output }: StatusChange['execution']): JsonObject {
  const bytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text));
  const outputBytes = output === undefined ? 0 : bytesOf(output);
  const hasOutput = output !== undefined && outputBytes <= largestDataBytes;
  const hasInput = bytesOf(input) + (hasOutput ? outputBytes : 0) <= largestDataBytes;
  return {
    input: hasInput ? input : null,
    inputDetails: { included: hasInput },
    output: hasOutput ? output : null,
    outputDetails: output === undefined ? null : { included: hasOutput },
  };
}
