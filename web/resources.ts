import type { MonitoringAddresses } from '../core/api/addresses.ts';
import type { AnnouncementView } from '../core/api/announcements.ts';
import type { AuditView } from '../core/api/audit.ts';
import type { ContactsView } from '../core/api/contacts.ts';
import type { IncidentSummary, IncidentView } from '../core/api/incidents.ts';
import type { MaintenanceView, OccurrenceList } from '../core/api/maintenances.ts';
import type { AccountSummary, Me, NamedAccount } from '../core/api/me.ts';
import type { CallView, ExecutionView, HealthView, UnknownView, UserView } from '../core/api/operators.ts';
import type { PageOf } from '../core/api/problem.ts';
import type { ReportView } from '../core/api/reports.ts';
import type { Overview, SeriesView, ServerSummary, ServerView } from '../core/api/servers.ts';
import type { TokenView } from '../core/api/tokens.ts';
import type { Standing } from '../core/standing.ts';
import type { Resource } from './api.ts';

type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** `path?a=1&b=2&b=3`, without what is empty. */
export function withQuery(path: string, query: Query): string {
  const set = Object.entries(query).flatMap(([name, value]) => {
    const all = typeof value === 'object' ? value : [value];
    return all.flatMap((one) => (one === undefined || one === '' ? [] : [[name, String(one)]]));
  });
  return set.length === 0 ? path : `${path}?${new URLSearchParams(set)}`;
}

/** Below the account that is looked at. Ids go in by `encodeURIComponent`. */
export const ofAccount = <T>(path: string, query: Query = {}): Resource<T> => ({
  of: 'account',
  path: withQuery(path, query),
});

/** The same whoever is looked at. */
export const ofPortal = <T>(path: string, query: Query = {}): Resource<T> => ({
  of: 'portal',
  path: withQuery(path, query),
});

export interface SeriesQuery {
  readonly from: string;
  readonly to: string;
  /** Buckets of a value, 60 to 2000; of all monitors together 30,000. */
  readonly points: number;
  /** All of the server without it. */
  readonly monitors?: readonly string[];
  readonly bom?: 'true';
}

export const me = ofPortal<Me>('me');
export const accounts = (query: { q?: string; cursor?: string }) =>
  ofPortal<PageOf<AccountSummary>>('accounts', query);
/** What an account is called, and the zone of its times. */
export const namedAccount = (id: string) => ofPortal<NamedAccount>(`accounts/${encodeURIComponent(id)}`);

export const overview = ofAccount<Overview>('overview');
export const servers = (query: {
  q?: string;
  standing?: readonly Standing[];
  limit?: number;
  cursor?: string;
}) => ofAccount<PageOf<ServerSummary>>('servers', query);
export const server = (id: string) => ofAccount<ServerView>(`servers/${encodeURIComponent(id)}`);
const ofSeries = <T>(id: string, kind: string, { monitors = [], ...query }: SeriesQuery): Resource<T> => {
  const path = withQuery(`servers/${encodeURIComponent(id)}/${kind}`, query);
  return ofAccount<T>(
    [path, ...monitors.map((monitor) => `monitor=${encodeURIComponent(monitor)}`)].join('&'),
  );
};
/** Measurements of a server in a range. */
export const series = (id: string, query: SeriesQuery) => ofSeries<SeriesView>(id, 'series', query);
/** The same as a table, each bucket a line; with the mark by which Excel knows UTF-8. */
export const seriesFile = (id: string, query: SeriesQuery) =>
  ofSeries<Blob>(id, 'series.csv', { ...query, bom: 'true' });
export const monitorPause = (server: string, monitor: string) =>
  ofAccount<unknown>(`servers/${encodeURIComponent(server)}/monitors/${encodeURIComponent(monitor)}/pause`);
