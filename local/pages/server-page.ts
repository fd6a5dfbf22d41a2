import { allValues } from '../../core/graph/measured-values.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { localTime } from '../../core/mail/local-time.ts';
import type { Pause } from '../../core/monitor.ts';
import { type Html, html, nothing } from './html.ts';
import { crumbs, facts, livePart, type Page } from './layout.ts';
import type { MonitorView, ServerView } from './page-sources.ts';
import { incidentRow } from './servers-page.ts';
import { serverState, shownState, stateTag } from './state-mark.ts';
import { agoTag, timeTag, type View } from './view.ts';

export const incidentsShown = 20;

/** `/server/<account>/<server>`: each monitor with what was last seen, and the incidents. */
export function serverPage(server: ServerView, incidents: readonly Incident[], view: View): Page {
  const { words } = view;
  return {
    title: server.server.name,
    section: 'servers',
    main: html`${crumbs([{ label: words.nav.servers, href: '/' }], view)}
<h1>${server.server.name}</h1>
${livePart('server', 5, serverPart(server, incidents, view), view)}`,
  };
}

export function serverPart(view: ServerView, incidents: readonly Incident[], page: View): Html {
  const { server, account, monitors } = view;
  const { words } = page;
  return html`<div class="summary">${stateTag(serverState(view), page)}${facts([
    [words.server.account, account.name],
    [words.server.address, html`<code>${server.address}</code>`],
    [words.server.plan, words.plan[server.plan]],
  ])}</div>
<section>
<h2>${words.servers.monitors}</h2>
<ul class="tiles">${monitors.map((monitor) => monitorTile(monitor, page))}</ul>
</section>
<section>
<h2>${words.server.incidents}</h2>
${
  incidents.length === 0
    ? html`<p class="quiet">${words.server.noIncidents}</p>`
    : html`<ul class="rows">${incidents.map((incident) => incidentRow(incident, page))}</ul>`
}
</section>`;
}

function monitorTile(monitorView: MonitorView, view: View): Html {
  const { monitor, state, latest } = monitorView;
  const { words, language } = view;
  const shown = shownState(monitorView);
  return html`<li class="tile tile-${shown}">
<header><h3>${monitor.id}</h3>${stateTag(shown, view)}</header>
<p class="quiet">${words.server.check} <code>${monitor.check}</code> · ${words.server.everyMinutes(monitor.timing.intervalMinutes)}</p>
${
  state.summary === undefined || state.since === undefined
    ? html`<p>${shown === 'pending' ? words.servers.notYetChecked : words.server.neverFailed}</p>`
    : html`<p>${state.summary[language]}</p><p class="quiet">${words.server.seen}: ${agoTag(state.since, view)}</p>`
}
${
  state.pause === undefined
    ? nothing
    : html`<p class="quiet">${words.server.paused(state.pause, pauseEnd(state.pause, view))}</p>`
}
${state.unknownSince === undefined ? nothing : html`<p class="quiet">${words.server.unknownSince(state.unknownSince.slice(11, 19))}</p>`}
${
  latest === undefined
    ? nothing
    : html`<dl class="values">${allValues(latest.values).map(
        ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
      )}</dl><p class="quiet">${timeTag(latest.at, view)}</p>`
}
</li>`;
}

/** By the reader's clock; empty for one without an end. */
const pauseEnd = ({ until }: Pause, { timeZone, language }: View): string =>
  until === undefined ? '' : localTime(until, timeZone, language);
