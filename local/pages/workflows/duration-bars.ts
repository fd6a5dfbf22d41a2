import { type Html, html, nothing } from '../html.ts';
import type { View } from '../view.ts';
import type { Visit, VisitEnd } from './course.ts';
import { elapsed } from './elapsed.ts';
import type { ExecutionView } from './execution-view.ts';
import { iterationsText } from './graph-svg.ts';
import { stateStatusTag, toneOf } from './state-status.ts';

const mostRows = 250;
const mostBars = 4_000;
/** In percent of the width: what is shorter is still seen. */
const shortest = 0.5;

/** One row for each state that was entered: how it stands, when it was in it, how long in all. */
export function durationBars(
  { execution, course, machine, selected }: ExecutionView,
  hrefOf: (name: string) => string,
  view: View,
): Html {
  const words = view.words.workflows;
  const startMs = execution.startDate;
  const nowMs = execution.stopDate ?? Date.parse(view.now);
  const entered = ownersFirst(course.visits);
  const rows = entered.slice(0, mostRows);
  const untouched = [...machine.states.keys()].filter((name) => !course.visits.has(name));
  let barsLeft = mostBars;
  return html`<section>
<h2>${words.durations}</h2>
<p class="quiet">${words.durationsHint}</p>
<div class="bars">
<ol>${rows.map(([name, visits]) => {
    const bars = barsOf(visits, startMs, nowMs).slice(0, barsLeft);
    barsLeft -= bars.length;
    return barRow(name, visits, bars);
  })}</ol>
${entered.length > mostRows ? html`<p class="quiet">${words.moreStates(entered.length - mostRows)}</p>` : nothing}
${
  untouched.length === 0
    ? nothing
    : html`<details id="untouched"><summary class="bars-more">${words.stateStatus['not-reached']} (${untouched.length})</summary><ul class="untouched">${untouched
        .slice(0, mostRows)
        .map((name) => html`<li><a href="${hrefOf(name)}" data-part>${name}</a></li>`)}</ul></details>`
}
</div>
</section>`;

  function barRow(name: string, visits: readonly Visit[], bars: readonly Bar[]): Html {
    const totalMs = visits.reduce((sum, visit) => sum + (visit.endedMs ?? nowMs) - visit.enteredMs, 0);
    const iterations = iterationsText(name, course, view);
    return html`<li class="bar-row depth-${Math.min(3, depthOf(visits[0]))}"${name === selected?.name ? html` aria-current="true"` : nothing}>
<span class="bar-name"><a href="${hrefOf(name)}" data-part>${name}</a>${iterations === '' ? nothing : html` <span class="quiet">${iterations}</span>`}</span>
<span class="bar-status">${stateStatusTag(course.statusOf(name), view)}${visits.length > 1 ? html` <span class="quiet">×${visits.length}</span>` : nothing}</span>
<svg class="bar" width="100%" height="14" aria-hidden="true"><rect class="bar-lane" x="0" y="6" width="100%" height="2" />${bars.map(
      ({ from, width, end }) =>
        html`<rect class="bar-part ${toneOf(end)}" x="${from}%" y="1" width="${width}%" height="12" rx="2" />`,
    )}</svg>
<span class="bar-took">${elapsed(totalMs, view.language)}</span>
</li>`;
  }
}

/** In the order in which they were entered, but each state within another right after that one. */
function ownersFirst(visits: ReadonlyMap<string, Visit[]>): [string, Visit[]][] {
  const inside = new Map<string, [string, Visit[]][]>();
  for (const entry of visits) {
    const owner = entry[1][0]?.scope.owner?.name ?? '';
    const beside = inside.get(owner) ?? [];
    inside.set(owner, beside);
    beside.push(entry);
  }
  const from = (owner: string): [string, Visit[]][] =>
    (inside.get(owner) ?? []).flatMap((entry) => [entry, ...from(entry[0])]);
  return from('');
}

interface Bar {
  readonly from: number;
  readonly width: number;
  readonly end: VisitEnd | 'running';
}

/** In percent; stays that could not be told apart on a page become one bar. */
function barsOf(visits: readonly Visit[], startMs: number, nowMs: number): Bar[] {
  const wholeMs = Math.max(1, nowMs - startMs);
  const percent = (ms: number): number => Math.min(100, Math.max(0, (ms / wholeMs) * 100));
  const bars: Bar[] = [];
  for (const { enteredMs, endedMs, end = 'running' } of visits) {
    const to = percent((endedMs ?? nowMs) - startMs);
    const from = Math.min(percent(enteredMs - startMs), 100 - shortest);
    const last = bars.at(-1);
    if (last?.end === end && from <= last.from + last.width + shortest / 2) {
      bars[bars.length - 1] = { ...last, width: rounded(Math.max(last.width, to - last.from)) };
    } else bars.push({ from: rounded(from), width: rounded(Math.max(shortest, to - from)), end });
  }
  return bars;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** How many states a state lies in. */
function depthOf(visit: Visit | undefined): number {
  let depth = 0;
  for (let owner = visit?.scope.owner; owner !== undefined; owner = owner.scope.owner) depth++;
  return depth;
}
