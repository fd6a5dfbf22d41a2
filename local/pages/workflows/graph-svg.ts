import { type Html, html, nothing } from '../html.ts';
import type { View } from '../view.ts';
import { type Course, type StateStatus, wayKey } from './course.ts';
import { type Drawing, type PlacedEdge, type PlacedState, sizes } from './graph-layout.ts';
import type { GraphEdge } from './machine-graph.ts';
import { shapeOf, stateStatuses, stateStatusTag, toneOf } from './state-status.ts';

/** Wider drawings scroll; narrower ones may shrink to the page and stay readable. */
const widest = 1_700;

export interface GraphSettings {
  /** Absent for a machine by itself. */
  readonly course?: Course;
  readonly selected?: string;
  /** Where a click on a state leads. */
  hrefOf(name: string): string;
}

/** What a way says beside its line, in the reader's language. */
export function edgeLabel({ ways }: GraphEdge, view: View): string {
  return ways
    .map(({ kind, says }) =>
      kind === 'otherwise' ? view.words.workflows.otherwise : kind === 'catch' ? lastPart(says) : says,
    )
    .filter((said) => said !== '')
    .join(' / ');
}

/** `StepFunctions.ExecutionAlreadyExistsException` begins with what all of its kind begin with. */
const lastPart = (errors: string): string => errors.replaceAll(/[\w-]+\.(?=\w)/g, '');

/** The machine as a drawing of states that are links, with a legend. */
export function graphFigure(drawing: Drawing, settings: GraphSettings, view: View): Html {
  const words = view.words.workflows;
  const { width, height, states, edges, dots } = drawing;
  const isHolder = ({ node }: PlacedState): boolean => node.groups.length > 0;
  const box = (state: PlacedState): Html => stateBox(state, settings, view);
  // What holds others lies beneath them, and the ways beneath the states.
  return html`<figure class="graph${drawing.width > widest ? '' : ' graph-fitting'}">
<div class="scroll graph-scroll" tabindex="0" role="region" aria-label="${words.graph}">
<svg class="graph-drawing" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" role="group" aria-label="${words.graph}">
${states.filter(isHolder).map(box)}
<g aria-hidden="true">${byTaken(edges, settings).map(([edge, isTaken]) => way(edge, isTaken))}
${dots.map(({ kind, x, y, width: size }) => dot(kind, x + size / 2, y + size / 2, size / 2))}</g>
${states.filter((state) => !isHolder(state)).map(box)}
<g aria-hidden="true">${edges.map(edgeText)}</g>
</svg>
</div>
<figcaption class="legend">${
    settings.course === undefined
      ? nothing
      : html`${stateStatuses.map((status) => stateStatusTag(status, view))}${sample('way is-taken', words.legend.taken)}${sample('way', words.legend.notTaken)}`
  }${sample('way way-catch', words.legend.onError)}</figcaption>
</figure>`;
}

const sample = (kind: string, said: string): Html =>
  html`<span class="legend-way"><svg width="28" height="8" aria-hidden="true"><path class="${kind}" d="M1 4H27" /></svg>${said}</span>`;

function stateBox(placed: PlacedState, { course, selected, hrefOf }: GraphSettings, view: View): Html {
  const words = view.words.workflows;
  const { node, x, y, width, height, lines, areas } = placed;
  const status = course?.statusOf(node.name);
  const count = course?.visits.get(node.name)?.length ?? 0;
  const { padding, headHeight, lineHeight } = sizes;
  const nameTop = y + padding + headHeight;
  const right = round(x + width - padding);
  const headLine = round(y + padding + 11);
  const label =
    status === undefined
      ? `${node.name}, ${node.type}`
      : words.stateLabel(node.name, node.type, words.stateStatus[status], count);
  const iterations = iterationsText(node.name, course, view);
  const classes = [
    'node',
    status === undefined ? 'node-plain' : `${toneOf(status)} node-${status}`,
    areas.length > 0 ? 'node-holder' : '',
    node.name === selected ? 'is-selected' : '',
  ];
  return html`<a class="${classes.filter(Boolean).join(' ')}" href="${hrefOf(node.name)}" aria-label="${label}"${
    node.name === selected ? html` aria-current="true"` : nothing
  } data-part${status === 'running' ? html` data-now` : nothing}><title>${node.name}</title>
<rect class="node-box" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="9" />
${areas.map((area) => html`<rect class="node-area" x="${round(area.x)}" y="${round(area.y)}" width="${round(area.width)}" height="${round(area.height)}" rx="6" />`)}
${status === undefined ? nothing : statusHead(status, x + padding, y + padding, view)}
<text class="node-type" x="${status === undefined ? round(x + padding) : right}" y="${headLine}"${status === undefined ? nothing : html` text-anchor="end"`}>${count > 1 ? `×${count} ` : ''}${node.type}</text>
${lines.map((line, place) => html`<text class="node-name" x="${round(x + padding)}" y="${round(nameTop + place * lineHeight + 12)}">${line}</text>`)}
${iterations === '' ? nothing : html`<text class="node-more" x="${round(x + padding)}" y="${round(nameTop + lines.length * lineHeight + 12)}">${iterations}</text>`}
</a>`;
}

