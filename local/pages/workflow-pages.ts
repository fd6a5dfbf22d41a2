import { duration } from '../../core/mail/local-time.ts';
import type { ExecutionDescription, ExecutionStatus, ExecutionSummary } from '../workflows/engine.ts';
import type { HistoryEvent } from '../workflows/history.ts';
import { executionPath, partsOfArn } from './execution-path.ts';
import { type Html, html, nothing } from './html.ts';
import { crumbs, emptyState, facts, livePart, type Page } from './layout.ts';
import { statusTag } from './state-mark.ts';
import { timeTag, type View, withQuery } from './view.ts';

export const executionsPerPage = 50;
export const eventsPerPage = 200;

export const statuses: readonly ExecutionStatus[] = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
];

const shownChars = 20_000;

export interface ExecutionList {
  readonly executions: readonly ExecutionSummary[];
  readonly nextToken?: string;
  readonly status?: ExecutionStatus;
  readonly isFirstPage: boolean;
}

/** `/workflows`: executions, newest first. */
export function workflowsPage(list: ExecutionList, view: View): Page {
  const { words } = view;
  return {
    title: words.workflows.title,
    section: 'workflows',
    main: html`<h1>${words.workflows.title}</h1>
<nav class="filter" aria-label="${words.workflows.filter}">${[undefined, ...statuses].map(
      (status) =>
        html`<a href="${status === undefined ? '/workflows' : `/workflows?status=${status}`}"${
          status === list.status ? html` aria-current="true"` : nothing
        }>${status === undefined ? words.workflows.all : words.workflows.status[status]}</a>`,
    )}</nav>
${livePart('executions', 3, workflowsPart(list, view), view)}`,
  };
}

export function workflowsPart(list: ExecutionList, view: View): Html {
  const words = view.words.workflows;
  if (list.executions.length === 0) {
    return list.status === undefined
      ? emptyState(words.emptyTitle, words.emptyBody)
      : emptyState(words.emptyFiltered, '');
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${words.title}"><table class="list">
<thead><tr><th scope="col">${view.words.servers.stateColumn}</th><th scope="col">${words.name}</th><th scope="col">${words.machine}</th><th scope="col">${words.started}</th><th scope="col">${words.took}</th></tr></thead>
<tbody>${list.executions.map((execution) => executionRow(execution, view))}</tbody>
</table></div>
<nav class="paging" aria-label="${words.title}">
${list.isFirstPage ? nothing : html`<a href="${withQuery(view, { next: undefined })}">${view.words.newest}</a>`}
${list.nextToken === undefined ? nothing : html`<a rel="next" href="${withQuery(view, { next: list.nextToken })}">${view.words.older}</a>`}
</nav>`;
}

function executionRow(execution: ExecutionSummary, view: View): Html {
  const { machine, name } = partsOfArn(execution.executionArn);
  return html`<tr>
<td>${statusTag(execution.status, view)}</td>
<th scope="row"><a href="${executionPath(machine, name)}">${name}</a></th>
<td>${machine}</td>
<td>${timeTag(instantOf(execution.startDate), view)}</td>
<td>${took(execution, view)}</td>
</tr>`;
}

const instantOf = (ms: number): string => new Date(ms).toISOString();

function took({ startDate, stopDate }: ExecutionSummary, view: View): string {
  const end = stopDate ?? Date.parse(view.now);
  const text = duration((end - startDate) / 1000, view.language);
  return stopDate === undefined ? view.words.workflows.running(text) : text;
}

export interface ExecutionHistory {
  readonly execution: ExecutionDescription;
  readonly events: readonly HistoryEvent[];
  readonly nextToken?: string;
}

/** `/workflows/<execution>`: what went in, what came out, and every step between. */
export function executionPage(history: ExecutionHistory, view: View): Page {
  const { words } = view;
  const { name } = partsOfArn(history.execution.executionArn);
  return {
    title: name,
    section: 'workflows',
    main: html`${crumbs([{ label: words.workflows.title, href: '/workflows' }], view)}
<h1 class="name">${name}</h1>
${livePart('execution', 3, executionPart(history, view), view)}`,
  };
}

export function executionPart({ execution, events, nextToken }: ExecutionHistory, view: View): Html {
  const words = view.words.workflows;
  const { machine } = partsOfArn(execution.executionArn);
  return html`<div class="summary">${statusTag(execution.status, view)}${facts([
    [words.machine, machine],
    [words.started, timeTag(instantOf(execution.startDate), view)],
    [words.took, took(execution, view)],
  ])}</div>
${
  execution.error === undefined && execution.cause === undefined
    ? nothing
    : html`<div class="note note-critical"><strong>${words.failure}: ${execution.error ?? ''}</strong><p>${(execution.cause ?? '').slice(0, 2_000)}</p></div>`
}
<div class="columns">
${json('input', words.input, execution.input, view)}
${execution.output === undefined ? nothing : json('output', words.output, execution.output, view)}
</div>
<section>
<h2>${words.history}</h2>
<div class="scroll" tabindex="0" role="region" aria-label="${words.history}"><table class="list history">
<thead><tr><th scope="col">#</th><th scope="col">${words.time}</th><th scope="col">${words.event}</th><th scope="col">${words.stateName}</th><th scope="col">${words.details}</th></tr></thead>
<tbody>${events.map((event) => eventRow(event, view))}</tbody>
</table></div>
${nextToken === undefined ? nothing : html`<nav class="paging" aria-label="${words.history}"><a rel="next" href="${withQuery(view, { next: nextToken })}">${view.words.next}</a></nav>`}
</section>`;
}

function eventRow({ id, timestamp, type, details }: HistoryEvent, view: View): Html {
  const { name, ...rest } = details;
  const tone = /Failed|TimedOut|Aborted/.test(type) ? 'bad' : /Succeeded$/.test(type) ? 'good' : 'plain';
  return html`<tr class="event-${tone}">
<td>${id}</td>
<td>${timeTag(instantOf(timestamp), view)}</td>
<td>${type}</td>
<th scope="row">${typeof name === 'string' ? name : ''}</th>
<td>${
    Object.keys(rest).length === 0
      ? nothing
      : html`<details id="event-${id}"><summary>${Object.keys(rest).slice(0, 4).join(', ')}</summary>${pre(readable(rest), view)}</details>`
  }</td>
</tr>`;
}

/** Inputs and outputs in the details are JSON texts: they are shown as what they hold. */
const readable = (details: Readonly<Record<string, unknown>>): unknown =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value === 'string' && /^[[{]/.test(value) ? parsed(value) : value,
    ]),
  );

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const json = (id: string, title: string, text: string, view: View): Html =>
  html`<section><h2>${title}</h2><div id="${id}">${pre(parsed(text), view)}</div></section>`;

function pre(value: unknown, view: View): Html {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return html`<pre tabindex="0">${text.slice(0, shownChars)}</pre>${
    text.length > shownChars
      ? html`<p class="quiet">${view.words.workflows.cut(Buffer.byteLength(text))}</p>`
      : nothing
  }`;
}
