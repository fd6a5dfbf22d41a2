import type { z } from 'zod';
import type { CheckClass, Timing } from './monitor.ts';
import type { StandardRunbookId } from './runbook/standard.ts';
import type { Plan } from './server.ts';

/** A way into a server. */
export type Need = 'snmp' | 'ssh';

/** What the inventory must know of a check type. The registry of checks is the one list of them. */
export interface CatalogueEntry {
  readonly class: CheckClass;
  /** Schema of the settings, with the catalogue's defaults filled in. */
  readonly settings: z.ZodObject;
  readonly priority: number;
  readonly timeLimitMs: number;
  /** Where this check type departs from the timing of its class. */
  readonly timing?: Partial<Timing>;
  /** What the server must have for it: access by SNMP, say. */
  readonly needs: readonly Need[];
  /** What it must have for a setting, where that is given. */
  readonly needsBy?: Readonly<Record<string, Need>>;
  /** The first response to its failure, where a monitor does not say. Absent: there is none, and people are called. */
  readonly runbook?: {
    readonly id: StandardRunbookId;
    /** Only for monitors that name their service. */
    readonly ofService?: boolean;
  };
  /** The only plans it is for. */
  readonly plans?: readonly Plan[];
}

/** Check types by name. */
export type Catalogue = Readonly<Record<string, CatalogueEntry>>;

/** What a monitor of this type needs of its server. */
export const needsOf = (
  { needs, needsBy = {} }: Pick<CatalogueEntry, 'needs' | 'needsBy'>,
  isGiven: (setting: string) => boolean,
): ReadonlySet<Need> =>
  new Set([
    ...needs,
    ...Object.entries(needsBy).flatMap(([setting, need]) => (isGiven(setting) ? [need] : [])),
  ]);

/** What monitors of this type may need, whatever their settings. */
export const possibleNeeds = (entry: Pick<CatalogueEntry, 'needs' | 'needsBy'>): ReadonlySet<Need> =>
  needsOf(entry, () => true);
