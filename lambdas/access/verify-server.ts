import { type AccessFinding, assignedRunbooks } from '../../core/access/access.ts';
import type { Instant } from '../../core/instant.ts';
import type { Monitor } from '../../core/monitor.ts';
import type { Runbook } from '../../core/runbook/form.ts';
import { permissionQuestion, readable } from '../../core/runbook/plan-steps.ts';
import type { Server } from '../../core/server.ts';
import type { Text } from '../../core/text.ts';
import { peerText } from '../../platform/network/peer-text.ts';
import type { SshConnection } from '../../platform/ssh/ssh-connection.ts';
import type { LogInPorts } from '../evidence/log-in.ts';
import type { CheckRunner } from '../probe/run-check.ts';
import { isNoAccess, onServer } from '../response/on-server.ts';
import { prepareRunbook, RunbookUnfit } from '../response/prepare-runbook.ts';
import { findRunbook, type RunbookLibrary } from '../response/runbook-library.ts';

export interface VerifyServerPorts extends LogInPorts {
  readonly library: RunbookLibrary;
  readonly runCheck: CheckRunner;
}

/** What a server's monitors can name without making a verification endless. */
const mostRunbooks = 40;
const workMs = 120_000;
const agentLimitMs = 15_000;
const permissionLimits = { timeoutMs: 15_000, maxBytes: 2_000 };

/**
 * Goes as far on a server as a first response would without changing anything: logs in, looks whether what its runbooks
 * rely on is there and whether sudo would permit their commands, and asks the SNMP agent. Never throws: what is wrong with
 * us would be in the way of a first response too.
 */
export async function verifyServer(
  ports: VerifyServerPorts,
  server: Server,
  monitors: readonly Monitor[],
  at: Instant,
): Promise<AccessFinding[]> {
  const [overSsh, overSnmp] = await Promise.all([
    verifySsh(ports, server, monitors).catch((error: unknown) => [finding('ssh', messageOf(error))]),
    verifySnmp(ports, server, at),
  ]);
  return [...overSsh, ...overSnmp];
}

async function verifySsh(
  ports: VerifyServerPorts,
  server: Server,
  monitors: readonly Monitor[],
): Promise<AccessFinding[]> {
  if (server.ssh === undefined) return [];
  const found = await onServer(ports, server, workMs, async ({ connection }) => {
    const findings = new Map<string, AccessFinding>();
    for (const { runbook: id, parameters } of assignedRunbooks(monitors).slice(0, mostRunbooks)) {
      const key = `runbook/${id}`;
      const fault = await faultOf(ports.library, server.account, id, parameters, connection);
      if (fault !== undefined && !findings.has(key)) findings.set(key, finding(key, withName(id, fault)));
    }
    return { findings: [...findings.values()] };
  });
  if (!isNoAccess(found)) return found.findings;
  const { detail, reason, end } = found;
  const text = { en: peerText(detail, 300), ja: reason.ja };
  return [{ key: end === 'host-key' ? 'host-key' : 'ssh', text }];
}

/** @returns why a runbook would not run on the server */
async function faultOf(
  library: RunbookLibrary,
  account: string,
  id: string,
  parameters: Readonly<Record<string, string>>,
  connection: SshConnection,
): Promise<Text | undefined> {
  const found = await findRunbook(library, account, id);
  if ('lack' in found) return found.lack;
  try {
    const { steps } = await prepareRunbook(found.runbook, known(found.runbook, parameters), connection);
    for (const step of steps.filter(({ asRoot }) => asRoot)) {
      const { exitCode } = await connection.run(permissionQuestion(step), permissionLimits);
      if (exitCode === 0) continue;
      const command = readable(step);
      return {
        en: `sudo does not permit ${command}; run the install script on the server again`,
        ja: `sudo で ${command} が許可されていません。サーバーで設定スクリプトを再実行してください`,
      };
    }
    return undefined;
  } catch (error) {
    if (error instanceof RunbookUnfit) return error.text;
    throw error;
  }
}

/** A monitor's values are for all of its runbooks; each takes those it knows. */
const known = (
  { parameters }: Runbook,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(parameters, name)));

async function verifySnmp(
  { runCheck }: VerifyServerPorts,
  { address, reach, snmp }: Server,
  at: Instant,
): Promise<AccessFinding[]> {
  if (snmp === undefined) return [];
  const target = { address, reach, snmp };
  const { outcome } = await runCheck({ check: 'agent', settings: {}, target, timeLimitMs: agentLimitMs }, at);
  const answers = outcome.severity === 'ok' || outcome.severity === 'warning';
  return answers ? [] : [{ key: 'snmp', text: outcome.summary }];
}

const same = (text: string): Text => ({ en: text, ja: text });
const finding = (key: string, text: Text): AccessFinding => ({ key, text });
const withName = (id: string, { en, ja }: Text): Text => ({
  en: `runbook ${id}: ${en}`,
  ja: `手順書 ${id}: ${ja}`,
});
const messageOf = (error: unknown): Text =>
  same(peerText(error instanceof Error ? error.message : String(error), 300));
