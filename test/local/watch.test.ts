import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseInventory } from '../../core/inventory/parse-inventory.ts';
import { renderProblem } from '../../core/inventory/problem.ts';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';
import { applyInventory } from '../../local/apply-inventory.ts';
import type { Fleet } from '../../local/fleet/fleet.ts';
import { settleWatch, type Watch } from '../../local/watch.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';
import type { InventoryStore } from '../../platform/store/monitor-store.ts';
import { temporaryDirectory } from './assembly/write-assembly.ts';

function compile(text: string) {
  const parsed = parseInventory([{ name: 'acme.yaml', text }], checkTypes);
  if (!parsed.ok) throw new Error(parsed.problems.map(renderProblem).join('\n'));
  return parsed.inventory;
}

let inventories: InventoryStore;
const acme = (servers: string): Watch => ({
  kind: 'inventory',
  apply: () =>
    applyInventory(
      compile(`
settings: { mailFrom: alerts@msp.example, operators: { mail: [desk@msp.example] } }
accounts:
  - id: acme
    name: Acme
    servers: [${servers}]
`),
      inventories,
    ),
});
const server = (id: string, port: number): string =>
  `{ id: ${id}, name: ${id}, address: 192.0.2.1, plan: notify, monitors: [{ id: app, check: tcp, port: ${port} }] }`;
const demo: Watch = { kind: 'demo', compile };
const stored: Watch = { kind: 'stored' };

const fleets: Fleet[] = [];
afterEach(async () => {
  for (const fleet of fleets.splice(0)) await fleet.close();
});

/** Starts one after the other on the same data. */
async function startInTurn(...watches: Watch[]) {
  inventories = createMemoryStores().inventory;
  const fleetFile = join(temporaryDirectory(), 'fleet.json');
  const secrets: Record<string, string> = {};
  const said: string[] = [];
  for (const [turn, watch] of watches.entries()) {
    said.length = 0;
    const fleet = await settleWatch(watch, {
      inventories,
      table: { endpoint: 'http://127.0.0.1:1', region: 'ap-northeast-1', name: 'mimamori' },
      fleetFile,
      putSecrets: (values) => Object.assign(secrets, values),
      now: () => Date.parse('2026-01-01T00:00:00Z'),
      say: (line) => said.push(line),
    });
    if (fleet !== undefined) {
      if (turn < watches.length - 1) await fleet.close();
      else fleets.push(fleet);
    }
  }
  const { inventory } = await inventories.load();
  return {
    said,
    secrets,
    isDemo: fleets.length > 0,
    hasFleetFile: existsSync(fleetFile),
    servers: inventory?.servers.map(({ id }) => id),
  };
}

describe('what is watched', () => {
  const one = acme(server('web-1', 80));
  const cases: { given: string; watches: Watch[]; then: string }[] = [
    { given: 'an inventory', watches: [one], then: 'Watching 1 account, 1 server, 1 monitor.' },
    {
      given: 'the same inventory again',
      watches: [one, one],
      then: 'Watching 1 account, 1 server, 1 monitor, as before.',
    },
    {
      given: 'a changed inventory',
      watches: [
        acme(`${server('web-1', 80)}, ${server('web-2', 80)}`),
        acme(`${server('web-1', 81)}, ${server('web-3', 80)}`),
      ],
      then: 'Watching 1 account, 2 servers, 2 monitors (1 server added, 1 server removed, 1 monitor added, 1 monitor removed, 1 monitor changed).',
    },
    {
      given: 'no inventory and no demo at first',
      watches: [stored],
      then: 'Nothing is watched yet: apply an inventory with mimamori apply, or start with --inventory FILE.',
    },
    {
      given: 'no demo after an inventory',
      watches: [one, stored],
      then: 'Watching what was applied earlier: 1 account, 1 server, 1 monitor.',
    },
    {
      given: 'a plain start after an inventory',
      watches: [one, demo],
      then: 'Watching the inventory that was applied earlier: 1 account, 1 server, 1 monitor. For the demo give another directory with --data DIR.',
    },
  ];
  for (const { given, watches, then } of cases) {
    it(`given ${given}, when it starts, then it says so`, async () => {
      const { said, isDemo } = await startInTurn(...watches);
      expect([said, isDemo]).toEqual([[then], false]);
    });
  }

  it('given a first plain start, when it starts, then the demo is watched and its secrets are there', async () => {
    const { said, secrets, isDemo, servers } = await startInTurn(demo);
    expect([isDemo, servers]).toEqual([true, ['web-1', 'db-1', 'mail-1']]);
    expect(Object.keys(secrets)).toContain('demo/ssh-key');
    expect(said).toEqual([expect.stringMatching(/^Watching 1 account, 3 servers, \d+ monitors\.$/)]);
  });

  it('given the demo, when it starts again, then it is the demo as before', async () => {
    const { said, isDemo } = await startInTurn(demo, demo);
    expect([said, isDemo]).toEqual([[expect.stringMatching(/, as before\.$/)], true]);
  });

  it('given the demo, when an inventory is given, then the demo is gone and stays gone', async () => {
    const { said, isDemo, hasFleetFile, servers } = await startInTurn(demo, one, demo);
    expect([isDemo, hasFleetFile, servers]).toEqual([false, false, ['web-1']]);
    expect(said[0]).toMatch(/^Watching the inventory that was applied earlier/);
  });
});
