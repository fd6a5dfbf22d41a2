import { Graph, layout } from '@dagrejs/dagre';
import type { GraphEdge, GraphNode, StateGraph } from './machine-graph.ts';
import { textLine, textLines, textWidthEm } from './text-lines.ts';

/** In pixels, from the upper left corner of the drawing. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedState extends Box {
  readonly node: GraphNode;
  /** The name, as lines that fit the box. */
  readonly lines: readonly string[];
  /** Areas of the branches of a Parallel, or of what a Map does with each item. */
  readonly areas: readonly Box[];
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Absent where the way says nothing. */
  readonly label?: Box & { readonly text: string; readonly whole: string };
}

/** A beginning or an end of the machine, or of states inside another. */
export interface PlacedDot extends Box {
  readonly kind: 'start' | 'end';
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** A state comes before the states inside it. */
  readonly states: readonly PlacedState[];
  readonly edges: readonly PlacedEdge[];
  readonly dots: readonly PlacedDot[];
}

/** Sizes that whoever draws the boxes must keep to, in pixels. */
export const sizes = {
  stateWidth: 192,
  padding: 11,
  /** The line above the name: mark, status, type. */
  headHeight: 22,
  lineHeight: 17,
  nameFont: 13,
  labelFont: 11,
  labelHeight: 18,
  dot: 14,
} as const;

const mostNameLines = 3;
const labelWidthEm = 14;
const margin = 12;
const areaGap = 14;

/**
 * @param labelOf what an edge says, in the reader's language; an empty text for nothing
 * @returns `undefined` when the library finds no layout: a machine without a drawing is better than a page without a machine
 */
export function layOut(graph: StateGraph, labelOf: (edge: GraphEdge) => string): Drawing | undefined {
  let placed: ReturnType<typeof layOutGroup>;
  try {
    placed = layOutGroup(graph, labelOf);
  } catch {
    return undefined;
  }
  return {
    width: placed.width + 2 * margin,
    height: placed.height + 2 * margin,
    ...moved(placed, margin, margin),
  };
}

type Parts = Pick<Drawing, 'states' | 'edges' | 'dots'>;

/** A state with what is inside it, both with the state's upper left corner as their origin. */
interface Sized {
  readonly node: GraphNode;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly string[];
  readonly areas: readonly Box[];
  readonly inside: Parts;
}

// Names of states are free, so the two dots have keys that no state's key can be.
const startKey = 'start';
const endKey = 'end';
const keyOf = (name: string): string => `state ${name}`;

/**
 * Lays out one level. What lies inside a state is laid out by itself first and counts as a large box here: no way leads
 * out of a Parallel or Map other than by its own edges.
 */
function layOutGroup(
  graph: StateGraph,
  labelOf: (edge: GraphEdge) => string,
): Parts & Pick<Drawing, 'width' | 'height'> {
  const sized = graph.nodes.map((node) => sizeState(node, labelOf));
  const plan = new Graph({ directed: true })
    .setGraph({ rankdir: 'TB', nodesep: 18, edgesep: 10, ranksep: 34, ranker: 'network-simplex' })
    .setDefaultEdgeLabel(() => ({}));
  const dot = { width: sizes.dot, height: sizes.dot };
  plan.setNode(startKey, { ...dot });
  for (const { node, width, height } of sized) plan.setNode(keyOf(node.name), { width, height });
  plan.setEdge(startKey, keyOf(graph.startAt), { weight: 2 });
  const labels = new Map<GraphEdge, string>();
  for (const edge of graph.edges) {
    const whole = labelOf(edge);
    const text = whole === '' ? '' : textLine(whole, labelWidthEm);
    labels.set(edge, text);
    plan.setEdge(keyOf(edge.from), keyOf(edge.to), {
      weight: edge.ways.some(({ kind }) => kind !== 'catch') ? 2 : 1,
      ...(text === ''
        ? {}
        : { width: textWidthEm(text) * sizes.labelFont + 10, height: sizes.labelHeight, labelpos: 'c' }),
    });
  }
  const ends = graph.nodes.filter(({ isEnd }) => isEnd);
  if (ends.length > 0) plan.setNode(endKey, { ...dot });
  for (const { name } of ends) plan.setEdge(keyOf(name), endKey, { weight: 1 });
  layout(plan);

  const boxOf = (key: string): Box => {
    const { x = 0, y = 0, width = 0, height = 0 } = plan.node(key) as Partial<Box>;
    return { x: x - width / 2, y: y - height / 2, width, height };
  };
  const states: PlacedState[] = [];
  const edges: PlacedEdge[] = [];
  const dots: PlacedDot[] = [{ kind: 'start', ...boxOf(startKey) }];
  if (ends.length > 0) dots.push({ kind: 'end', ...boxOf(endKey) });
  for (const { node, lines, areas, inside } of sized) {
    const box = boxOf(keyOf(node.name));
    states.push({ node, lines, ...box, areas: areas.map((area) => movedBox(area, box.x, box.y)) });
    const within = moved(inside, box.x, box.y);
    states.push(...within.states);
    edges.push(...within.edges);
    dots.push(...within.dots);
  }
  const place = (edge: GraphEdge, from: string, to: string): void => {
    const {
      points = [],
      x,
      y,
      width = 0,
      height = 0,
    } = plan.edge(from, to) as Partial<Box> & {
      points?: { x: number; y: number }[];
    };
    const text = labels.get(edge) ?? '';
    const isLabelled = text !== '' && x !== undefined && y !== undefined;
    edges.push({
      edge,
      points,
      ...(isLabelled && {
        label: { x: x - width / 2, y: y - height / 2, width, height, text, whole: labelOf(edge) },
      }),
    });
  };
  place({ from: '', to: graph.startAt, ways: [] }, startKey, keyOf(graph.startAt));
  for (const edge of graph.edges) place(edge, keyOf(edge.from), keyOf(edge.to));
  for (const { name } of ends) place({ from: name, to: '', ways: [] }, keyOf(name), endKey);
  return within({ states, edges, dots });
}

