import { glance } from '../../core/graph/measured-values.ts';
import { serverKey } from '../../core/ids.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { openAlerts } from '../../core/incident/incident.ts';
import { type Html, html, nothing } from './html.ts';
import { emptyState, livePart, type Page } from './layout.ts';
import type { MonitorView, Overview, ServerView } from './page-sources.ts';
import { serverState, shownState, stateMark, stateTag } from './state-mark.ts';
import { agoTag, since, type View, withQuery } from './view.ts';

export const serversPerPage = 30;

/** `/`: every server and how it stands, those that need somebody first. */
export function serversPage(overview: Overview, from: number, view: View): Page {
  const { words } = view;
  return {
    title: words.servers.title,
    section: 'servers',
    main: html`<h1 class="visually-hidden">${words.servers.title}</h1>${livePart('servers', 3, serversPart(overview, from, view), view)}`,
  };
}

/** What refreshes. */
export function serversPart(overview: Overview, from: number, view: View): Html {
  if (overview.serversInAll === 0) {
    return emptyState(view.words.servers.emptyTitle, view.words.servers.emptyBody);
  }
  return html`${headline(overview, view)}
${overview.openIncidents.length === 0 ? nothing : incidentList(overview.openIncidents, view)}
${byAccount(overview.servers).map(
  ({ name, servers }) => html`<section class="account">
<h2>${name}</h2>
<div class="cards">${servers.map((server) => serverCard(server, view))}</div>
</section>`,
)}
${paging(overview, from, view)}`;
}

function headline({ servers, serversInAll, openIncidents, lastSweep }: Overview, view: View): Html {
  const words = view.words.servers;
  const states = servers.flatMap(({ monitors }) => monitors.map(shownState));
  const confirming = states.filter((state) => state === 'confirming').length;
  const isFailing = openIncidents.length > 0;
  const isWaiting = !isFailing && servers.length > 0 && states.every((state) => state === 'pending');
  const mark = isFailing ? 'critical' : confirming > 0 ? 'confirming' : isWaiting ? 'pending' : 'ok';
  const said = isFailing
    ? words.someFail(openIncidents.length, serversInAll)
    : isWaiting
      ? words.notYetChecked
      : words.allWell(serversInAll);
  return html`<div class="headline headline-${mark}">
${stateMark(mark)}
<div>
<p class="headline-said" data-announce>${said}</p>
<p class="headline-more">${confirming === 0 ? nothing : html`${words.someConfirming(confirming)} · `}${
    lastSweep === undefined ? words.noSweep : html`${words.lastSweep} ${agoTag(lastSweep, view)}`
  }</p>
</div>
${view.hasFleet && !isFailing ? html`<a class="button" href="/fleet">${words.tryIt}</a>` : nothing}
</div>`;
}

/** A list of incidents, each with what fails. */
export function incidentList(incidents: readonly Incident[], view: View): Html {
  return html`<section class="incidents">
<h2>${view.words.servers.openIncidents}</h2>
<ul class="rows">${incidents.map((incident) => incidentRow(incident, view))}</ul>
</section>`;
}

export function incidentRow(incident: Incident, view: View): Html {
  const { words } = view;
  const open = openAlerts(incident);
  const isOpen = incident.state === 'open';
  const named = (isOpen && open.length > 0 ? open : Object.values(incident.alerts))
    .map(({ monitor }) => monitor)
    .slice(0, 8);
  const worst = open.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning';
  return html`<li class="row">
<a class="row-link" href="/incident/${encodeURIComponent(incident.id)}">
<span class="row-mark">${stateTag(isOpen && open.length > 0 ? worst : 'ok', view)}</span>
<span class="row-main"><strong>${incident.account} / ${incident.server}</strong> <span class="monitors">${[...new Set(named)].join(', ')}</span></span>
<span class="row-end">${isOpen ? words.incident.open : words.incident.closed} · ${agoTag(incident.openedAt, view)}</span>
</a>
</li>`;
}

function byAccount(servers: readonly ServerView[]): { name: string; servers: ServerView[] }[] {
  const groups = Map.groupBy(servers, ({ account }) => account.id);
  return [...groups.values()].map((group) => ({ name: group[0]?.account.name ?? '', servers: group }));
}

function serverCard(view: ServerView, page: View): Html {
  const { server, monitors, openIncident } = view;
  const { words } = page;
  const href = `/server/${server.account}/${server.id}`;
  const key = serverKey({ account: server.account, server: server.id });
  return html`<article class="card card-${serverState(view)}" aria-labelledby="server-${key}">
<header class="card-head">
<h3 id="server-${key}"><a href="${href}">${server.name}</a></h3>
${stateTag(serverState(view), page)}
<p class="card-sub"><code>${server.id}</code> <span>${server.address}</span> <span class="plan">${words.plan[server.plan]}</span></p>
</header>
<table class="monitors-table">
<thead class="visually-hidden"><tr><th scope="col">${words.servers.monitor}</th><th scope="col">${words.servers.stateColumn}</th><th scope="col">${words.servers.lastSeen}</th></tr></thead>
<tbody>${monitors.map((monitor) => monitorRow(monitor, page))}</tbody>
</table>
${
  openIncident === undefined
    ? nothing
    : html`<footer class="card-foot"><a href="/incident/${encodeURIComponent(openIncident.id)}">${words.incident.title(openIncident.number)}</a> ${words.incident.open} · ${agoTag(openIncident.openedAt, page)}</footer>`
}
</article>`;
}

function monitorRow(monitorView: MonitorView, view: View): Html {
  const { monitor, state, latest } = monitorView;
  const shown = shownState(monitorView);
  const figures = glance(latest?.values ?? {});
  const isUneasy = shown !== 'ok' && shown !== 'pending';
  return html`<tr class="monitor-${shown}">
<th scope="row">${monitor.id}${monitor.id === monitor.check ? nothing : html` <span class="check">${monitor.check}</span>`}</th>
<td>${stateTag(shown, view)}${
    isUneasy && state.since !== undefined
      ? html` <span class="since">${since(state.since, view)}</span>`
      : nothing
  }</td>
<td class="value">${figures.length === 0 ? '–' : figures.map((figure) => html`<span class="figure">${figure}</span>`)}</td>
</tr>`;
}

function paging({ servers, serversInAll }: Overview, from: number, view: View): Html {
  if (serversInAll <= serversPerPage) return nothing;
  const to = from + servers.length;
  return html`<nav class="paging" aria-label="${view.words.servers.title}">
${from === 0 ? nothing : html`<a rel="prev" href="${withQuery(view, { from: String(Math.max(0, from - serversPerPage)) })}">${view.words.previous}</a>`}
<span>${view.words.servers.range(from + 1, to, serversInAll)}</span>
${to >= serversInAll ? nothing : html`<a rel="next" href="${withQuery(view, { from: String(to) })}">${view.words.next}</a>`}
</nav>`;
}
