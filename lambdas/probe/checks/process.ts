import { z } from 'zod';
import { isHidden, judgeValue, rangeOf } from '../../../core/threshold.ts';
import type { SnmpSession } from '../../../platform/snmp/snmp-session.ts';
import { numberOf, textOf } from '../../../platform/snmp/snmp-value.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { thresholdText } from './outcome-text.ts';
import { bound, hiddenWarning } from './settings.ts';
import { fitsAny } from './snmp/name-pattern.ts';
import { measureByAgent, notOffered } from './snmp/snmp-exchange.ts';

const maxProcesses = 10_000;
const count = z.int().min(0).max(maxProcesses);

const processSettings = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(100)
      .meta({
        description: "the program's name as ps -o comm shows it, * for any run of characters",
        examples: ['nginx'],
      })
      .optional(),
    argument: z
      .string()
      .min(1)
      .max(200)
      .meta({ description: 'a part of its path and arguments', examples: ['queue:work'] })
      .optional(),
    min: count.default(1).describe('the least number of processes that is well'),
    max: count.describe('the largest number of processes that is well').optional(),
    warning: bound('the number of processes from which on it is a warning', maxProcesses).optional(),
  })
  .refine(({ name, argument }) => name !== undefined || argument !== undefined, {
    error: 'give name or argument, or both',
  })
  .refine(({ min, max }) => max === undefined || min <= max, {
    error: 'max is below min; give a max that min does not pass',
    path: ['max'],
  })
  .refine(
    ({ min, max, warning }) =>
      warning === undefined ||
      (max !== undefined && min > max) ||
      !isHidden(rangeOf(warning, 'high'), { below: min, above: max }, maxProcesses),
    { error: hiddenWarning, path: ['warning'] },
  );
type ProcessSettings = z.output<typeof processSettings>;

/** HOST-RESOURCES-MIB hrSWRunTable. */
const runName = '1.3.6.1.2.1.25.4.2.1.2';
const runPath = '1.3.6.1.2.1.25.4.2.1.4';
const runParameters = '1.3.6.1.2.1.25.4.2.1.5';
const runStatus = '1.3.6.1.2.1.25.4.2.1.7';
/** Of hrSWRunStatus: a zombie. */
const invalid = 4;

/** Linux cuts the names of processes here. */
const maxNameLength = 15;
const processesAtOnce = 16;

/**
 * Counts processes by name or argument in the agent's process table; zombies do not count.
 *
 * An agent that gives no answer leaves the count unknown: the processes may be well, and to restart them would
 * mend nothing.
 * @see RFC 2790, hrSWRunTable
 */
const checkProcess = async (settings: ProcessSettings, context: CheckContext) => {
  const result = await measureByAgent(context, async (session) => {
    const found = await countProcesses(session, settings);
    if (found === undefined)
      return notOffered('プロセス一覧(hrSWRunTable)', 'its process table (hrSWRunTable)');
    const { min, max } = settings;
    const wanted = [settings.name, settings.argument].filter((part) => part !== undefined).join(' ');
    const limits = { warning: settings.warning, critical: { below: min, above: max } };
    const severity = judgeValue(found, limits);
    const range =
      max === undefined
        ? { ja: `${min} 個以上`, en: `at least ${min}` }
        : { ja: `${min}〜${max} 個`, en: `${min} to ${max}` };
    const limit =
      severity === 'warning'
        ? thresholdText(severity, limits, { ja: '個', en: '' })
        : { ja: `(必要数 ${range.ja})`, en: `, wanted ${range.en}` };
    const summary = {
      ja: `プロセス ${wanted}: ${found} 個${limit.ja}`,
      en: `${found} ${found === 1 ? 'process' : 'processes'} ${wanted}${limit.en}`,
    };
    return { severity, summary, values: { processes: found } };
  });
  const { outcome } = result;
  if (outcome.severity === 'unknown') return result;
  return { outcome: { ...outcome, values: { responseMs: outcome.durationMs, ...outcome.values } } };
};

async function countProcesses(session: SnmpSession, settings: ProcessSettings): Promise<number | undefined> {
  // One column of all, and the rest of the few that fit: a busy server has thousands of processes.
  const first = settings.name === undefined ? [runPath, runParameters] : [runName];
  const rows = await session.columns(first, { maxRows: maxProcesses });
  if (rows.size === 0) return undefined;
  const candidates = [...rows].filter(([, row]) =>
    settings.name === undefined
      ? hasArgument(settings, textOf(row[0], 500), textOf(row[1], 500))
      : hasName(settings.name, textOf(row[0])),
  );
  let found = 0;
  for (let at = 0; at < candidates.length; at += processesAtOnce) {
    const indexes = candidates.slice(at, at + processesAtOnce).map(([index]) => index);
    found += await countAlive(session, settings, indexes);
  }
  return found;
}

/** A process that has ended since the first look has no row any more. */
async function countAlive(
  session: SnmpSession,
  settings: ProcessSettings,
  indexes: readonly string[],
): Promise<number> {
  const statuses = await session.get(indexes.map((index) => `${runStatus}.${index}`));
  const alive = statuses.map((status) => (numberOf(status) ?? invalid) !== invalid);
  if (settings.name === undefined || settings.argument === undefined) return alive.filter(Boolean).length;
  const texts = await session.get(
    indexes.flatMap((index) => [`${runPath}.${index}`, `${runParameters}.${index}`]),
  );
  return alive.filter(
    (isAlive, i) =>
      isAlive && hasArgument(settings, textOf(texts[2 * i], 500), textOf(texts[2 * i + 1], 500)),
  ).length;
}

const hasName = (wanted: string, name: string | undefined): boolean =>
  name !== undefined &&
  (fitsAny(name, [wanted]) || (name.length >= maxNameLength && wanted.startsWith(name)));

const hasArgument = ({ argument }: ProcessSettings, path = '', parameters = ''): boolean =>
  argument === undefined || `${path} ${parameters}`.includes(argument);

export const process = checkType(
  {
    class: 'liveness',
    priority: 7,
    timeLimitMs: 10_000,
    runbook: { id: 'restart-service', ofService: true },
    needs: ['snmp'],
  },
  processSettings,
  checkProcess,
);
