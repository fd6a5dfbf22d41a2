import uPlot from 'uplot';
import { timeTicks } from '../../core/graph/time-ticks.ts';
import { extentOf } from './buckets.ts';
import { type Colours, coloursOf, followColours } from './colours.ts';
import { drawBackground, drawForeground, type Frame, type Scene } from './draw.ts';
import { tickText } from './time-texts.ts';
import { axisTexts, type Unit, valueRange, valueTicks } from './unit.ts';
import { moved, type TimeRange, zoomed } from './view.ts';

export interface PlotScene extends Scene {
  /** For measurements: `graph:disk` in the browser's timeline. */
  readonly id: string;
  readonly unit: Unit;
  readonly language: string;
  readonly zone: string;
  readonly flags: readonly Flag[];
}

/** Stands at the top of a shaded time and leads to what it is about. */
export interface Flag {
  readonly kind: 'incident' | 'maintenance';
  readonly fromMs: number;
  readonly toMs: number;
  /** What it is, in full. */
  readonly text: string;
  /** What stands on it where there is room. */
  readonly short: string;
  readonly href: string | undefined;
}

export interface PlotHandlers {
  /** The pointer is at a moment, or has left. */
  onCursor(atMs: number | undefined): void;
  /** The reader wants to see another range. */
  onRange(range: TimeRange): void;
  onReset(): void;
}

export interface Plot {
  show(scene: PlotScene): void;
  /** Puts the cursor to a moment, of whoever moved it. */
  setCursor(atMs: number | undefined): void;
  destroy(): void;
}

const fontPx = 12;
const least = 8;

