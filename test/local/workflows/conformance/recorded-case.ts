import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Json, JsonObject } from '../../../../local/workflows/state-data.ts';

/** What a task answered, in the order of scheduling within its state. */
export interface Stub {
  /** `null` where the recording does not tell. */
  readonly state: string | null;
  readonly arguments?: Json;
  readonly submitted?: Json;
  readonly outcome: 'succeeded' | 'failed' | 'timedOut' | 'none';
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: Json;
}

export interface RecordedEvent {
  readonly id: number | null;
  readonly prev: number | null;
  readonly type: string;
  readonly [field: string]: Json;
}

export interface Expected {
  readonly status?: string;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: Json;
  readonly nextState?: string;
  readonly errorType?: string | null;
  readonly message?: string;
}

/** A definition with what the real service answered; the recordings' README says what each field means. */
export interface RecordedCase {
  readonly id: string;
  readonly kind: 'execution' | 'testState' | 'createError';
  readonly category: string;
  readonly definition: Json;
  readonly input?: Json;
  readonly inputIncomplete?: boolean;
  readonly stateName?: string;
  readonly mock?: JsonObject;
  readonly concurrent?: boolean;
  readonly racy?: boolean;
  readonly eventsSorted?: boolean;
  readonly express?: boolean;
  readonly expected: Expected;
  readonly expectedEventTypes?: readonly string[];
  readonly expectedEvents?: readonly RecordedEvent[];
  readonly lambdaStub?: readonly Stub[];
}

/** Where the recordings lie that came with the issue: beside the checkout, not in it. */
export const defaultFile = path.join(
  process.env.ASL_CONFORMANCE ?? path.resolve(import.meta.dirname, '../../../../../shared/asl-conformance'),
  'cases.jsonl',
);

/** @throws when the file cannot be read, or a line of it is no JSON */
export function readCases(file: string): RecordedCase[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => {
      try {
        return JSON.parse(line) as RecordedCase;
      } catch (error) {
        throw new Error(`${file}:${number}: the line is no JSON; each line is one case`, { cause: error });
      }
    });
}
