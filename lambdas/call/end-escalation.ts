import { Logger } from '@aws-lambda-powertools/logger';
import { z } from 'zod';
import { acceptedCall, callsEndText, messagesOf, operatorNoticeOf } from '../../core/call/escalation-end.ts';
import { alertsToTell } from '../../core/call/next-call.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { noteEnded } from '../../core/incident/respond.ts';
import { callsEnd } from '../../core/incident/response.ts';
import { type Instant, instant } from '../../core/instant.ts';
import { withoutHeld } from '../../core/maintenance/hold.ts';
import { onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import { pauseMonitor } from '../detection/pause-monitor.ts';
import { changeIncident } from '../incident/change-incident.ts';
import { wakeIncident } from '../incident/record-recovery.ts';
import { tellOperatorsFromEnvironment } from '../mail/tell-operators.ts';
import { readHolds } from '../maintenance/holds.ts';
import type { EscalationPorts } from './call-ports.ts';

const endEvent = z.strictObject({
  incident: z.string(),
  round: z.int().positive(),
  end: callsEnd.shape.end,
  at: instant,
});

type Ports = Pick<
  EscalationPorts,
  'incidents' | 'calls' | 'monitors' | 'workflows' | 'tellOperators' | 'maintenance'
>;

/**
 * Ends a round of calls: where nobody was reached it pauses the failing monitors and tells the operators; then it leaves on
 * the incident how the calls ended and what the contacts are to be mailed. Repeating it changes nothing.
 */
export function createEndEscalation(ports: Ports): (event: unknown) => Promise<Record<string, never>> {
  return async (event) => {
    const { incident: id, round, end, at } = endEvent.parse(event);
    const before = await ports.incidents.incident(id);
    if (before === undefined) throw new Error(`incident ${id} is not in the table`);
    if (before.response?.running?.round === round) await endRound(ports, before, round, end, at);
    const after = (await ports.incidents.incident(id)) ?? before;
    await wakeIncident(ports.workflows, after);
    return {};
  };
}

async function endRound(
  ports: Ports,
  before: Incident,
  round: number,
  end: z.output<typeof callsEnd.shape.end>,
  at: Instant,
): Promise<void> {
  const calls = (await ports.calls.calls(before.id)).filter(
    (one) => one.purpose === 'escalation' && one.round === round,
  );
  const by = acceptedCall(calls, round)?.to.name;
  const paused = end === 'exhausted' ? await pauseFailing(ports, before, at) : [];
  const notice = operatorNoticeOf(before.id, end, calls);
  if (notice !== undefined)
    await ports.tellOperators({ key: `calls-ended.${before.id}.${round}`, at, ...notice });
  await ports.incidents.addTimeline([
    {
      incident: before.id,
      at,
      key: `calls-${round}-ended`,
      kind: 'call',
      summary: callsEndText(end, by),
    },
  ]);
  await changeIncident(ports.incidents, before.id, (now) =>
    noteEnded(now, round, {
      calls: { end, at, ...(by !== undefined && { by }) },
      messages: messagesOf(end, round, at, { by, paused }),
    }),
  );
}

/** @returns the monitors that are paused now, by an earlier try of this step too */
async function pauseFailing(
  { monitors, maintenance }: Pick<Ports, 'monitors' | 'maintenance'>,
  incident: Incident,
  at: Instant,
): Promise<string[]> {
  const { account, server } = incident;
  const reason = `nobody was reached by telephone in incident ${incident.id}`;
  const paused: string[] = [];
  // What came into maintenance while the telephones rang was not asked about to the end.
  const holds = await readHolds({ maintenance }, incident, at);
  for (const { monitor } of alertsToTell(withoutHeld(incident, holds))) {
    const ref = { account, server, monitor };
    await pauseMonitor({ monitors }, ref, { by: 'escalation', since: at, reason });
    const watched = await monitors.monitor(ref);
    if (watched?.state.pause?.by === 'escalation') paused.push(monitor);
  }
  return paused;
}

export const handler = onFirstEvent(() =>
  createEndEscalation({
    ...stores(),
    workflows: workflows(),
    tellOperators: tellOperatorsFromEnvironment(new Logger({ serviceName: 'end-escalation' })),
  }),
);
