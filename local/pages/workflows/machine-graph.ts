import {
  expressionIn,
  groupsIn,
  type MachineDefinition,
  type State,
  type StateGroup,
} from '../../workflows/definition.ts';

/** How control goes from one state to another. */
export type EdgeKind = 'next' | 'choice' | 'otherwise' | 'catch';

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** In the order of the definition; several ways between the same states are one edge. */
  readonly ways: readonly { readonly kind: EdgeKind; readonly says: string }[];
}

export interface GraphNode {
  readonly name: string;
  readonly type: State['Type'];
  /** One for each branch of a Parallel; one for a Map; else none. */
  readonly groups: readonly StateGraph[];
  /** Whether the group of states may end with this one, and it is neither Succeed nor Fail. */
  readonly isEnd: boolean;
}

/** States and the ways between them. */
export interface StateGraph {
  readonly startAt: string;
  /** In the order of the definition. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** A larger machine is told of in words. Laying out grows faster than the number of edges, and nobody reads such a drawing. */
const mostStates = 150;
const mostEdges = 250;

/** @returns `undefined` when the machine has too many states or ways to be drawn */
export function machineGraph(definition: MachineDefinition): StateGraph | undefined {
  const graph = groupGraph(definition);
  const { states, edges } = sizeOf(graph);
  return states > mostStates || edges > mostEdges ? undefined : graph;
}

/** All states by name, those inside others too. Names are unique over the whole machine. */
export function statesByName(definition: MachineDefinition): Map<string, State> {
  const found = new Map<string, State>();
  const collect = ({ States }: StateGroup): void => {
    for (const [name, state] of Object.entries(States)) {
      found.set(name, state);
      for (const group of groupsIn(state)) collect(group);
    }
  };
  collect(definition);
  return found;
}

/** The Parallel or Map that a state lies in. */
export interface Owner {
  readonly name: string;
  /** Number of the branch, from 0. */
  readonly group: number;
}

/** The owners of all inner states. */
export function ownersOf(definition: MachineDefinition): Map<string, Owner> {
  const owners = new Map<string, Owner>();
  const collect = ({ States }: StateGroup): void => {
    for (const [name, state] of Object.entries(States)) {
      for (const [group, inner] of groupsIn(state).entries()) {
        for (const innerName of Object.keys(inner.States)) owners.set(innerName, { name, group });
        collect(inner);
      }
    }
  };
  collect(definition);
  return owners;
}

function groupGraph({ StartAt, States }: StateGroup): StateGraph {
  const nodes = Object.entries(States).map(([name, state]) => ({
    name,
    type: state.Type,
    groups: groupsIn(state).map(groupGraph),
    isEnd: 'End' in state && state.End === true,
  }));
  return { startAt: StartAt, nodes, edges: Object.entries(States).flatMap(edgesFrom) };
}

function edgesFrom([from, state]: [string, State]): GraphEdge[] {
  const byTarget = new Map<string, { kind: EdgeKind; says: string }[]>();
  for (const { to, kind, says } of waysOutOf(state)) {
    const ways = byTarget.get(to) ?? [];
    byTarget.set(to, ways);
    ways.push({ kind, says });
  }
  return [...byTarget].map(([to, ways]) => ({ from, to, ways }));
}

function waysOutOf(state: State): { to: string; kind: EdgeKind; says: string }[] {
  if (state.Type === 'Choice') {
    const choices = state.Choices.map(({ Next, Condition }) => ({
      to: Next,
      kind: 'choice' as const,
      says: conditionText(Condition),
    }));
    if (state.Default === undefined) return choices;
    return [...choices, { to: state.Default, kind: 'otherwise', says: '' }];
  }
  const next =
    'Next' in state && state.Next !== undefined ? [{ to: state.Next, kind: 'next' as const, says: '' }] : [];
  const catches = ('Catch' in state ? (state.Catch ?? []) : []).map(({ Next, ErrorEquals }) => ({
    to: Next,
    kind: 'catch' as const,
    says: ErrorEquals.includes('States.ALL') ? '' : ErrorEquals.join(', '),
  }));
  return [...next, ...catches];
}

const conditionText = (condition: string | boolean): string =>
  typeof condition === 'string'
    ? (expressionIn(condition) ?? condition).replace(/\s+/g, ' ').slice(0, 300)
    : String(condition);

function sizeOf({ nodes, edges }: StateGraph): { states: number; edges: number } {
  const size = { states: nodes.length, edges: edges.length };
  for (const inner of nodes.flatMap(({ groups }) => groups)) {
    const { states, edges: ways } = sizeOf(inner);
    size.states += states;
    size.edges += ways;
  }
  return size;
}
