import { Logger } from '@aws-lambda-powertools/logger';
import { z } from 'zod';
import { type EvidenceCommand, evidenceCommands } from '../../core/evidence/commands.ts';
import { redactSecrets } from '../../core/evidence/redact-secrets.ts';
import { serverKey } from '../../core/ids.ts';
import { byPriority, type Incident, openAlerts } from '../../core/incident/incident.ts';
import type { Evidence } from '../../core/incident/timeline.ts';
import { type Instant, instant } from '../../core/instant.ts';
import type { Text } from '../../core/text.ts';
import { localTargetsAllowed, onFirstEvent, secretStore, stores } from '../../platform/environment.ts';
import { openSshConnection, type SshConnection, SshFailure } from '../../platform/ssh/ssh-connection.ts';
import type { IncidentStore } from '../../platform/store/incident-store.ts';
import type { MonitorStore } from '../../platform/store/monitor-store.ts';
import { type TellOperators, tellOperatorsFromEnvironment } from '../mail/tell-operators.ts';
import { hostKeyNotice, reasonFor, skippedSome } from './evidence-texts.ts';
import { type LogInPorts, logIn } from './log-in.ts';

const collectEvent = z.strictObject({
  incident: z.string(),
  number: z.int().positive(),
  limitSeconds: z.number().positive().max(60),
  at: instant,
});

export interface CollectPorts extends LogInPorts {
  readonly monitors: MonitorStore;
  readonly incidents: IncidentStore;
  readonly tellOperators: TellOperators;
}

const commandsAtOnce = 4;
const commandLimits = { timeoutMs: 8_000, maxBytes: 12_000 };
/** All outputs together, so that the evidence fits one item of the table and a mail can be read. */
const totalBytes = 90_000;

/**
 * Logs in to the server of an incident and collects what helps to understand it, once for each mail.
 * Whatever happens is written as evidence: a server that cannot be logged in to is a finding too.
 */
export function createCollectInformation(
  ports: CollectPorts,
): (event: unknown) => Promise<{ status: string }> {
  return async (event) => {
    const { incident: id, number, limitSeconds, at } = collectEvent.parse(event);
    const earlier = await ports.incidents.evidence(id, number);
    if (earlier !== undefined) return { status: earlier.status };
    const incident = await ports.incidents.incident(id);
    if (incident === undefined) throw new Error(`incident ${id} is not in the table`);

    const found = await collect(ports, incident, at, AbortSignal.timeout(limitSeconds * 1000));
    await ports.incidents.saveEvidence({ incident: id, number, at, ...found });
    await ports.incidents.addTimeline([
      { incident: id, at, key: `collected-${number}`, kind: 'collected', summary: summaryOf(found) },
    ]);
    return { status: found.status };
  };
}

type Findings = Pick<Evidence, 'status' | 'reason' | 'sections'>;

async function collect(
  ports: CollectPorts,
  incident: Incident,
  at: Instant,
  signal: AbortSignal,
): Promise<Findings> {
  const server = await ports.monitors.server(incident);
  if (server?.ssh === undefined) return { status: 'not-configured', sections: [] };
  try {
    const { connection, known } = await logIn(ports, server, server.ssh, signal);
    try {
      return await runAll(connection, commandsFor(incident), known, signal);
    } finally {
      connection.close();
    }
  } catch (error) {
    if (error instanceof SshFailure && error.reason === 'host-key-mismatch') {
      await ports.tellOperators(hostKeyNotice(serverKey(incident), at, error.message));
    }
    return { status: 'failed', reason: reasonFor(error), sections: [] };
  }
}

const commandsFor = (incident: Incident): EvidenceCommand[] =>
  evidenceCommands(
    byPriority(openAlerts(incident)).flatMap(({ service }) => (service === undefined ? [] : [service])),
  );

/** Runs a few at a time. What the time does not allow is left out, and said so. */
async function runAll(
  connection: SshConnection,
  commands: readonly EvidenceCommand[],
  known: readonly string[],
  signal: AbortSignal,
): Promise<Findings> {
  const sections: (Evidence['sections'][number] | undefined)[] = commands.map(() => undefined);
  const waiting = [...commands.entries()];
  let room = totalBytes;
  const worker = async () => {
    for (
      let next = waiting.shift();
      next !== undefined && !signal.aborted && room > 0;
      next = waiting.shift()
    ) {
      const [index, { title, command }] = next;
      // Reserved before it runs: others run at the same time.
      const maxBytes = Math.min(commandLimits.maxBytes, room);
      room -= maxBytes;
      const { exitCode, output, truncated, timedOut, durationMs } = await connection.run(command, {
        ...commandLimits,
        maxBytes,
      });
      room += Math.max(0, maxBytes - Buffer.byteLength(output));
      sections[index] = {
        title,
        command,
        ...(exitCode === undefined ? {} : { exitCode }),
        output: redactSecrets(output, known),
        truncated: truncated || timedOut,
        durationMs,
      };
    }
  };
  await Promise.all(Array.from({ length: commandsAtOnce }, worker));
  const done = sections.filter((section) => section !== undefined);
  const complete = done.length === commands.length && !signal.aborted;
  return complete
    ? { status: 'collected', sections: done }
    : { status: 'partial', reason: skippedSome(commands.length - done.length), sections: done };
}

function summaryOf({ status, reason, sections }: Findings): Text {
  if (status === 'not-configured') {
    return { en: 'No log-in is set up for this server.', ja: 'このサーバーにはログイン設定がありません。' };
  }
  const count = sections.length;
  const collected: Text = { en: `Collected ${count} outputs.`, ja: `${count} 件の情報を収集しました。` };
  if (reason === undefined) return collected;
  return { en: `${collected.en} ${reason.en}`, ja: `${collected.ja}${reason.ja}` };
}

export const handler = onFirstEvent(() => {
  const { monitors, incidents } = stores();
  return createCollectInformation({
    monitors,
    incidents,
    secrets: secretStore(),
    tellOperators: tellOperatorsFromEnvironment(new Logger({ serviceName: 'collect-information' })),
    openSsh: openSshConnection,
    localTargetsAllowed: localTargetsAllowed(),
  });
});
