import { Logger } from '@aws-lambda-powertools/logger';
import { z } from 'zod';
import type { Incident } from '../../core/incident/incident.ts';
import { type Instant, instant } from '../../core/instant.ts';
import { hasChanged, type Repair } from '../../core/response/repair.ts';
import { haltOf } from '../../core/response/run-plan.ts';
import type { Runbook } from '../../core/runbook/form.ts';
import {
  localTargetsAllowed,
  onFirstEvent,
  secretStore,
  stores,
  workflows,
} from '../../platform/environment.ts';
import { openSshConnection } from '../../platform/ssh/ssh-connection.ts';
import { tellOperatorsFromEnvironment } from '../mail/tell-operators.ts';
import { readHolds } from '../maintenance/holds.ts';
import { createCheckAgain } from '../probe/check-again.ts';
import { checkPortsFromEnvironment } from '../probe/ports-from-environment.ts';
import { changeRepair, readRepair } from './change-repair.ts';
import { createCustomLibrary } from './custom-library.ts';
import { endRepair } from './end-repair.ts';
import { endWithoutAccess, isNoAccess, type OnServerPorts, onServer, readServer } from './on-server.ts';
import { type PreparedRunbook, prepareRunbook, RunbookUnfit } from './prepare-runbook.ts';
import { type CheckAgain, recover } from './recover.ts';
import { beganText } from './response-texts.ts';
import {
  bundledLibrary,
  findRunbook,
  libraryOf,
  type RunbookLibrary,
  runbookLackNotice,
} from './runbook-library.ts';
import { keepLock } from './server-lock.ts';

const prepareEvent = z.strictObject({
  incident: z.string(),
  number: z.int().positive(),
  holder: z.string().min(1),
  at: instant,
});

/** `verify`: no command is to run, and the repair ends with what is found out; `choose`: it has ended. */
export interface PreparedRepair {
  readonly step: 'run' | 'verify' | 'choose';
  /** To wait for after the last command. */
  readonly verifyAfterSeconds: number;
}

export interface PreparePorts extends OnServerPorts {
  readonly library: RunbookLibrary;
  readonly checkAgain: CheckAgain;
}

/** Four questions about the system and one for each service that it may have. */
const workMs = 70_000;

/** Looks at the server and freezes the steps of a repair: what runs is what was planned, whatever is changed meanwhile. */
export function createPrepareRepair(ports: PreparePorts): (event: unknown) => Promise<PreparedRepair> {
  return async (event) => {
    const { incident: id, number, holder, at } = prepareEvent.parse(event);
    const repair = await readRepair(ports.responses, id, number);
    if (repair.end !== undefined) return answer('choose');
    if (repair.plan !== undefined) return ready(ports, repair, at);
    const incident = await ports.incidents.incident(id);
    if (incident === undefined) return answer('verify');
    if (haltOf(incident, repair, await readHolds(ports, incident, at)) !== undefined) return answer('verify');
    await keepLock(ports.responses, incident, holder, at);
    if (await isHealedByEarlier(ports, incident, repair, at)) return answer('choose');
    const found = await findRunbook(ports.library, incident.account, repair.runbook);
    if ('lack' in found) {
      await ports.tellOperators(runbookLackNotice(repair, incident.account, at, found.lack));
      await endRepair(ports, repair, 'not-fit', at, found.lack);
      return answer('choose');
    }
    const { runbook } = found;
    const prepared = await prepare(ports, repair, runbook, incident);
    if (prepared instanceof RunbookUnfit) {
      await endRepair(ports, { ...repair, version: runbook.version }, 'not-fit', at, prepared.text);
      return answer('choose');
    }
    if (isNoAccess(prepared)) {
      await endWithoutAccess(ports, { ...repair, version: runbook.version }, prepared, at);
      return answer('choose');
    }
    const { steps } = prepared;
    const verifyAfterSeconds = runbook.verification?.afterSeconds;
    const { repair: planned } = await changeRepair(ports.responses, repair, (now) =>
      now.plan === undefined && now.end === undefined
        ? {
            ...now,
            version: runbook.version,
            plan: { steps, ...(verifyAfterSeconds !== undefined && { verifyAfterSeconds }) },
          }
        : undefined,
    );
    return ready(ports, planned, at);
  };
}

const answer = (step: PreparedRepair['step'], verifyAfterSeconds = 0): PreparedRepair => ({
  step,
  verifyAfterSeconds,
});

async function ready({ incidents }: PreparePorts, repair: Repair, at: Instant): Promise<PreparedRepair> {
  const { incident, number, plan } = repair;
  if (plan === undefined) return answer('choose');
  await incidents.addTimeline([
    { incident, at, key: `repair-${number}-began`, kind: 'response', summary: beganText(repair, plan.steps) },
  ]);
  return answer('run', plan.verifyAfterSeconds);
}

/**
 * The repair before may have healed this alert too, and no sweep has seen it yet. Without one before, the failure has just
 * been confirmed, and nothing is lost with another check.
 */
async function isHealedByEarlier(
  ports: PreparePorts,
  { account, server }: Incident,
  repair: Repair,
  at: Instant,
): Promise<boolean> {
  const before = await ports.responses.repair(repair.incident, repair.number - 1);
  if (before === undefined || !hasChanged(before) || repair.requested !== undefined) return false;
  const ref = { account, server, monitor: repair.monitor };
  const outcome = await ports.checkAgain({ monitor: ref, at });
  if (outcome.severity !== 'ok') return false;
  await recover(ports, ref, outcome, at);
  await endRepair(ports, repair, 'not-needed', at, outcome.summary);
  return true;
}

async function prepare(
  ports: PreparePorts,
  { monitor: name }: Repair,
  runbook: Runbook,
  { account, server: serverId }: { readonly account: string; readonly server: string },
) {
  const server = await readServer(ports, { account, server: serverId });
  const watched = await ports.monitors.monitor({ account, server: serverId, monitor: name });
  // A monitor's values are for all of its runbooks; each takes those it knows.
  const given = Object.fromEntries(
    Object.entries(watched?.monitor.response?.parameters ?? {}).filter(([parameter]) =>
      Object.hasOwn(runbook.parameters, parameter),
    ),
  );
  return onServer(
    ports,
    server,
    workMs,
    ({ connection }): Promise<PreparedRunbook | RunbookUnfit> =>
      prepareRunbook(runbook, given, connection).catch((error: unknown) => {
        if (error instanceof RunbookUnfit) return error;
        throw error;
      }),
  );
}

export const handler = onFirstEvent(() =>
  createPrepareRepair({
    ...stores(),
    workflows: workflows(),
    secrets: secretStore(),
    tellOperators: tellOperatorsFromEnvironment(new Logger({ serviceName: 'prepare-repair' })),
    openSsh: openSshConnection,
    localTargetsAllowed: localTargetsAllowed(),
    library: libraryOf(createCustomLibrary(stores().runbooks), bundledLibrary()),
    checkAgain: createCheckAgain(checkPortsFromEnvironment()),
  }),
);
