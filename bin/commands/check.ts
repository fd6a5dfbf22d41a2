import { possibleNeeds } from '../../core/catalogue.ts';
import { knownNames } from '../../core/inventory/nearest.ts';
import { shown } from '../../core/inventory/printable.ts';
import { type Reach, reach as reachSchema } from '../../core/server.ts';
import type { CheckContext, CheckStep, CheckType } from '../../lambdas/probe/checks/check-type.ts';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';
import { type CheckedMonitor, createCheckRunner } from '../../lambdas/probe/run-check.ts';
import { AddressRefused } from '../../platform/network/target-address.ts';
import { createMemorySecretStore } from '../../platform/secrets/memory.ts';
import {
  noValue,
  type OptionWord,
  optionsOfCheck,
  readCheckOptions,
  type SecretSource,
  standsAlone,
} from '../check-options.ts';
import { type CheckReport, exitCodes, renderReport, rounded, type TimedStep } from '../check-report.ts';
import { readCheckTarget } from '../check-target.ts';
import { type Command, CommandError } from '../command-line.ts';
import { readSecretValue } from '../secret-value.ts';

const commonUsage = `\
  --reach REACH                  the network: internet (public addresses), vpn (private ones too), local (loopback too)
  --time-limit T                 when the check is given up, like 5s or 500ms (the limit of its type)
  --json                         print one JSON object`;

const exitUsage =
  'Exit codes: 0 ok, 1 warning, 2 critical, 3 unknown, also for a command line that is not understood.';

const usage = `mimamori check TYPE TARGET [OPTION...]: carry out one check, as a sweep does, and show what it saw

TYPE is a check type: ${Object.keys(checkTypes).join(', ')}.
TARGET is host or host:port; for http and https a URL, too. Settings of the check type are options:
  mimamori check http www.acme.example --path /health --body.contains ok
mimamori check TYPE --help lists those of one type.

${commonUsage}
  --snmp-*                       access by SNMP; a secret is taken from an environment variable or standard input:
                                 --snmp-community-env NAME, --snmp-community-stdin
  --ssh-*                        access by SSH, for checks that log in: --ssh-user NAME, --ssh-host-key SHA256:…,
                                 --ssh-key-env NAME or --ssh-key-stdin

${exitUsage}
`;

/** Options of every check. */
const common = ['reach', 'time-limit', 'json'] as const;

interface CheckLine {
  readonly monitor: CheckedMonitor;
  readonly secrets: ReadonlyMap<string, SecretSource>;
  readonly isJson: boolean;
}

async function run(args: readonly string[]): Promise<number> {
  try {
    const { monitor, secrets, isJson } = readLine(args);
    const report = await carryOut(monitor, await readSecrets(secrets));
    console.log(isJson ? JSON.stringify(report, undefined, 2) : renderReport(report));
    return exitCodes[report.severity];
  } catch (error) {
    // A supervisor reads 1 as a warning of the target.
    if (!(error instanceof CommandError)) {
      console.error(error);
      return exitCodes.unknown;
    }
    throw new CommandError(`${error.message}\n\n${usageOf(args).trimEnd()}`, 3, { cause: error });
  }
}

/** The usage of the check type that is named, if it is one. */
function usageOf([name = '']: readonly string[]): string {
  const type = Object.hasOwn(checkTypes, name) ? checkTypes[name] : undefined;
  if (type === undefined) return usage;
  const lines = optionsOfCheck(type).map(({ name: option, value, description }) =>
    `  ${`--${option} ${value}`.trimEnd().padEnd(30)} ${description}`.trimEnd(),
  );
  const rate =
    'It measures from one check to the next: the first one, which this is, has nothing to compare.\n\n';
  return `mimamori check ${name} TARGET [OPTION...]

${type.keepsSample ? rate : ''}${lines.join('\n')}

${commonUsage}
${exitUsage}
`;
}

/** @throws CommandError for what is not understood */
function readLine([name, ...rest]: readonly string[]): CheckLine {
  if (name === undefined || name.startsWith('-')) {
    throw new CommandError('check: TYPE is missing; give the check type first, then the target', 3);
  }
  const type = Object.hasOwn(checkTypes, name) ? checkTypes[name] : undefined;
  if (type === undefined) {
    throw new CommandError(
      `TYPE is ${shown(name)}; ${knownNames(name, 'types', Object.keys(checkTypes))}`,
      3,
    );
  }
  const { options, targets } = splitWords(rest, type);
  const [word, ...more] = targets;
  if (word === undefined)
    throw new CommandError(`check ${name}: TARGET is missing; give host or host:port`, 3);
  if (more.length > 0) throw new CommandError(`check ${name}: ${shown(more[0])} is one word too many`, 3);

  const target = readCheckTarget(word, name);
  const own = options.filter(({ name: option }) => !common.some((one) => one === option));
  if (target.port !== undefined) own.unshift({ name: portOption(name, type), value: target.port, place: 0 });
  if (target.path !== undefined) own.unshift({ name: 'path', value: target.path, place: 0 });
  const { settings, snmp, ssh, secrets } = readCheckOptions(name, type, own, common);
  return {
    monitor: {
      check: name,
      settings,
      timeLimitMs: readTimeLimit(commonValue(options, 'time-limit')) ?? type.timeLimitMs,
      target: {
        address: target.address,
        reach: readReach(commonValue(options, 'reach')),
        ...(snmp && { snmp }),
        ...(ssh && { ssh }),
      },
    },
    secrets,
    isJson: options.some(({ name: option }) => option === 'json'),
  };
}

