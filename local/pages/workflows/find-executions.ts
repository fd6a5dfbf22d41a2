import type { ExecutionStatus, ExecutionSummary } from '../../workflows/engine.ts';
import type { WorkflowSource } from '../page-sources.ts';

export interface ExecutionFilter {
  readonly status?: ExecutionStatus;
  /** Name of a machine. */
  readonly machine?: string;
  /** A part of the name, in any case. */
  readonly text?: string;
}

export interface ExecutionList {
  /** Newest first. */
  readonly executions: readonly ExecutionSummary[];
  /** Absent on the last page. */
  readonly nextToken?: string;
  /** How many were looked at for a text; absent without one. */
  readonly searched?: number;
}

export const executionsPerPage = 50;
const lotSize = 200;
/** A text may be rare: a search goes on with the next page where it stopped. */
const mostSearched = 10_000;

/**
 * One page of executions.
 *
 * @throws ServiceError `StateMachineDoesNotExist`, `InvalidToken`
 */
export async function findExecutions(
  source: WorkflowSource,
  { status, machine, text }: ExecutionFilter,
  from: string | undefined,
): Promise<ExecutionList> {
  const filter = {
    statusFilter: status,
    stateMachineArn: machine === undefined ? undefined : source.stateMachineArn(machine),
  };
  if (text === undefined) {
    return source.listExecutions({ ...filter, nextToken: from, maxResults: executionsPerPage });
  }
  const wanted = text.toLocaleLowerCase('en');
  const executions: ExecutionSummary[] = [];
  let nextToken = from;
  let searched = 0;
  do {
    const lot = source.listExecutions({ ...filter, nextToken, maxResults: lotSize });
    executions.push(...lot.executions.filter(({ name }) => name.toLocaleLowerCase('en').includes(wanted)));
    searched += lot.executions.length;
    nextToken = lot.nextToken;
    await new Promise((resolve) => setImmediate(resolve));
  } while (nextToken !== undefined && executions.length < executionsPerPage && searched < mostSearched);
  return { executions, searched, ...(nextToken !== undefined && { nextToken }) };
}
