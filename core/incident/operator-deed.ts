import { z } from 'zod';
import { instant } from '../instant.ts';
import { oneLine } from '../mail/neutralise.ts';

/** What operators do by a link or the API. */
export const actionKind = z.enum([
  'acknowledge',
  'run-runbook',
  'escalate',
  'skip-calls',
  'pause',
  'resume',
  'resolve',
]);
export type ActionKind = z.output<typeof actionKind>;

/** One action that an operator took on an incident. */
export const operatorDeed = z.strictObject({
  /** Of the link or the request: the same one again is the same deed. */
  key: z.string().max(200),
  action: actionKind,
  /** The alert and runbook, or the monitor, that it was about. */
  subject: z.string().max(120).optional(),
  by: z.string().max(80),
  at: instant,
  until: instant.optional(),
  reason: z.string().max(300).optional(),
  /** Set while monitors are still to be written. */
  isUnfinished: z.boolean().optional(),
});
export type OperatorDeed = z.output<typeof operatorDeed>;

/** The name that an operator gives, as one harmless line; empty when there is none. Below 80 units of UTF-16, as the schema counts. */
export const operatorName = (given: string): string => oneLine(given, 40);

/** A reason that an operator gives, in the same way below 300. */
export const operatorReason = (given: string): string => oneLine(given, 150);
