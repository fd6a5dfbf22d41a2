import type { ExecutionRow, ExecutionStatus, ExecutionSummaryRow, MachineRow } from './journal.ts';
import { redriveObstacle } from './redrive.ts';

/** Times are epoch milliseconds here and in all that follows. */
export interface ExecutionSummary {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: number;
  readonly stopDate?: number;
  readonly redriveCount: number;
  readonly redriveDate?: number;
}

export interface ExecutionDescription extends ExecutionSummary {
  /** JSON text. */
  readonly input: string;
  /** JSON text, when it succeeded. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE';
  readonly redriveStatusReason?: string;
}

export interface StateMachineSummary {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly type: 'STANDARD';
  readonly creationDate: number;
}

export interface StateMachineDescription extends StateMachineSummary {
  readonly status: 'ACTIVE';
  /** JSON text. */
  readonly definition: string;
  readonly roleArn: string;
}

export function summarizeExecution(row: ExecutionSummaryRow): ExecutionSummary {
  return {
    executionArn: row.arn,
    stateMachineArn: row.machineArn,
    name: row.name,
    status: row.status,
    startDate: row.startedMs,
    ...(row.stoppedMs === null ? {} : { stopDate: row.stoppedMs }),
    redriveCount: row.redriveCount,
    ...(row.redrivenMs === null ? {} : { redriveDate: row.redrivenMs }),
  };
}

export function describeExecution(row: ExecutionRow, nowMs: number): ExecutionDescription {
  const obstacle = redriveObstacle(row, nowMs);
  return {
    ...summarizeExecution(row),
    input: row.input,
    ...(row.output === null ? {} : { output: row.output }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.cause === null ? {} : { cause: row.cause }),
    redriveStatus: obstacle === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(obstacle === undefined ? {} : { redriveStatusReason: obstacle }),
  };
}

export function summarizeMachine({ arn, name, createdMs }: MachineRow): StateMachineSummary {
  return { stateMachineArn: arn, name, type: 'STANDARD', creationDate: createdMs };
}
