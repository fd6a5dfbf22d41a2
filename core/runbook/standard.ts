import type { ParameterValues } from './parameters.ts';

/** What the inventory must know of a runbook: what may be given for it. */
export interface StandardRunbook {
  readonly parameters: Readonly<Record<string, ParameterValues>>;
}

const unit = { unit: { type: 'unit' } } as const;

/**
 * The runbooks that come with Mimamori, by id. The files in runbooks/ are the whole of them; an inventory is judged
 * where no files are, so what it needs stands here, and a test compares both.
 */
export const standardRunbooks = {
  'collect-load': { parameters: {} },
  'free-disk-space': { parameters: { mount: { type: 'path' } } },
  'restart-agent': { parameters: unit },
  'restart-dns': { parameters: unit },
  'restart-ftp': { parameters: unit },
  'restart-mail-transfer': { parameters: unit },
  'restart-mailbox': { parameters: unit },
  'restart-mysql': { parameters: unit },
  'restart-postgresql': { parameters: unit },
  'restart-service': { parameters: { service: { type: 'unit' } } },
  'restart-web': { parameters: unit },
} as const satisfies Readonly<Record<string, StandardRunbook>>;

export type StandardRunbookId = keyof typeof standardRunbooks;

export const standardRunbookIds = Object.keys(standardRunbooks) as StandardRunbookId[];
