import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import {
  type FunctionAnswer,
  type Integration,
  type TaskOutcome,
  WorkflowEngine,
} from '../../../local/workflows/engine.ts';
import type { HistoryEvent } from '../../../local/workflows/history.ts';
import type { Json, JsonObject } from '../../../local/workflows/state-data.ts';

/*
 * Recorded executions of the real service. They lie outside the repository, so a checkout without them runs the other
 * tests only, and says so.
 */
const folder =
  process.env.ASL_CONFORMANCE ?? path.resolve(import.meta.dirname, '../../../../shared/asl-conformance');
const file = path.join(folder, 'cases.jsonl');

interface Stub {
  readonly state: string;
  readonly arguments?: Json;
  readonly outcome: 'succeeded' | 'failed' | 'timedOut' | 'none';
  readonly submitted?: Json;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: Json;
}

interface RecordedEvent {
  readonly id: number;
  readonly prev: number;
  readonly type: string;
  readonly [field: string]: Json;
}

interface RecordedCase {
  readonly id: string;
  readonly kind: 'execution' | 'testState' | 'createError';
  readonly features: readonly string[];
  readonly definition: JsonObject;
  readonly input: Json;
  readonly inputIncomplete?: boolean;
  readonly express?: boolean;
  readonly expected: { status?: string; output?: Json; error?: string; cause?: Json; message?: string };
  readonly expectedEventTypes?: readonly string[];
  readonly expectedEvents?: readonly RecordedEvent[];
  readonly lambdaStub?: readonly Stub[];
}

/** Resources of what is built later, or is left out on purpose: a function's bare ARN. */
const missingResources = /^arn:aws:lambda:|startExecution\.sync/;

function resourcesIn(definition: Json): string[] {
  const found: string[] = [];
  JSON.stringify(definition, (key, value: unknown) => {
    if (key === 'Resource' && typeof value === 'string') found.push(value);
    return value;
  });
  return found;
}

function usesOnlyWhatThereIs({ kind, features, definition, inputIncomplete }: RecordedCase): boolean {
  if (kind === 'testState' || inputIncomplete === true) return false;
  if (features.includes('Map') || features.includes('Parallel')) return false;
  return !resourcesIn(definition).some((resource) => missingResources.test(resource));
}

/** What stands for the network: each stub answers one task, in the order of their scheduling. */
function stubbed(stubs: readonly Stub[]) {
  const waiting = [...stubs];
  const tokens: { token: string; stub: Stub }[] = [];
  const answer = async (token: string | undefined, signal: AbortSignal): Promise<TaskOutcome> => {
    const stub = waiting.shift();
    if (stub === undefined) throw new Error('the recording has no answer for this task');
    if (stub.submitted !== undefined && token !== undefined) {
      tokens.push({ token, stub });
      return { output: stub.submitted };
    }
    if (stub.outcome === 'succeeded') return { output: stub.output ?? null };
    if (stub.outcome === 'failed') return { error: stub.error ?? null, cause: textOf(stub.cause) };
    return new Promise<TaskOutcome>((resolve) => {
      signal.addEventListener('abort', () => resolve({ error: null, cause: null }));
    });
  };
  return { answer, tokens };
}