/** Draws a graph into an element of fixed height and follows its width. */
export function makePlot(host: HTMLElement, first: PlotScene, handlers: PlotHandlers): Plot {
  let scene = first;
  let colours: Colours = coloursOf(host);
  /** What is shown while fingers or the mouse still move. */
  let preview: TimeRange | undefined;
  const family = getComputedStyle(host).fontFamily;
  const range = () => preview ?? scene.range;
  const isFlag = (event: Event) => event.target instanceof Element && event.target.closest('a') !== null;

  const values = (): { min: number; max: number } => {
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (const { buckets, isMirrored } of scene.values) {
      const extent = extentOf(buckets, range());
      if (extent === undefined) continue;
      min = Math.min(min, isMirrored ? -extent.max : extent.min);
      max = Math.max(max, isMirrored ? -extent.min : extent.max);
    }
    const levels = scene.bounds.map(({ at }) => at);
    return valueRange(min > max ? { min: 0, max: 0 } : { min, max }, levels, scene.unit);
  };

  const frameOf = (plot: uPlot): Frame => ({
    ...plot.bbox,
    min: plot.scales.y?.min ?? 0,
    max: plot.scales.y?.max ?? 1,
    ratio: uPlot.pxRatio,
    font: `${11 * uPlot.pxRatio}px ${family}`,
  });
  // Of the last frame, until the next begins.
  let begunAt = 0;

  const axis = {
    font: `${fontPx}px ${family}`,
    stroke: () => colours.quiet,
    grid: { stroke: () => colours.grid, width: 1 },
    ticks: { stroke: () => colours.grid, width: 1, size: 5 },
    gap: 4,
  };
  const plot: uPlot = new uPlot(
    {
      width: Math.max(1, host.clientWidth),
      height: Math.max(1, host.clientHeight),
      ms: 1,
      padding: [10, 8, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: (_plot, min, max) => [min, max] },
        y: {
          range: () => {
            const { min, max } = values();
            return [min, max];
          },
        },
      },
      // The values are drawn by ourselves, from buckets of different lengths; this one carries the scale alone.
      series: [{}, { scale: 'y', paths: () => null, points: { show: false } }],
      axes: [
        {
          ...axis,
          size: 40,
          lineGap: 1.3,
          splits: (_plot, _axis, min, max) => ticksOf(min, max).map(({ atMs }) => atMs),
          values: () => {
            const { fromMs, toMs } = range();
            return ticksOf(fromMs, toMs).map((tick) => tickText(tick, scene.language, scene.zone));
          },
        },
        {
          ...axis,
          scale: 'y',
          size: (_plot, texts) => {
            // At least so wide that most graphs of a page have their times one above the other.
            const longest = Math.max(6, ...(texts ?? []).map((text) => text.length));
            return Math.ceil(longest * fontPx * 0.6) + 12;
          },
          splits: (self, _axis, min, max) =>
            valueTicks(min, max, scene.unit, Math.max(2, Math.floor((self.height - 40) / 32))),
          values: (_plot, ticks) => axisTexts(ticks, scene.unit, scene.language),
        },
      ],
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: 4 },
        bind: {
          // With Shift the range is moved; that is handled below.
          mousedown: (_plot, _target, handle) => (event) => {
            if (!event.shiftKey && !isFlag(event)) handle(event);
            return null;
          },
          dblclick: () => () => {
            handlers.onReset();
            return null;
          },
        },
      },
      hooks: {
        drawClear: [
          () => {
            begunAt = performance.now();
          },
        ],
        drawAxes: [(self) => drawBackground(self.ctx, scenePart(), frameOf(self), colours)],
        draw: [
          (self) => {
            drawForeground(self.ctx, scenePart(), frameOf(self), colours);
            placeFlags(self, flags, scene.flags, range());
            const name = `graph:${scene.id}`;
            performance.clearMeasures(name);
            performance.measure(name, { start: begunAt, end: performance.now() });
          },
        ],
        setSelect: [
          (self) => {
            const { left, width } = self.select;
            if (width < least) return;
            const fromMs = self.posToVal(left, 'x');
            const toMs = self.posToVal(left + width, 'x');
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            handlers.onRange({ fromMs, toMs });
          },
        ],
        setCursor: [
          (self) => {
            const { left } = self.cursor;
            handlers.onCursor(left === undefined || left < 0 ? undefined : self.posToVal(left, 'x'));
          },
        ],
      },
    },
    dataOf(range()),
    host,
  );
  const flags = document.createElement('div');
  flags.className = 'graph-flags';
  plot.over.append(flags);
  placeFlags(plot, flags, scene.flags, range());

  function ticksOf(fromMs: number, toMs: number) {
    const width = Math.max(1, plot?.bbox === undefined ? host.clientWidth : plot.bbox.width / uPlot.pxRatio);
    const ticks = timeTicks(fromMs, toMs, scene.zone, Math.max(2, Math.floor(width / 76)));
    // A text at the edge would be cut off.
    const perMs = width / (toMs - fromMs);
    return ticks.filter(({ atMs }) => (toMs - atMs) * perMs > 14);
  }

  function scenePart(): Scene {
    return preview === undefined ? scene : { ...scene, range: preview };
  }

  function redraw(): void {
    plot.setData(dataOf(range()), false);
    plot.setScale('x', { min: range().fromMs, max: range().toMs });
  }

  const size = () => {
    const width = host.clientWidth;
    const height = host.clientHeight;
    if (width < 1 || height < 1 || (width === plot.width && height === plot.height)) return;
    plot.setSize({ width, height });
  };
  const follower = new ResizeObserver(size);
  follower.observe(host);
  const unfollow = followColours(() => {
    colours = coloursOf(host);
    plot.redraw(false, true);
  });
  const release = followFingers(plot, {
    range,
    preview: (next) => {
      preview = next;
      redraw();
    },
    commit: () => {
      const wanted = preview;
      preview = undefined;
      if (wanted === undefined) return;
      // What was dragged stays where it is until the range it stands for is loaded.
      scene = { ...scene, range: wanted };
      handlers.onRange(wanted);
    },
    cursor: (atMs) => handlers.onCursor(atMs),
  });

  return {
    show(next) {
      scene = next;
      if (preview === undefined) redraw();
    },
    setCursor(atMs) {
      const { fromMs, toMs } = range();
      const isThere = atMs !== undefined && atMs >= fromMs && atMs <= toMs;
      const left = isThere ? plot.valToPos(atMs, 'x') : -10;
      if (Math.abs((plot.cursor.left ?? -10) - left) < 0.5) return;
      plot.setCursor({ left, top: isThere ? 1 : -10 }, false);
    },
    destroy() {
      follower.disconnect();
      unfollow();
      release();
      plot.destroy();
    },
  };
}

const dataOf = ({ fromMs, toMs }: TimeRange): uPlot.AlignedData => [
  [fromMs, toMs],
  [null, null],
];

interface Hand {
  range(): TimeRange;
  preview(range: TimeRange): void;
  commit(): void;
  cursor(atMs: number | undefined): void;
}

/**
 * What uPlot does not do: two fingers zoom and move, one finger moves the cursor, Shift or the time axis move the range by
 * the mouse, and Ctrl with the wheel (which is what a pinch on a trackpad sends) zooms.
 */
