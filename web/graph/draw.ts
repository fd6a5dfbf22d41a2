import { type Buckets, runsOf, type TroubledSpan } from './buckets.ts';
import type { Colours } from './colours.ts';
import { addMark } from './marks.ts';
import type { TimeRange } from './view.ts';

export interface DrawnValue {
  readonly buckets: Buckets;
  /** Number of its colour and mark. */
  readonly look: number;
  readonly isMirrored: boolean;
}

export interface DrawnBound {
  readonly level: 'warning' | 'critical';
  /** The value it begins or ends at, negative below the axis. */
  readonly at: number;
  /** Empty where the other end of the same bound has it. */
  readonly text: string;
}

export interface DrawnSpan {
  readonly kind: 'incident' | 'maintenance';
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a graph shows, in its own terms. */
export interface Scene {
  readonly range: TimeRange;
  readonly values: readonly DrawnValue[];
  readonly bounds: readonly DrawnBound[];
  readonly spans: readonly DrawnSpan[];
  readonly troubles: readonly TroubledSpan[];
}

/** The part of a canvas that is drawn into, in its pixels, and the values that its edges stand for. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly min: number;
  readonly max: number;
  /** Pixels of the canvas for one of the style sheet. */
  readonly ratio: number;
  readonly font: string;
}

type Pen = CanvasRenderingContext2D;

/** Draws what lies behind the lines: maintenance and incidents. */
export function drawBackground(pen: Pen, scene: Scene, frame: Frame, colours: Colours): void {
  inFrame(pen, frame, () => {
    for (const span of scene.spans) drawSpan(pen, span, scene.range, frame, colours);
  });
}

/** Draws bands, lines, bounds and the strip of checks that were not well. */
export function drawForeground(pen: Pen, scene: Scene, frame: Frame, colours: Colours): void {
  inFrame(pen, frame, () => {
    const y = (value: number) =>
      frame.top + frame.height * (1 - (value - frame.min) / (frame.max - frame.min));
    const pictures = scene.values.map((value) => ({
      look: value.look,
      sign: value.isMirrored ? -1 : 1,
      colour: colours.values[value.look % colours.values.length] ?? colours.text,
      // A column for each pixel of the style sheet: finer ones cost three times as much on a phone and look the same.
      runs: runsOf(value.buckets, scene.range, frame.width / frame.ratio),
    }));
    if (frame.min < 0 && frame.max > 0) drawLevel(pen, y(0), frame, colours.quiet, []);
    // What comes first lies on top, and all bands under all lines.
    pictures.reverse();
    pen.globalAlpha = pictures.length === 1 ? 0.28 : pictures.length < 5 ? 0.2 : 0.14;
    for (const { runs, sign, colour } of pictures) {
      pen.fillStyle = colour;
      pen.fill(bandPath(runs, frame, (value) => y(sign * value)));
    }
    pen.globalAlpha = 1;
    pen.lineJoin = 'bevel';
    pen.lineWidth = (pictures.length === 1 ? 1.75 : 1.5) * frame.ratio;
    for (const { runs, sign, colour } of pictures) {
      pen.strokeStyle = colour;
      pen.stroke(linePath(runs, frame, (value) => y(sign * value)));
    }
    const looks = new Set(pictures.map(({ look }) => look));
    if (looks.size > 1) {
      pictures.forEach(({ runs, sign, colour, look }, i) => {
        pen.fillStyle = colour;
        pen.strokeStyle = colours.surface;
        pen.lineWidth = frame.ratio;
        const path = marksPath(runs, frame, look, i / pictures.length, (value) => y(sign * value));
        pen.stroke(path);
        pen.fill(path);
      });
    }
    drawTroubles(pen, scene, frame, colours);
    drawBounds(pen, scene.bounds, frame, colours, y);
  });
}

function inFrame(pen: Pen, { left, top, width, height }: Frame, draw: () => void): void {
  pen.save();
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
  draw();
  pen.restore();
}

