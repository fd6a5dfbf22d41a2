import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What one side said until the other one spoke. */
export interface Turn {
  readonly from: 'server' | 'check';
  /** Said inside TLS; the handshake lies before the first such turn. */
  readonly isInside: boolean;
  /** Its bytes, each a character. */
  readonly said: string;
}

/** One check of a real server, as it was recorded by record.ts. */
export interface Exchange {
  readonly check: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly server: string;
  readonly turns: readonly Turn[];
}

export const exchangeFile = (name: string): string => join(import.meta.dirname, `${name}.json`);

export const readExchange = (name: string): Exchange =>
  JSON.parse(readFileSync(exchangeFile(name), 'utf8')) as Exchange;

export const bytesOf = (turn: Turn): Buffer => Buffer.from(turn.said, 'latin1');