function textOf(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function runCase(recorded: RecordedCase): Promise<{
  engine: WorkflowEngine;
  executionArn: string;
}> {
  const clock = new VirtualClock(Date.parse('2026-11-21T09:00:00Z'));
  const { answer, tokens } = stubbed(recorded.lambdaStub ?? []);
  const integration: Integration = {
    checkArguments: () => undefined,
    run: ({ token, signal, parked }) => parked(answer(token, signal)),
  };
  const others = resourcesIn(recorded.definition)
    .map((resource) => resource.replace(/\.waitForTaskToken$/, ''))
    .filter((resource) => resource !== 'arn:aws:states:::lambda:invoke');
  const engine = WorkflowEngine.open({
    file: ':memory:',
    clock,
    accountId: '111111111111',
    region: 'us-east-1',
    integrations: Object.fromEntries(others.map((resource) => [resource, integration])),
    tasks: {
      invokeFunction: async ({ token, signal, parked }): Promise<FunctionAnswer> => {
        const outcome = await parked(answer(token, signal));
        if ('error' in outcome)
          return { functionError: outcome.error ?? 'Unhandled', cause: outcome.cause ?? '' };
        const result = outcome.output as JsonObject;
        return { payload: result.Payload };
      },
    },
  });
  const stateMachineArn = engine.stateMachineArn('case-sm');
  engine.registerMachine({
    arn: stateMachineArn,
    name: 'case-sm',
    roleArn: 'snf_role_arn',
    // The recordings without a query language use nothing that differs between the two.
    definition: { ...recorded.definition, QueryLanguage: 'JSONata' },
  });
  const input = JSON.stringify(recorded.input);
  const { executionArn } = await engine.startExecution({ stateMachineArn, name: 'case-exec', input });
  await engine.whenIdle();
  for (const { token, stub } of tokens.splice(0)) {
    if (stub.outcome === 'succeeded')
      await engine.sendTaskSuccess({ taskToken: token, output: textOf(stub.output) });
  }
  if (recorded.expected.status === 'ABORTED') await engine.stopExecution({ executionArn });
  await clock.advanceTo(clock.now() + 24 * 3_600_000, () => engine.whenIdle());
  return { engine, executionArn };
}

/** What the runtime leaves out of results, because on one machine it would be made up. */
const madeUp = new Set(['SdkHttpMetadata', 'SdkResponseMetadata']);

/** Brings recorded and actual values to one form: JSON in strings is read, texts with wildcards become patterns. */
function comparable(value: unknown): unknown {
  if (typeof value === 'string') {
    const parsed = parsedOr(value);
    if (typeof parsed !== 'string') return comparable(parsed);
    if (!parsed.includes('<?>')) return parsed;
    const parts = parsed.split('<?>').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return expect.stringMatching(new RegExp(`^${parts.join('[^]*')}$`));
  }
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      // Recordings before 2024-11 do not have the count of redrives yet.
      .filter(([key]) => !madeUp.has(key) && key !== 'RedriveCount')
      .map(([key, item]) => [key, comparable(item)]),
  );
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** An event as the recordings write it. */
function asRecorded({ id, previousEventId, type, details }: HistoryEvent): Record<string, unknown> {
  const { name, state, assignedVariables, timeoutInSeconds, heartbeatInSeconds, ...rest } = details;
  const fields = { ...rest, state: state ?? name, assigned: assignedVariables };
  return {
    id,
    prev: previousEventId,
    type,
    ...fields,
    timeout: timeoutInSeconds,
    heartbeat: heartbeatInSeconds,
  };
}

function pick(actual: Record<string, unknown> | undefined, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, actual?.[key]]));
}

const all = existsSync(file)
  ? readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RecordedCase)
  : [];
if (all.length === 0) console.info(`No recordings at ${file}: the conformance tests are left out.`);
const usable = all.filter(usesOnlyWhatThereIs);

describe('executions recorded from the real service', () => {
  it('given a recorded text with a wildcard, when it is compared, then only the wildcard stands for any text', () => {
    expect(comparable('{"id":"x-17","n":1}')).toEqual(comparable('{"n":1,"id":"x-<?>"}'));
    expect(comparable('{"id":"y-17","n":1}')).not.toEqual(comparable('{"n":1,"id":"x-<?>"}'));
  });

  if (all.length > 0) {
    it('given the recordings, when those of later features are left out, then most of them are used', () => {
      expect(usable.length).toBeGreaterThan(140);
    });
  }

  for (const recorded of usable.filter(({ kind }) => kind === 'execution')) {
    it(`given ${recorded.id}, when it runs here, then it ends and is told alike`, async () => {
      const { engine, executionArn } = await runCase(recorded);
      const { status, output, error, cause } = engine.describeExecution({ executionArn });
      const { events } = engine.getExecutionHistory({ executionArn, maxResults: 1_000 });
      await engine.close();

      expect({
        status,
        output: comparable(output),
        error,
        cause: comparable(cause),
      }).toEqual({
        output: undefined,
        error: undefined,
        cause: undefined,
        ...(comparable(recorded.expected) as object),
      });
      if (recorded.expectedEvents === undefined || recorded.express === true) return;
      expect(events.map(({ type }) => type)).toEqual(recorded.expectedEventTypes);
      const actual = events.map(asRecorded);
      const seen = recorded.expectedEvents.map((event, index) =>
        comparable(pick(actual[index], Object.keys(event))),
      );
      expect(seen).toEqual(recorded.expectedEvents.map(comparable));
    });
  }

  for (const recorded of usable.filter(({ kind }) => kind === 'createError')) {
    it(`given ${recorded.id}, when it is registered here, then it is refused in the same words`, () => {
      const engine = WorkflowEngine.open({
        file: ':memory:',
        clock: new VirtualClock(0),
        accountId: '111111111111',
        region: 'us-east-1',
        tasks: { invokeFunction: async () => ({ payload: null }) },
      });
      const definition = { ...recorded.definition, QueryLanguage: 'JSONata' };
      const register = () =>
        engine.registerMachine({ arn: engine.stateMachineArn('m'), name: 'm', definition });
      // The service's sentence is ours too; ours goes on with the mend.
      const sentence = (recorded.expected.message ?? '').replace(/^.*?operation: /, '').replace(/'$/, '');
      expect(register).toThrow(sentence);
    });
  }
});
