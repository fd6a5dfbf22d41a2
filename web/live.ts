import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Instant } from '../core/instant.ts';
import { ApiError, type Resource } from './api.ts';
import { usePortal } from './portal.ts';
import { goToSignIn, SignedOut } from './session.ts';

/** What a page shows of a resource, and how fresh that is. */
export interface Live<T> {
  /** The newest answer; `undefined` until the first. It stays while newer ones fail. */
  readonly data: T | undefined;
  /** The version of `data` for `If-Match`. */
  readonly etag: string | undefined;
  /** When `data` was answered, by the server's clock. */
  readonly at: Instant | undefined;
  /** Why the newest try failed. */
  readonly error: Error | undefined;
  /** Asks now. */
  refresh(): void;
}

const usualMs = 15_000;
const slowestMs = 120_000;

/** Waits are spread by a tenth each way, so that a thousand pages that opened together do not ask together for ever. */
const spread = (ms: number): number => ms * (0.9 + Math.random() * 0.2);

/** How long to wait after so many failures in a row. */
export const waitAfterFailures = (everyMs: number, failures: number): number =>
  Math.min(Math.max(slowestMs, everyMs), everyMs * 2 ** Math.min(failures, 10));

type Shown<T> = Omit<Live<T>, 'refresh'> & { readonly address: string };

/**
 * Keeps a resource fresh while its tab is looked at: what is known is shown at once, then asked anew every 15 s, less often
 * while that fails.
 *
 * @param resource `undefined` for none
 * @param everyMs 0 asks once
 */
export function useLive<T>(resource: Resource<T> | undefined, everyMs = usualMs): Live<T> {
  const { api } = usePortal();
  const address = resource === undefined ? '' : api.addressOf(resource);
  const first = (): Shown<T> => {
    const kept = resource === undefined ? undefined : api.kept(resource);
    return { address, data: kept?.data, etag: kept?.etag, at: kept?.at, error: undefined };
  };
  const [shown, setShown] = useState(first);
  const [turn, setTurn] = useState(0);
  const refresh = useCallback(() => setTurn((before) => before + 1), []);

  useEffect(() => {
    if (resource === undefined) return;
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    let isAsking = false;
    let isDue = true;

    const plan = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        isDue = true;
        void ask();
      }, ms);
    };
    const ask = async () => {
      // A tab that nobody looks at asks when it is looked at again.
      if (isAsking || !isDue || document.hidden) return;
      isAsking = true;
      isDue = false;
      try {
        const { data, etag, at } = await api.get(resource, { signal: leaving.signal });
        failures = 0;
        setShown({ address, data, etag, at, error: undefined });
      } catch (error) {
        if (leaving.signal.aborted) return;
        if (error instanceof SignedOut && !isWriting() && goToSignIn()) return;
        failures += 1;
        const kept = api.kept(resource);
        setShown({
          address,
          // What is gone must not stand there as if it were.
          data: isGone(error) ? undefined : kept?.data,
          etag: kept?.etag,
          at: kept?.at,
          error: error instanceof Error ? error : new Error(String(error)),
        });
      } finally {
        isAsking = false;
      }
      if (everyMs > 0 || failures > 0)
        plan(spread(waitAfterFailures(everyMs === 0 ? usualMs : everyMs, failures)));
    };
    const onVisible = () => void ask();
    const onOnline = () => {
      isDue = true;
      void ask();
    };
    document.addEventListener('visibilitychange', onVisible);
    addEventListener('online', onOnline);
    void ask();
    return () => {
      leaving.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
      removeEventListener('online', onOnline);
    };
  }, [address, everyMs, turn]);

  // Between a change of address and the effect above, the old answer is not the new address's.
  return { ...(shown.address === address ? shown : first()), refresh };
}

/** Who fills in a form is not taken away from it; the page says that signing in is due. */
const isWriting = (): boolean => document.querySelector('dialog[open], main form') !== null;

const isGone = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 404 || error.status === 403);