function followFingers(plot: uPlot, hand: Hand): () => void {
  const leaving = new AbortController();
  const { signal } = leaving;
  const fingers = new Map<number, number>();
  let begun: { range: TimeRange; xs: number[] } | undefined;
  const { over, root } = plot;
  const xOf = (event: MouseEvent) => event.clientX - over.getBoundingClientRect().left;
  const msPerPx = ({ fromMs, toMs }: TimeRange) => (toMs - fromMs) / Math.max(1, over.clientWidth);
  const begin = () => {
    begun = { range: hand.range(), xs: [...fingers.values()] };
  };

  root.addEventListener(
    'pointerdown',
    (event) => {
      const isPan =
        event.pointerType === 'mouse' &&
        event.button === 0 &&
        (event.shiftKey || !over.contains(event.target as Node));
      if (event.pointerType === 'mouse' && !isPan) return;
      fingers.set(event.pointerId, xOf(event));
      if (isPan) {
        root.setPointerCapture(event.pointerId);
        event.preventDefault();
      }
      if (isPan || fingers.size === 2) begin();
    },
    { signal },
  );
  root.addEventListener(
    'pointermove',
    (event) => {
      if (!fingers.has(event.pointerId)) return;
      fingers.set(event.pointerId, xOf(event));
      if (begun === undefined) {
        const { fromMs } = hand.range();
        if (event.pointerType === 'touch') hand.cursor(fromMs + xOf(event) * msPerPx(hand.range()));
        return;
      }
      const [a = 0, b] = begun.xs;
      const [c = 0, d] = [...fingers.values()];
      const scale = msPerPx(begun.range);
      if (b === undefined || d === undefined) {
        hand.preview(moved(begun.range, (-(c - a) * scale) / (begun.range.toMs - begun.range.fromMs)));
        return;
      }
      const about = begun.range.fromMs + ((a + b) / 2) * scale;
      const near = zoomed(begun.range, Math.max(0.1, Math.abs(c - d) / Math.max(20, Math.abs(a - b))), about);
      const shift = ((c + d) / 2 - (a + b) / 2) * msPerPx(near);
      hand.preview({ fromMs: near.fromMs - shift, toMs: near.toMs - shift });
    },
    { signal },
  );
  const end = (event: PointerEvent) => {
    if (!fingers.delete(event.pointerId) || begun === undefined) return;
    begun = undefined;
    fingers.clear();
    hand.commit();
  };
  root.addEventListener('pointerup', end, { signal });
  root.addEventListener('pointercancel', end, { signal });

  let wheelEnd: ReturnType<typeof setTimeout> | undefined;
  over.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const now = hand.range();
      const about = now.fromMs + xOf(event) * msPerPx(now);
      hand.preview(zoomed(now, Math.exp(-event.deltaY / 300), about));
      clearTimeout(wheelEnd);
      wheelEnd = setTimeout(() => hand.commit(), 250);
    },
    { signal, passive: false },
  );
  return () => {
    clearTimeout(wheelEnd);
    leaving.abort();
  };
}

const flagPx = 22;

/** Puts the flags to their times; one that would cover its neighbour shows its mark alone, or gives way. */
function placeFlags(
  plot: uPlot,
  host: HTMLElement | undefined,
  flags: readonly Flag[],
  range: TimeRange,
): void {
  if (host === undefined) return;
  const width = plot.over.clientWidth;
  const perMs = width / (range.toMs - range.fromMs);
  const placed: HTMLElement[] = [];
  let free = 0;
  const inSight = flags
    .filter(({ fromMs, toMs }) => toMs > range.fromMs && fromMs < range.toMs)
    .sort((a, b) => a.fromMs - b.fromMs);
  inSight.forEach(({ kind, fromMs, text, short, href }, i) => {
    const left = Math.min(Math.max(0, (fromMs - range.fromMs) * perMs), width - flagPx);
    if (left < free) return;
    const next = inSight[i + 1];
    const room = (next === undefined ? width : (next.fromMs - range.fromMs) * perMs) - left;
    const flag = document.createElement(href === undefined ? 'span' : 'a');
    if (flag instanceof HTMLAnchorElement && href !== undefined) {
      flag.href = href;
      // The same links stand below the graph, for keyboards and screen readers.
      flag.tabIndex = -1;
    }
    flag.className = `graph-flag graph-flag-${kind}`;
    flag.title = text;
    flag.style.left = `${left}px`;
    const needed = flagPx + short.length * (/[^ -~]/.test(short) ? 11 : 6);
    if (room > needed) flag.textContent = short;
    free = left + (room > needed ? needed : flagPx) + 2;
    placed.push(flag);
  });
  host.replaceChildren(...placed);
}
