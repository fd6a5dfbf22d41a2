import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, type Drawing, layOut, sizes } from '../../../../local/pages/workflows/graph-layout.ts';
import {
  type GraphEdge,
  machineGraph,
  statesByName,
} from '../../../../local/pages/workflows/machine-graph.ts';
import { textWidthEm } from '../../../../local/pages/workflows/text-lines.ts';
import type { MachineDefinition, State, StateGroup } from '../../../../local/workflows/definition.ts';
import { shippedMachines, survey } from '../workflow-sample.ts';

const says = ({ ways }: GraphEdge): string => ways.map(({ says: said }) => said).join(' / ');

function drawn(definition: MachineDefinition): Drawing {
  const graph = machineGraph(definition);
  const drawing = graph === undefined ? undefined : layOut(graph, says);
  if (drawing === undefined) throw new Error('there is no drawing');
  return drawing;
}

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width - 0.01 &&
  b.x < a.x + a.width - 0.01 &&
  a.y < b.y + b.height - 0.01 &&
  b.y < a.y + a.height - 0.01;

const holds = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x - 0.01 &&
  inner.y >= outer.y - 0.01 &&
  inner.x + inner.width <= outer.x + outer.width + 0.01 &&
  inner.y + inner.height <= outer.y + outer.height + 0.01;

/** Boxes that cover each other without one being inside the other, and boxes outside what they belong to. */
function faultsOf({ states, width, height, edges, dots }: Drawing): string[] {
  const faults: string[] = [];
  const whole = { x: 0, y: 0, width, height };
  const inside = new Map<string, string>();
  for (const { node } of states) {
    for (const group of node.groups) for (const inner of group.nodes) inside.set(inner.name, node.name);
  }
  for (const [place, a] of states.entries()) {
    if (!holds(whole, a)) faults.push(`${a.node.name} lies outside`);
    const owner = states.find(({ node }) => node.name === inside.get(a.node.name));
    if (owner !== undefined && !owner.areas.some((area) => holds(area, a))) {
      faults.push(`${a.node.name} lies outside ${owner.node.name}`);
    }
    for (const b of states.slice(place + 1)) {
      const isNested = holds(a, b) || holds(b, a);
      if (overlap(a, b) && !isNested) faults.push(`${a.node.name} and ${b.node.name} overlap`);
      if (isNested && a.areas.length === 0 && b.areas.length === 0) faults.push('one covers another');
    }
    for (const line of a.lines) {
      if (textWidthEm(line) * sizes.nameFont > a.width - 2 * sizes.padding + 0.01)
        faults.push(`${line} is too wide`);
    }
    for (const dot of dots)
      if (a.areas.length === 0 && overlap(a, dot)) faults.push(`a dot covers ${a.node.name}`);
  }
  for (const { points, label, edge } of edges) {
    if (points.length < 2) faults.push(`${edge.from} to ${edge.to} has no line`);
    if (points.some(({ x, y }) => !Number.isFinite(x + y))) faults.push('a line leads nowhere');
    if (label === undefined) continue;
    if (!holds(whole, label)) faults.push(`the label ${label.text} lies outside`);
    for (const state of states) {
      if (state.areas.length === 0 && overlap(label, state))
        faults.push(`${label.text} covers ${state.node.name}`);
    }
  }
  return faults;
}

