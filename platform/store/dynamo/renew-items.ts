import type { ServerRef } from '../../../core/ids.ts';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import { isTroubled } from '../directory-lists.ts';
import type { DynamoContext } from './context.ts';
import { inParallel } from './in-parallel.ts';
import { DynamoIncidents } from './incidents.ts';
import { DynamoMonitors } from './monitors.ts';

/** Writers that are first at the same monitor again and again have written its lists as well. */
const tries = 3;

/**
 * Puts what an earlier build wrote into the lists that it did not know: incidents of accounts, and monitors that are not
 * simply well. Each is written as it is, under the condition that it still is so; so it may be cut off and done again.
 * Incidents of servers that are no longer in the inventory stay out of the lists.
 */
export async function renewItems(
  context: DynamoContext,
  { servers }: Pick<Inventory, 'servers'>,
): Promise<void> {
  const monitors = new DynamoMonitors(context);
  const incidents = new DynamoIncidents(context.entities);
  await inParallel(servers, async ({ account, id: server }) => {
    const ref = { account, server };
    for (const { monitor } of await troubledOf(monitors, ref)) {
      await renewMonitor(monitors, { ...ref, monitor: monitor.id });
    }
    await incidents.writeAgain(ref);
  });
}

const troubledOf = async (monitors: DynamoMonitors, ref: ServerRef) =>
  (await monitors.monitorsOf(ref)).filter(({ state }) => isTroubled(state));

async function renewMonitor(
  monitors: DynamoMonitors,
  ref: Parameters<DynamoMonitors['monitor']>[0],
): Promise<void> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const found = await monitors.monitor(ref);
    if (found === undefined || (await monitors.replaceState(ref, found.state, found.state))) return;
  }
}
