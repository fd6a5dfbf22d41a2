import type { AccessStore } from './access-store.ts';
import type { AnnouncementStore } from './announcement-store.ts';
import type { AuditStore } from './audit-store.ts';
import type { CallStore } from './call-store.ts';
import type { ContactStore } from './contact-store.ts';
import type { DirectoryStore } from './directory-store.ts';
import type { HeartbeatStore } from './heartbeat-store.ts';
import type { IdentityStore } from './identity-store.ts';
import type { IncidentStore } from './incident-store.ts';
import type { MaintenanceStore } from './maintenance-store.ts';
import type { InventoryStore, MonitorStore, SweepStore } from './monitor-store.ts';
import type { OnCallStore } from './on-call-store.ts';
import type { Outbox } from './outbox.ts';
import type { ResponseStore } from './response-store.ts';
import type { RunbookStore } from './runbook-store.ts';

/** Everything that lies in the table, by subject. */
export interface Stores {
  readonly monitors: MonitorStore;
  readonly sweeps: SweepStore;
  readonly inventory: InventoryStore;
  readonly incidents: IncidentStore;
  readonly outbox: Outbox;
  readonly calls: CallStore;
  readonly onCall: OnCallStore;
  readonly responses: ResponseStore;
  readonly runbooks: RunbookStore;
  readonly access: AccessStore;
  readonly directory: DirectoryStore;
  readonly maintenance: MaintenanceStore;
  readonly announcements: AnnouncementStore;
  readonly identity: IdentityStore;
  readonly audit: AuditStore;
  readonly contacts: ContactStore;
  readonly heartbeats: HeartbeatStore;
}
