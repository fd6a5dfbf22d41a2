import { z } from 'zod';
import type { CheckOutcome } from '../../core/check-outcome.ts';
import type { MonitorRef } from '../../core/ids.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { type Instant, instant } from '../../core/instant.ts';
import { hasChanged, type Repair, type RepairEnd, repairKey } from '../../core/response/repair.ts';
import { type Halt, haltOf } from '../../core/response/run-plan.ts';
import { onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import { readHolds } from '../maintenance/holds.ts';
import { createCheckAgain } from '../probe/check-again.ts';
import { checkPortsFromEnvironment } from '../probe/ports-from-environment.ts';
import { readRepair } from './change-repair.ts';
import { endRepair } from './end-repair.ts';
import { type CheckAgain, recover } from './recover.ts';
import type { ResponsePorts } from './response-ports.ts';
import { keepLock } from './server-lock.ts';

const settleEvent = z.strictObject({
  incident: z.string(),
  number: z.int().positive(),
  /** Which look this is, from 1. */
  look: z.int().positive(),
  holder: z.string().min(1),
  at: instant,
});

/** `look-again`: not well yet, and services may start slowly; `choose`: the repair has ended. */
export interface SettleAnswer {
  readonly step: 'look-again' | 'choose';
}

export interface SettlePorts extends ResponsePorts {
  readonly checkAgain: CheckAgain;
}

/** The workflow waits 10 s between two looks. */
const mostLooks = 4;

/**
 * Sees by the very check that failed whether a repair helped. Well again is what the next sweep would have found: the alert
 * is closed and the monitor's state is well.
 */
export function createSettleRepair(ports: SettlePorts): (event: unknown) => Promise<SettleAnswer> {
  return async (event) => {
    const { incident: id, number, look, holder, at } = settleEvent.parse(event);
    const repair = await readRepair(ports.responses, id, number);
    if (repair.end !== undefined) return { step: 'choose' };
    const incident = await ports.incidents.incident(id);
    if (incident === undefined) throw new Error(`incident ${id} is not in the table`);
    const halt = haltOf(incident, repair, await readHolds(ports, incident, at));
    if (halt === 'healed') {
      await endWell(ports, incident, repair, at);
      return { step: 'choose' };
    }
    await keepLock(ports.responses, incident, holder, at);
    const ref = monitorOf(incident, repair);
    const outcome = await ports.checkAgain({ monitor: ref, at });
    if (outcome.severity === 'ok') {
      await recover(ports, ref, outcome, at);
      await endWell(ports, incident, repair, at, outcome);
      return { step: 'choose' };
    }
    const mayBeSlow = hasChanged(repair) && repair.plan?.verifyAfterSeconds !== undefined;
    if (halt === undefined && mayBeSlow && look < mostLooks) return { step: 'look-again' };
    await endRepair(ports, repair, endOf(halt), at, outcome.summary);
    return { step: 'choose' };
  };
}

function endOf(halt: Exclude<Halt, 'healed'> | undefined): RepairEnd {
  if (halt === undefined) return 'not-repaired';
  return halt === 'held' ? 'held' : 'stopped';
}

const monitorOf = ({ account, server }: Incident, { monitor }: Repair): MonitorRef => ({
  account,
  server,
  monitor,
});

/** A repair that changed nothing did not make it well: it is not counted against the monitor. */
async function endWell(
  ports: SettlePorts,
  incident: Incident,
  repair: Repair,
  at: Instant,
  outcome?: CheckOutcome,
): Promise<void> {
  if (!hasChanged(repair)) return endRepair(ports, repair, 'not-needed', at, outcome?.summary);
  await ports.responses.addRepairOf(monitorOf(incident, repair), { at, by: repairKey(repair) });
  await endRepair(ports, repair, 'repaired', at, outcome?.summary);
}

export const handler = onFirstEvent(() =>
  createSettleRepair({
    ...stores(),
    workflows: workflows(),
    checkAgain: createCheckAgain(checkPortsFromEnvironment()),
  }),
);