export const incidents = (query: {
  state?: 'open' | 'closed';
  server?: string;
  limit?: number;
  cursor?: string;
}) => ofAccount<PageOf<IncidentSummary>>('incidents', query);
export const incident = (id: string) => ofAccount<IncidentView>(`incidents/${encodeURIComponent(id)}`);
/** Those that hold or come, the nearest first. */
export const maintenances = (query: { cursor?: string }) =>
  ofAccount<PageOf<MaintenanceView>>('maintenances', query);
export const maintenance = (id: string) =>
  ofAccount<MaintenanceView>(`maintenances/${encodeURIComponent(id)}`);
/** Each period that reaches into a range. */
export const occurrences = (from: string, to: string) =>
  ofAccount<OccurrenceList>('maintenances/occurrences', { from, to });
/** The same for everybody; operators get those that were withdrawn, too. */
export const announcements = (query: { cursor?: string }) =>
  ofPortal<PageOf<AnnouncementView>>('announcements', query);

export const announcement = (id: string) =>
  ofPortal<AnnouncementView>(`announcements/${encodeURIComponent(id)}`);
export const contacts = ofAccount<ContactsView>('contacts');
export const pendingContacts = ofAccount<ContactsView>('contacts/pending');
/** Of operators, about the account that they look at. */
export const pendingContactsDeed = (deed: 'expedite' | 'reject') =>
  ofAccount<ContactsView>(`contacts/pending/${deed}`);
export const monitoringAddresses = ofAccount<MonitoringAddresses>('monitoring-addresses');
export const reports = ofAccount<{ readonly months: readonly string[] }>('reports');
export const report = (month: string) => ofAccount<ReportView>(`reports/${encodeURIComponent(month)}`);
export const reportFile = (month: string, language: string) =>
  ofAccount<Blob>(`reports/${encodeURIComponent(month)}/pdf`, { language });
export const tokens = (query: { cursor?: string }) => ofAccount<PageOf<TokenView>>('tokens', query);
export const token = (id: string) => ofAccount<unknown>(`tokens/${encodeURIComponent(id)}`);

export const operatorIncidents = (query: { cursor?: string }) =>
  ofPortal<PageOf<IncidentSummary>>('operator/incidents', query);
/** An incident as operators see it, whatever account they look at. */
export const incidentOfAccount = (account: string, id: string) =>
  ofPortal<IncidentView>(`accounts/${encodeURIComponent(account)}/incidents/${encodeURIComponent(id)}`);
export const incidentActions = (id: string) =>
  ofPortal<unknown>(`operator/incidents/${encodeURIComponent(id)}/actions`);
export const executions = (query: { machine?: string; status?: string; cursor?: string }) =>
  ofPortal<PageOf<ExecutionView>>('operator/workflows', query);
export const calls = (query: { day?: string; cursor?: string }) =>
  ofPortal<PageOf<CallView>>('operator/calls', query);
export const unknowns = (query: { cursor?: string }) =>
  ofPortal<PageOf<UnknownView>>('operator/unknowns', query);
export const health = ofPortal<HealthView>('operator/health');

export const users = (query: { cursor?: string }) => ofPortal<PageOf<UserView>>('operator/users', query);
export const user = (subject: string) => ofPortal<UserView>(`operator/users/${encodeURIComponent(subject)}`);
export const userDeed = (subject: string, deed: 'enable' | 'disable') =>
  ofPortal<UserView>(`operator/users/${encodeURIComponent(subject)}/${deed}`);
export const operatorTokens = (query: { cursor?: string }) =>
  ofPortal<PageOf<TokenView>>('operator/tokens', query);
export const operatorToken = (id: string) => ofPortal<unknown>(`operator/tokens/${encodeURIComponent(id)}`);
export const operatorAudit = (query: { from?: string; to?: string; cursor?: string }) =>
  ofPortal<PageOf<AuditView>>('operator/audit', query);
export const audit = (query: { from?: string; to?: string; cursor?: string }) =>
  ofAccount<PageOf<AuditView>>('audit', query);
