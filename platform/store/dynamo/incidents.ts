import type { ServerRef } from '../../../core/ids.ts';
import type { Incident } from '../../../core/incident/incident.ts';
import type { Evidence, TimelineEntry } from '../../../core/incident/timeline.ts';
import type { IncidentStore } from '../incident-store.ts';
import { assertEvidenceFits } from '../size-limits.ts';
import type { Entities } from './entities.ts';
import { ifConditionHolds } from './if-condition-holds.ts';
import { inParallel } from './in-parallel.ts';

/** `acme.web-1-7`: the server's key and the incident's number on it. */
const idPattern = /^(?<account>[a-z0-9-]+)\.(?<server>[a-z0-9-]+)-(?<number>[0-9]{1,8})$/;

function keyOf(id: string): (ServerRef & { number: number }) | undefined {
  const { account, server, number } = idPattern.exec(id)?.groups ?? {};
  if (account === undefined || server === undefined || number === undefined) return undefined;
  return { account, server, number: Number(number) };
}

export class DynamoIncidents implements IncidentStore {
  readonly #entities: Entities;

  constructor(entities: Entities) {
    this.#entities = entities;
  }

  async incident(id: string) {
    const key = keyOf(id);
    if (key === undefined) return undefined;
    const { data } = await this.#entities.incident.get(key).go({ consistent: true });
    return data?.body;
  }

  async latestIncident({ account, server }: ServerRef) {
    const { data } = await this.#entities.incident.query
      .incident({ account, server })
      .go({ consistent: true, order: 'desc', limit: 1 });
    return data[0]?.body;
  }

  replaceIncident(after: Incident) {
    const { version } = after;
    const item = itemOf(after);
    const { incident } = this.#entities;
    if (version === 1) return ifConditionHolds(incident.create(item).go());
    const write = incident.put(item).where((stored, is) => is.eq(stored.version, version - 1));
    return ifConditionHolds(write.go());
  }

  /** Writes a server's incidents as they are, so that they stand in all lists that this build knows. */
  async writeAgain({ account, server }: ServerRef) {
    const { incident } = this.#entities;
    const { data } = await incident.query
      .incident({ account, server })
      .go({ consistent: true, pages: 'all' });
    for (const { body } of data) {
      const write = incident.put(itemOf(body)).where((stored, is) => is.eq(stored.version, body.version));
      // Refused when another has just written it, and with it the lists.
      await ifConditionHolds(write.go());
    }
  }

  async openIncidents() {
    const { data } = await this.#entities.incident.query.open({}).go({ pages: 'all' });
    return data.map(({ body }) => body);
  }

  async addTimeline(entries: readonly TimelineEntry[]) {
    // In their order, and a key that comes twice is written once: side by side the later one might be first.
    const lines = new Map<string, TimelineEntry>();
    for (const entry of entries) {
      const key = JSON.stringify([entry.incident, entry.key]);
      if (!lines.has(key)) lines.set(key, entry);
    }
    await inParallel(lines.values(), (entry) => {
      const { incident, key } = entry;
      return ifConditionHolds(this.#entities.timelineEntry.create({ incident, key, body: entry }).go());
    });
  }

  async timeline(incident: string) {
    const { data } = await this.#entities.timelineEntry.query
      .timeline({ incident })
      .go({ consistent: true, pages: 'all' });
    // The key of the item is the deed, so that a repeated one is found; the order is of time.
    return data.map(({ body }) => body).sort((a, b) => compare(a.at, b.at) || compare(a.key, b.key));
  }

  async saveEvidence(evidence: Evidence) {
    assertEvidenceFits(evidence);
    const { incident, number } = evidence;
    await this.#entities.evidence.put({ incident, number, body: evidence }).go();
  }

  async evidence(incident: string, number: number) {
    const { data } = await this.#entities.evidence.get({ incident, number }).go({ consistent: true });
    return data?.body;
  }
}

const itemOf = (body: Incident) => {
  const { account, server, number, state, openedAt, version } = body;
  return { account, server, number, state, openedAt, version, body };
};

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
