import type { DatabaseSync } from 'node:sqlite';

/** A check type and the names of what it measured. */
export interface Shape {
  readonly check: string;
  readonly names: readonly string[];
}

/** Shapes stand once in the file and have a number; their rows are never deleted, so what was read once stays true. */
export class Shapes {
  readonly #file: string;
  readonly #find;
  readonly #add;
  readonly #byId;
  readonly #ids = new Map<string, number>();
  readonly #shapes = new Map<number, Shape>();

  constructor(db: DatabaseSync, file: string) {
    this.#file = file;
    this.#find = db.prepare('SELECT id FROM shape WHERE type = ? AND names = ?');
    this.#add = db.prepare('INSERT INTO shape (type, names) VALUES (?, ?)');
    this.#byId = db.prepare('SELECT type, names FROM shape WHERE id = ?');
  }

  /** Its number; a new one when there was none, for which a transaction must be open. */
  idOf({ check, names }: Shape): number {
    const text = JSON.stringify(names);
    const key = `${check} ${text}`;
    const id =
      this.#ids.get(key) ??
      idIn(this.#find.get(check, text)) ??
      Number(this.#add.run(check, text).lastInsertRowid);
    this.#ids.set(key, id);
    return id;
  }

  /** @throws when the file does not have it */
  byId(id: number): Shape {
    const known = this.#shapes.get(id);
    if (known !== undefined) return known;
    const row = this.#byId.get(id);
    if (row === undefined)
      throw new Error(`${this.#file} is damaged: shape ${id} is missing; restore the file`);
    const shape = { check: String(row.type), names: JSON.parse(String(row.names)) as string[] };
    this.#shapes.set(id, shape);
    return shape;
  }

  /** After a transaction was rolled back: numbers that were given out in it are gone. */
  forget(): void {
    this.#ids.clear();
  }
}

/** The number in a row, undefined for no row. */
export const idIn = (row: Record<string, unknown> | undefined): number | undefined =>
  row === undefined ? undefined : Number(row.id);
