import { z } from 'zod';
import { instant } from '../instant.ts';
import { text } from '../text.ts';

/** One line of an incident's timeline. The key is derived from the deed, so that a repeated step adds no second line. */
export const timelineEntry = z.strictObject({
  incident: z.string(),
  at: instant,
  key: z.string(),
  kind: z.enum([
    'joined',
    'collected',
    'mailed',
    'recovered',
    'withdrawn',
    'response',
    'command',
    'call',
    'page',
    'operator',
    'closed',
  ]),
  summary: text,
  /** Who did it, when a person did. */
  by: z.string().max(200).optional(),
  /** A command that ran on the server. Its output is bounded and free of secrets. */
  command: z
    .strictObject({
      /** As a shell would read it. */
      line: z.string(),
      runbook: z.string(),
      /** Of the runbook: the first digits of its file's SHA-256. */
      version: z.string(),
      exitCode: z.int().optional(),
      output: z.string(),
      truncated: z.boolean(),
      durationMs: z.number(),
    })
    .optional(),
});
export type TimelineEntry = z.output<typeof timelineEntry>;

/** What was collected on the server before a mail. Outputs are bounded and free of secrets. */
export const evidence = z.strictObject({
  incident: z.string(),
  /** Number of the mail it was collected for. */
  number: z.int().positive(),
  at: instant,
  status: z.enum(['collected', 'partial', 'failed', 'not-configured']),
  /** Why it is partial or failed. */
  reason: text.optional(),
  sections: z.array(
    z.strictObject({
      title: text,
      command: z.string(),
      exitCode: z.int().optional(),
      output: z.string(),
      truncated: z.boolean(),
      durationMs: z.number(),
    }),
  ),
});
export type Evidence = z.output<typeof evidence>;