const statusHead = (status: StateStatus, x: number, y: number, view: View): Html =>
  html`<svg class="mark" x="${round(x)}" y="${round(y - 1)}" width="14" height="14" viewBox="0 0 16 16">${shapeOf(status)}</svg>
<text class="node-status" x="${round(x + 20)}" y="${round(y + 11)}">${view.words.workflows.stateStatus[status]}</text>`;

/** Of the last stay in a Map. */
export function iterationsText(name: string, course: Course | undefined, view: View): string {
  const iterations = course?.visits.get(name)?.at(-1)?.iterations;
  if (iterations === undefined) return '';
  const words = view.words.workflows;
  const { total, succeeded, failed, aborted, running } = iterations;
  return [
    words.iterations(succeeded + failed + aborted, total),
    ...(failed > 0 ? [words.iterationsFailed(failed)] : []),
    ...(running > 0 ? [words.iterationsRunning(running)] : []),
  ].join(' · ');
}

/** Ways that were gone come last, so that they lie above the others. */
function byTaken(edges: readonly PlacedEdge[], settings: GraphSettings): [PlacedEdge, boolean][] {
  return edges
    .map((placed): [PlacedEdge, boolean] => [placed, isTaken(placed.edge, settings)])
    .toSorted(([, a], [, b]) => Number(a) - Number(b));
}

function isTaken({ from, to }: GraphEdge, { course }: GraphSettings): boolean {
  if (course === undefined) return false;
  if (to === '') return course.visits.get(from)?.some(({ end }) => end === 'succeeded') ?? false;
  return course.ways.has(wayKey(from, to));
}

function way({ edge, points }: PlacedEdge, wasTaken: boolean): Html {
  const isCatch = edge.ways.length > 0 && edge.ways.every(({ kind }) => kind === 'catch');
  const classes = ['way', isCatch ? 'way-catch' : '', wasTaken ? 'is-taken' : ''].filter(Boolean).join(' ');
  return html`<path class="${classes}" d="${curve(points)}" /><path class="${classes} way-head" d="${arrowHead(points)}" />`;
}

type Point = PlacedEdge['points'][number];

/** Rounds the corners: straight to the middle of each stretch, bent round the points between. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const parts = [`M${at(first)}`];
  for (const [place, point] of rest.entries()) {
    const after = rest[place + 1];
    parts.push(after === undefined ? `L${at(point)}` : `Q${at(point)} ${at(middle(point, after))}`);
  }
  return parts.join('');
}

const headLength = 8;

function arrowHead(points: readonly Point[]): string {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (tip === undefined || before === undefined) return '';
  const length = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  const along = { x: (tip.x - before.x) / length, y: (tip.y - before.y) / length };
  const corner = (side: number): Point => ({
    x: tip.x - along.x * headLength + side * along.y * headLength * 0.5,
    y: tip.y - along.y * headLength - side * along.x * headLength * 0.5,
  });
  return `M${at(tip)}L${at(corner(1))}L${at(corner(-1))}z`;
}

const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;
const round = (value: number): number => Math.round(value * 10) / 10;

function edgeText({ label }: PlacedEdge): Html {
  if (label === undefined) return nothing;
  const { x, y, width, height, text, whole } = label;
  return html`<g class="way-label"><title>${whole}</title><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="5" /><text x="${round(x + width / 2)}" y="${round(y + height / 2 + 4)}" text-anchor="middle">${text}</text></g>`;
}

const dot = (kind: 'start' | 'end', x: number, y: number, radius: number): Html =>
  kind === 'start'
    ? html`<circle class="dot" cx="${round(x)}" cy="${round(y)}" r="${round(radius - 1)}" />`
    : html`<circle class="dot-ring" cx="${round(x)}" cy="${round(y)}" r="${round(radius - 1)}" /><circle class="dot" cx="${round(x)}" cy="${round(y)}" r="${round(radius - 4)}" />`;
