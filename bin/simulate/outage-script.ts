import { z } from 'zod';
import { instant, toInstant } from '../../core/instant.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import { judge } from '../../core/inventory/judge.ts';
import { knownNames } from '../../core/inventory/nearest.ts';
import { shown } from '../../core/inventory/printable.ts';
import { type Problem, ProblemList } from '../../core/inventory/problem.ts';
import { type InventoryFile, readYaml } from '../../core/inventory/read-yaml.ts';
import { type Written, writtenAt } from '../../core/inventory/written.ts';
import type { Outage } from './failures.ts';

const time = z.iso
  .datetime({ error: 'write an instant in UTC, like 2026-01-01T09:30:00Z' })
  .transform(toInstant)
  .pipe(instant)
  .describe('an instant in UTC, like 2026-01-01T09:30:00Z');

const outageForm = z.strictObject({
  account: z.string().describe('the id of an account, where a server id is used by several').optional(),
  server: z.string().describe('the id of a server'),
  monitor: z.string().describe('the id of a monitor').optional(),
  from: time,
  to: time,
  severity: z.enum(['critical', 'warning', 'unknown']).default('critical'),
});
const scriptForm = z.strictObject({
  outages: z.array(outageForm).min(1).max(10_000).describe('a list of outages'),
});

export type ReadScript =
  | { readonly ok: true; readonly outages: readonly Outage[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads a script of outages and finds its servers and monitors in the inventory. It is taken whole or not at all, and every
 * fault is told at once.
 */
export function readOutages(file: InventoryFile, inventory: Inventory): ReadScript {
  const problems = new ProblemList([file.name]);
  const written = readYaml(file, problems);
  const script = written && judge(scriptForm, written, problems);
  const outages = (script?.outages ?? []).flatMap((one, index) => {
    const found = written && place(one, { inventory, written, problems, path: ['outages', index] });
    return found === undefined ? [] : [found];
  });
  const found = problems.sorted();
  return found.length > 0 ? { ok: false, problems: found } : { ok: true, outages };
}

interface Surroundings {
  readonly inventory: Inventory;
  readonly written: Written;
  readonly problems: ProblemList;
  readonly path: readonly PropertyKey[];
}

function place(
  { account, server, monitor, from, to, severity }: z.output<typeof outageForm>,
  { inventory, written, problems, path }: Surroundings,
): Outage | undefined {
  const tell = (key: string, text: string): undefined => {
    const { place: at, field } = writtenAt(written, [...path, key]);
    problems.add(at, field, text);
  };
  if (to <= from) return tell('to', `is not after from; give the instant at which all is well again`);
  const named = inventory.servers.filter(({ id }) => id === server);
  const [found, other] = named.filter((one) => account === undefined || one.account === account);
  if (found === undefined) {
    if (named.length > 0) {
      const accounts = named.map((one) => one.account);
      return tell(
        'account',
        `is ${shown(account)}, which has no ${server}; ${knownNames(account ?? '', 'accounts', accounts)}`,
      );
    }
    const known = inventory.servers.map(({ id }) => id);
    return tell(
      'server',
      `is ${shown(server)}, which the inventory does not have; ${knownNames(server, 'servers', some(known))}`,
    );
  }
  if (other !== undefined) {
    return tell('server', `is ${shown(server)}, which several accounts have; give account as well`);
  }
  const monitors = inventory.monitors.filter(
    (one) => one.account === found.account && one.server === found.id,
  );
  if (monitor !== undefined && !monitors.some(({ id }) => id === monitor)) {
    const known = monitors.map(({ id }) => id);
    return tell(
      'monitor',
      `is ${shown(monitor)}, which ${server} does not have; ${knownNames(monitor, 'monitors', some(known))}`,
    );
  }
  return {
    account: found.account,
    server: found.id,
    ...(monitor !== undefined && { monitor }),
    from,
    to,
    severity,
  };
}

/** As many as a message has room for. */
const some = (names: readonly string[]): string[] => [...new Set(names)].slice(0, 30);
