import type { ServerRef } from '../../core/ids.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { Evidence, TimelineEntry } from '../../core/incident/timeline.ts';

/** Incidents, their timeline and what was collected. Reads are strongly consistent, but for `openIncidents`, which may lag by a second or two. */
export interface IncidentStore {
  /** By id, as `incidentId` makes it. */
  incident(id: string): Promise<Incident | undefined>;
  /** The server's incident with the highest number, open or closed. */
  latestIncident(ref: ServerRef): Promise<Incident | undefined>;
  /**
   * Writes an incident if the stored one has `version - 1`, or none is stored when `version` is 1.
   * @returns false when another writer was first
   */
  replaceIncident(after: Incident): Promise<boolean>;
  /** Oldest first. */
  openIncidents(): Promise<Incident[]>;
  /** Adds lines; a line whose key is there already is left as it is. */
  addTimeline(entries: readonly TimelineEntry[]): Promise<void>;
  /** Oldest first. */
  timeline(incident: string): Promise<TimelineEntry[]>;
  /** @throws when it has more than 300 KB as JSON */
  saveEvidence(evidence: Evidence): Promise<void>;
  evidence(incident: string, number: number): Promise<Evidence | undefined>;
}
