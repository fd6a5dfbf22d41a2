import { type Alert, byPriority, type Incident } from '../../core/incident/incident.ts';
import { responseName, secondResponseName } from '../../core/incident/response.ts';
import type { Evidence, TimelineEntry } from '../../core/incident/timeline.ts';
import { secondsBetween } from '../../core/instant.ts';
import { duration } from '../../core/mail/local-time.ts';
import type { StoredMail } from '../mailbox.ts';
import { executionPath } from './execution-path.ts';
import { type Html, html, nothing } from './html.ts';
import { crumbs, facts, livePart, type Page } from './layout.ts';
import { mailStateTag } from './mail-state.ts';
import type { IncidentView } from './page-sources.ts';
import { stateTag } from './state-mark.ts';
import { agoTag, timeTag, type View } from './view.ts';

/** Of one command's output; the whole lies in the table. */
const outputChars = 20_000;

/** `/incident/<id>`: what failed, what was done about it and when, what was collected, what was mailed. */
export function incidentPage(found: IncidentView, mails: readonly StoredMail[], view: View): Page {
  const { incident, server } = found;
  const { words } = view;
  const title = words.incident.title(incident.number);
  const serverName = server?.name ?? incident.server;
  return {
    title: `${title} · ${serverName}`,
    section: 'servers',
    main: html`${crumbs(
      [
        { label: words.nav.servers, href: '/' },
        { label: serverName, href: `/server/${incident.account}/${incident.server}` },
      ],
      view,
    )}
<h1>${title} <span class="h1-sub">${serverName}</span></h1>
${livePart('incident', 5, incidentPart(found, mails, view), view)}`,
  };
}

export function incidentPart(found: IncidentView, mails: readonly StoredMail[], view: View): Html {
  const { incident, account, timeline, evidence } = found;
  const words = view.words.incident;
  const end = incident.closedAt ?? view.now;
  const lasted = duration(secondsBetween(incident.openedAt, end), view.language);
  const isOpen = incident.state === 'open';
  return html`<div class="summary">
<span class="badge badge-${isOpen ? 'open' : 'closed'}">${isOpen ? words.open : words.closed}</span>
${facts([
  [view.words.server.account, account?.name ?? incident.account],
  [view.words.server.plan, view.words.plan[incident.plan]],
  [words.opened, timeTag(incident.openedAt, view)],
  [words.lasted, isOpen ? `${lasted} · ${words.ongoing}` : lasted],
])}
${workflowLinks(incident, view)}
</div>
<section>
<h2>${words.alerts}</h2>
<ul class="tiles">${byPriority(Object.values(incident.alerts)).map((alert) => alertTile(alert, found, view))}</ul>
</section>
<div class="columns">
<section>
<h2>${words.timeline}</h2>
${
  timeline.length === 0
    ? html`<p class="quiet">${words.noTimeline}</p>`
    : html`<ol class="timeline">${timeline.map((entry) => timelineRow(entry, view))}</ol>`
}
</section>
<section>
<h2>${words.mails}</h2>
${
  mails.length === 0
    ? html`<p class="quiet">${words.noMails}</p>`
    : html`<ul class="rows">${mails.map((mail) => mailRow(mail, view))}</ul>`
}
</section>
</div>
<section>
<h2>${words.evidence}</h2>
${
  evidence.length === 0
    ? html`<p class="quiet">${words.noEvidence}</p>`
    : evidence.toReversed().map((one, place) => evidenceBlock(one, place === 0, view))
}
</section>`;
}

/** The executions of the incident: its own, and those of its response. */
function workflowLinks({ id, response }: Incident, view: View): Html {
  const words = view.words.incident;
  const rounds = [
    ...(response?.running === undefined
      ? []
      : [
          [response.running.stage, responseName(id, response.running.stage, response.running.round)] as const,
        ]),
    ...(response?.secondResponse === undefined ? [] : [['second-response', secondResponseName(id)] as const]),
  ];
  return html`<span class="summary-links"><a href="${executionPath('mimamori-incident', id)}">${words.workflow}</a>${rounds.map(
    ([stage, name]) => html`<a href="${executionPath(`mimamori-${stage}`, name)}">${words.stages[stage]}</a>`,
  )}</span>`;
}