/** Machines of any shape: loops, choices, catches, states inside states. */
const machine: fc.Arbitrary<MachineDefinition> = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.infiniteStream(fc.nat()))
  .map(([depth, numbers]) => {
    let count = 0;
    const draw = (most: number): number => Number(numbers.next().value) % most;
    const group = (levels: number): StateGroup => {
      const names = Array.from(
        { length: 1 + draw(levels === depth ? 9 : 4) },
        () => `${['S', '再確認のステート', 'A long name of a state that does not fit'][draw(3)]} ${count++}`,
      );
      const any = (): string => names[draw(names.length)] ?? '';
      const states = names.map((name, place): [string, State] => {
        const next = names[place + 1];
        const way =
          next === undefined || draw(6) === 0
            ? { End: true as const }
            : { Next: draw(4) === 0 ? any() : next };
        const Catch = Array.from({ length: draw(3) }, (_, index) => ({
          ErrorEquals: [index === 0 ? 'States.Timeout' : 'States.ALL'],
          Next: any(),
        }));
        const type = draw(levels > 0 ? 7 : 5);
        if (type === 6)
          return [
            name,
            { Type: 'Parallel', Branches: [group(levels - 1), group(levels - 1)], Catch, ...way },
          ];
        if (type === 5) return [name, { Type: 'Map', ItemProcessor: group(levels - 1), Catch, ...way }];
        if (type === 4) {
          const Choices = Array.from({ length: 1 + draw(3) }, (_, index) => ({
            Condition: `{% $value > ${index} and $other != 'something long' %}`,
            Next: any(),
          }));
          return [name, { Type: 'Choice', Choices, Default: any() }];
        }
        if (type === 3) return [name, { Type: 'Succeed' }];
        if (type === 2) return [name, { Type: 'Wait', Seconds: 1, ...way }];
        return [name, { Type: 'Task', Resource: 'r', Catch, ...way }];
      });
      return { StartAt: names[0] ?? '', States: Object.fromEntries(states) };
    };
    return group(depth);
  });

describe('the layout of a machine', () => {
  it('given any machine, when it is laid out, then no boxes overlap and each lies in what holds it', () => {
    fc.assert(
      fc.property(machine, (definition) => {
        expect(faultsOf(drawn(definition))).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  const real = [...shippedMachines, { name: 'survey', text: JSON.stringify(survey) }];
  for (const { name, text } of real) {
    it(`given ${name}, when it is laid out, then each of its states and ways is drawn`, () => {
      const definition = JSON.parse(text) as MachineDefinition;
      const drawing = drawn(definition);
      expect(faultsOf(drawing)).toEqual([]);
      const states = statesByName(definition);
      expect(drawing.states.map(({ node }) => node.name).toSorted()).toEqual([...states.keys()].toSorted());
      const ways = new Set(drawing.edges.map(({ edge }) => `${edge.from} > ${edge.to}`));
      for (const [from, state] of states) {
        const targets = [
          'Next' in state ? state.Next : undefined,
          'Default' in state ? state.Default : undefined,
          ...('Catch' in state ? (state.Catch ?? []) : []).map(({ Next }) => Next),
          ...('Choices' in state ? state.Choices : []).map(({ Next }) => Next),
        ];
        for (const to of targets) if (to !== undefined) expect(ways).toContain(`${from} > ${to}`);
      }
    });
  }

  it('given a machine of a thousand states, when it is to be drawn, then it is not', () => {
    const names = Array.from({ length: 1_000 }, (_, place) => `S${place}`);
    const States = Object.fromEntries(
      names.map((name, place): [string, State] => [
        name,
        { Type: 'Pass', ...(place === 999 ? { End: true } : { Next: `S${place + 1}` }) },
      ]),
    );
    expect(machineGraph({ StartAt: 'S0', States })).toBeUndefined();
  });

  it('given choices from each of many states to each, when it is to be drawn, then it is not', () => {
    const names = Array.from({ length: 40 }, (_, place) => `S${place}`);
    const States = Object.fromEntries(
      names.map((name): [string, State] => [
        name,
        { Type: 'Choice', Choices: names.map((Next) => ({ Condition: '{% true %}', Next })) },
      ]),
    );
    expect(machineGraph({ StartAt: 'S0', States })).toBeUndefined();
  });

  it('given states with the names of what every object inherits, when it is laid out, then they are states', () => {
    const States = JSON.parse(
      '{"constructor":{"Type":"Pass","Next":"__proto__"},"__proto__":{"Type":"Pass","Next":"start"},"start":{"Type":"Pass","End":true}}',
    ) as Record<string, State>;
    const { states } = drawn({ StartAt: 'constructor', States });
    expect(states.map(({ node }) => node.name)).toEqual(['constructor', '__proto__', 'start']);
  });
});
