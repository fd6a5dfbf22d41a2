import type { ExecutionStatus, ExecutionSummary } from '../../workflows/engine.ts';
import { executionPath, partsOfArn } from '../execution-path.ts';
import { type Html, html, nothing } from '../html.ts';
import { emptyState, livePart, type Page } from '../layout.ts';
import { statusTag } from '../state-mark.ts';
import { timeTag, type View, withQuery } from '../view.ts';
import { elapsed, instantOf } from './elapsed.ts';
import type { ExecutionFilter, ExecutionList } from './find-executions.ts';
import { machinePath } from './machine-path.ts';

export const executionStatuses: readonly ExecutionStatus[] = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
];

/** A machine, with how many of its executions have each status. */
export interface MachineCounts {
  readonly name: string;
  readonly counts: Readonly<Record<ExecutionStatus, number>>;
}

export interface WorkflowsView {
  readonly machines: readonly MachineCounts[];
  readonly list: ExecutionList;
  readonly filter: ExecutionFilter;
  readonly isFirstPage: boolean;
}

/** `/workflows`: machines, and executions with the newest first. */
export function workflowsPage(seen: WorkflowsView, view: View): Page {
  const words = view.words.workflows;
  const { filter } = seen;
  const hidden = (name: string, value: string | undefined): Html =>
    value === undefined ? nothing : html`<input type="hidden" name="${name}" value="${value}">`;
  const page = (changes: Record<string, string | undefined>): string =>
    withQuery(view, { ...changes, next: undefined });
  return {
    title: words.title,
    section: 'workflows',
    main: html`<h1>${words.title}</h1>
<section><h2>${words.machines}</h2>${livePart('machines', 3, machinesPart(seen, view), view)}</section>
<section class="executions"><h2>${words.executions}</h2>
<div class="filters">
<nav class="filter" aria-label="${words.filter}">${[undefined, ...executionStatuses].map(
      (status) =>
        html`<a href="${page({ status })}"${
          status === filter.status ? html` aria-current="true"` : nothing
        }>${status === undefined ? words.all : words.status[status]}</a>`,
    )}</nav>
<form class="search" method="get" action="/workflows" role="search">${hidden('status', filter.status)}${hidden('machine', filter.machine)}<label class="visually-hidden" for="q">${words.search}</label><input type="search" id="q" name="q" value="${filter.text ?? ''}" maxlength="80" placeholder="${words.searchHint}" autocomplete="off"><button class="button button-plain">${words.find}</button></form>
</div>
${
  filter.machine === undefined && filter.text === undefined
    ? nothing
    : html`<p class="chosen">${
        filter.machine === undefined
          ? nothing
          : html`<span>${words.onlyMachine(filter.machine)} <a href="${page({ machine: undefined })}">${words.allMachines}</a></span>`
      }${filter.text === undefined ? nothing : html`<span>“${filter.text}” <a href="${page({ q: undefined })}">${words.clear}</a></span>`}</p>`
}
${livePart('executions', 3, executionsPart(seen, view), view)}
</section>`,
  };
}

export function machinesPart({ machines, filter }: WorkflowsView, view: View): Html {
  const words = view.words.workflows;
  const count = (machine: string, status: ExecutionStatus, number: number): Html =>
    number === 0
      ? html`<td class="number quiet"><span class="cell-label">${words.status[status]} </span>0</td>`
      : html`<td class="number number-${status.toLowerCase().replace('_', '-')}"><a href="/workflows?machine=${encodeURIComponent(machine)}&amp;status=${status}"><span class="cell-label">${words.status[status]} </span>${number.toLocaleString('en')}</a></td>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${words.machines}"><table class="list machines">
<thead><tr><th scope="col">${words.machine}</th>${executionStatuses.map((status) => html`<th scope="col" class="number">${words.status[status]}</th>`)}<th scope="col"></th></tr></thead>
<tbody>${machines.map(
    ({ name, counts }) => html`<tr${name === filter.machine ? html` aria-current="true"` : nothing}>
<th scope="row"><a href="${machinePath(name)}">${name}</a></th>
${executionStatuses.map((status) => count(name, status, counts[status]))}
<td class="row-action"><a href="${machinePath(name)}/start" aria-label="${words.start.action} ${name}">${words.start.action}</a></td>
</tr>`,
  )}</tbody>
</table></div>`;
}

export function executionsPart({ list, filter, isFirstPage }: WorkflowsView, view: View): Html {
  const words = view.words.workflows;
  const { executions, nextToken, searched } = list;
  const isFiltered = filter.status !== undefined || filter.machine !== undefined || filter.text !== undefined;
  const rows =
    executions.length > 0
      ? html`<div class="scroll" tabindex="0" role="region" aria-label="${words.executions}"><table class="list">
<thead><tr><th scope="col">${view.words.stateColumn}</th><th scope="col">${words.name}</th><th scope="col">${words.machine}</th><th scope="col">${words.started}</th><th scope="col">${words.took}</th></tr></thead>
<tbody>${executions.map((execution) => executionRow(execution, view))}</tbody>
</table></div>`
      : isFiltered || !isFirstPage
        ? emptyState(words.emptyFiltered, '')
        : emptyState(words.emptyTitle, words.emptyBody);
  return html`${rows}
<nav class="paging" aria-label="${words.executions}">
${isFirstPage ? nothing : html`<a href="${withQuery(view, { next: undefined })}">${view.words.newest}</a>`}
${searched === undefined ? nothing : html`<span>${words.searched(searched)}</span>`}
${nextToken === undefined ? nothing : html`<a rel="next" href="${withQuery(view, { next: nextToken })}">${view.words.older}</a>`}
</nav>`;
}

function executionRow(execution: ExecutionSummary, view: View): Html {
  const { machine, name } = partsOfArn(execution.executionArn);
  const { startDate, stopDate } = execution;
  const took = elapsed((stopDate ?? Date.parse(view.now)) - startDate, view.language);
  return html`<tr>
<td>${statusTag(execution.status, view)}</td>
<th scope="row"><a href="${executionPath(machine, name)}">${name}</a></th>
<td>${machine}</td>
<td>${timeTag(instantOf(startDate), view)}</td>
<td>${stopDate === undefined ? view.words.workflows.running(took) : took}</td>
</tr>`;
}
