import { executionPath, partsOfArn } from '../execution-path.ts';
import { type Html, html, nothing } from '../html.ts';
import { crumbs, facts, livePart, type Page } from '../layout.ts';
import { statusTag } from '../state-mark.ts';
import { timeTag, type View, withQuery } from '../view.ts';
import { durationBars } from './duration-bars.ts';
import { elapsed, instantOf } from './elapsed.ts';
import { eventTable } from './event-table.ts';
import type { ExecutionView } from './execution-view.ts';
import type { Drawing } from './graph-layout.ts';
import { graphFigure } from './graph-svg.ts';
import { machinePath } from './machine-path.ts';
import { executionLink, statePanel } from './state-panel.ts';

const causeChars = 2_000;

/** `/workflows/<machine>:<name>`: what an execution did, does and came to. */
export function executionPage(seen: ExecutionView, drawing: Drawing | undefined, view: View): Page {
  const { words } = view;
  const { machine, name } = partsOfArn(seen.execution.executionArn);
  return {
    title: name,
    section: 'workflows',
    main: html`${crumbs(
      [
        { label: words.workflows.title, href: '/workflows' },
        { label: machine, href: machinePath(machine) },
      ],
      view,
    )}
<h1 class="name">${name}</h1>
${livePart('execution', 3, executionPart(seen, drawing, view), view)}`,
  };
}

export function executionPart(seen: ExecutionView, drawing: Drawing | undefined, view: View): Html {
  const words = view.words.workflows;
  const { execution, course, selected } = seen;
  const hrefOf = (name: string): string => withQuery(view, { state: name, visit: undefined });
  return html`${summary(seen, view)}
${
  execution.error === undefined && execution.cause === undefined
    ? nothing
    : html`<div class="note note-critical"><strong>${words.failure}: ${execution.error ?? ''}</strong><p class="cause">${(execution.cause ?? '').slice(0, causeChars)}</p></div>`
}
<div class="run${isWide(drawing) ? ' run-wide' : ''}">
${
  drawing === undefined
    ? html`<p class="note">${words.tooLarge}</p>`
    : graphFigure(
        drawing,
        { course, hrefOf, ...(selected !== undefined && { selected: selected.name }) },
        view,
      )
}
${statePanel(seen, view)}
</div>
${durationBars(seen, hrefOf, view)}
${eventTable(seen, view)}`;
}

/** A wide drawing has the page's width for itself. */
export const isWide = (drawing: Drawing | undefined): boolean => drawing !== undefined && drawing.width > 960;

function summary({ execution, started, startedBy }: ExecutionView, view: View): Html {
  const words = view.words.workflows;
  const { machine, name } = partsOfArn(execution.executionArn);
  const { startDate, stopDate, status, redriveCount } = execution;
  const took = elapsed((stopDate ?? Date.parse(view.now)) - startDate, view.language);
  const path = executionPath(machine, name);
  return html`<div class="summary">${statusTag(status, view)}${facts([
    [words.machine, html`<a href="${machinePath(machine)}">${machine}</a>`],
    [words.started, timeTag(instantOf(startDate), view)],
    ...(stopDate === undefined ? [] : ([[words.ended, timeTag(instantOf(stopDate), view)]] as const)),
    [words.took, stopDate === undefined ? words.running(took) : took],
    ...(redriveCount === 0 ? [] : ([[words.redriven, words.times(redriveCount)]] as const)),
    ...(startedBy === undefined ? [] : ([[words.startedBy, executionLink(startedBy)]] as const)),
    ...(started.length === 0
      ? []
      : ([
          [
            words.nested,
            html`<ul class="nested">${started.map((arn) => html`<li>${executionLink(arn)}</li>`)}</ul>`,
          ],
        ] as const)),
  ])}
<div class="actions">${
    status === 'RUNNING'
      ? html`<a class="button button-break" href="${path}/stop">${words.stop.action}</a>`
      : nothing
  }${
    execution.redriveStatus === 'REDRIVABLE' && status !== 'RUNNING'
      ? html`<a class="button" href="${path}/redrive">${words.redrive.action}</a>`
      : nothing
  }<a class="button button-plain" href="${machinePath(machine)}/start?from=${encodeURIComponent(name)}">${words.start.again}</a></div></div>`;
}
