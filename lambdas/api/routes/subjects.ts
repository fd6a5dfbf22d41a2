import type { ApiRoutes } from '../api-routes.ts';
import { addAuditRoutes } from './audit.ts';
import { addIncidentRoutes } from './incidents.ts';
import { addMeRoutes } from './me.ts';
import { addOperatorIncidentRoutes } from './operator-incidents.ts';
import { addOverviewRoutes } from './overview.ts';
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
  addReportRoutes,
  addTokenRoutes,
  addAuditRoutes,
  addOperatorIncidentRoutes,
];
