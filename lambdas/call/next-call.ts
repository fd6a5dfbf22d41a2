import { z } from 'zod';
import type { Call } from '../../core/call/call.ts';
import { callReport } from '../../core/call/call-report.ts';
import { type NextCall, nextCall, resumeRound } from '../../core/call/next-call.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { noteBegun } from '../../core/incident/respond.ts';
import type { CallsEnd } from '../../core/incident/response.ts';
import { type Instant, instant } from '../../core/instant.ts';
import { withoutHeld } from '../../core/maintenance/hold.ts';
import { callPort, onFirstEvent, stores } from '../../platform/environment.ts';
import { accountAt } from '../contacts/account-at.ts';
import { changeIncident } from '../incident/change-incident.ts';
import { readHolds } from '../maintenance/holds.ts';
import type { EscalationPorts } from './call-ports.ts';

const nextEvent = z.strictObject({ incident: z.string(), round: z.int().positive(), at: instant });

export type NextCallResult =
  | { readonly step: 'call'; readonly call: string }
  | { readonly step: 'end'; readonly end: CallsEnd['end'] }
  | { readonly step: 'over' };

type Ports = Pick<
  EscalationPorts,
  'incidents' | 'calls' | 'monitors' | 'telephone' | 'maintenance' | 'contacts'
>;

/**
 * Finds whom to call next and writes the call down. Asked again before that call has ended, it answers the same call, so
 * that a crash in between calls nobody twice and leaves nobody out.
 */
export function createNextCall(ports: Ports): (event: unknown) => Promise<NextCallResult> {
  return async (event) => {
    const { incident: id, round, at } = nextEvent.parse(event);
    // The incident's own workflow notes the same after it has started this one, and may be slower.
    const { incident } = await changeIncident(
      ports.incidents,
      id,
      (now) => noteBegun(now, 'escalation', round, at) ?? resumeRound(now, round, at),
    );
    const account = await accountAt(ports, incident.account, at);
    const contacts = ports.telephone.canCall ? (account?.contacts ?? []) : [];
    const holds = await readHolds(ports, incident, at);
    const next = nextCall(incident, round, contacts, await ports.calls.calls(id), holds);
    if (next.step === 'resume') return { step: 'call', call: next.call.id };
    if (next.step !== 'call') return next;
    await ports.calls.replaceCall(await prepare(ports, withoutHeld(incident, holds), round, next, at));
    return { step: 'call', call: next.id };
  };
}

async function prepare(
  { monitors }: Ports,
  incident: Incident,
  round: number,
  { id, number, to }: Extract<NextCall, { step: 'call' }>,
  at: Instant,
): Promise<Call> {
  const [account, server, settings] = await Promise.all([
    monitors.account(incident.account),
    monitors.server(incident),
    monitors.settings(),
  ]);
  const report = callReport({
    incident,
    account: account ?? { name: incident.account, timeZone: 'UTC' },
    server: server ?? { name: incident.server },
    settings: settings ?? { mailFromName: 'Mimamori' },
    language: to.language,
  });
  return {
    id,
    incident: incident.id,
    purpose: 'escalation',
    round,
    number,
    to,
    report,
    state: 'prepared',
    preparedAt: at,
    version: 1,
  };
}

export const handler = onFirstEvent(() => createNextCall({ ...stores(), telephone: callPort() }));
