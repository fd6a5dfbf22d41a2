import { z } from 'zod';
import { pauseAt } from '../../core/detection/pause.ts';
import { alertKey, type Incident } from '../../core/incident/incident.ts';
import { noteBegun } from '../../core/incident/respond.ts';
import { addSeconds, type Instant, instant, secondsBetween } from '../../core/instant.ts';
import {
  chooseRepair,
  firstToRepair,
  type RepairChoice,
  type Treatment,
} from '../../core/response/choose-repair.ts';
import { forgetRequest } from '../../core/response/note-repair.ts';
import type { Repair } from '../../core/response/repair.ts';
import { onFirstEvent, stores } from '../../platform/environment.ts';
import type { ServerLock } from '../../platform/store/response-store.ts';
import { changeIncident } from '../incident/change-incident.ts';
import { readHolds } from '../maintenance/holds.ts';
import { endRepair, leaveAlerts } from './end-repair.ts';
import type { ResponsePorts } from './response-ports.ts';
import { LockLost, tryLock } from './server-lock.ts';

const chooseEvent = z.strictObject({
  incident: z.string(),
  round: z.int().positive(),
  /** Name of the execution, which has the server's lock while it works. */
  holder: z.string().min(1),
  /** When the execution began. */
  startedAt: z.iso.datetime(),
  at: instant,
});
type ChooseEvent = z.output<typeof chooseEvent>;

export type ChosenRepair =
  | { readonly step: 'repair'; readonly number: number }
  /** Another execution works on the server. */
  | { readonly step: 'wait'; readonly until: Instant }
  | { readonly step: 'end' };

type ChoosePorts = Pick<ResponsePorts, 'monitors' | 'incidents' | 'responses' | 'maintenance'>;

/** How often a lock is looked at again, and how long it is waited for at most. */
const lockLookSeconds = 30;
const lockWaitSeconds = 3_600;
/** Each round leaves an alert to people or forgets a request, so this many are never needed. */
const maxRounds = 100;

/**
 * Decides what a first response does next, and begins it: the repair is written, and nobody else works on the server.
 * What it finds begun and not ended goes on.
 *
 * @throws LockLost when another execution has worked on the server for an hour
 */
export function createChooseRepair(ports: ChoosePorts): (event: unknown) => Promise<ChosenRepair> {
  return async (event) => {
    const chosen = chooseEvent.parse(event);
    const { incident: id, round, at } = chosen;
    // This execution may be quicker than the one that started it and notes so.
    await changeIncident(ports.incidents, id, (now) => noteBegun(now, 'first-response', round, at));
    for (let count = 0; count < maxRounds; count += 1) {
      const answer = await decide(ports, chosen);
      if (answer !== undefined) return answer;
    }
    throw new Error(`incident ${id} had other alerts to look at ${maxRounds} times in a row`);
  };
}

/** @returns undefined when something was written, so that it is to be looked at anew */
async function decide(ports: ChoosePorts, event: ChooseEvent): Promise<ChosenRepair | undefined> {
  const { incident: id, holder, at } = event;
  const { incident, choice } = await choose(ports, id, at);
  const latest = await ports.responses.latestRepair(id);
  const goesOn = latest !== undefined && latest.end === undefined;
  if (choice.choice === 'end' && !goesOn) return { step: 'end' };
  if (choice.choice === 'leave' && !goesOn) {
    await leaveAlerts(ports, id, () => choice.alerts, choice.reason, at);
    return undefined;
  }
  if (choice.choice === 'forget-request' && !goesOn) {
    await changeIncident(ports.incidents, id, forgetRequest);
    return undefined;
  }
  const lock = await tryLock(ports.responses, incident, holder, at);
  if (lock.holder !== holder) return waitFor(lock, incident, event);
  if (goesOn) {
    if (latest.holder === holder) return { step: 'repair', number: latest.number };
    // Its execution was ended and its time is over, so that nobody works on it any more.
    await endRepair(ports, latest, 'fault', at);
    return undefined;
  }
  // Looked at once more, now that nobody else can begin anything.
  const { choice: final } = await choose(ports, id, at);
  if (final.choice !== 'try') return undefined;
  return begin(ports, final, id, (latest?.number ?? 0) + 1, event);
}

async function begin(
  { responses }: ChoosePorts,
  { alert, runbook, requested }: Extract<RepairChoice, { choice: 'try' }>,
  incident: string,
  number: number,
  { holder, at }: ChooseEvent,
): Promise<ChosenRepair | undefined> {
  const repair: Repair = {
    incident,
    number,
    alert: alertKey(alert),
    monitor: alert.monitor,
    runbook,
    holder,
    at,
    ...(requested !== undefined && { requested }),
    runs: [],
    revision: 1,
  };
  return (await responses.replaceRepair(repair)) ? { step: 'repair', number } : undefined;
}

async function choose(
  ports: ChoosePorts,
  id: string,
  at: Instant,
): Promise<{ readonly incident: Incident; readonly choice: RepairChoice }> {
  const incident = await ports.incidents.incident(id);
  if (incident === undefined) throw new Error(`incident ${id} is not in the table`);
  const server = await ports.monitors.server(incident);
  const treatments = new Map<string, Treatment>();
  const holds = await readHolds(ports, incident, at);
  const first = firstToRepair(incident, holds);
  if (first !== undefined) {
    const { account, server: name } = incident;
    const ref = { account, server: name, monitor: first.monitor };
    const watched = await ports.monitors.monitor(ref);
    treatments.set(first.monitor, {
      response: watched?.monitor.response,
      isPaused: watched !== undefined && pauseAt(watched.state, at)?.by === 'operator',
      repairs: await ports.responses.repairsOf(ref),
    });
  }
  const hasLogin = server?.ssh !== undefined;
  return { incident, choice: chooseRepair(incident, { hasLogin, treatments, holds }) };
}

function waitFor(lock: ServerLock, incident: Incident, { startedAt, at }: ChooseEvent): ChosenRepair {
  if (secondsBetween(startedAt, at) > lockWaitSeconds) throw new LockLost(incident, lock);
  const soon = addSeconds(at, lockLookSeconds);
  return { step: 'wait', until: lock.until < soon ? lock.until : soon };
}

export const handler = onFirstEvent(() => createChooseRepair(stores()));
