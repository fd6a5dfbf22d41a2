import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../core/check-outcome.ts';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import { parseInventory } from '../../../core/inventory/parse-inventory.ts';
import type { Monitor } from '../../../core/monitor.ts';
import { TimeLimitReached } from '../../../lambdas/probe/checks/check-type.ts';
import { checkTypes } from '../../../lambdas/probe/checks/registry.ts';
import { type Fleet, startFleet } from '../../../local/fleet/fleet.ts';
import { resolveTarget } from '../../../platform/network/target-address.ts';
import { SecretMissing } from '../../../platform/secrets/secret-store.ts';

/** Far above what anything on loopback takes; what is silent costs a test this much. */
const limitMs = 1_500;

let now = Date.parse('2026-11-21T03:00:00.000Z');
let fleet: Fleet;
let inventory: Inventory;

beforeAll(async () => {
  fleet = await startFleet({ now: () => now, seed: 3 });
  const parsed = parseInventory([{ name: 'demo.yaml', text: fleet.inventory }], checkTypes);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 2));
  inventory = parsed.inventory;
});
afterAll(() => fleet.close());

async function check(monitor: Monitor, sample?: unknown): Promise<CheckResult> {
  const type = checkTypes[monitor.check];
  if (type === undefined) throw new Error(`no check type ${monitor.check}`);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new TimeLimitReached(limitMs)), limitMs);
  const { target } = monitor;
  const run = type.run(monitor.settings, {
    at: new Date(now).toISOString(),
    target,
    signal: limit.signal,
    resolve: (host) => resolveTarget(host, target.reach, { localAllowed: true }),
    ...(sample === undefined ? {} : { sample }),
    heartbeat: async () => undefined,
    secret: async (ref) => {
      const value = fleet.secrets[ref];
      if (value === undefined) throw new SecretMissing(ref);
      return value;
    },
  });
  return await run.finally(() => clearTimeout(timer));
}

function monitor(server: string, id: string): Monitor {
  const found = inventory.monitors.find((one) => one.server === server && one.id === id);
  if (found === undefined) throw new Error(`no monitor ${server}/${id}`);
  return found;
}

describe('the fleet as the product watches it', () => {
  it('given all is up, when every monitor is checked twice, then every one is well', async () => {
    const first = await Promise.all(inventory.monitors.map((one) => check(one)));
    now += 300_000;
    // The agents keep their figures for half a second, as real ones do for longer.
    await expect
      .poll(async () => {
        const again = await Promise.all(
          inventory.monitors.map((one, place) => check(one, first[place]?.sample)),
        );
        return again.flatMap(({ outcome }, place) => {
          const { server = '', id = '' } = inventory.monitors[place] ?? {};
          const isMeasured = Object.keys(outcome.values).length > 0;
          return outcome.severity === 'ok' && isMeasured ? [] : [`${server}/${id}: ${outcome.summary.en}`];
        });
      })
      .toEqual([]);
  });

  const breaks = [
    { server: 'web-1', service: 'web', failing: ['web', 'nginx'], well: ['host', 'ssh', 'app', 'disk'] },
    { server: 'web-1', service: 'app', failing: ['app'], well: ['web', 'host'] },
    { server: 'web-1', service: 'agent', failing: ['agent'], well: ['host', 'web'] },
    { server: 'db-1', service: 'mysql', failing: ['mysql', 'mariadbd'], well: ['host', 'disk'] },
    { server: 'db-1', service: 'disk', failing: ['disk'], well: ['mysql', 'memory'] },
    { server: 'mail-1', service: 'smtp', failing: ['smtp'], well: ['host', 'ssh'] },
    { server: 'mail-1', service: 'ssh', failing: ['ssh'], well: ['host', 'smtp'] },
    { server: 'mail-1', service: 'power', failing: ['host', 'ssh', 'smtp', 'agent'], well: [] },
  ];
  for (const { server, service, failing, well } of breaks) {
    it(`given ${service} of ${server} broken, when its monitors are checked, then ${failing.join(', ')} fail`, async () => {
      await fleet.break(server, service);
      try {
        const seen = await Promise.all(
          [...failing, ...well].map(async (id) => {
            const { outcome } = await check(monitor(server, id));
            return `${id} ${outcome.severity}`;
          }),
        );
        expect(seen).toEqual([...failing.map((id) => `${id} critical`), ...well.map((id) => `${id} ok`)]);
      } finally {
        await fleet.mend(server, service);
      }
    });
  }

  it('given the list of services, when each is looked up, then its monitor is the one that fails first', () => {
    const named = fleet
      .list()
      .flatMap(({ server, services }) => services.map(({ name, monitor }) => `${server}/${name} ${monitor}`));
    expect(named).toEqual(breaks.map(({ server, service, failing }) => `${server}/${service} ${failing[0]}`));
  });
});
