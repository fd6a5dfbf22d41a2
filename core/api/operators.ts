import { z } from 'zod';
import { call } from '../call/call.ts';
import { user } from '../identity/principal.ts';
import { operatorDeed } from '../incident/operator-deed.ts';
import { instant } from '../instant.ts';
import { text } from '../text.ts';

/** One line of the call log. The number is masked. */
export const callView = z
  // Of its own, as the call's form takes nothing that it does not know.
  .object(
    call.pick({
      id: true,
      incident: true,
      purpose: true,
      state: true,
      preparedAt: true,
      placedAt: true,
      connectedAt: true,
      accepted: true,
      end: true,
      endedAt: true,
      fault: true,
    }).shape,
  )
  .extend({ to: z.string(), phone: z.string() })
  .meta({ id: 'Call' });
export type CallView = z.output<typeof callView>;

/** A monitor that cannot be checked for a reason of ours. */
export const unknownView = z
  .object({
    account: z.string(),
    server: z.string(),
    monitor: z.string(),
    check: z.string(),
    since: instant,
    summary: text.optional(),
  })
  .meta({ id: 'UnknownMonitor' });
export type UnknownView = z.output<typeof unknownView>;

/** Whether the watcher itself is well. */
export const healthView = z
  .object({
    at: instant,
    shards: z.array(
      z.object({
        shard: z.int(),
        lastSweep: instant.optional(),
        isLate: z.boolean(),
        wayOutDownSince: instant.optional(),
      }),
    ),
    openIncidents: z.int(),
    /** 1,000 stands for 1,000 and more. */
    unknownMonitors: z.int(),
    mails: z.object({ waiting: z.int(), oldestWaiting: instant.optional(), failedLastDay: z.int() }),
    workflows: z.array(
      z.object({
        machine: z.string(),
        running: z.int(),
        failedLastDay: z.int(),
        url: z.string(),
      }),
    ),
  })
  .meta({ id: 'Health' });
export type HealthView = z.output<typeof healthView>;

/** An execution that runs or has failed. */
export const executionView = z
  .object({
    name: z.string(),
    machine: z.string(),
    status: z.string(),
    startedAt: instant,
    endedAt: instant.optional(),
    step: z.string().optional(),
    incident: z.string().optional(),
    url: z.string(),
  })
  .meta({ id: 'Execution' });
export type ExecutionView = z.output<typeof executionView>;

export const userView = user.meta({ id: 'User' });
export type UserView = z.output<typeof userView>;

/** Somebody to be let in. The first password is made here and shown this once. */
export const userRequest = z.strictObject({
  mail: user.shape.mail.toLowerCase(),
  name: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .regex(/^\P{Cc}*$/u, 'leave control characters out'),
  role: user.shape.role,
  /** Of a customer: whose servers they see. */
  account: user.shape.account,
  language: user.shape.language,
});
export const madeUser = userView.extend({ password: z.string() }).meta({ id: 'MadeUser' });
export type MadeUser = z.output<typeof madeUser>;

/** What an action on an incident came to. */
export const actionDone = z
  .object(operatorDeed.omit({ key: true, isUnfinished: true }).shape)
  .extend({
    incident: z.string(),
    /** False when the same request had done it before. */
    done: z.boolean(),
  })
  .meta({ id: 'ActionDone' });

/** What an engineer's word on an incident came to. */
export const engagement = z
  .object({ incident: z.string(), outcome: z.enum(['acknowledged', 'taken']) })
  .meta({ id: 'Engagement' });
