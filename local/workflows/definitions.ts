import { groupsIn, type MachineDefinition, type State, type StateGroup } from './definition.ts';
import type { Journal } from './journal.ts';

/** Definitions live long and are few; the bound only keeps a process that registers without end from growing. */
const mostKept = 1_000;

/** The definitions that executions run on, parsed once. */
export class Definitions {
  readonly #journal: Journal;
  readonly #machines = new Map<string, MachineDefinition>();
  readonly #groups = new Map<string, StateGroup>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  machine(hash: string): MachineDefinition {
    let machine = this.#machines.get(hash);
    if (machine === undefined) {
      machine = JSON.parse(this.#journal.definition(hash)) as MachineDefinition;
      if (this.#machines.size >= mostKept) {
        this.#machines.clear();
        this.#groups.clear();
      }
      this.#machines.set(hash, machine);
    }
    return machine;
  }

  /**
   * One state of a frame.
   *
   * @param path as a frame holds it, see {@link innerPath}
   * @throws when the definition has no such state
   */
  state(hash: string, path: string, name: string): State {
    const state = stateIn(this.#group(hash, path), name);
    if (state === undefined) throw new Error(`its definition has no state ${name}`);
    return state;
  }

  #group(hash: string, path: string): StateGroup {
    if (path === '') return this.machine(hash);
    const key = `${hash}${path}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = findGroup(this.machine(hash), path);
      this.#groups.set(key, group);
    }
    return group;
  }
}

/** The path of the frames in one group of states of a Parallel or Map. */
export function innerPath(path: string, state: string, group: number): string {
  return `${path}/${encodeURIComponent(state)}/${group}`;
}

function findGroup(machine: MachineDefinition, path: string): StateGroup {
  let group: StateGroup | undefined = machine;
  const parts = path.split('/').slice(1);
  for (let index = 0; index < parts.length; index += 2) {
    const state: State | undefined = stateIn(group, decodeURIComponent(parts[index] ?? ''));
    group = state === undefined ? undefined : groupsIn(state)[Number(parts[index + 1])];
    if (group === undefined) throw new Error(`its definition has no states at ${path}`);
  }
  return group;
}

/** A state may have the name of what every object inherits. */
function stateIn(group: StateGroup, name: string): State | undefined {
  return Object.hasOwn(group.States, name) ? group.States[name] : undefined;
}
