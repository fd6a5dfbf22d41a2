import { z } from 'zod';
import { instant } from '../instant.ts';
import { text } from '../text.ts';

/** Workflows that wait for news of an incident: its own, and those of its response. */
export const waiter = z.enum(['incident', 'escalation', 'second-response']);
export type Waiter = z.output<typeof waiter>;

/** What became of one runbook that was tried for one alert. */
export const repairAttempt = z.strictObject({
  /** Counts the attempts of the incident. */
  number: z.int().positive(),
  runbook: z.string(),
  /** Of the runbook: the first digits of its file's SHA-256. */
  version: z.string(),
  at: instant,
  /**
   * `repaired` and `not-repaired` by the same check; `not-fit`: the server lacks what the runbook relies on;
   * `no-access`: the log-in failed; `host-key`: the server has another host key than the pinned one;
   * `stopped`: an operator stopped it; `fault`: an error of ours.
   */
  outcome: z.enum(['repaired', 'not-repaired', 'not-fit', 'no-access', 'host-key', 'stopped', 'fault']),
  summary: text,
});
export type RepairAttempt = z.output<typeof repairAttempt>;

/** Why an alert is left to people. */
export const unrepaired = z.strictObject({
  at: instant,
  /** `guarded`: repaired too often, or the last repair did not hold; `operator`: escalated at once by an operator. */
  reason: z.enum([
    'no-runbook',
    'tried-all',
    'guarded',
    'no-access',
    'host-key',
    'stopped',
    'operator',
    'fault',
  ]),
});
export type Unrepaired = z.output<typeof unrepaired>;

/** How the calls of an incident ended. */
export const callsEnd = z.strictObject({
  /** `held`: what was left to tell is in maintenance; the calls begin anew after it. */
  end: z.enum(['accepted', 'exhausted', 'recovered', 'held', 'skipped', 'nobody-to-call']),
  at: instant,
  /** Name of the contact who accepted. */
  by: z.string().optional(),
});
export type CallsEnd = z.output<typeof callsEnd>;

/** Where the plan's response to an incident stands. */
export const response = z.strictObject({
  /** Executions of first response and escalation begun so far; each is named by its number. */
  rounds: z.int().nonnegative(),
  /** The one under way. */
  running: z
    .strictObject({
      stage: z.enum(['first-response', 'escalation']),
      round: z.int().positive(),
      since: instant,
    })
    .optional(),
  /** A runbook that an operator asked for; the next first response runs it. */
  requested: z
    .strictObject({ alert: z.string(), runbook: z.string(), by: z.string(), at: instant })
    .optional(),
  calls: callsEnd.optional(),
  /** An operator does without calls. */
  skipCalls: z.boolean().optional(),
  /** Engineers are on it (managed), or were. */
  secondResponse: z
    .strictObject({ since: instant, acknowledgedBy: z.string().optional(), endedAt: instant.optional() })
    .optional(),
});
export type Response = z.output<typeof response>;

/** Something that the response tells every contact in the incident's thread, beside failures and recoveries. */
export const responseMessage = z.strictObject({
  /** By the deed, so that telling it again adds nothing. */
  key: z.string(),
  at: instant,
  kind: z.enum(['reached', 'nobody-reached', 'engineers-engaged', 'engineers-update', 'cause-report']),
  /** Who was reached or is engaged. */
  person: z.string().optional(),
  /** Monitors that were paused. */
  monitors: z.array(z.string()).optional(),
  /** Written by an engineer. */
  body: z.string().max(20_000).optional(),
  /** The mail that told it. */
  mail: z.int().optional(),
});
export type ResponseMessage = z.output<typeof responseMessage>;

/** Name of an execution of the incident's response: `acme.web-1-7-escalation-2`. The service allows 80 characters. */
export const responseName = (
  incident: string,
  stage: 'first-response' | 'escalation',
  round: number,
): string => `${incident}-${stage}-${round}`;

/** One for each incident. */
export const secondResponseName = (incident: string): string => `${incident}-engineers`;
