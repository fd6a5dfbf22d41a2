import type { Instant } from '../../core/instant.ts';
import { createEndCall, type EndCallPorts } from './end-call.ts';

/** Ends the calls of a round that was stopped: a telephone must not ring on for an execution that is gone. */
export async function hangUpRound(
  ports: EndCallPorts,
  incident: string,
  round: number,
  at: Instant,
): Promise<void> {
  const endCall = createEndCall(ports);
  for (const call of await ports.calls.calls(incident)) {
    if (call.purpose !== 'escalation' || call.round !== round || call.state === 'ended') continue;
    await endCall({ incident, call: call.id, end: 'stopped', at });
  }
}
