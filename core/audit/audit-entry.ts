import { z } from 'zod';
import { role } from '../identity/principal.ts';
import { accountId } from '../ids.ts';
import { instant } from '../instant.ts';

/**
 * One change that somebody made by the portal, the API or a command. It is written before the change and settled after
 * it, so that a crash in between leaves a line that says "not known", never a change without a line.
 */
export const auditEntry = z.strictObject({
  id: z.string().max(60),
  at: instant,
  /** Absent for what concerns no single account. */
  account: accountId.optional(),
  who: z.strictObject({
    kind: z.enum(['person', 'token', 'command']),
    id: z.string().max(128),
    name: z.string().max(120),
    role,
  }),
  /** `maintenance.create`: subject and deed. */
  deed: z.string().regex(/^[a-z-]+\.[a-z-]+$/),
  /** What it was done to: `acme.web-1.https`, a maintenance's id. */
  target: z.string().max(200),
  /** Without secrets; absent where there was nothing before, or nothing after. 20 KB together at most. */
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  outcome: z.enum(['begun', 'done', 'refused', 'failed']),
});
export type AuditEntry = z.output<typeof auditEntry>;
