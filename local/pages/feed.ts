import type { Incident } from '../../core/incident/incident.ts';
import type { TimelineEntry } from '../../core/incident/timeline.ts';
import type { Instant } from '../../core/instant.ts';
import { executionPath, partsOfArn } from './execution-path.ts';
import { type Html, html } from './html.ts';
import { mailStateTag } from './mail-state.ts';
import type { PageSources } from './page-sources.ts';
import { incidentPath } from './portal-path.ts';
import { statusTag } from './state-mark.ts';
import { timeTag, type View } from './view.ts';

interface FeedLine {
  readonly at: Instant;
  /** Of lines at the same instant, the higher is the later. */
  readonly order: number;
  readonly line: Html;
}

const lines = 40;
const incidentsPerServer = 3;

/** What has happened lately, newest first: incidents' timelines, mails, workflows that started or ended. */
export async function readFeed(
  { mailbox, workflows, watch, fleet }: PageSources,
  view: View,
): Promise<Html[]> {
  const servers = (fleet?.list() ?? []).map(({ account, server }) => ({ account, server }));
  const incidents = (
    await Promise.all(servers.map((ref) => watch.incidentsOf(ref, incidentsPerServer)))
  ).flat();
  const timelines = await Promise.all(
    incidents.map(async (incident) => incidentLines(incident, await watch.timeline(incident.id), view)),
  );
  const all: FeedLine[] = [
    ...timelines.flat(),
    ...mailbox.list({ limit: lines }).map((mail, place) => ({
      at: mail.at,
      order: 1_000 + place,
      line: feedLine(
        mail.at,
        html`${mailStateTag(mail)} <a href="/mail/${mail.id}">${mail.subject || view.words.mail.noSubject}</a> <span class="quiet">${mail.to.join(', ')}</span>`,
        'mail',
        view.words.fleet.feedKinds.mail,
        view,
      ),
    })),
    ...workflows.listExecutions({ maxResults: lines }).executions.flatMap((execution) => {
      const { machine, name } = partsOfArn(execution.executionArn);
      const link = html`<a href="${executionPath(machine, name)}">${name}</a> <span class="quiet">${machine}</span>`;
      const kinds = view.words.fleet.feedKinds;
      const line = (ms: number, order: number, kind: string, said: Html): FeedLine => {
        const at = new Date(ms).toISOString();
        return { at, order, line: feedLine(at, said, 'workflow', kind, view) };
      };
      const end = html`${statusTag(execution.status, view)} ${link}`;
      return [
        line(execution.startDate, 0, kinds.workflowStarted, link),
        ...(execution.stopDate === undefined
          ? []
          : [line(execution.stopDate, 2_000, kinds.workflowEnded, end)]),
      ];
    }),
  ];
  return all
    .toSorted((a, b) => b.at.localeCompare(a.at) || b.order - a.order)
    .slice(0, lines)
    .map(({ line }) => line);
}

function incidentLines(incident: Incident, timeline: readonly TimelineEntry[], view: View): FeedLine[] {
  const href = incidentPath(incident.id);
  return timeline.map(({ at, kind, summary }, place) => ({
    at,
    order: 100 + place,
    line: feedLine(
      at,
      html`<a href="${href}">${incident.server}</a> ${summary[view.language]}`,
      `incident-${kind}`,
      view.words.fleet.timelineKinds[kind],
      view,
    ),
  }));
}

const feedLine = (at: Instant, said: Html, kind: string, label: string, view: View): Html =>
  html`<li class="feed-${kind}" data-announce>${timeTag(at, view)}<div><span class="feed-kind">${label}</span> ${said}</div></li>`;
