import { openAlerts } from '../../core/incident/incident.ts';
import { duration } from '../../core/mail/local-time.ts';
import type { FleetServer, FleetService } from '../fleet/fleet.ts';
import { type Html, html, nothing } from './html.ts';
import { livePart, type Page } from './layout.ts';
import type { PageSources, ServerView } from './page-sources.ts';
import { incidentPath, serverPath } from './portal-path.ts';
import { shownState, stateTag } from './state-mark.ts';
import { since, type View } from './view.ts';

/** What the page of the demo shows: the fleet, and how its servers are watched. */
export interface FleetView {
  readonly servers: readonly { readonly fleet: FleetServer; readonly watched: ServerView | undefined }[];
  readonly feed: readonly Html[];
  /** A call waits for somebody to answer it. */
  readonly rings: boolean;
}

export async function readFleet(
  { fleet, watch, phone }: PageSources,
  feed: readonly Html[],
): Promise<FleetView> {
  const servers = await Promise.all(
    (fleet?.list() ?? []).map(async (one) => ({
      fleet: one,
      watched: await watch.server({ account: one.account, server: one.server }),
    })),
  );
  return { servers, feed, rings: phone.list().some(({ state }) => state === 'ringing') };
}

/** `/fleet`: break something, and see the whole job done beside it. */
export function fleetPage(fleetView: FleetView, view: View): Page {
  const words = view.words.fleet;
  return {
    title: words.title,
    section: 'fleet',
    main: html`<h1>${words.title}</h1>
<p class="lead">${words.intro}</p>
<div class="stage">
${livePart('fleet', 2, fleetPart(fleetView, view), view)}
<section class="feed" aria-label="${words.feed}">
<h2>${words.feed}</h2>
${livePart('feed', 2, feedPart(fleetView, view), view)}
</section>
</div>`,
  };
}

export const feedPart = ({ feed }: FleetView, view: View): Html =>
  feed.length === 0
    ? html`<p class="quiet">${view.words.fleet.feedEmpty}</p>`
    : html`<ol class="timeline">${[...feed]}</ol>`;

export const fleetPart = ({ servers, rings }: FleetView, view: View): Html =>
  html`${rings ? ringing(view) : nothing}<div class="fleet">${servers.map(({ fleet, watched }) => serverPanel(fleet, watched, view))}</div>`;

const ringing = ({ words: { phone } }: View): Html =>
  html`<p class="note note-critical" data-announce>☎ ${phone.ringsElsewhere} <a href="/phone">${phone.answer}</a></p>`;

function serverPanel(
  { server, plan, services }: FleetServer,
  watched: ServerView | undefined,
  view: View,
): Html {
  const { words } = view;
  return html`<article class="card" aria-labelledby="fleet-${server}">
<header class="card-head"><h2 id="fleet-${server}"><a href="${serverPath(server)}">${server}</a></h2><p class="card-sub"><span class="plan">${words.plan[plan]}</span> <span>${words.fleet.plans[plan]}</span></p></header>
<ul class="switches">${services.map((service) => serviceSwitch(server, service, watched, view))}</ul>
</article>`;
}

function serviceSwitch(
  server: string,
  service: FleetService,
  watched: ServerView | undefined,
  view: View,
): Html {
  const words = view.words.fleet;
  const { name, up, blueprint } = service;
  const action = up ? 'break' : 'mend';
  const label = up ? words.breakLabel(name, server) : words.mendLabel(name, server);
  return html`<li class="switch ${up ? 'switch-up' : 'switch-broken'}" id="switch-${server}-${name}">
<div class="switch-head">
<h3>${name}</h3>
<span class="lamp">${up ? words.up : words.broken}</span>
<form method="post" action="/local/fleet/${server}/${name}/${action}" data-inline><button class="button ${up ? 'button-break' : 'button-mend'}" id="button-${server}-${name}" aria-label="${label}">${up ? words.break : words.mend}</button></form>
</div>
<p class="quiet">${blueprint.about[view.language]}</p>
${progress(service, watched, view)}
</li>`;
}

type Step = 'broken' | 'noticed' | 'confirmed' | 'mailed';

/** Where the job stands for one broken service; before and after, what to expect. */
function progress(
  { up, monitor, brokenSince, blueprint }: FleetService,
  watched: ServerView | undefined,
  view: View,
): Html {
  const words = view.words.fleet;
  const seen = watched?.monitors.find((one) => one.monitor.id === monitor);
  const state = seen === undefined ? 'pending' : shownState(seen);
  if (up) {
    if (state === 'critical' || state === 'warning' || state === 'confirming') {
      return html`<p class="note">${stateTag(state, view)} ${words.steps.recovering}</p>`;
    }
    const [from, to] = blueprint.mailAfterMinutes.map((minutes) =>
      duration(Math.max(1, (minutes * 60) / view.speed), view.language),
    );
    return html`<p class="expect">${words.expectation(from ?? '', to ?? '')}</p>`;
  }
  const incident = watched?.openIncident;
  const alert = incident && openAlerts(incident).find((one) => one.monitor === monitor);
  const steps: readonly Step[] =
    blueprint.breakage === 'fills'
      ? ['broken', 'confirmed', 'mailed']
      : ['broken', 'noticed', 'confirmed', 'mailed'];
  const reached: Step =
    alert?.problemMail !== undefined
      ? 'mailed'
      : state === 'critical' || state === 'warning'
        ? 'confirmed'
        : state === 'confirming' && steps.includes('noticed')
          ? 'noticed'
          : 'broken';
  const place = steps.indexOf(reached);
  const brokenAt = brokenSince === undefined ? undefined : new Date(brokenSince).toISOString();
  return html`<ol class="steps">${steps.map((step, index) => {
    const status = index <= place ? 'done' : index === place + 1 ? 'now' : 'next';
    const said = { done: words.stepDone, now: words.stepNow, next: words.stepNext }[status];
    return html`<li class="step step-${status}"${status === 'now' ? html` aria-current="step"` : nothing}><span>${words.steps[step]}</span><span class="visually-hidden"> ${said}</span></li>`;
  })}</ol>
<p class="quiet">${brokenAt === undefined ? nothing : html`${words.broken} ${since(brokenAt, view)}`}${
    incident === undefined
      ? nothing
      : html` · <a href="${incidentPath(incident.id)}">${words.seeIncident}</a>`
  }</p>`;
}
