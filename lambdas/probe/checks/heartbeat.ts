import { z } from 'zod';
import type { CheckResult } from '../../../core/check-outcome.ts';
import { judgeHeartbeat } from '../../../core/heartbeat/judge-heartbeat.ts';
import { type CheckContext, checkType } from './check-type.ts';

const mostMinutes = 366 * 24 * 60;

const heartbeatSettings = z.strictObject({
  everyMinutes: z
    .int()
    .min(1)
    .max(mostMinutes)
    .meta({ description: 'how often the job runs', examples: [1440] }),
  graceMinutes: z
    .int()
    .min(0)
    .max(mostMinutes)
    .default(15)
    .describe('how late a call may be; the time that the job takes is part of it'),
});

/** Looks when the customer's job last called its URL. Nothing is sent to the server. */
async function checkHeartbeat(
  settings: z.output<typeof heartbeatSettings>,
  context: CheckContext,
): Promise<CheckResult> {
  const startedAt = performance.now();
  const { severity, summary, ageMinutes } = judgeHeartbeat(
    settings,
    (await context.heartbeat()) ?? {},
    context.at,
  );
  return {
    outcome: {
      severity,
      summary,
      durationMs: performance.now() - startedAt,
      values: ageMinutes === undefined ? {} : { ageMinutes },
    },
  };
}

export const heartbeat = checkType(
  // A call that did not come does not come by asking again.
  { class: 'liveness', priority: 8, timeLimitMs: 5000, timing: { confirmations: 0 } },
  heartbeatSettings,
  checkHeartbeat,
);
