import { redactSecrets } from '../../core/evidence/redact-secrets.ts';
import type { Runbook } from '../../core/runbook/form.ts';
import { type PlannedStep, permissionQuestion } from '../../core/runbook/plan-steps.ts';
import type { CommandResult, SshConnection } from '../../platform/ssh/ssh-connection.ts';
import { type PreparedRunbook, prepareRunbook } from './prepare-runbook.ts';

/** What a rehearsal learned of one step. */
export interface RehearsedStep {
  readonly step: PlannedStep;
  /** It ran; it would be allowed or refused by sudo; or nothing can be known without running it. */
  readonly outcome: 'went-well' | 'failed' | 'permitted' | 'refused' | 'not-run';
  /** Of the step itself, or of the question to sudo. Secrets are taken out of its output. */
  readonly result?: CommandResult;
}

export interface Rehearsal extends Omit<PreparedRunbook, 'steps'> {
  readonly steps: readonly RehearsedStep[];
  /** Nothing that was looked at stands in the way of the runbook. */
  readonly isReady: boolean;
}

const permissionLimits = { timeoutMs: 15_000, maxBytes: 2_000 };

/**
 * Goes through a runbook on a server and changes nothing: steps that change nothing run, and of the others sudo is asked
 * whether it would run them.
 *
 * @param known secrets that must not appear in any output
 * @throws RunbookUnfit
 */
export async function rehearseRunbook(
  runbook: Runbook,
  given: Readonly<Record<string, string>>,
  connection: SshConnection,
  known: readonly string[],
): Promise<Rehearsal> {
  const { steps: planned, ...prepared } = await prepareRunbook(runbook, given, connection);
  const steps: RehearsedStep[] = [];
  for (const step of planned) {
    const rehearsed = await rehearseStep(step, connection);
    const { result } = rehearsed;
    steps.push(
      result === undefined
        ? rehearsed
        : { ...rehearsed, result: { ...result, output: redactSecrets(result.output, known) } },
    );
  }
  const isReady = steps.every(({ outcome }) => outcome !== 'failed' && outcome !== 'refused');
  return { ...prepared, steps, isReady };
}

async function rehearseStep(step: PlannedStep, connection: SshConnection): Promise<RehearsedStep> {
  if (!step.changes) {
    const result = await connection.run(step.command, step.limits);
    const isWell = result.exitCode === 0 || (step.mayFail && result.exitCode !== undefined);
    return { step, outcome: isWell ? 'went-well' : 'failed', result };
  }
  if (!step.asRoot) return { step, outcome: 'not-run' };
  const result = await connection.run(permissionQuestion(step), permissionLimits);
  return { step, outcome: result.exitCode === 0 ? 'permitted' : 'refused', result };
}
