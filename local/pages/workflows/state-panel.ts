import type { State } from '../../workflows/definition.ts';
import { executionPath, partsOfArn } from '../execution-path.ts';
import { type Html, html, nothing } from '../html.ts';
import { facts } from '../layout.ts';
import { timeTag, type View, withQuery } from '../view.ts';
import type { Attempt } from './course.ts';
import { elapsed, instantOf } from './elapsed.ts';
import type { ExecutionView, SelectedState, SelectedStay } from './execution-view.ts';
import { jsonBlock, parsed, readableJson } from './json-block.ts';
import { stateStatusTag } from './state-status.ts';

const attemptsShown = 50;
const causeChars = 4_000;

/** What is known of the chosen state; of the whole execution when none is chosen. */
export function statePanel(seen: ExecutionView, view: View): Html {
  const { selected } = seen;
  return html`<section class="panel" id="state" data-shown>${
    selected === undefined ? wholeExecution(seen, view) : chosenState(selected, seen, view)
  }</section>`;
}

function wholeExecution({ execution }: ExecutionView, view: View): Html {
  const words = view.words.workflows;
  return html`<header class="panel-head"><h2>${words.whole}</h2><p class="quiet">${words.graphHint}</p></header>
${dataPart('input', words.input, execution.input, view)}
${execution.output === undefined ? nothing : dataPart('output', words.output, execution.output, view)}`;
}

function chosenState(
  { name, state, stay }: SelectedState,
  { course, execution }: ExecutionView,
  view: View,
): Html {
  const words = view.words.workflows;
  const status = course.statusOf(name);
  return html`<header class="panel-head">
<div class="panel-line">${stateStatusTag(stay === undefined ? status : (stay.visit.end ?? 'running'), view)}<a class="panel-close" href="${withQuery(view, { state: undefined, visit: undefined })}" data-part>${words.close}</a></div>
<h2>${name}</h2>
${commentOf(state) === '' ? nothing : html`<p class="quiet">${commentOf(state)}</p>`}
${stay === undefined ? html`<p class="quiet">${words.notReached}</p>` : stayLinks(stay, view)}
</header>
${facts([
  [words.type, state.Type],
  ...('Resource' in state ? ([[words.resource, state.Resource]] as const) : []),
  ...(stay === undefined ? [] : timesOf(stay, execution.stopDate ?? Date.parse(view.now), view)),
  ...(stay?.child === undefined ? [] : ([[words.nested, executionLink(stay.child)]] as const)),
])}
${stay === undefined ? nothing : stayData(stay, view)}
<details id="definition"><summary>${words.definition}</summary>${jsonBlock(state, view, 'definition-text')}</details>`;
}

/** Links to the stay before and after, of several. */
function stayLinks({ place, count, previous, next, visit }: SelectedStay, view: View): Html {
  const words = view.words.workflows;
  const { iteration } = visit.scope;
  const to = (enteredEvent: number): string => withQuery(view, { visit: String(enteredEvent) });
  return html`<nav class="stays" aria-label="${words.stay(place, count)}">${
    iteration === undefined ? nothing : html`<span class="badge">${words.iteration(iteration)}</span>`
  }${
    count === 1
      ? nothing
      : html`${previous === undefined ? nothing : html`<a href="${to(previous.enteredEvent)}" rel="prev" data-part>‹ ${view.words.previous}</a>`}<span>${words.stay(place, count)}</span>${
          next === undefined
            ? nothing
            : html`<a href="${to(next.enteredEvent)}" rel="next" data-part>${view.words.next} ›</a>`
        }`
  }<a href="${withQuery(view, { from: String(visit.enteredEvent) })}#event-${visit.enteredEvent}">${words.seeEvents}</a></nav>`;
}

function timesOf({ visit }: SelectedStay, nowMs: number, view: View): (readonly [string, string | Html])[] {
  const words = view.words.workflows;
  const { enteredMs, endedMs } = visit;
  const took = elapsed((endedMs ?? nowMs) - enteredMs, view.language);
  return [
    [words.entered, timeTag(instantOf(enteredMs), view)],
    [words.exited, endedMs === undefined ? words.stillIn : timeTag(instantOf(endedMs), view)],
    [words.took, endedMs === undefined ? words.running(took) : took],
  ];
}

function stayData(stay: SelectedStay, view: View): Html {
  const words = view.words.workflows;
  const { visit, error, cause } = stay;
  const variables = Object.entries(stay.variables);
  return html`${
    error === undefined && cause === undefined
      ? nothing
      : html`<div class="note note-critical"><strong>${words.failure}: ${error ?? ''}</strong>${causeText(cause ?? '')}</div>`
  }
${visit.attempts.length > 1 ? attemptTable(visit.attempts, view) : nothing}
${dataPart('input', words.input, stay.input, view)}
${stay.arguments === undefined ? nothing : dataPart('arguments', words.arguments, stay.arguments, view)}
${stay.result === undefined ? nothing : dataPart('result', words.result, stay.result, view)}
${stay.output === undefined ? nothing : dataPart('output', words.output, stay.output, view)}
${
  variables.length === 0
    ? nothing
    : html`<section class="panel-part"><h3>${words.variables}</h3>${jsonBlock(
        Object.fromEntries(variables.map(([name, text]) => [`$${name}`, parsed(text)])),
        view,
        'variables',
      )}</section>`
}`;
}

/** Causes of functions are JSON texts. */
function causeText(cause: string): Html {
  const value = parsed(cause);
  const text = typeof value === 'object' && value !== null ? readableJson(value) : cause;
  return text === '' ? nothing : html`<pre tabindex="0" id="cause">${text.slice(0, causeChars)}</pre>`;
}

function attemptTable(attempts: readonly Attempt[], view: View): Html {
  const words = view.words.workflows;
  const first = Math.max(0, attempts.length - attemptsShown);
  return html`<section class="panel-part"><h3>${words.attempts}</h3><ol class="attempts">${attempts
    .slice(first)
    .map(({ startMs, endMs, end, error }, place) => {
      const took = endMs === undefined ? '' : elapsed(endMs - startMs, view.language);
      return html`<li><span>${words.attempt(first + place + 1)}</span>${timeTag(instantOf(startMs), view)}<span>${words.attemptEnd[end ?? 'running']}${error === undefined || end === 'succeeded' ? '' : ` · ${error}`}</span><span class="quiet">${took}</span></li>`;
    })}</ol></section>`;
}

function dataPart(id: string, title: string, text: string | undefined, view: View): Html {
  const { noData } = view.words.workflows;
  return html`<section class="panel-part"><h3>${title}</h3>${
    text === undefined ? html`<p class="quiet">${noData}</p>` : jsonBlock(parsed(text), view, id)
  }</section>`;
}

function commentOf(state: State): string {
  const { Comment } = state as { Comment?: unknown };
  return typeof Comment === 'string' ? Comment : '';
}

export function executionLink(executionArn: string): Html {
  const { machine, name } = partsOfArn(executionArn);
  return html`<a href="${executionPath(machine, name)}">${name}</a> <span class="quiet">${machine}</span>`;
}