function timelineRow({ at, kind, key, incident, summary, by, command }: TimelineEntry, view: View): Html {
  const words = view.words.incident;
  const who = by === undefined ? nothing : html` <span class="quiet">${by}</span>`;
  const ran =
    command === undefined
      ? nothing
      : outputBlock({ id: `command-${incident}-${key}`, isOpen: false }, command.line, command, view);
  return html`<li class="timeline-${kind}">${timeTag(at, view)}<div><strong>${words.kinds[kind]}</strong>${who}<p>${summary[view.language]}</p>${ran}</div></li>`;
}

/** What a command said, folded away. */
function outputBlock(
  { id, isOpen, title }: { readonly id: string; readonly isOpen: boolean; readonly title?: string },
  line: string,
  {
    exitCode,
    output,
    truncated,
  }: { readonly exitCode?: number | undefined; readonly output: string; readonly truncated: boolean },
  view: View,
): Html {
  const words = view.words.incident;
  const badge = (text: string) => html` <span class="badge">${text}</span>`;
  return html`<details class="output" id="${id}"${isOpen ? html` open` : nothing}>
<summary>${title === undefined ? nothing : html`${title} `}<code>${line}</code>${
    exitCode === undefined || exitCode === 0 ? nothing : badge(words.exitCode(exitCode))
  }${truncated ? badge(words.cut) : nothing}</summary>
<pre tabindex="0">${output.slice(0, outputChars)}</pre>
</details>`;
}

function alertTile(alert: Alert, { incident }: IncidentView, view: View): Html {
  const words = view.words.incident;
  const isOpen = alert.wellAt === undefined;
  const shown = !isOpen ? 'ok' : alert.severity === 'warning' ? 'warning' : 'critical';
  const execution = `${incident.account}.${incident.server}.${alert.monitor}-${alert.episode}`;
  return html`<li class="tile tile-${shown}">
<header><h3>${alert.monitor}</h3>${stateTag(shown, view)}</header>
<p>${(isOpen ? alert.summary : (alert.wellSummary ?? alert.summary))[view.language]}</p>
${facts([
  [words.failingSince, timeTag(alert.failingSince, view)],
  [
    words.confirmedAt,
    html`<a href="${executionPath('mimamori-detection', execution)}">${timeTag(alert.joinedAt, view)}</a>`,
  ],
  [words.recoveredAt, alert.wellAt === undefined ? words.stillFailing : timeTag(alert.wellAt, view)],
])}
</li>`;
}

const mailRow = (mail: StoredMail, view: View): Html =>
  html`<li class="row"><a class="row-link" href="/mail/${mail.id}">
<span class="row-mark">${mailStateTag(mail)}</span>
<span class="row-main">${mail.subject || view.words.mail.noSubject}<span class="row-sub">${mail.to.join(', ')}</span></span>
<span class="row-end">${agoTag(mail.at, view)}</span>
</a></li>`;

function evidenceBlock(evidence: Evidence, isNewest: boolean, view: View): Html {
  const words = view.words.incident;
  const { incident, number, at, status, reason, sections } = evidence;
  return html`<details class="evidence" id="evidence-${incident}-${number}"${isNewest ? html` open` : nothing}>
<summary>${words.evidenceFor(number)} <span class="quiet">${timeTag(at, view)} · ${words.evidenceStatus[status]}</span></summary>
${reason === undefined ? nothing : html`<p class="note">${reason[view.language]}</p>`}
${sections.map((section, place) =>
  outputBlock(
    {
      id: `output-${incident}-${number}-${place}`,
      isOpen: isNewest && place === 0,
      title: section.title[view.language],
    },
    section.command,
    section,
    view,
  ),
)}
</details>`;
}