type Runs = ReturnType<typeof runsOf>;
type ToY = (value: number) => number;

/** Runs reach from the begin of their first bucket to the end of their last: the gap between is as wide as it was. */
function bandPath(runs: Runs, { left, ratio }: Frame, y: ToY): Path2D {
  const path = new Path2D();
  const x = (column: number) => left + column * ratio;
  for (const run of runs) {
    const last = run.x.length - 1;
    const half = ratio / 2;
    // At least a pixel high, so that a steady value shows how wide its buckets are.
    const top = (i: number) => Math.min(y(run.min[i] ?? 0), y(run.max[i] ?? 0)) - half;
    const bottom = (i: number) => Math.max(y(run.min[i] ?? 0), y(run.max[i] ?? 0)) + half;
    path.moveTo(x(run.left), top(0));
    for (let i = 0; i <= last; i++) path.lineTo(x(run.x[i] ?? 0), top(i));
    path.lineTo(x(run.right), top(last));
    path.lineTo(x(run.right), bottom(last));
    for (let i = last; i >= 0; i--) path.lineTo(x(run.x[i] ?? 0), bottom(i));
    path.lineTo(x(run.left), bottom(0));
    path.closePath();
  }
  return path;
}

function linePath(runs: Runs, { left, ratio }: Frame, y: ToY): Path2D {
  const path = new Path2D();
  const x = (column: number) => left + column * ratio;
  for (const run of runs) {
    const last = run.x.length - 1;
    // A single bucket among gaps must still be seen.
    const right = Math.max(run.right, run.left + 1);
    path.moveTo(x(run.left), y(run.avg[0] ?? 0));
    for (let i = 0; i <= last; i++) path.lineTo(x(run.x[i] ?? 0), y(run.avg[i] ?? 0));
    path.lineTo(x(right), y(run.avg[last] ?? 0));
  }
  return path;
}

/** Marks of different lines stand at different places, so that lines that lie upon each other show both. */
function marksPath(runs: Runs, { left, width, ratio }: Frame, look: number, phase: number, y: ToY): Path2D {
  const path = new Path2D();
  const distance = 90;
  for (let place = distance * (0.25 + phase * 0.75); place < width / ratio; place += distance) {
    const run = runs.find((one) => one.left <= place && one.right >= place);
    if (run === undefined) continue;
    let i = run.x.findIndex((x) => x >= place);
    if (i < 0) i = run.x.length - 1;
    addMark(path, look, left + (run.x[i] ?? 0) * ratio, y(run.avg[i] ?? 0), 3.2 * ratio);
  }
  return path;
}

function drawSpan(
  pen: Pen,
  { kind, fromMs, toMs }: DrawnSpan,
  range: TimeRange,
  frame: Frame,
  colours: Colours,
): void {
  const perMs = frame.width / (range.toMs - range.fromMs);
  const left = frame.left + Math.max(-4, (fromMs - range.fromMs) * perMs);
  const right = frame.left + Math.min(frame.width + 4, (toMs - range.fromMs) * perMs);
  const width = Math.max(right - left, 2 * frame.ratio);
  const colour = kind === 'incident' ? colours.critical : colours.maintenance;
  pen.fillStyle = colour;
  pen.globalAlpha = kind === 'incident' ? 0.13 : 0.08;
  pen.fillRect(left, frame.top, width, frame.height);
  if (kind === 'maintenance') hatch(pen, left, width, frame, colour);
  pen.globalAlpha = 0.7;
  pen.fillRect(left, frame.top, frame.ratio, frame.height);
  if (toMs < range.toMs) pen.fillRect(left + width - frame.ratio, frame.top, frame.ratio, frame.height);
  pen.globalAlpha = 1;
}

