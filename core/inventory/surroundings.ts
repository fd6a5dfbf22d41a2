import type { Catalogue } from '../catalogue.ts';
import type { Defaults } from './defaults.ts';
import type { ProblemList } from './problem.ts';

/** What is the same for every account of an inventory. */
export interface Surroundings {
  readonly catalogue: Catalogue;
  readonly defaults: Defaults;
  readonly localAllowed: boolean;
  readonly problems: ProblemList;
}
