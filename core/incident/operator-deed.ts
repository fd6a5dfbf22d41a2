import { z } from 'zod';
import { instant } from '../instant.ts';

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
