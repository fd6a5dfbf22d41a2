import type { MonitorRef } from '../ids.ts';
import type { MonitorState } from '../monitor.ts';
import { type Alert, type Incident, openAlerts } from './incident.ts';

/** The alert of a monitor that is open in its server's incident, if there is one. */
export const openAlertOf = (
  incident: Incident | undefined,
  { monitor }: Pick<MonitorRef, 'monitor'>,
): Alert | undefined =>
  incident?.state === 'open' ? openAlerts(incident).find((one) => one.monitor === monitor) : undefined;

/** The state of a monitor whose detection ended without a word while an earlier alert of it goes on. */
export function stillAlerted(
  { episode, pause }: MonitorState,
  { severity, failingSince, summary }: Alert,
): MonitorState {
  return {
    phase: 'alerted',
    episode,
    severity,
    since: failingSince,
    summary,
    ...(pause !== undefined && { pause }),
  };
}
