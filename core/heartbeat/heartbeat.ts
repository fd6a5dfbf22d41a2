import { z } from 'zod';
import { instant } from '../instant.ts';

/** The last calls of a customer's job to the URL of its `heartbeat` monitor. */
export const heartbeat = z.strictObject({
  /** The last call that said all is well. */
  at: instant.optional(),
  /** The last one that said the job failed, with what it said. */
  failedAt: instant.optional(),
  message: z.string().max(300).optional(),
});
export type Heartbeat = z.output<typeof heartbeat>;