/** Moves what was laid out to its own corner: curves and labels may lie outside the area that the layout tells. */
function within(parts: Parts): Parts & Pick<Drawing, 'width' | 'height'> {
  const boxes: Box[] = [...parts.states, ...parts.dots];
  for (const { points, label } of parts.edges) {
    for (const { x, y } of points) boxes.push({ x, y, width: 0, height: 0 });
    if (label !== undefined) boxes.push(label);
  }
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  return {
    ...moved(parts, -left, -top),
    width: Math.max(...boxes.map(({ x, width }) => x + width)) - left,
    height: Math.max(...boxes.map(({ y, height }) => y + height)) - top,
  };
}

function sizeState(node: GraphNode, labelOf: (edge: GraphEdge) => string): Sized {
  const { padding, headHeight, lineHeight, nameFont, stateWidth } = sizes;
  const groups = node.groups.map((group) => layOutGroup(group, labelOf));
  const innerWidth = groups.reduce(
    (sum, { width }) => sum + width + 2 * padding,
    areaGap * (groups.length - 1),
  );
  const width = Math.max(stateWidth, groups.length === 0 ? 0 : innerWidth + 2 * padding);
  const lines = textLines(node.name, (width - 2 * padding) / nameFont, mostNameLines);
  // A Map says how far its iterations are.
  const moreLines = node.type === 'Map' ? 1 : 0;
  const headBottom = padding + headHeight + (lines.length + moreLines) * lineHeight;
  if (groups.length === 0) {
    const inside = { states: [], edges: [], dots: [] };
    return { node, width, height: headBottom + padding - 2, lines, areas: [], inside };
  }
  const tallest = Math.max(...groups.map(({ height }) => height)) + 2 * padding;
  const areas: Box[] = [];
  const inside: { states: PlacedState[]; edges: PlacedEdge[]; dots: PlacedDot[] } = {
    states: [],
    edges: [],
    dots: [],
  };
  const y = headBottom + padding;
  let x = (width - innerWidth) / 2;
  for (const group of groups) {
    const areaWidth = group.width + 2 * padding;
    areas.push({ x, y, width: areaWidth, height: tallest });
    const parts = moved(group, x + padding, y + padding);
    inside.states.push(...parts.states);
    inside.edges.push(...parts.edges);
    inside.dots.push(...parts.dots);
    x += areaWidth + areaGap;
  }
  return { node, width, height: y + tallest + padding, lines, areas, inside };
}

const movedBox = <Shape extends Box>(box: Shape, dx: number, dy: number): Shape => ({
  ...box,
  x: box.x + dx,
  y: box.y + dy,
});

const moved = ({ states, edges, dots }: Parts, dx: number, dy: number): Parts => ({
  states: states.map((state) => ({
    ...movedBox(state, dx, dy),
    areas: state.areas.map((area) => movedBox(area, dx, dy)),
  })),
  edges: edges.map(({ edge, points, label }) => ({
    edge,
    points: points.map(({ x, y }) => ({ x: x + dx, y: y + dy })),
    ...(label !== undefined && { label: movedBox(label, dx, dy) }),
  })),
  dots: dots.map((dot) => movedBox(dot, dx, dy)),
});
