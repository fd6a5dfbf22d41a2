import type { IncidentStore } from '../../platform/store/incident-store.ts';
import type { MaintenanceStore } from '../../platform/store/maintenance-store.ts';
import type { MonitorStore } from '../../platform/store/monitor-store.ts';
import type { OnCallStore } from '../../platform/store/on-call-store.ts';
import type { Workflows } from '../../platform/workflows/workflows.ts';

/** What the functions of the engineers' response work with. */
export interface OnCallPorts {
  readonly monitors: MonitorStore;
  readonly incidents: IncidentStore;
  readonly onCall: OnCallStore;
  readonly workflows: Workflows;
  readonly maintenance: Pick<MaintenanceStore, 'maintenances'>;
}