/** Slanted lines: maintenance is told from an incident without its colour. */
function hatch(pen: Pen, left: number, width: number, { top, height, ratio }: Frame, colour: string): void {
  pen.save();
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
  pen.beginPath();
  const step = 9 * ratio;
  for (let x = Math.floor((left - height) / step) * step; x < left + width; x += step) {
    pen.moveTo(x, top + height);
    pen.lineTo(x + height, top);
  }
  pen.globalAlpha = 0.28;
  pen.strokeStyle = colour;
  pen.lineWidth = ratio;
  pen.stroke();
  pen.restore();
}

const stripPx = { critical: 6, warning: 4, unknown: 3 };

function drawTroubles(pen: Pen, { troubles, range }: Scene, frame: Frame, colours: Colours): void {
  const perMs = frame.width / (range.toMs - range.fromMs);
  const bottom = frame.top + frame.height;
  for (const severity of ['unknown', 'warning', 'critical'] as const) {
    const height = stripPx[severity] * frame.ratio;
    pen.fillStyle = colours[severity];
    for (const one of troubles) {
      if (one.severity !== severity) continue;
      const left = frame.left + (one.fromMs - range.fromMs) * perMs;
      const width = Math.max((one.toMs - one.fromMs) * perMs, 2 * frame.ratio);
      pen.fillRect(left, bottom - height, width, height);
    }
  }
}

function drawLevel(pen: Pen, y: number, { left, width, ratio }: Frame, colour: string, dash: number[]): void {
  pen.beginPath();
  const level = Math.round(y) + 0.5;
  pen.moveTo(left, level);
  pen.lineTo(left + width, level);
  pen.strokeStyle = colour;
  pen.lineWidth = 1.25 * ratio;
  pen.setLineDash(dash.map((length) => length * ratio));
  pen.stroke();
  pen.setLineDash([]);
}

const dashes = { critical: [7, 4], warning: [2.5, 3.5] };

/** Bounds, each with its text; of one out of sight the text alone, at the edge beyond which it lies. */
function drawBounds(pen: Pen, bounds: readonly DrawnBound[], frame: Frame, colours: Colours, toY: ToY): void {
  const line = 14 * frame.ratio;
  const taken: number[] = [];
  const inOrder = [...bounds].sort((a, b) => b.at - a.at);
  for (const { level, at } of inOrder) {
    if (at >= frame.min && at <= frame.max) drawLevel(pen, toY(at), frame, colours[level], dashes[level]);
  }
  pen.font = frame.font;
  pen.textBaseline = 'middle';
  pen.textAlign = 'right';
  for (const { level, at, text } of inOrder) {
    if (text === '') continue;
    const isAbove = at > frame.max;
    const isBelow = at < frame.min;
    const words = isAbove ? `${text} ↑` : isBelow ? `${text} ↓` : text;
    const wanted = toY(at) - line * 0.55;
    // Under its line where there is no room above it, clear of the flags at the top and of other texts.
    const flags = frame.top + 20 * frame.ratio;
    let y = isAbove ? flags + line * 0.5 : wanted - line / 2 < flags ? toY(at) + line * 0.65 : wanted;
    const lowest = frame.top + frame.height - line;
    y = Math.min(Math.max(y, flags + line * 0.5), lowest);
    const isTaken = (place: number) => taken.some((other) => Math.abs(other - place) < line);
    const first = y;
    while (isTaken(y) && y + line <= lowest) y += line;
    // At the foot there is room upward only.
    if (isTaken(y)) for (y = first; isTaken(y) && y > flags; ) y -= line;
    taken.push(y);
    const right = frame.left + frame.width - 5 * frame.ratio;
    const width = pen.measureText(words).width;
    pen.fillStyle = colours.surface;
    pen.globalAlpha = 0.82;
    const pad = 3 * frame.ratio;
    pen.fillRect(right - width - pad, y - line / 2, width + 2 * pad, line);
    pen.globalAlpha = 1;
    pen.fillStyle = colours[level];
    pen.fillText(words, right, y);
  }
}