function splitWords(words: readonly string[], type: CheckType) {
  const options: OptionWord[] = [];
  const targets: string[] = [];
  for (let place = 0; place < words.length; place += 1) {
    const word = words[place] ?? '';
    const parts = /^--([^=]+)(?:=(.*))?$/s.exec(word);
    if (parts === null) {
      targets.push(word);
      continue;
    }
    const [, name = '', joined] = parts;
    const next = words[place + 1];
    let value = joined;
    if (value === undefined && name !== 'json') {
      const isAlone = standsAlone(name, type) && next !== 'true' && next !== 'false';
      if (!isAlone && next?.startsWith('--') === false) {
        value = next;
        place += 1;
      }
    }
    options.push({ name, value, place });
  }
  return { options, targets };
}

function commonValue(options: readonly OptionWord[], name: (typeof common)[number]): string | undefined {
  const option = options.findLast((one) => one.name === name);
  if (option !== undefined && option.value === undefined) throw new CommandError(noValue(`--${name}`), 3);
  return option?.value;
}

function portOption(check: string, type: CheckType): string {
  if (Object.hasOwn(type.settings.shape, 'port')) return 'port';
  const needs = possibleNeeds(type);
  if (needs.has('ssh')) return 'ssh-port';
  if (needs.has('snmp')) return 'snmp-port';
  throw new CommandError(`TARGET has a port, which ${check} does not take; give the host alone`, 3);
}

function readReach(text = 'internet'): Reach {
  const parsed = reachSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CommandError(
    `--reach is ${shown(text)}; ${knownNames(text, 'networks', reachSchema.options)}`,
    3,
  );
}

function readTimeLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parts = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s)$/.exec(text);
  const limitMs = parts === null ? Number.NaN : Number(parts[1]) * (parts[2] === 's' ? 1000 : 1);
  if (limitMs >= 100 && limitMs <= 30_000) return Math.round(limitMs);
  throw new CommandError(`--time-limit is ${shown(text)}; give 100ms to 30s, like 5s or 500ms`, 3);
}

async function readSecrets(sources: ReadonlyMap<string, SecretSource>): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  const fromInput = [...sources.values()].filter(({ env }) => env === undefined);
  if (fromInput.length > 1) {
    const names = fromInput.map(({ option }) => option).join(' and ');
    throw new CommandError(`${names} cannot share standard input; give all but one by -env`, 3);
  }
  for (const [ref, { option, env }] of sources) {
    const value = env === undefined ? await readSecretValue(option) : process.env[env];
    // What stands there may be the secret itself, put in place of the name.
    if (value === undefined || value === '') {
      throw new CommandError(
        `${option} names no environment variable that is set; give the name of one that holds the secret`,
        3,
      );
    }
    secrets[ref] = value;
  }
  return secrets;
}

async function carryOut(
  monitor: CheckedMonitor,
  secrets: Readonly<Record<string, string>>,
): Promise<CheckReport> {
  const steps: TimedStep[] = [];
  let mend: string | undefined;
  let lastAt = 0;
  const step = (done: CheckStep): void => {
    // Checks that try several ways at once pass a step several times.
    if (steps.at(-1)?.step === done) return;
    const now = performance.now();
    steps.push({ step: done, ms: rounded(now - lastAt) });
    lastAt = now;
  };
  const lookOn = (context: CheckContext): CheckContext => ({
    ...context,
    step,
    resolve: async (host, family) => {
      try {
        const address = await context.resolve(host, family);
        step('resolve');
        return address;
      } catch (error) {
        if (error instanceof AddressRefused && error.allowedBy !== undefined) {
          mend = `--reach ${error.allowedBy} lets this check go there`;
        }
        throw error;
      }
    },
  });
  const store = createMemorySecretStore(secrets);
  const runCheck = createCheckRunner({ checkTypes, secrets: store, localTargetsAllowed: true, lookOn });
  const startedAt = performance.now();
  lastAt = startedAt;
  const { outcome } = await runCheck(monitor, new Date().toISOString());
  const durationMs = rounded(performance.now() - startedAt);
  const { check, settings, target } = monitor;
  return {
    check,
    target: target.address,
    ...outcome,
    durationMs,
    wanted: settings,
    steps,
    ...(mend !== undefined && { mend }),
  };
}

export const check: Command = { usage, usageOf, run };
