import type { AccessState } from '../../core/access/access.ts';
import type { Account } from '../../core/account.ts';
import type { AuditEntry } from '../../core/audit/audit-entry.ts';
import type { ContactChange } from '../../core/contacts/contact-change.ts';
import type { MonitorSeries } from '../../core/graph/series.ts';
import type { Heartbeat } from '../../core/heartbeat/heartbeat.ts';
import type { ApiToken, User } from '../../core/identity/principal.ts';
import type { MonitorRef, ServerRef } from '../../core/ids.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { Evidence, TimelineEntry } from '../../core/incident/timeline.ts';
import type { Instant } from '../../core/instant.ts';
import type { Maintenance } from '../../core/maintenance/maintenance.ts';
import type { WatchedMonitor } from '../../core/monitor.ts';
import type { Server } from '../../core/server.ts';
import type { MetricRecord, SeriesRange } from '../../platform/metrics/metric-store.ts';
import type { ListedServer, Part } from '../../platform/store/directory-store.ts';
import type { MailLine } from '../../platform/store/outbox.ts';
import type { ApiPorts } from './ports.ts';

type Page = { limit: number; cursor?: string };
type Range = { from?: Instant; to?: Instant };

/**
 * The stores as one account sees them. Routes get this and never the stores themselves, and no method takes an account: what
 * is another's cannot be named. An incident or token that is another's is as absent as one that does not exist.
 */
export class AccountView {
  /** As the inventory has it; changes of the contacts that came by the portal are not in it. */
  readonly account: Account;
  readonly #id: string;
  readonly #ports: ApiPorts;

  private constructor(ports: ApiPorts, account: Account) {
    this.#ports = ports;
    this.account = account;
    this.#id = account.id;
  }

  /** Undefined for an account that is not in the inventory. */
  static async of(ports: ApiPorts, id: string): Promise<AccountView | undefined> {
    const account = await ports.monitors.account(id);
    return account === undefined ? undefined : new AccountView(ports, account);
  }

  get id(): string {
    return this.#id;
  }

  // Servers and monitors

  /** Sorted by id. */
  servers(): Promise<ListedServer[]> {
    return this.#ports.directory.servers(this.#id);
  }

  /** Monitors that are not `ok`, or may not be; of the others there is nothing to say. */
  troubled(): Promise<WatchedMonitor[]> {
    return this.#ports.directory.troubled(this.#id);
  }

  server(server: string): Promise<Server | undefined> {
    return this.#ports.monitors.server(this.#server(server));
  }

  monitorsOf(server: string): Promise<WatchedMonitor[]> {
    return this.#ports.monitors.monitorsOf(this.#server(server));
  }

  monitor(server: string, monitor: string): Promise<WatchedMonitor | undefined> {
    return this.#ports.monitors.monitor(this.#monitor(server, monitor));
  }

  access(server: string): Promise<AccessState | undefined> {
    return this.#ports.access.access(this.#server(server));
  }

  /** What the job of a `heartbeat` monitor calls. */
  heartbeatUrl(server: string, monitor: string): Promise<string> {
    return this.#ports.heartbeatUrl(this.#monitor(server, monitor));
  }

  heartbeat(server: string, monitor: string): Promise<Heartbeat | undefined> {
    return this.#ports.heartbeats.heartbeat(this.#monitor(server, monitor));
  }

  // Measurements

  series(range: Omit<SeriesRange, 'account'>): Promise<MonitorSeries[]> {
    return this.#ports.metrics.series({ ...range, account: this.#id });
  }

  latest(server: string, since: Instant): Promise<MetricRecord[]> {
    return this.#ports.metrics.latest({ ...this.#server(server), since });
  }

  // Incidents

  async incident(id: string): Promise<Incident | undefined> {
    const incident = await this.#ports.incidents.incident(id);
    return incident?.account === this.#id ? incident : undefined;
  }

