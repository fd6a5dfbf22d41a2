import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { toInstant } from '../../core/instant.ts';
import type { Machine } from '../../core/machine.ts';
import {
  type Execution,
  type ExecutionStep,
  type Executions,
  executionStatuses,
  mostListed,
} from './executions.ts';

/** Events that are looked through for the present state: a task with its retries writes far fewer. */
const eventsRead = 100;

/**
 * Executions as Step Functions tells of them, in the cloud and on one machine.
 *
 * @param viewerUrl the console of the region, or the path of one machine's own pages
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
 */
export function createStepFunctionsExecutions(
  client: SFNClient,
  machineArns: Readonly<Record<Machine, string>>,
  viewerUrl: string,
): Executions {
  const arnOf = (machine: Machine, name: string): string =>
    `${machineArns[machine].replace(':stateMachine:', ':execution:')}:${name}`;

  return {
    async list(machine, { status, limit }) {
      const { executions = [] } = await client.send(
        new ListExecutionsCommand({
          stateMachineArn: machineArns[machine],
          statusFilter: status,
          maxResults: Math.min(Math.max(1, limit), mostListed),
        }),
      );
      return executions.flatMap((one) => executionOf(machine, one) ?? []);
    },

    async execution(machine, name) {
      try {
        const executionArn = arnOf(machine, name);
        return executionOf(
          machine,
          await client.send(new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' })),
        );
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return undefined;
        throw error;
      }
    },

    async step(machine, name) {
      try {
        const { events = [] } = await client.send(
          new GetExecutionHistoryCommand({
            executionArn: arnOf(machine, name),
            reverseOrder: true,
            includeExecutionData: false,
            maxResults: eventsRead,
          }),
        );
        return stepOf(events);
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return undefined;
        throw error;
      }
    },

    url: (machine, name) =>
      isPath(viewerUrl)
        ? `${viewerUrl}/${encodeURIComponent(`${machineArns[machine].split(':').at(-1)}:${name}`)}`
        : `${viewerUrl}#/v2/executions/details/${arnOf(machine, name)}`,

    machineUrl: (machine) =>
      isPath(viewerUrl)
        ? `${viewerUrl}/machine/${encodeURIComponent(machineArns[machine].split(':').at(-1) ?? '')}`
        : `${viewerUrl}#/statemachines/view/${machineArns[machine]}`,
  };
}

const isPath = (url: string): boolean => url.startsWith('/');

interface Described {
  readonly name?: string | undefined;
  readonly status?: string | undefined;
  readonly startDate?: Date | undefined;
  readonly stopDate?: Date | undefined;
}

function executionOf(machine: Machine, described: Described): Execution | undefined {
  const { name, startDate, stopDate } = described;
  const status = executionStatuses.find((one) => one === described.status);
  if (name === undefined || status === undefined || startDate === undefined) return undefined;
  return {
    machine,
    name,
    status,
    startedAt: toInstant(startDate.toISOString()),
    ...(stopDate !== undefined && { endedAt: toInstant(stopDate.toISOString()) }),
  };
}

/** @param events the newest first */
function stepOf(events: readonly HistoryEvent[]): ExecutionStep | undefined {
  const left = new Map<string, number>();
  let last: ExecutionStep | undefined;
  for (const { stateExitedEventDetails: exited, stateEnteredEventDetails: entered, timestamp } of events) {
    if (exited?.name !== undefined) left.set(exited.name, (left.get(exited.name) ?? 0) + 1);
    if (entered?.name === undefined || timestamp === undefined) continue;
    const step = { name: entered.name, since: toInstant(timestamp.toISOString()) };
    const exits = left.get(step.name) ?? 0;
    if (exits === 0) return step;
    left.set(step.name, exits - 1);
    last ??= step;
  }
  return last;
}
