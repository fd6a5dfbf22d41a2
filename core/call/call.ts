import { z } from 'zod';
import { instant } from '../instant.ts';
import { language } from '../text.ts';

/** How long a telephone rings: about ten times. */
export const ringSeconds = 30;

/** How long whoever picked up may take to hear the report and press the key. */
export const keySeconds = 90;

/** The key that confirms. Any other, and none, is no answer: an answering machine picks up too. */
export const confirmingKey = '1';

/**
 * How a call ended. `no-key`: somebody or an answering machine picked up and did not confirm; `failed`: it could not be
 * placed, or the network gave it up; `recovered`, `held` (in maintenance) and `skipped`: there was no more need while it
 * rang; `stopped`: another call was confirmed meanwhile, or the workflow was stopped.
 */
export const callEnd = z.enum([
  'accepted',
  'no-key',
  'unanswered',
  'declined',
  'failed',
  'recovered',
  'held',
  'skipped',
  'stopped',
]);
export type CallEnd = z.output<typeof callEnd>;

/** Whom a call goes to, as the account or the rota named them when it was prepared. */
export const callee = z.strictObject({ name: z.string(), phone: z.string(), language });
export type Callee = z.output<typeof callee>;

/**
 * One telephone call. It is written before it is placed and marked after, so that a crash at any point neither loses it
 * nor places it twice.
 */
export const call = z.strictObject({
  /** `acme.web-1-7-2-1`: the incident, the round and the call's number in it. */
  id: z.string().max(100),
  incident: z.string(),
  purpose: z.enum(['escalation', 'page']),
  round: z.int().positive(),
  number: z.int().positive(),
  to: callee,
  /** What is said, in the callee's language. */
  report: z.string().max(2000),
  /** `prepared` has surely not rung; `placing` may ring already; `placed` is known to the telephone service. */
  state: z.enum(['prepared', 'placing', 'placed', 'ended']),
  preparedAt: instant,
  placedAt: instant.optional(),
  /** When it was first looked at after that: the time of placing may be that of an earlier try. */
  ringsSince: instant.optional(),
  /** The id that the telephone service gave it. */
  contact: z.string().optional(),
  /** When it was picked up, by whomever or whatever. */
  connectedAt: instant.optional(),
  /** When the telephone service said that the line was cut, and why. */
  disconnectedAt: instant.optional(),
  disconnectReason: z.string().max(200).optional(),
  /** The key was pressed. It stands whatever the end is, as it may come after it. */
  accepted: z.boolean().optional(),
  end: callEnd.optional(),
  endedAt: instant.optional(),
  /** Why it failed. */
  fault: z.string().max(300).optional(),
  /** Every write raises it and is conditional on the one before. */
  version: z.int().positive(),
});
export type Call = z.output<typeof call>;

export const callId = (incident: string, round: number, number: number): string =>
  `${incident}-${round}-${number}`;

/** For people's eyes: `…5678`. A number in full stays in the inventory and in the call itself. */
export const maskedPhone = (phone: string): string => `…${phone.slice(-4)}`;

/** Two of the same name and number are one telephone. */
export const isSameCallee = (one: Pick<Callee, 'name' | 'phone'>, other: Pick<Callee, 'name' | 'phone'>) =>
  one.name === other.name && one.phone === other.phone;
