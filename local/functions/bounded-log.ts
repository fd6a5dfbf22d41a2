import { appendFileSync, renameSync, statSync } from 'node:fs';

/** One file of lines that cannot fill the disk: at its limit it becomes `<file>.1`, in place of the one before. */
export class BoundedLog {
  readonly #path: string;
  readonly #limitBytes: number;
  #bytes: number;

  constructor(path: string, limitBytes = 5 * 1024 * 1024) {
    this.#path = path;
    this.#limitBytes = limitBytes;
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Adds text as it is. A piece longer than the whole limit is cut. */
  write(piece: string | Buffer): void {
    const bytes = Buffer.from(piece as string).subarray(0, this.#limitBytes);
    if (this.#bytes + bytes.length > this.#limitBytes) {
      renameSync(this.#path, `${this.#path}.1`);
      this.#bytes = 0;
    }
    appendFileSync(this.#path, bytes, { mode: 0o600 });
    this.#bytes += bytes.length;
  }
}
