import { z } from 'zod';
import { severity } from './check-outcome.ts';
import { accountId, monitorId, runbookId, serverId } from './ids.ts';
import { instant } from './instant.ts';
import { plan, reach, snmpAccess, sshAccess } from './server.ts';
import { text } from './text.ts';

export const checkClass = z.enum(['liveness', 'resource', 'daily']);
export type CheckClass = z.output<typeof checkClass>;

/** How a failure becomes an alert (SPEC 4). Each is a setting of the monitor; the defaults go by class. */
export const timing = z.strictObject({
  intervalMinutes: z.int().min(1).max(1440),
  /** Failed repeats that are needed before a failure is believed. */
  confirmations: z.int().min(0).max(10),
  confirmationSpacingSeconds: z.int().min(10).max(600),
  /** How long further alerts of the same server are waited for before the mail. */
  dedupSeconds: z.int().min(0).max(600),
  /** Bound of the log-in and collection before the mail. */
  collectSeconds: z.int().min(0).max(60),
});
export type Timing = z.output<typeof timing>;

/** What is tried when a monitor's failure is confirmed, on the plans that have a first response. */
export const monitorResponse = z.strictObject({
  /** Runbooks of the account, in their order; they come before the standard one (managed). */
  custom: z.array(runbookId).max(5).default([]),
  /** The standard runbook, by default that of the check type. */
  standard: runbookId.optional(),
  /** Values of the runbooks' parameters by name. */
  parameters: z.record(z.string(), z.string()).default({}),
  guard: z
    .strictObject({
      /** Repairs of this monitor in the period; a failure beyond them is escalated at once. */
      repairs: z.int().min(1).max(20).default(3),
      periodHours: z.int().min(1).max(720).default(24),
      /** A failure that comes this soon after a repair shows that the repair did not hold. */
      holdMinutes: z.int().min(0).max(1440).default(30),
    })
    .prefault({}),
});
export type MonitorResponse = z.output<typeof monitorResponse>;

/** A monitor that is checked and drawn, but not acted on. */
export const pause = z.strictObject({
  /** `escalation` ends by itself when the monitor is well again; `operator` ends at `until`. */
  by: z.enum(['escalation', 'operator']),
  since: instant,
  until: instant.optional(),
  reason: z.string().max(300),
  /** Name of the operator. */
  who: z.string().max(80).optional(),
});
export type Pause = z.output<typeof pause>;

/** 監視項目 as the table holds it: complete by itself, so that a sweep reads nothing else to check it. */
export const monitor = z.strictObject({
  account: accountId,
  server: serverId,
  id: monitorId,
  /** Check type: a name in the registry of checks. */
  check: z.string(),
  class: checkClass,
  /** Settings of the check type, validated by its schema, defaults filled in. */
  settings: z.record(z.string(), z.unknown()),
  timing,
  timeLimitMs: z.int().min(100).max(30_000),
  /** 1 is highest: the order of work and of the mail. */
  priority: z.int().min(1).max(99),
  /** The systemd unit or process this monitor stands for; its status and journal are collected. */
  service: z.string().max(80).optional(),
  /** What a first response would do; absent when there is none. */
  response: monitorResponse.optional(),
  plan,
  /** What the probe needs of the server, copied here. */
  target: z.strictObject({
    address: z.string(),
    reach,
    snmp: snmpAccess.optional(),
    /** For checks that log in. */
    ssh: sshAccess.optional(),
    maxConnections: z.int().min(1).max(50).optional(),
  }),
});
export type Monitor = z.output<typeof monitor>;

/**
 * Where a monitor stands. `well` and `alerted` are settled; `confirming` means that a detection workflow has it.
 * `episode` counts failure episodes and never falls, as it names executions.
 */
export const monitorState = z.strictObject({
  phase: z.enum(['well', 'confirming', 'alerted']),
  episode: z.int().nonnegative(),
  severity,
  /** Of the present phase: the first failed check for `confirming` and `alerted`, the recovery for `well`. */
  since: instant.optional(),
  /** What was seen when the state last changed. */
  summary: text.optional(),
  /** First check that could not be carried out, of a row that still goes on. */
  unknownSince: instant.optional(),
  /** Operators have been told of `unknownSince`. */
  unknownTold: z.boolean().optional(),
  pause: pause.optional(),
});
export type MonitorState = z.output<typeof monitorState>;

/** The state of a monitor that has never failed; it is not stored. */
export const neverFailed: MonitorState = { phase: 'well', episode: 0, severity: 'ok' };

export interface WatchedMonitor {
  readonly monitor: Monitor;
  readonly state: MonitorState;
}
