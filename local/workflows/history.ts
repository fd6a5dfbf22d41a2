import type { HistoryRow } from './journal.ts';

/** One event of an execution. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly type: string;
  /** As in the service's `…EventDetails`; inputs, outputs, parameters and variables are JSON texts. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** What a caller leaves out who asks for events without execution data. */
const dataFields = new Set([
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'parameters',
  'assignedVariables',
  'assignedVariablesDetails',
]);

export function toHistoryEvent(row: HistoryRow, withData: boolean): HistoryEvent {
  const details = JSON.parse(row.detail) as Record<string, unknown>;
  return {
    id: row.id,
    previousEventId: row.previous,
    timestamp: row.atMs,
    type: row.type,
    details: withData
      ? details
      : Object.fromEntries(Object.entries(details).filter(([field]) => !dataFields.has(field))),
  };
}

/** The key under which GetExecutionHistory tells the details of an event. */
export function detailsKey(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.slice(0, 1).toLowerCase()}${type.slice(1)}EventDetails`;
}
