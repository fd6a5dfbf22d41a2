import type { Account } from '../../core/account.ts';
import { isSamePause } from '../../core/detection/pause.ts';
import { incidentId, type MonitorRef, monitorKey, type ServerRef, serverKey } from '../../core/ids.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { Evidence, TimelineEntry } from '../../core/incident/timeline.ts';
import type { Instant } from '../../core/instant.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import type { OutgoingMail } from '../../core/mail/outgoing-mail.ts';
import { type Monitor, type MonitorState, neverFailed, type WatchedMonitor } from '../../core/monitor.ts';
import { type DueSlot, dueSlot, type Occupancy, slotKey } from '../../core/schedule/due.ts';
import type { Server } from '../../core/server.ts';
import { boundedLimit, byKeyDown } from './cursor.ts';
import type { IncidentStore } from './incident-store.ts';
import { MemoryAccess } from './memory-access.ts';
import { MemoryAnnouncements } from './memory-announcements.ts';
import { MemoryAudit } from './memory-audit.ts';
import { MemoryCalls } from './memory-calls.ts';
import { MemoryContacts } from './memory-contacts.ts';
import { MemoryDirectory } from './memory-directory.ts';
import { MemoryHeartbeats } from './memory-heartbeats.ts';
import { MemoryIdentity } from './memory-identity.ts';
import { MemoryMaintenances } from './memory-maintenance.ts';
import { MemoryOnCall } from './memory-on-call.ts';
import { MemoryResponses } from './memory-response.ts';
import { MemoryRunbooks } from './memory-runbooks.ts';
import {
  InventoryConflict,
  type InventoryStore,
  type MonitorStore,
  type SweepStore,
  type WayOutState,
} from './monitor-store.ts';
import { occupancyOf } from './occupancy.ts';
import { type MailKey, mailLine, mostCounted, mostOfThread, type Outbox } from './outbox.ts';
import { assertEvidenceFits, assertNoneTooLarge, sampleTexts } from './size-limits.ts';
import type { Stores } from './stores.ts';

/** Objects that were copied and frozen before: a changed incident shares most of its parts with the one before. */
type Kept = WeakSet<object>;

/** A deep, frozen copy of plain data, so that nobody alters what is stored. What is undefined is left out, as a table does. */
function keep<T>(value: T, kept: Kept): T {
  return copy(value, kept) as T;
}

function copy(value: unknown, kept: Kept): unknown {
  if (typeof value !== 'object' || value === null || kept.has(value)) return value;
  const result: object = Array.isArray(value)
    ? value.map((item) => copy(item, kept))
    : Object.fromEntries(
        Object.entries(value)
          .filter(([, part]) => part !== undefined)
          .map(([name, part]) => [name, copy(part, kept)]),
      );
  kept.add(Object.freeze(result));
  return result;
}

/** A monitor's place in memory; the state changes, the definition with each apply. */
interface Place {
  monitor: Monitor;
  state: MonitorState;
}

class MemoryMonitors implements MonitorStore, InventoryStore {
  readonly #kept: Kept;
  #version = 0;
  #inventory: Inventory | undefined;
  #occupancy: Occupancy = {};
  #accounts = new Map<string, Account>();
  #servers = new Map<string, Server>();
  #places = new Map<string, Place>();
  #slots = new Map<string, Place[]>();
  #ofServer = new Map<string, Place[]>();
  /** Episodes of monitors that were removed: the number never falls, as it names executions. */
  readonly #episodes = new Map<string, number>();
  /** JSON texts by monitor, by server. */
  readonly #samples = new Map<string, Map<string, string>>();

  readonly #heartbeats: Pick<MemoryHeartbeats, 'forget'>;

  constructor(kept: Kept, heartbeats: Pick<MemoryHeartbeats, 'forget'>) {
    this.#kept = kept;
    this.#heartbeats = heartbeats;
  }

  async settings() {
    return this.#inventory?.settings;
  }

  async account(id: string) {
    return this.#accounts.get(id);
  }

  async server(ref: ServerRef) {
    return this.#servers.get(serverKey(ref));
  }

  async monitor(ref: MonitorRef): Promise<WatchedMonitor | undefined> {
    const place = this.#places.get(monitorKey(ref));
    return place && watched(place);
  }

