import { z } from 'zod';
import { severity } from '../check-outcome.ts';
import { accountId, monitorId, serverId } from '../ids.ts';
import { instant } from '../instant.ts';
import { plan } from '../server.ts';
import { text } from '../text.ts';
import { operatorDeed } from './operator-deed.ts';
import { repairAttempt, response, responseMessage, unrepaired, waiter } from './response.ts';

/** アラート: a confirmed problem of one monitor, one for each failure episode. */
export const alert = z.strictObject({
  monitor: monitorId,
  episode: z.int().positive(),
  check: z.string(),
  severity,
  priority: z.int(),
  service: z.string().optional(),
  /** The first failed check. */
  failingSince: instant,
  /** When the repeats had confirmed it and it joined its incident. */
  joinedAt: instant,
  /** What was measured when it was confirmed. */
  summary: text,
  dedupSeconds: z.int(),
  collectSeconds: z.int(),
  /** Set when the monitor was seen well again, or is no longer watched. */
  wellAt: instant.optional(),
  wellSummary: text.optional(),
  /** Number of the mail that told of the problem, and of the one that told of the recovery. */
  problemMail: z.int().optional(),
  recoveryMail: z.int().optional(),
  /** First responses that were tried, in their order. */
  attempts: z.array(repairAttempt).optional(),
  /** Set when there is nothing (more) that a first response could try: people must be reached. */
  unrepaired: unrepaired.optional(),
});
export type Alert = z.output<typeof alert>;

/** Key of an alert within its incident: `https-3`, monitor and episode. */
export const alertKey = ({ monitor, episode }: Pick<Alert, 'monitor' | 'episode'>): string =>
  `${monitor}-${episode}`;

/** 障害: the alerts of one server that belong together, with one workflow and one timeline. */
export const incident = z.strictObject({
  /** `acme.web-1-7`: the server's key and the incident's number on it. */
  id: z.string(),
  account: accountId,
  server: serverId,
  number: z.int().positive(),
  plan,
  state: z.enum(['open', 'closed']),
  openedAt: instant,
  closedAt: instant.optional(),
  /** Set when it is closed only because its workflow was ended from outside; a redrive takes it up again. */
  stoppedAt: instant.optional(),
  /** The alert that opened it and starts its workflow. */
  leader: z.string(),
  alerts: z.record(z.string(), alert),
  /** Mails decided so far; each number is one mail to every contact. */
  mails: z.int().nonnegative(),
  /** Counts what happened to it from outside its workflow: alerts joined, raised or well. */
  news: z.int().nonnegative(),
  /** Task tokens of the workflows that wait for news, by who waits. */
  waiting: z.partialRecord(waiter, z.string()).optional(),
  /** What the plan's response has come to; absent before it begins, and on `notify`. */
  response: response.optional(),
  /** What the response has to tell the contacts, oldest first. */
  messages: z.array(responseMessage).optional(),
  /** Monitors with an open alert that are in announced maintenance: nothing is begun for them until it is over. */
  held: z.record(monitorId, z.strictObject({ since: instant, until: instant })).optional(),
  /** What operators have done, oldest first: the use of a link lies in the same write as its deed. */
  deeds: z.array(operatorDeed).optional(),
  /** Every write raises it and is conditional on the one before. */
  version: z.int().positive(),
});
export type Incident = z.output<typeof incident>;

export const openAlerts = (of: Incident): Alert[] =>
  byPriority(Object.values(of.alerts).filter((one) => one.wellAt === undefined));

/** Highest priority (lowest number) first, then the one that failed first. */
export const byPriority = (alerts: readonly Alert[]): Alert[] =>
  [...alerts].sort(
    (a, b) =>
      a.priority - b.priority ||
      a.failingSince.localeCompare(b.failingSince) ||
      a.monitor.localeCompare(b.monitor),
  );
