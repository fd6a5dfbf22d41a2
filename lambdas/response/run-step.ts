import { Logger } from '@aws-lambda-powertools/logger';
import { z } from 'zod';
import { redactSecrets } from '../../core/evidence/redact-secrets.ts';
import { type Instant, instant } from '../../core/instant.ts';
import type { Repair, StepResult, StepRun } from '../../core/response/repair.ts';
import { decideStep, haltOf } from '../../core/response/run-plan.ts';
import { readable } from '../../core/runbook/plan-steps.ts';
import {
  localTargetsAllowed,
  onFirstEvent,
  secretStore,
  stores,
  workflows,
} from '../../platform/environment.ts';
import { type CommandResult, openSshConnection } from '../../platform/ssh/ssh-connection.ts';
import { tellOperatorsFromEnvironment } from '../mail/tell-operators.ts';
import { readHolds } from '../maintenance/holds.ts';
import { changeRepair, readRepair } from './change-repair.ts';
import { endWithoutAccess, isNoAccess, type OnServerPorts, onServer, readServer } from './on-server.ts';
import { noConnection, unknownResult } from './response-texts.ts';
import { keepLock } from './server-lock.ts';

const stepEvent = z.strictObject({
  incident: z.string(),
  number: z.int().positive(),
  /** The step's place in the plan, from 0. */
  index: z.int().nonnegative(),
  holder: z.string().min(1),
  at: instant,
});
type StepEvent = z.output<typeof stepEvent>;

/** `run`: the next one is due; `verify`: see whether it helped; `choose`: the repair has ended. */
export interface StepAnswer {
  readonly step: 'run' | 'verify' | 'choose';
}

/** A plan has thirty steps at most, and their outputs share an item of the table. */
const keptBytes = 6_000;
/** Beside the step's own limit. */
const graceMs = 5_000;

/**
 * Sends one command of a repair to the server. That it was begun is written before, and what came of it after: a command
 * that is found begun and without a result runs again only where its runbook says that this does no harm.
 */
export function createRunStep(ports: OnServerPorts): (event: unknown) => Promise<StepAnswer> {
  return async (event) => {
    const asked = stepEvent.parse(event);
    const { incident: id, number, index, holder, at } = asked;
    const repair = await readRepair(ports.responses, id, number);
    if (repair.end !== undefined) return { step: 'choose' };
    const incident = await ports.incidents.incident(id);
    if (incident === undefined) throw new Error(`incident ${id} is not in the table`);
    const decision = decideStep(repair, index);
    if (decision.step === 'verify' || decision.step === 'next') {
      // A first try may have ended between the result and its line.
      await writeLine(ports, repair, index);
      return { step: decision.step === 'next' ? 'run' : 'verify' };
    }
    if (decision.step === 'give-up') {
      const lost = await finish(ports, repair, index, lostResult, at);
      return { step: decideStep(lost, index).step === 'next' ? 'run' : 'verify' };
    }
    const holds = await readHolds(ports, incident, at);
    if (haltOf(incident, repair, holds) !== undefined) return { step: 'verify' };
    await keepLock(ports.responses, incident, holder, at);
    const server = await readServer(ports, incident);
    const { planned } = decision;
    const ran = await onServer(ports, server, planned.limits.timeoutMs + graceMs, async (loggedIn) => {
      await begin(ports, repair, asked, decision.tries);
      const result = await loggedIn.connection.run(planned.command, planned.limits);
      return { result: toResult(result, loggedIn.known) };
    });
    if (isNoAccess(ran) && ran.end === 'host-key') {
      await endWithoutAccess(ports, repair, ran, at);
      return { step: 'choose' };
    }
    // The step before may have taken the network with it: whether that helped is for the verification to say.
    const result = isNoAccess(ran) ? failedResult(noConnection(ran.reason).en) : ran.result;
    const done = await finish(ports, repair, index, result, at);
    return { step: decideStep(done, index).step === 'next' ? 'run' : 'verify' };
  };
}

