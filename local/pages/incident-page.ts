import { type Alert, byPriority } from '../../core/incident/incident.ts';
import type { Evidence } from '../../core/incident/timeline.ts';
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
<a class="summary-link" href="${executionPath('mimamori-incident', incident.id)}">${words.workflow}</a>
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
    : html`<ol class="timeline">${timeline.map(
        ({ at, kind, summary }) =>
          html`<li class="timeline-${kind}">${timeTag(at, view)}<div><strong>${words.kinds[kind]}</strong><p>${summary[view.language]}</p></div></li>`,
      )}</ol>`
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
${sections.map(
  (section, place) => html`<details class="output" id="output-${incident}-${number}-${place}"${
    isNewest && place === 0 ? html` open` : nothing
  }>
<summary>${section.title[view.language]} <code>${section.command}</code>${
    section.exitCode === undefined || section.exitCode === 0
      ? nothing
      : html` <span class="badge">${words.exitCode(section.exitCode)}</span>`
  }${section.truncated ? html` <span class="badge">${words.cut}</span>` : nothing}</summary>
<pre tabindex="0">${section.output.slice(0, outputChars)}</pre>
</details>`,
)}
</details>`;
}
