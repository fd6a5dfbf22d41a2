import type { ApiRoutes } from '../api-routes.ts';
import { addAccountRoutes } from './accounts.ts';
import { addAnnouncementRoutes } from './announcements.ts';
import { addAuditRoutes } from './audit.ts';
import { addContactRoutes } from './contacts.ts';
import { addIncidentRoutes } from './incidents.ts';
import { addMaintenanceRoutes } from './maintenances.ts';
import { addMeRoutes } from './me.ts';
import { addMonitoringAddressRoutes } from './monitoring-addresses.ts';
import { addOperatorIncidentRoutes } from './operator-incidents.ts';
import { addOperatorTokenRoutes } from './operator-tokens.ts';
import { addOperatorUserRoutes } from './operator-users.ts';
import { addOperatorViewRoutes } from './operator-views.ts';
import { addOverviewRoutes } from './overview.ts';
import { addPauseRoutes } from './pauses.ts';
import { addReportRoutes } from './reports.ts';
import { addSeriesRoutes } from './series.ts';
import { addServerRoutes } from './servers.ts';
import { addTokenRoutes } from './tokens.ts';

/** Every subject's routes. A new route is in the file of its subject; a new subject is its file, its test, and one line here. */
export const subjects: readonly ((routes: ApiRoutes) => void)[] = [
  addMeRoutes,
  addOverviewRoutes,
  addServerRoutes,
  addSeriesRoutes,
  addIncidentRoutes,
  addMaintenanceRoutes,
  addPauseRoutes,
  addContactRoutes,
  addAnnouncementRoutes,
  addMonitoringAddressRoutes,
  addReportRoutes,
  addTokenRoutes,
  addAuditRoutes,
  addAccountRoutes,
  addOperatorViewRoutes,
  addOperatorIncidentRoutes,
  addOperatorUserRoutes,
  addOperatorTokenRoutes,
];
