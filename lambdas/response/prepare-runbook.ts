import { quoteCommand } from '../../core/evidence/quote.ts';
import { chooseUnit, type FoundUnit, readUnit, unitQuestion } from '../../core/runbook/choose-unit.ts';
import type { Runbook } from '../../core/runbook/form.ts';
import { readParameters } from '../../core/runbook/parameters.ts';
import { type PlannedStep, planSteps } from '../../core/runbook/plan-steps.ts';
import {
  type FactQuestion,
  factQuestions,
  factsFrom,
  type ServerFacts,
} from '../../core/runbook/server-facts.ts';
import type { Text } from '../../core/text.ts';
import type { CommandResult, SshConnection } from '../../platform/ssh/ssh-connection.ts';

/** A runbook made ready for one server, as it is now. */
export interface PreparedRunbook {
  readonly facts: ServerFacts;
  readonly values: ReadonlyMap<string, string>;
  /** Services that were looked for, by parameter. */
  readonly found: ReadonlyMap<string, readonly FoundUnit[]>;
  readonly steps: readonly PlannedStep[];
}

/** The runbook cannot run on this server as it is. It says why and what to do; contacts read it in their mail. */
export class RunbookUnfit extends Error {
  readonly text: Text;

  constructor(text: Text) {
    super(text.en);
    this.name = 'RunbookUnfit';
    this.text = text;
  }
}

const questionLimits = { timeoutMs: 10_000, maxBytes: 2_000 };

/**
 * Looks what kind of system a server has and which of a runbook's services are there, and changes nothing.
 *
 * @param given values of parameters, as the monitor or a person gave them
 * @throws RunbookUnfit when values are refused, the system is not known, a service is not there or the connection is lost
 */
export async function prepareRunbook(
  runbook: Runbook,
  given: Readonly<Record<string, string>>,
  connection: SshConnection,
): Promise<PreparedRunbook> {
  const read = readParameters(runbook, given);
  if (!read.ok) {
    const faults = read.faults.join('\n');
    throw new RunbookUnfit({
      en: faults,
      ja: `手順書 ${runbook.id} のパラメーターに誤りがあります。${faults}`,
    });
  }
  const facts = await lookAtServer(connection);
  const values = new Map(read.values);
  const found = new Map<string, readonly FoundUnit[]>();
  for (const [name, { type, units }] of Object.entries(runbook.parameters)) {
    if (type !== 'unit') continue;
    const named = values.get(name);
    const candidates = named === undefined ? (units?.[facts.family] ?? []) : [named];
    const there = await findUnits(candidates, facts, connection);
    found.set(name, there);
    const unit = named === undefined ? chooseUnit(there) : there[0]?.unit;
    if (unit === undefined) throw new RunbookUnfit(missingUnit(runbook, name, candidates, there));
    values.set(name, unit);
  }
  const steps = planSteps(runbook, facts, values);
  const mends = (each: { readonly changes: boolean }) => each.changes;
  // A plan that only looks would read as a repair that did not help.
  if (steps.length === 0 || (runbook.steps.some(mends) && !steps.some(mends))) {
    throw new RunbookUnfit({
      en: `${runbook.id} has no step that mends a server of the ${facts.family} family with ${facts.init}; give it one, or take another runbook`,
      ja: `手順書 ${runbook.id} には、このサーバー（${facts.family} 系、${facts.init}）を復旧する手順がありません。手順を追加するか、別の手順書を指定してください。`,
    });
  }
  return { facts, values, found, steps };
}

async function lookAtServer(connection: SshConnection): Promise<ServerFacts> {
  const yes = new Set<FactQuestion>();
  for (const question of Object.keys(factQuestions) as FactQuestion[]) {
    if ((await ask(connection, factQuestions[question])).exitCode === 0) yes.add(question);
  }
  const facts = factsFrom(yes);
  if (facts === undefined) {
    throw new RunbookUnfit({
      en: 'the server has neither /etc/debian_version nor /etc/redhat-release; runbooks know the Debian and Red Hat families only',
      ja: 'サーバーに /etc/debian_version も /etc/redhat-release もありません。手順書の対象は Debian 系と Red Hat 系のみです。',
    });
  }
  return facts;
}

async function findUnits(
  candidates: readonly string[],
  { init }: ServerFacts,
  connection: SshConnection,
): Promise<FoundUnit[]> {
  const there: FoundUnit[] = [];
  for (const candidate of candidates) {
    const unit = readUnit(candidate, init, await ask(connection, unitQuestion(candidate, init)));
    if (unit !== undefined) there.push(unit);
  }
  return there;
}

async function ask(connection: SshConnection, argv: readonly string[]): Promise<CommandResult> {
  const result = await connection.run(quoteCommand(argv), questionLimits);
  // An answer that was cut off must not read as "no": another service would be restarted.
  if (result.exitCode === undefined) {
    const why = result.timedOut
      ? { en: 'in time', ja: '時間内に' }
      : { en: 'before the connection was lost', ja: '接続が切れるまでに' };
    const question = argv.join(' ');
    throw new RunbookUnfit({
      en: `the server did not answer ${question} ${why.en}; try again`,
      ja: `サーバーが${why.ja} ${question} に応答しませんでした。もう一度お試しください。`,
    });
  }
  return result;
}

function missingUnit(
  { id }: Runbook,
  name: string,
  candidates: readonly string[],
  there: readonly FoundUnit[],
): Text {
  const names = candidates.join(', ');
  if (there.length > 0) {
    const off = there.map(({ unit }) => unit).join(', ');
    return {
      en: `${off} of ${id} is switched off on the server; enable the service that should run, or name one as ${name}`,
      ja: `手順書 ${id} のサービス ${off} は、サーバーで無効になっています。動かすサービスを有効にするか、${name} に指定してください。`,
    };
  }
  return {
    en:
      candidates.length === 1
        ? `the server has no service ${names}; name the one it has as ${name}`
        : `the server has none of the services ${names}; name the one it has as ${name}`,
    ja: `サーバーにサービス ${names} がありません。サーバーにあるサービスを ${name} に指定してください。`,
  };
}
