import type { MonitorState } from '../../core/monitor.ts';
import type { ExecutionStatus } from '../workflows/engine.ts';
import { type Html, html } from './html.ts';
import type { MonitorView } from './page-sources.ts';
import type { View } from './view.ts';

export type ShownState = 'ok' | 'confirming' | 'warning' | 'critical' | 'unknown' | 'pending';

/** How a monitor stands, as a reader cares: what needs action comes before what is merely not known. */
export function shownState({
  state,
  latest,
}: {
  state: MonitorState;
  latest?: MonitorView['latest'];
}): ShownState {
  if (state.phase === 'alerted') return state.severity === 'warning' ? 'warning' : 'critical';
  if (state.phase === 'confirming') return 'confirming';
  if (state.unknownSince !== undefined) return 'unknown';
  // A monitor that never failed has no stored state: only a measurement shows that it was checked.
  if (latest === undefined && state.since === undefined) return 'pending';
  return 'ok';
}

/** Each state has its own outline, so that it is told apart without its colour. */
const shapes: Readonly<Record<ShownState, Html>> = {
  ok: html`<circle cx="8" cy="8" r="7" /><path class="ink" d="M4.7 8.3l2.2 2.2 4.4-4.8" />`,
  confirming: html`<path d="M8 .8L15.2 8 8 15.2.8 8z" /><path class="ink" d="M8 5v3.4l2 1.4" />`,
  warning: html`<path d="M8 1l7.4 13.4H.6z" /><path class="ink" d="M8 6v4M8 12v.2" />`,
  critical: html`<path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z" /><path class="ink" d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" />`,
  unknown: html`<rect x="1" y="1" width="14" height="14" rx="3" /><path class="ink" d="M6 6.2a2 2 0 114 0c0 1.5-2 1.6-2 3M8 11.6v.2" />`,
  pending: html`<circle class="hollow" cx="8" cy="8" r="6.4" />`,
};

/** The mark and the word. */
export const stateTag = (state: ShownState, view: View): Html =>
  html`<span class="state state-${state}">${icon(shapes[state])}<span>${view.words.state[state]}</span></span>`;

/** The mark alone, for where the word stands beside it. */
export const stateMark = (state: ShownState): Html =>
  html`<span class="state state-${state}">${icon(shapes[state])}</span>`;

export const icon = (shape: Html): Html =>
  html`<svg class="mark" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">${shape}</svg>`;

/** A tone of the style sheet, and an outline that is told apart without it. */
export interface Mark {
  readonly tone: string;
  readonly shape: Html;
}

/** What executions and their states are marked with. */
export const marks = {
  running: {
    tone: 'running',
    shape: html`<circle cx="8" cy="8" r="7" /><path class="solid" d="M6.3 5l4.8 3-4.8 3z" />`,
  },
  ok: { tone: 'ok', shape: shapes.ok },
  caught: {
    tone: 'warning',
    shape: html`<path d="M8 .6l6.6 2.2v4.9c0 4-2.8 6.4-6.6 7.7C4.2 14.1 1.4 11.7 1.4 7.7V2.8z" /><path class="ink" d="M8 4.4v4.2M8 11.2v.2" />`,
  },
  critical: { tone: 'critical', shape: shapes.critical },
  timedOut: { tone: 'warning', shape: shapes.warning },
  stopped: {
    tone: 'unknown',
    shape: html`<rect x="1" y="1" width="14" height="14" rx="3" /><path class="ink" d="M5 8h6" />`,
  },
  pending: { tone: 'pending', shape: shapes.pending },
} as const satisfies Record<string, Mark>;

const statusMarks: Readonly<Record<ExecutionStatus, Mark>> = {
  RUNNING: marks.running,
  SUCCEEDED: marks.ok,
  FAILED: marks.critical,
  TIMED_OUT: marks.timedOut,
  ABORTED: marks.stopped,
};

export function statusTag(status: ExecutionStatus, view: View): Html {
  const { tone, shape } = statusMarks[status];
  return html`<span class="state state-${tone}">${icon(shape)}<span>${view.words.workflows.status[status]}</span></span>`;
}
