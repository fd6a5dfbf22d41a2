import { Logger } from '@aws-lambda-powertools/logger';
import pMap from 'p-map';
import { z } from 'zod';
import { type AccessFinding, compareFindings, isTurnOf } from '../../core/access/access.ts';
import { serverKey } from '../../core/ids.ts';
import { type Instant, toInstant } from '../../core/instant.ts';
import { isWorkedOn } from '../../core/maintenance/active.ts';
import type { Monitor } from '../../core/monitor.ts';
import type { Server } from '../../core/server.ts';
import { localTargetsAllowed, onFirstEvent, secretStore, stores } from '../../platform/environment.ts';
import { openSshConnection } from '../../platform/ssh/ssh-connection.ts';
import type { Stores } from '../../platform/store/stores.ts';
import { type TellOperators, tellOperatorsFromEnvironment } from '../mail/tell-operators.ts';
import { checkTypes } from '../probe/checks/registry.ts';
import { createCheckRunner } from '../probe/run-check.ts';
import { createCustomLibrary } from '../response/custom-library.ts';
import { bundledLibrary, libraryOf } from '../response/runbook-library.ts';
import {
  accessFailedNotice,
  accessRestoredNotice,
  notVerifiedNotice,
  type ServerNews,
} from './access-notices.ts';
import { type VerifyServerPorts, verifyServer } from './verify-server.ts';

const verifyEvent = z.object({ time: z.iso.datetime() });

export interface VerifyPorts extends VerifyServerPorts, Pick<Stores, 'inventory' | 'access'> {
  readonly maintenance: Pick<Stores['maintenance'], 'maintenances'>;
  readonly tellOperators: TellOperators;
  /** Milliseconds that only go on. */
  readonly now: () => number;
  readonly log: Pick<Logger, 'info'>;
}

/** What a verification did. Counts of servers. */
export interface VerifyReport {
  readonly at: Instant;
  readonly verified: number;
  readonly failing: number;
  /** Their turn, but out of time. */
  readonly notReached: number;
}

const serversAtOnce = 20;
/** A server takes three minutes at most, and the function is ended after fifteen. */
const startLimitMs = 11 * 60_000;

/** Verifies the servers whose turn it is: each of them once a day. */
export function createVerifyAccess(ports: VerifyPorts): (event: unknown) => Promise<VerifyReport> {
  return async (event) => {
    const at = toInstant(verifyEvent.parse(event).time);
    const { inventory } = await ports.inventory.load();
    const turn = (inventory?.servers ?? []).filter(
      (one) =>
        (one.ssh !== undefined || one.snmp !== undefined) &&
        isTurnOf({ account: one.account, server: one.id }, at),
    );
    const monitorsOf = Map.groupBy(inventory?.monitors ?? [], (one) => serverKey(one));
    const found = await verifyTwice(ports, turn, monitorsOf, at);
    await tell(ports, found, at);
    const notReached = turn.length - found.size;
    if (notReached > 0) await ports.tellOperators(notVerifiedNotice(at, notReached));
    const failing = [...found.values()].filter((findings) => findings.length > 0).length;
    const report = { at, verified: found.size, failing, notReached };
    ports.log.info('verified access', { ...report });
    return report;
  };
}

/** What fails is tried once more when all others were: a restart or a lost packet is not worth a mail. */
async function verifyTwice(
  ports: VerifyPorts,
  servers: readonly Server[],
  monitorsOf: ReadonlyMap<string, readonly Monitor[]>,
  at: Instant,
): Promise<Map<Server, readonly AccessFinding[]>> {
  const startedAt = ports.now();
  const found = new Map<Server, readonly AccessFinding[]>();
  const verify = (some: readonly Server[]) =>
    pMap(
      some,
      async (server) => {
        if (ports.now() - startedAt > startLimitMs) return;
        const monitors = monitorsOf.get(keyOf(server)) ?? [];
        found.set(server, await verifyServer(ports, server, monitors, at));
      },
      { concurrency: serversAtOnce },
    );
  await verify(servers);
  await verify(servers.filter((server) => (found.get(server) ?? []).length > 0));
  return found;
}

async function tell(
  { access, maintenance, tellOperators }: VerifyPorts,
  found: ReadonlyMap<Server, readonly AccessFinding[]>,
  at: Instant,
): Promise<void> {
  const [failed, restored]: [ServerNews[], ServerNews[]] = [[], []];
  const states: { readonly server: Server; readonly after: readonly AccessFinding[] }[] = [];
  for (const [server, findings] of found) {
    const before = await access.access(refOf(server));
    const { appeared, gone, findings: after } = compareFindings(before?.findings ?? [], findings);
    // What the announced work has taken away is for tomorrow's verification to find.
    if (appeared.length > 0) {
      const maintenances = await maintenance.maintenances(server.account, at);
      if (isWorkedOn(maintenances, server.id, at)) continue;
    }
    states.push({ server, after });
    if (appeared.length > 0) failed.push({ server: keyOf(server), findings: appeared });
    if (gone.length > 0) restored.push({ server: keyOf(server), findings: gone });
  }
  if (failed.length > 0) await tellOperators(accessFailedNotice(at, failed));
  if (restored.length > 0) await tellOperators(accessRestoredNotice(at, restored));
  // Only now: what was not told yet is told by the repeat, under the same key.
  for (const { server, after } of states) {
    await access.saveAccess(refOf(server), { verifiedAt: at, findings: after });
  }
}

const refOf = ({ account, id }: Server) => ({ account, server: id });
const keyOf = (server: Server): string => serverKey(refOf(server));

export const handler = onFirstEvent(() => {
  const log = new Logger({ serviceName: 'verify-access' });
  const { inventory, access, maintenance, runbooks } = stores();
  const secrets = secretStore();
  return createVerifyAccess({
    inventory,
    access,
    maintenance,
    secrets,
    openSsh: openSshConnection,
    localTargetsAllowed: localTargetsAllowed(),
    library: libraryOf(createCustomLibrary(runbooks), bundledLibrary()),
    runCheck: createCheckRunner({ checkTypes, secrets, localTargetsAllowed: localTargetsAllowed() }),
    tellOperators: tellOperatorsFromEnvironment(log),
    now: () => performance.now(),
    log,
  });
});