/** @throws when another invocation has begun the same step: one of the two is a repeat, and the workflow asks again */
async function begin(
  { responses }: OnServerPorts,
  { incident, number, revision }: Repair,
  { index, at }: StepEvent,
  tries: number,
): Promise<void> {
  const { changed } = await changeRepair(responses, { incident, number }, (now) =>
    now.revision === revision ? { ...now, runs: withRun(now, index, { startedAt: at, tries }) } : undefined,
  );
  if (changed) return;
  throw new Error(`step ${index + 1} of repair ${number} of ${incident} was begun by another invocation`);
}

async function finish(
  ports: OnServerPorts,
  repair: Repair,
  index: number,
  result: StepResult,
  at: Instant,
): Promise<Repair> {
  const { repair: done } = await changeRepair(ports.responses, repair, (now) => {
    const run = now.runs[index];
    if (run?.result !== undefined) return undefined;
    return { ...now, runs: withRun(now, index, { startedAt: at, tries: 1, ...run, result }) };
  });
  await writeLine(ports, done, index);
  return done;
}

const withRun = ({ runs }: Repair, index: number, run: StepRun): StepRun[] => [
  ...runs.slice(0, index),
  run,
  ...runs.slice(index + 1),
];

async function writeLine({ incidents }: OnServerPorts, repair: Repair, index: number): Promise<void> {
  const { incident, number, runbook, version = 'unknown', plan, runs } = repair;
  const [planned, run] = [plan?.steps[index], runs[index]];
  if (planned === undefined || run?.result === undefined) return;
  const { exitCode, output, truncated, timedOut, durationMs } = run.result;
  await incidents.addTimeline([
    {
      incident,
      at: run.startedAt,
      key: `repair-${number}-step-${String(index + 1).padStart(2, '0')}`,
      kind: 'command',
      summary: planned.title,
      command: {
        line: readable(planned),
        runbook,
        version,
        ...(exitCode !== undefined && { exitCode }),
        output,
        truncated: truncated || timedOut,
        durationMs,
      },
    },
  ]);
}

/** Secrets are taken out before anything is cut off: half of one would not be known. */
function toResult(
  { exitCode, output, truncated, timedOut, durationMs }: CommandResult,
  known: readonly string[],
): StepResult {
  const whole = truncated || timedOut ? withoutHalfSecret(output, known) : output;
  const clean = Buffer.from(redactSecrets(whole, known));
  const isLong = clean.length > keptBytes;
  return {
    ...(exitCode !== undefined && { exitCode }),
    output: isLong ? wholeCharacters(clean) : clean.toString(),
    truncated: truncated || isLong,
    timedOut,
    durationMs,
  };
}

/** Output that the limit cut off in the middle of a secret ends with the first half of it. */
function withoutHalfSecret(output: string, known: readonly string[]): string {
  for (const secret of known) {
    for (let length = Math.min(secret.length - 1, output.length); length >= 4; length -= 1) {
      if (output.endsWith(secret.slice(0, length))) return output.slice(0, -length);
    }
  }
  return output;
}

/** A character whose bytes were cut in two is left out. */
const wholeCharacters = (bytes: Buffer): string =>
  new TextDecoder().decode(bytes.subarray(0, keptBytes), { stream: true });

const failedResult = (output: string): StepResult => ({
  output,
  truncated: false,
  timedOut: false,
  durationMs: 0,
});
const lostResult = failedResult(unknownResult.en);

export const handler = onFirstEvent(() =>
  createRunStep({
    ...stores(),
    workflows: workflows(),
    secrets: secretStore(),
    tellOperators: tellOperatorsFromEnvironment(new Logger({ serviceName: 'run-step' })),
    openSsh: openSshConnection,
    localTargetsAllowed: localTargetsAllowed(),
  }),
);
