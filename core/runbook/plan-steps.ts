import { quoteCommand } from '../evidence/quote.ts';
import type { Text } from '../text.ts';
import { fillIn } from './argument.ts';
import type { Runbook } from './form.ts';
import type { ServerFacts } from './server-facts.ts';

/** One step as one server runs it. */
export interface PlannedStep {
  readonly id: string;
  readonly title: Text;
  /** Program and arguments, without what bounds them or makes them root's. */
  readonly argv: readonly string[];
  readonly asRoot: boolean;
  /** What the server's shell is given. */
  readonly command: string;
  readonly changes: boolean;
  readonly repeatable: boolean;
  readonly mayFail: boolean;
  readonly limits: { readonly timeoutMs: number; readonly maxBytes: number };
}

/** Beside the server's own limit: so much later we stop to wait. */
const graceMs = 2_000;

/**
 * The steps of a runbook that are for a server, with their parameters filled in.
 *
 * @param values judged by `readParameters`, and every unit found
 */
export function planSteps(
  { steps }: Runbook,
  facts: ServerFacts,
  values: ReadonlyMap<string, string>,
): PlannedStep[] {
  return steps
    .filter(({ family = facts.family, init = facts.init }) => family === facts.family && init === facts.init)
    .map(
      ({ id, title, command, asRoot, changes, repeatable, mayFail, timeLimitSeconds, outputLimitBytes }) => {
        const argv = command.map((argument) => fillIn(argument, values));
        return {
          id,
          title,
          argv,
          asRoot,
          command: quoteCommand(asRoot ? ['sudo', '-n', ...argv] : bounded(argv, timeLimitSeconds)),
          changes,
          repeatable,
          mayFail,
          limits: { timeoutMs: timeLimitSeconds * 1000 + graceMs, maxBytes: outputLimitBytes },
        };
      },
    );
}

/** A command outlives its connection: the server itself is to end it. What root runs, our account cannot end. */
const bounded = (argv: readonly string[], seconds: number): string[] => ['timeout', String(seconds), ...argv];

/** Asks sudo whether it would run a step, without running it: exit code 0 says yes. */
export const permissionQuestion = ({ argv }: PlannedStep): string =>
  quoteCommand(['sudo', '-n', '-l', ...argv]);

/** `sudo /bin/systemctl restart nginx.service`, as a person reads it. */
export const readable = ({ argv, asRoot }: PlannedStep): string =>
  [
    ...(asRoot ? ['sudo'] : []),
    ...argv.map((argument) => (/^[\w@%+=:,./-]+$/.test(argument) ? argument : quoteCommand([argument]))),
  ].join(' ');
