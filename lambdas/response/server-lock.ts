import type { ServerRef } from '../../core/ids.ts';
import { addSeconds, type Instant } from '../../core/instant.ts';
import type { ResponseStore, ServerLock } from '../../platform/store/response-store.ts';

/**
 * Longer than the longest step with its repeats: whoever works lengthens it with each step, and what was killed leaves it
 * to the next after this time.
 */
const leaseSeconds = 1_200;

/** The server's lock is another's; nothing may be done on the server. */
export class LockLost extends Error {
  constructor({ account, server }: ServerRef, { holder, until }: ServerLock) {
    super(`${account}.${server} is worked on by ${holder} until ${until}`);
    this.name = 'LockLost';
  }
}

/** @returns the lock as it is afterwards, another holder's when it could not be had */
export const tryLock = (
  responses: ResponseStore,
  { account, server }: ServerRef,
  holder: string,
  at: Instant,
): Promise<ServerLock> =>
  responses.takeLock({ account, server }, { holder, until: addSeconds(at, leaseSeconds) }, at);

/**
 * Makes sure that the server's lock is still the holder's, and lengthens it.
 *
 * @throws LockLost
 */
export async function keepLock(
  responses: ResponseStore,
  server: ServerRef,
  holder: string,
  at: Instant,
): Promise<void> {
  const lock = await tryLock(responses, server, holder, at);
  if (lock.holder !== holder) throw new LockLost(server, lock);
}
