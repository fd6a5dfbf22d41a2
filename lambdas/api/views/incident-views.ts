import type { IncidentSummary } from '../../../core/api/incidents.ts';
import {
  type Alert,
  alertKey,
  byPriority,
  type Incident,
  openAlerts,
} from '../../../core/incident/incident.ts';
import { acknowledgedBy, stageOf } from '../../../core/incident/incident-stage.ts';
import { worst } from '../../../core/threshold.ts';

/** An incident as lists show it. */
export function incidentSummary(incident: Incident, serverName: string): IncidentSummary {
  const { id, account, server, plan, state, openedAt, closedAt } = incident;
  const all = byPriority(Object.values(incident.alerts));
  const judged = state === 'open' && openAlerts(incident).length > 0 ? openAlerts(incident) : all;
  const by = acknowledgedBy(incident);
  return {
    id,
    account,
    server,
    serverName,
    plan,
    state,
    stage: stageOf(incident),
    severity: worst(judged.map((one) => one.severity)),
    // 99 is the lowest; an incident has an alert from its first write on.
    priority: Math.min(99, ...judged.map((one) => one.priority)),
    openedAt,
    failingSince: all.map((one) => one.failingSince).sort()[0] ?? openedAt,
    ...(closedAt !== undefined && { closedAt }),
    alerts: all.map(alertView),
    ...(by !== undefined && { acknowledgedBy: by }),
  };
}

function alertView(alert: Alert): IncidentSummary['alerts'][number] {
  const { monitor, check, severity, priority, failingSince, joinedAt, summary, wellAt, wellSummary } = alert;
  return {
    key: alertKey(alert),
    monitor,
    check,
    severity,
    priority,
    failingSince,
    joinedAt,
    summary,
    ...(wellAt !== undefined && { wellAt }),
    ...(wellSummary !== undefined && { wellSummary }),
  };
}
