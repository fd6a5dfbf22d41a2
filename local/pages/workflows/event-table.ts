import type { HistoryEvent } from '../../workflows/history.ts';
import { executionPath, partsOfArn } from '../execution-path.ts';
import { type Html, html, nothing } from '../html.ts';
import { timeTag, type View, withQuery } from '../view.ts';
import { elapsed, instantOf } from './elapsed.ts';
import type { ExecutionView } from './execution-view.ts';
import { parsed, readableJson } from './json-block.ts';

export const eventsPerPage = 100;
/** Of one event in the table; the whole of it is a link away. */
const detailChars = 2_000;

/** One page of events, with the state that each belongs to. */
export function eventTable(seen: ExecutionView, view: View): Html {
  const words = view.words.workflows;
  return html`<section id="events">
<h2>${words.history}</h2>
<div class="scroll" tabindex="0" role="region" aria-label="${words.history}"><table class="list history">
<thead><tr><th scope="col">#</th><th scope="col">${words.time}</th><th scope="col">${words.event}</th><th scope="col">${words.stateName}</th><th scope="col">${words.details}</th></tr></thead>
<tbody>${seen.events.map((event) => eventRow(event, seen, view))}</tbody>
</table></div>
${paging(seen, view)}
</section>`;
}

function paging({ events, course }: ExecutionView, view: View): Html {
  const words = view.words.workflows;
  const all = course.lastEvent;
  const first = events[0]?.id ?? 1;
  const last = events.at(-1)?.id ?? 0;
  if (first <= 1 && last >= all) return nothing;
  const link = (from: number, said: string, rel?: string): Html =>
    html`<a${rel === undefined ? nothing : html` rel="${rel}"`} href="${withQuery(view, { from: from <= 1 ? undefined : String(from) })}#events">${said}</a>`;
  return html`<nav class="paging" aria-label="${words.history}">
${first > 1 ? html`${link(1, words.first)}${link(first - eventsPerPage, view.words.previous, 'prev')}` : nothing}
<span>${words.eventRange(first, last, all)}</span>
${last < all ? html`${link(last + 1, view.words.next, 'next')}${link(all - eventsPerPage + 1, words.last)}` : nothing}
</nav>`;
}

function eventRow(
  { id, timestamp, type, details }: HistoryEvent,
  { course, execution }: ExecutionView,
  view: View,
): Html {
  const { name, ...rest } = details;
  const tone = /Failed|TimedOut|Aborted/.test(type) ? 'bad' : /Succeeded$/.test(type) ? 'good' : 'plain';
  const visit = course.visitOf(id);
  const state = visit?.name ?? (typeof name === 'string' ? name : '');
  return html`<tr class="event-${tone}" id="event-${id}">
<td>${id}</td>
<td>${timeTag(instantOf(timestamp), view)} <span class="quiet">+${elapsed(timestamp - execution.startDate, view.language)}</span></td>
<td>${type}</td>
<th scope="row">${
    visit === undefined
      ? state
      : html`<a href="${withQuery(view, { state, visit: String(visit.enteredEvent) })}" data-part>${state}</a>`
  }</th>
<td>${Object.keys(rest).length === 0 ? nothing : eventDetails(id, rest, execution.executionArn, view)}</td>
</tr>`;
}

function eventDetails(
  id: number,
  details: Readonly<Record<string, unknown>>,
  executionArn: string,
  view: View,
): Html {
  const { machine, name } = partsOfArn(executionArn);
  const text = readableJson(readable(details));
  const names = Object.keys(details).filter((field) => !field.endsWith('Details'));
  return html`<details id="details-${id}"><summary>${names.slice(0, 4).join(', ')}</summary><pre tabindex="0" id="event-${id}-text">${text.slice(0, detailChars)}</pre>${
    text.length > detailChars
      ? html`<p class="quiet">${view.words.workflows.cut(Buffer.byteLength(text))} <a href="${executionPath(machine, name)}/event/${id}">${view.words.workflows.wholeEvent}</a></p>`
      : nothing
  }</details>`;
}

/** Inputs and outputs in the details are JSON texts: they are shown as what they hold. */
export const readable = (details: Readonly<Record<string, unknown>>): unknown =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value === 'string' && /^[[{]/.test(value) ? parsed(value) : value,
    ]),
  );