  /** Opened in [from, to), the newest first. */
  incidents(page: Page & Range): Promise<Part<Incident>> {
    return this.#ports.directory.incidents(this.#id, page);
  }

  openIncidents(): Promise<Incident[]> {
    return this.#ports.directory.openIncidents(this.#id);
  }

  incidentsOfServer(server: string, page: Page): Promise<Part<Incident>> {
    return this.#ports.directory.incidentsOfServer(this.#server(server), page);
  }

  timeline(incident: Incident): Promise<TimelineEntry[]> {
    return this.#ports.incidents.timeline(this.#own(incident));
  }

  evidence(incident: Incident, number: number): Promise<Evidence | undefined> {
    return this.#ports.incidents.evidence(this.#own(incident), number);
  }

  /** Mails to the contacts, without their texts. */
  mailsOf(incident: Incident): Promise<MailLine[]> {
    return this.#ports.outbox.mailsOf(this.#own(incident));
  }

  /** Mails about it to operators and engineers; no customer is to see these addresses. */
  async operatorsMailsOf(incident: Incident): Promise<MailLine[]> {
    const id = this.#own(incident);
    const threads = [`operators.${id}`, `page.${id}`];
    return (await Promise.all(threads.map((thread) => this.#ports.outbox.mailsOf(thread)))).flat();
  }

  // Maintenance

  /** Those that hold at this instant or may come later. */
  maintenances(at: Instant): Promise<Maintenance[]> {
    return this.#ports.maintenance.maintenances(this.#id, at);
  }

  pastMaintenances(range: { from: Instant; to: Instant }): Promise<Maintenance[]> {
    return this.#ports.maintenance.past(this.#id, range);
  }

  maintenance(id: string): Promise<Maintenance | undefined> {
    return this.#ports.maintenance.maintenance(this.#id, id);
  }

  /** As the store's `replaceMaintenance`, of this account whatever it says. */
  replaceMaintenance(after: Omit<Maintenance, 'account'>, lastUntil: Instant | undefined): Promise<boolean> {
    return this.#ports.maintenance.replaceMaintenance({ ...after, account: this.#id }, lastUntil);
  }

  // Contacts

  contactChange(): Promise<ContactChange | undefined> {
    return this.#ports.contacts.contactChange(this.#id);
  }

  replaceContactChange(after: Omit<ContactChange, 'account'>): Promise<boolean> {
    return this.#ports.contacts.replaceContactChange({ ...after, account: this.#id });
  }

  removeContactChange(version: number): Promise<boolean> {
    return this.#ports.contacts.removeContactChange(this.#id, version);
  }

  // Who may come in, and what they did

  /** Of the account, the newest first. */
  tokens(): Promise<ApiToken[]> {
    return this.#ports.identity.tokens(this.#id);
  }

  async token(id: string): Promise<ApiToken | undefined> {
    const token = await this.#ports.identity.token(id);
    return token?.account === this.#id ? token : undefined;
  }

  createToken(token: Omit<ApiToken, 'account'>): Promise<boolean> {
    return this.#ports.identity.createToken({ ...token, account: this.#id });
  }

  async revokeToken(id: string, at: Instant): Promise<boolean> {
    return (await this.token(id)) !== undefined && (await this.#ports.identity.revokeToken(id, at));
  }

  users(page: Page): Promise<Part<User>> {
    return this.#ports.identity.users(this.#id, page);
  }

  audit(page: Page & Range): Promise<Part<AuditEntry>> {
    return this.#ports.audit.audit(this.#id, page);
  }

  #server(server: string): ServerRef {
    return { account: this.#id, server };
  }

  #monitor(server: string, monitor: string): MonitorRef {
    return { account: this.#id, server, monitor };
  }

  /** @throws for an incident that this view did not give */
  #own({ id, account }: Incident): string {
    if (account !== this.#id) throw new Error(`incident ${id} is not of account ${this.#id}`);
    return id;
  }
}
