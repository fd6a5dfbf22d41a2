import { type Html, html } from '../html.ts';
import { icon, type Mark, marks } from '../state-mark.ts';
import type { View } from '../view.ts';
import type { StateStatus } from './course.ts';

/** In the order of a legend. */
export const stateStatuses: readonly StateStatus[] = [
  'running',
  'succeeded',
  'caught',
  'failed',
  'aborted',
  'not-reached',
];

const statusMarks: Readonly<Record<StateStatus, Mark>> = {
  running: marks.running,
  succeeded: marks.ok,
  caught: marks.caught,
  failed: marks.critical,
  aborted: marks.stopped,
  'not-reached': marks.pending,
};

/** The class that gives a tone to whatever bears it. */
export const toneOf = (status: StateStatus): string => `state-${statusMarks[status].tone}`;

/** The outline of a status alone, as the content of an SVG of 16 by 16. */
export const shapeOf = (status: StateStatus): Html => statusMarks[status].shape;

/** The mark and the word. */
export const stateStatusTag = (status: StateStatus, view: View): Html =>
  html`<span class="state ${toneOf(status)}">${icon(shapeOf(status))}<span>${view.words.workflows.stateStatus[status]}</span></span>`;
