import type { MachineDefinition } from '../../workflows/definition.ts';
import type { ExecutionDescription } from '../../workflows/engine.ts';
import type { PageSources, WorkflowSource } from '../page-sources.ts';
import type { View } from '../view.ts';
import type { MachineView } from './execution-view.ts';
import { type Drawing, layOut } from './graph-layout.ts';
import { edgeLabel } from './graph-svg.ts';
import { machineGraph, statesByName } from './machine-graph.ts';

const mostKept = 30;

interface Kept {
  readonly view: MachineView;
  /** By language: what the ways say has a width. */
  readonly drawings: Map<View['language'], Drawing | undefined>;
}

/** Machines as the pages show them; those that were asked for lately stay parsed and laid out. */
export class Machines {
  readonly #source: WorkflowSource;
  /** By name and definition. */
  readonly #kept = new Map<string, Kept>();

  constructor(source: PageSources['workflows']) {
    this.#source = source;
  }

  /** @throws ServiceError `StateMachineDoesNotExist` */
  byName(name: string): MachineView {
    const stateMachineArn = this.#source.stateMachineArn(name);
    return this.#keep(name, this.#source.describeStateMachine({ stateMachineArn }).definition).view;
  }

  /** The machine as it was when the execution began. */
  ofExecution({ executionArn, stateMachineArn }: ExecutionDescription): MachineView {
    const { definition } = this.#source.describeStateMachineForExecution({ executionArn });
    return this.#keep(stateMachineArn.split(':').at(-1) ?? '', definition).view;
  }

  /** @returns `undefined` for a machine that is too large to be drawn */
  drawing({ name, definition, graph }: MachineView, view: View): Drawing | undefined {
    if (graph === undefined) return undefined;
    const kept = [...this.#kept.values()].find((one) => one.view.definition === definition);
    if (kept?.drawings.has(view.language)) return kept.drawings.get(view.language);
    const drawn = layOut(graph, (edge) => edgeLabel(edge, view));
    (kept ?? this.#keep(name, JSON.stringify(definition))).drawings.set(view.language, drawn);
    return drawn;
  }

  #keep(name: string, text: string): Kept {
    const key = `${name}\n${text}`;
    let kept = this.#kept.get(key);
    this.#kept.delete(key);
    if (kept === undefined) {
      const definition = JSON.parse(text) as MachineDefinition;
      const graph = machineGraph(definition);
      const states = statesByName(definition);
      kept = {
        view: { name, definition, states, ...(graph !== undefined && { graph }) },
        drawings: new Map(),
      };
    }
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return kept;
  }
}
