import { type Instant, toInstant } from '../../core/instant.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import { shown } from '../../core/inventory/printable.ts';
import { renderProblem } from '../../core/inventory/problem.ts';
import { type Command, CommandError, readArguments } from '../command-line.ts';
import { compileInventory } from '../compiled-inventory.ts';
import { readInventoryFiles } from '../inventory-files.ts';
import { drawOutages, type FailureModel, lots } from '../simulate/failure-model.ts';
import type { Outage } from '../simulate/failures.ts';
import { readOutages } from '../simulate/outage-script.ts';
import { renderReport } from '../simulate/render-report.ts';
import { endAfter, simulate as run } from '../simulate/simulate.ts';

const usage = `mimamori simulate FILE...: show what would be done with an inventory in some days, in virtual time

FILE is an inventory file, or a directory with *.yaml files; all together are the inventory.
No server is asked and no mail leaves: failures are drawn by lot, or read from a script.

  --days N                     how long, 0.01 to 400 (1)
  --start INSTANT              from when on, in UTC (2026-01-01T00:00:00Z)
  --seed N                     the same seed draws the same failures (1)
  --failures-per-server-day N  how often a whole server fails (0.02)
  --failures-per-monitor-day N how often one monitor fails by itself (0.05)
  --mean-minutes N             how long a failure lasts; most are shorter, a few much longer (20)
  --outages FILE               in place of chance, a YAML file:
                                 outages:
                                   - server: web-1        # and account, where several have a web-1
                                     monitor: https       # without it, the whole server
                                     from: 2026-01-01T09:30:00Z
                                     to: 2026-01-01T09:41:00Z
                                     severity: critical   # or warning, unknown
  --slow                       let checks that fail, and log-ins, take all the time they may
  --json                       print the report as JSON, times in seconds

Exit codes: 0 done, 1 could not be done, 2 not understood.
`;

const options = {
  days: { type: 'string' },
  start: { type: 'string' },
  seed: { type: 'string' },
  'failures-per-server-day': { type: 'string' },
  'failures-per-monitor-day': { type: 'string' },
  'mean-minutes': { type: 'string' },
  outages: { type: 'string' },
  slow: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** What only chance asks for. */
const modelOptions = ['seed', 'failures-per-server-day', 'failures-per-monitor-day', 'mean-minutes'] as const;
/** More would take hours, and the memory of a server. */
const mostOutages = 500_000;
const dayMs = 86_400_000;

type Values = Readonly<Partial<Record<keyof typeof options, string | boolean>>>;

async function runSimulate(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments('simulate', args, options, {
    name: 'FILE',
    atLeast: 1,
    atMost: 1000,
  });
  const start = readStart(values.start);
  const days = readNumber(values, 'days', { least: 0.01, most: 400, usual: 1 });
  const model = readModel(values);
  const end = endAfter(start, days);
  const inventory = await compileInventory(positionals, { localAllowed: true });
  const outages =
    values.outages === undefined
      ? draw(inventory, model, { from: start, to: end })
      : await readScript(values.outages, inventory);

  const startedAt = performance.now();
  const report = await run({
    inventory,
    outages,
    start,
    end,
    isSlow: values.slow,
    random: lots(`${model.seed}/workflows`),
    onDay: (day) => tellProgress(day, Math.ceil(days)),
  });
  const seconds = (performance.now() - startedAt) / 1000;
  if (values.json) console.log(JSON.stringify(report, undefined, 2));
  else {
    process.stdout.write(renderReport(report));
    const ratio = Math.round((Date.parse(end) - Date.parse(start)) / 1000 / seconds);
    console.log(
      `It took ${seconds.toFixed(1)} s, ${ratio.toLocaleString('en-US')} times less than it lasts.`,
    );
  }
  return 0;
}

function draw(
  inventory: Inventory,
  model: FailureModel,
  span: { readonly from: Instant; readonly to: Instant },
): Outage[] {
  const days = (Date.parse(span.to) - Date.parse(span.from)) / dayMs;
  const expected =
    days *
    (inventory.servers.length * model.failuresPerServerDay +
      inventory.monitors.length * model.failuresPerMonitorDay);
  if (expected > mostOutages) {
    throw new CommandError(
      `about ${Math.round(expected).toLocaleString('en-US')} failures would be drawn, ${mostOutages.toLocaleString('en-US')} at most; give fewer --days or lower rates`,
      2,
    );
  }
  return drawOutages(inventory, model, span);
}

async function readScript(name: string, inventory: Inventory): Promise<readonly Outage[]> {
  const [file, another] = await readInventoryFiles([name]);
  if (file === undefined || another !== undefined) {
    throw new CommandError(`--outages is ${shown(name)}, which is a directory; give one file`, 2);
  }
  const script = readOutages(file, inventory);
  if (script.ok) return script.outages;
  const count = script.problems.length;
  throw new CommandError(
    `${script.problems.map(renderProblem).join('\n')}\n\n${count} ${count === 1 ? 'problem' : 'problems'}; nothing was simulated.`,
  );
}

function readModel(values: Values): FailureModel {
  const needless = modelOptions.find((name) => values[name] !== undefined);
  if (values.outages !== undefined && needless !== undefined) {
    throw new CommandError(
      `--${needless} and --outages exclude each other: a script leaves nothing to chance; take one of them out`,
      2,
    );
  }
  const rate = { least: 0, most: 1_000 };
  return {
    seed: readNumber(values, 'seed', { least: 0, most: 2 ** 32, usual: 1, isWhole: true }),
    failuresPerServerDay: readNumber(values, 'failures-per-server-day', { ...rate, usual: 0.02 }),
    failuresPerMonitorDay: readNumber(values, 'failures-per-monitor-day', { ...rate, usual: 0.05 }),
    meanMinutes: readNumber(values, 'mean-minutes', { least: 0.1, most: 14_400, usual: 20 }),
  };
}

interface NumberBounds {
  readonly least: number;
  readonly most: number;
  readonly usual: number;
  readonly isWhole?: true;
}

function readNumber(
  values: Values,
  name: keyof typeof options,
  { least, most, usual, isWhole }: NumberBounds,
): number {
  const text = values[name];
  if (text === undefined) return usual;
  const value = typeof text === 'string' && /^\d{1,12}(?:\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most && (isWhole !== true || Number.isInteger(value))) return value;
  const kind = isWhole === true ? 'a whole number' : 'a number';
  throw new CommandError(`--${name} is ${shown(text)}; give ${kind} from ${least} to ${most}`, 2);
}

function readStart(text = '2026-01-01T00:00:00Z'): Instant {
  const isInstant = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z)?$/.test(text);
  // A month of 31 days where it has 30 would silently be the next one.
  if (isInstant && !Number.isNaN(Date.parse(text)) && toInstant(text).startsWith(text.slice(0, 10))) {
    return toInstant(text);
  }
  throw new CommandError(
    `--start is ${shown(text)}; give an instant in UTC, like 2026-01-01T00:00:00Z, or a day`,
    2,
  );
}

function tellProgress(day: number, days: number): void {
  if (process.stderr.isTTY !== true || days < 2) return;
  process.stderr.write(day < days ? `\rday ${day} of ${days}` : '\r\u001b[K');
}

export const simulate: Command = { usage, run: runSimulate };