  async monitorsOf(ref: ServerRef) {
    return (this.#ofServer.get(serverKey(ref)) ?? []).map(watched);
  }

  async occupancy() {
    return this.#occupancy;
  }

  /** What is applied now. */
  current(): Inventory | undefined {
    return this.#inventory;
  }

  *all(): Generator<WatchedMonitor> {
    for (const place of this.#places.values()) yield watched(place);
  }

  async due(slot: DueSlot) {
    return (this.#slots.get(slotKey(slot)) ?? []).map(watched);
  }

  async replaceState(ref: MonitorRef, before: MonitorState, after: MonitorState) {
    const place = this.#places.get(monitorKey(ref));
    if (place === undefined || !isSameState(place.state, before)) return false;
    place.state = keep(after, this.#kept);
    return true;
  }

  async samples(refs: readonly MonitorRef[]) {
    const found = new Map<string, unknown>();
    for (const ref of refs) {
      const text = this.#samples.get(serverKey(ref))?.get(ref.monitor);
      if (text !== undefined) found.set(monitorKey(ref), JSON.parse(text));
    }
    return found;
  }

  async saveSamples(samples: ReadonlyMap<MonitorRef, unknown>) {
    const { fitting, tooLarge } = sampleTexts(samples);
    for (const { ref, text } of fitting) {
      const ofServer = this.#samples.get(serverKey(ref)) ?? new Map<string, string>();
      this.#samples.set(serverKey(ref), ofServer.set(ref.monitor, text));
    }
    assertNoneTooLarge(tooLarge);
  }

  async load() {
    return { version: this.#version, inventory: this.#inventory };
  }

  async replace(version: number, given: Inventory) {
    if (version !== this.#version) throw InventoryConflict.of(version, this.#version);
    const inventory = keep(given, this.#kept);
    const before = this.#places;
    const serversBefore = [...this.#servers.keys()];
    this.#version += 1;
    this.#inventory = inventory;
    this.#occupancy = keep(occupancyOf(inventory.monitors), this.#kept);
    this.#accounts = new Map(inventory.accounts.map((one) => [one.id, one]));
    this.#servers = new Map(
      inventory.servers.map((one) => [serverKey({ account: one.account, server: one.id }), one]),
    );
    this.#places = new Map();
    for (const monitor of inventory.monitors) {
      const key = keyOf(monitor);
      const state = before.get(key)?.state ?? this.#stateOfNew(key);
      this.#places.set(key, { monitor, state });
      before.delete(key);
    }
    for (const [key, { monitor, state }] of before) {
      this.#episodes.set(key, state.episode);
      this.#samples.get(serverKey(monitor))?.delete(monitor.id);
      this.#heartbeats.forget(key);
    }
    for (const key of serversBefore) if (!this.#servers.has(key)) this.#samples.delete(key);
    const byKey = [...this.#places].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
    this.#slots = Map.groupBy(byKey, ({ monitor }) => slotKey(slotOf(monitor)));
    this.#ofServer = Map.groupBy(byKey, ({ monitor }) => serverKey(monitor));
  }

  #stateOfNew(key: string): MonitorState {
    const episode = this.#episodes.get(key);
    return episode === undefined ? neverFailed : { ...neverFailed, episode };
  }
}

const watched = ({ monitor, state }: Place): WatchedMonitor => ({ monitor, state });

const keyOf = ({ account, server, id }: Monitor): string => monitorKey({ account, server, monitor: id });

const slotOf = (monitor: Monitor): DueSlot => dueSlot(monitor, monitor.timing.intervalMinutes);

const isSameState = (one: MonitorState, other: MonitorState): boolean =>
  one.phase === other.phase &&
  one.episode === other.episode &&
  one.since === other.since &&
  one.unknownSince === other.unknownSince &&
  isSamePause(one.pause, other.pause);

class MemorySweeps implements SweepStore {
  readonly #last = new Map<number, Instant>();
  readonly #wayOut = new Map<number, WayOutState>();

  async lastSweep(shard: number) {
    return this.#last.get(shard);
  }

  async saveLastSweep(shard: number, at: Instant) {
    this.#last.set(shard, at);
  }

  async wayOut(shard: number) {
    return this.#wayOut.get(shard) ?? { shard };
  }

  async saveWayOut(state: WayOutState) {
    this.#wayOut.set(state.shard, Object.freeze({ ...state }));
  }
}

class MemoryIncidents implements IncidentStore {
  readonly #kept: Kept;
  readonly #incidents = new Map<string, Incident>();
  readonly #open = new Map<string, Incident>();
  readonly #latest = new Map<string, Incident>();
  readonly #timelines = new Map<string, Map<string, TimelineEntry>>();
  readonly #evidence = new Map<string, Evidence>();

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  async incident(id: string) {
    return this.#incidents.get(id);
  }

  async latestIncident(ref: ServerRef) {
    return this.#latest.get(serverKey(ref));
  }

  async replaceIncident(after: Incident) {
    const id = incidentId(after, after.number);
    if ((this.#incidents.get(id)?.version ?? 0) !== after.version - 1) return false;
    const stored = keep(after, this.#kept);
    this.#incidents.set(id, stored);
    if (stored.state === 'open') this.#open.set(id, stored);
    else this.#open.delete(id);
    if ((this.#latest.get(serverKey(after))?.number ?? 0) <= after.number) {
      this.#latest.set(serverKey(after), stored);
    }
    return true;
  }

  all(): Iterable<Incident> {
    return this.#incidents.values();
  }

  async openIncidents() {
    return [...this.#open.values()].sort((a, b) => compare(a.openedAt, b.openedAt) || compare(a.id, b.id));
  }

  async addTimeline(entries: readonly TimelineEntry[]) {
    for (const entry of entries) {
      const lines = this.#timelines.get(entry.incident) ?? new Map<string, TimelineEntry>();
      this.#timelines.set(entry.incident, lines);
      if (!lines.has(entry.key)) lines.set(entry.key, keep(entry, this.#kept));
    }
  }

  async timeline(incident: string) {
    return [...(this.#timelines.get(incident)?.values() ?? [])].sort(
      (a, b) => compare(a.at, b.at) || compare(a.key, b.key),
    );
  }

  async saveEvidence(evidence: Evidence) {
    assertEvidenceFits(evidence);
    this.#evidence.set(`${evidence.incident}/${evidence.number}`, keep(evidence, this.#kept));
  }

  async evidence(incident: string, number: number) {
    return this.#evidence.get(`${incident}/${number}`);
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

class MemoryOutbox implements Outbox {
  readonly #kept: Kept;
  readonly #threads = new Map<string, Map<number, OutgoingMail>>();
  readonly #pending = new Map<string, OutgoingMail>();

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  async enqueue(mail: OutgoingMail) {
    return this.#stored(mail) ?? this.#put(mail);
  }

  async take(mail: OutgoingMail) {
    const stored = this.#stored(mail);
    if (stored?.state !== 'pending' || stored.attempts !== mail.attempts - 1) return false;
    this.#put(mail);
    return true;
  }

  async save(mail: OutgoingMail) {
    const stored = this.#stored(mail);
    const isOvertaken = stored !== undefined && (stored.state === 'sent' || stored.attempts > mail.attempts);
    if (mail.state !== 'sent' && isOvertaken) return;
    this.#put(mail);
  }

  async thread(thread: string, to: string) {
    const mails = this.#threads.get(threadKey({ thread, to }))?.values() ?? [];
    return [...mails].sort((a, b) => a.number - b.number);
  }

  async pending(limit: number) {
    return [...this.#pending.values()]
      .sort(
        (a, b) =>
          compare(a.at, b.at) || compare(a.thread, b.thread) || a.number - b.number || compare(a.to, b.to),
      )
      .slice(0, limit);
  }

  async waiting() {
    const [oldest] = await this.pending(1);
    const count = Math.min(this.#pending.size, mostCounted);
    return { count, ...(oldest !== undefined && { oldest: mailLine(oldest) }) };
  }

  async failedSince(at: Instant, limit: number) {
    return [...this.#threads.values()]
      .flatMap((mails) => [...mails.values()])
      .filter((mail) => mail.state === 'failed' && mail.at >= at)
      .sort(byKeyDown(mailKey))
      .slice(0, boundedLimit(limit))
      .map(mailLine);
  }

  async mailsOf(thread: string) {
    return [...this.#threads]
      .filter(([key]) => key.startsWith(threadKey({ thread, to: '' })))
      .flatMap(([, mails]) => [...mails.values()])
      .sort((a, b) => a.number - b.number || compare(a.to, b.to))
      .slice(0, mostOfThread)
      .map(mailLine);
  }

  #stored(mail: MailKey): OutgoingMail | undefined {
    return this.#threads.get(threadKey(mail))?.get(mail.number);
  }

  #put(mail: OutgoingMail): OutgoingMail {
    const stored = keep(mail, this.#kept);
    const key = threadKey(mail);
    const mails = this.#threads.get(key) ?? new Map<number, OutgoingMail>();
    this.#threads.set(key, mails.set(mail.number, stored));
    const pendingKey = `${key}\n${mail.number}`;
    if (mail.state === 'pending') this.#pending.set(pendingKey, stored);
    else this.#pending.delete(pendingKey);
    return stored;
  }
}

/** By when it was written. */
const mailKey = ({ at, thread, number, to }: OutgoingMail): string =>
  `${at}#${thread}#${String(number).padStart(8, '0')}#${to}`;

const threadKey = ({ thread, to }: Pick<MailKey, 'thread' | 'to'>): string => `${thread}\n${to}`;

/** The stores in memory, empty: for many short runs in virtual time. What they give is frozen. */
export function createMemoryStores(): Stores {
  const kept: Kept = new WeakSet();
  const heartbeats = new MemoryHeartbeats();
  const monitors = new MemoryMonitors(kept, heartbeats);
  const incidents = new MemoryIncidents(kept);
  return {
    monitors,
    sweeps: new MemorySweeps(),
    inventory: monitors,
    incidents,
    outbox: new MemoryOutbox(kept),
    calls: new MemoryCalls(),
    onCall: new MemoryOnCall(),
    responses: new MemoryResponses(),
    runbooks: new MemoryRunbooks(),
    access: new MemoryAccess(),
    directory: new MemoryDirectory({
      inventory: () => monitors.current(),
      watched: () => monitors.all(),
      incidents: () => incidents.all(),
    }),
    maintenance: new MemoryMaintenances(),
    announcements: new MemoryAnnouncements(),
    identity: new MemoryIdentity(),
    audit: new MemoryAudit(),
    contacts: new MemoryContacts(),
    heartbeats,
  };
}
