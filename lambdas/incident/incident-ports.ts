import type { IncidentStore } from '../../platform/store/incident-store.ts';
import type { MaintenanceStore } from '../../platform/store/maintenance-store.ts';
import type { MonitorStore } from '../../platform/store/monitor-store.ts';
import type { Workflows } from '../../platform/workflows/workflows.ts';

/** What the functions of an incident work with. */
export interface IncidentPorts {
  readonly monitors: MonitorStore;
  readonly incidents: IncidentStore;
  readonly workflows: Workflows;
  readonly maintenance: Pick<MaintenanceStore, 'maintenances'>;
}
