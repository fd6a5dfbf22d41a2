import type { Account } from '../account.ts';
import type { Monitor } from '../monitor.ts';
import type { Server } from '../server.ts';
import type { Settings } from '../settings.ts';

/** The entities of an inventory, compiled. The whole of it is applied or nothing. */
export interface Inventory {
  readonly settings: Settings;
  readonly accounts: readonly Account[];
  readonly servers: readonly Server[];
  readonly monitors: readonly Monitor[];
}
