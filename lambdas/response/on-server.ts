import { serverKey } from '../../core/ids.ts';
import { alertKey, openAlerts } from '../../core/incident/incident.ts';
import type { Instant } from '../../core/instant.ts';
import { alertsToRepair } from '../../core/response/note-repair.ts';
import type { Repair } from '../../core/response/repair.ts';
import type { Server } from '../../core/server.ts';
import type { Text } from '../../core/text.ts';
import { NameNotFound } from '../../platform/network/target-address.ts';
import { SshFailure } from '../../platform/ssh/ssh-connection.ts';
import { hostKeyNotice, reasonFor } from '../evidence/evidence-texts.ts';
import { type LoggedIn, type LogInPorts, logIn } from '../evidence/log-in.ts';
import type { TellOperators } from '../mail/tell-operators.ts';
import { endRepair, leaveAlerts } from './end-repair.ts';
import type { ResponsePorts } from './response-ports.ts';

/** What functions that log in work with. */
export interface OnServerPorts extends ResponsePorts, LogInPorts {
  readonly tellOperators: TellOperators;
}

/** The log-in failed for a reason of the server's. */
export interface NoAccess {
  readonly end: 'host-key' | 'no-access';
  /** For the customer, and for operators. */
  readonly reason: Text;
  readonly detail: string;
}

const logInMs = 20_000;

/**
 * Logs in to a server, does something there and leaves it again.
 *
 * @param workMs bounds what is done after the log-in
 * @returns what was done, or why the server could not be logged in to
 * @throws for what is wrong with us: a secret that is missing, an address where nobody goes
 */
export async function onServer<T extends object>(
  ports: LogInPorts,
  server: Server,
  workMs: number,
  work: (loggedIn: LoggedIn) => Promise<T>,
): Promise<T | NoAccess> {
  if (server.ssh === undefined) throw new Error(`no log-in is set up for ${server.account}.${server.id}`);
  const control = new AbortController();
  let timer = setTimeout(() => control.abort(), logInMs);
  try {
    const loggedIn = await logIn(ports, server, server.ssh, control.signal);
    clearTimeout(timer);
    timer = setTimeout(() => control.abort(), workMs);
    try {
      return await work(loggedIn);
    } finally {
      loggedIn.connection.close();
    }
  } catch (error) {
    if (!(error instanceof SshFailure || error instanceof NameNotFound)) throw error;
    // A key of ours that cannot be used is our fault, and waits for an operator as an unknown host key does.
    const end =
      error instanceof SshFailure && error.reason === 'host-key-mismatch' ? 'host-key' : 'no-access';
    return { end, reason: reasonFor(error), detail: error.message };
  } finally {
    clearTimeout(timer);
  }
}

export const isNoAccess = (answer: object): answer is NoAccess => 'end' in answer && 'detail' in answer;

/**
 * Ends a repair for which the server could not be logged in to. Every alert of the server is left to people, as each of them
 * would meet the same: with another host key nobody logs in at all.
 */
export async function endWithoutAccess(
  ports: OnServerPorts,
  repair: Repair,
  { end, reason, detail }: NoAccess,
  at: Instant,
): Promise<void> {
  const { incident: id } = repair;
  if (end === 'host-key') {
    const incident = await ports.incidents.incident(id);
    if (incident !== undefined) await ports.tellOperators(hostKeyNotice(serverKey(incident), at, detail));
    await leaveAlerts(ports, id, (now) => openAlerts(now).map(alertKey), 'host-key', at);
  } else {
    await leaveAlerts(ports, id, alertsToRepair, 'no-access', at);
  }
  await endRepair(ports, repair, end, at, reason);
}

/** @throws when it was taken out of the inventory */
export async function readServer(
  { monitors }: Pick<ResponsePorts, 'monitors'>,
  ref: { readonly account: string; readonly server: string },
): Promise<Server> {
  const server = await monitors.server(ref);
  if (server === undefined) throw new Error(`${serverKey(ref)} is not in the inventory`);
  return server;
}
