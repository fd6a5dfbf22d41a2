import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Inventory } from '../../core/inventory/inventory.ts';
import { parseInventory } from '../../core/inventory/parse-inventory.ts';
import { type Problem, renderProblem } from '../../core/inventory/problem.ts';
import type { InventoryFile } from '../../core/inventory/read-yaml.ts';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';
import type { Runtime } from '../../local/runtime.ts';
import { StartError } from '../../local/start-error.ts';
import type { Watch } from '../../local/watch.ts';
import type { ApplyAside } from '../aside/apply.ts';
import type { ParsedAside } from '../aside/parse.ts';
import { runAside } from '../aside/run-aside.ts';

export const startUsage = `mimamori start: watch servers from this machine

  --inventory FILE   watch the servers of this inventory (give it again for further files)
  --no-demo          without --inventory, start no demo fleet: watch what was applied before
  --port N           port of the pages (8080)
  --aws-port N       port of the AWS protocols (4566)
  --data DIR         where everything is kept (.mimamori, for the demo .mimamori/demo)
  --speed N          run schedules and waits N times faster (1, for the demo 30)
  --smtp-relay URL   hand mails on to a mail server, smtp://user:password@host:587
                     (MIMAMORI_SMTP_RELAY keeps a password out of the list of processes)
`;

interface StartSettings {
  readonly port: number;
  readonly awsPort: number;
  readonly data: string;
  readonly speed: number;
  readonly smtpRelay: string | undefined;
  readonly inventories: readonly string[];
  readonly demo: boolean;
}

/**
 * What the demo departs in: an incident is seen from break to recovery in a minute, and its clock, which runs ahead
 * of the real one, stays apart from the user's own data.
 */
const demoDefaults = { data: '.mimamori/demo', speed: '30' };
const ownDefaults = { data: '.mimamori', speed: '1' };

/** How long an end may take before the process goes anyway. */
const endLimitMs = 15_000;

/**
 * Runs Mimamori until it is told to end.
 *
 * @param args what follows `start` on the command line
 * @returns the exit code: 0 after SIGTERM or SIGINT, 1 when it could not start
 */
export async function start(args: readonly string[]): Promise<number> {
  const end = Promise.withResolvers<void>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      end.resolve();
      setTimeout(() => process.exit(1), endLimitMs).unref();
    });
  }
  let runtime: Runtime;
  try {
    const settings = readSettings(args);
    runtime = await run(settings);
    announce(runtime, settings);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(error.message);
    return 1;
  }
  await end.promise;
  console.log('Ending; what is under way goes on at the next start.');
  await runtime.close();
  return 0;
}

async function run(settings: StartSettings): Promise<Runtime> {
  const { data, port, awsPort, speed, smtpRelay } = settings;
  const watch = await readWatch(settings);
  // Loaded when the settings are known to be good: a slip in an option is told at once.
  const { startRuntime } = await import('../../local/runtime.ts');
  return await startRuntime({
    assemble: async (directory) => {
      await runAside(new URL('../aside/synthesize.ts', import.meta.url), directory);
    },
    dataDirectory: data,
    port,
    awsPort,
    speed,
    smtpRelay,
    watch,
    say: (line) => console.log(line),
  });
}

function announce({ port, awsPort, isDemo, demoPeople }: Runtime, { data, speed }: StartSettings): void {
  const page = `http://localhost:${port}`;
  const pace = speed === 1 ? '' : `, time runs ${speed} times faster`;
  const demo = isDemo ? `\n  demo        ${page}/fleet (break a server and watch the mails come)` : '';
  const people = isDemo
    ? demoPeople
        .map(({ role, mail, password }, place) => {
          const label = place === 0 ? 'people' : '';
          return `\n  ${label.padEnd(11)} ${mail.padEnd(30)} ${password}  (${role})`;
        })
        .join('')
    : `\n  people      mimamori user add MAIL --role administrator --name NAME --local ${awsPort}`;
  console.log(`
Mimamori is watching. Open ${page}/${people}${demo}
  mails       ${page}/mail
  phone       ${page}/phone (rings in place of your contacts' phones)
  workflows   ${page}/workflows
  AWS calls   AWS_ENDPOINT_URL=http://127.0.0.1:${awsPort}
  data        ${data}${pace}
Ctrl+C ends it.
`);
}

/** @throws StartError for what is not understood */
function readSettings(args: readonly string[]): StartSettings {
  let values: ReturnType<typeof parse>['values'];
  try {
    values = parse(args).values;
  } catch (cause) {
    throw new StartError(`${cause instanceof Error ? cause.message : String(cause)}\n\n${startUsage}`, {
      cause,
    });
  }
  const demo = values.inventory.length === 0 && !values['no-demo'];
  const defaults = demo ? demoDefaults : ownDefaults;
  return {
    port: readPort('--port', values.port),
    awsPort: readPort('--aws-port', values['aws-port']),
    data: values.data ?? defaults.data,
    speed: readSpeed(values.speed ?? defaults.speed),
    smtpRelay: values['smtp-relay'] ?? process.env.MIMAMORI_SMTP_RELAY,
    inventories: values.inventory,
    demo,
  };
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      inventory: { type: 'string', multiple: true, default: [] },
      port: { type: 'string', default: '8080' },
      'aws-port': { type: 'string', default: '4566' },
      data: { type: 'string' },
      speed: { type: 'string' },
      'no-demo': { type: 'boolean', default: false },
      'smtp-relay': { type: 'string' },
    },
  });

function readPort(option: string, text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new StartError(`${option} is ${text}; give a port, 1 to 65535, or 0 for any that is free`);
}

function readSpeed(text: string): number {
  const speed = Number(text);
  if (speed >= 1 && speed <= 1_000) return speed;
  throw new StartError(`--speed is ${text}; give how many times faster time runs, 1 to 1000`);
}

/** @throws StartError with every fault of the inventory */
async function readWatch({ inventories, demo }: StartSettings): Promise<Watch> {
  if (inventories.length > 0) {
    // A large inventory needs ten times its own memory until it is parsed and written.
    const parsed = await runAside<ParsedAside>(
      new URL('../aside/parse.ts', import.meta.url),
      inventories.map(readFile),
    );
    if (!parsed.ok) throw explain(parsed.problems);
    const { json } = parsed;
    const module = new URL('../aside/apply.ts', import.meta.url);
    // Comparing and writing an inventory was seen to need eight times its JSON.
    const heapMb = Math.ceil(384 + (10 * json.length) / 1024 / 1024);
    return {
      kind: 'inventory',
      apply: (table) => runAside<string>(module, { json, table } satisfies ApplyAside, { heapMb }),
    };
  }
  return demo ? { kind: 'demo', compile: compileDemo } : { kind: 'stored' };
}

function readFile(name: string): InventoryFile {
  try {
    return { name, text: readFileSync(name, 'utf8') };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new StartError(
      `inventory ${name} cannot be read (${code}); give --inventory a YAML file that this user can read`,
      { cause },
    );
  }
}

function compileDemo(yaml: string): Inventory {
  const parsed = parseInventory([{ name: 'demo fleet', text: yaml }], checkTypes);
  if (parsed.ok) return parsed.inventory;
  throw explain(parsed.problems);
}

function explain(problems: readonly Problem[]): StartError {
  const count = problems.length === 1 ? 'one fault' : `${problems.length} faults`;
  return new StartError(
    `${problems.map(renderProblem).join('\n')}\nThe inventory has ${count}; nothing was started.`,
  );
}
