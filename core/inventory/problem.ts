import { printable } from './printable.ts';

/** Where something stands in a file; lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One fault of an inventory: what, where and the mend. */
export interface Problem extends Place {
  /** Path from the root of the file, `accounts[0].servers[2].monitors[3].port`; empty when the file itself is at fault. */
  readonly field: string;
  /** Begins with the end of the field's path that tells it apart: `monitors[3].port is 70000; give …`. */
  readonly message: string;
}

/** `acme.yaml:41: monitors[3].port is 70000; give the port the service listens on, 1 to 65535` */
export const renderProblem = ({ file, line, message }: Problem): string =>
  `${printable(file)}:${line}: ${message}`;

/** Gathers problems, each once: a value that many servers take over is at fault in one place only. */
export class ProblemList {
  readonly #files: ReadonlyMap<string, number>;
  readonly #problems = new Map<string, Problem>();

  /** @param files names in the order in which problems are told */
  constructor(files: readonly string[]) {
    this.#files = new Map(files.map((file, index) => [file, index]));
  }

  /** @param text what follows the field, `is 70000; give …`; a file's own fault has no field */
  add(place: Place, field: string, text: string): void {
    const { file, line, column } = place;
    const key = JSON.stringify([file, line, column, text]);
    if (this.#problems.has(key)) return;
    // A key of the file is part of it.
    const path = printable(field.length > 300 ? `${field.slice(0, 300)}…` : field);
    const message = path === '' ? text : `${shortField(path)} ${text}`;
    this.#problems.set(key, { file, line, column, field: path, message });
  }

  /** In the order of the files, then of their lines. */
  sorted(): Problem[] {
    const rank = (problem: Problem) => this.#files.get(problem.file) ?? 0;
    return [...this.#problems.values()].sort(
      (a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column,
    );
  }
}

/** The path from its last list of entities: the line already says which account and server it is. */
const shortField = (field: string): string =>
  /(?:^|\.)((?:accounts|servers|monitors)\[\d+\](?!.*\.(?:accounts|servers|monitors)\[\d+\]).*)$/s.exec(
    field,
  )?.[1] ?? field;
