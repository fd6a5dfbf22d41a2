import { useEffect, useState } from 'preact/hooks';
import type { Instant } from '../core/instant.ts';
import { createStore } from './create-store.ts';

interface Reading {
  /** The server's time, in milliseconds since the epoch. */
  readonly atMs: number;
  /** `performance.now()` when it was read. */
  readonly readMs: number;
  readonly speed: number;
}

/** The device's own clock serves until the server has said the time; it may be wrong by hours. */
const reading = createStore<Reading>({
  atMs: performance.timeOrigin + performance.now(),
  readMs: performance.now(),
  speed: 1,
});

/** Sets the clock by what the server says. */
export function setClock(at: Instant, speed: number): void {
  reading.set({ atMs: Date.parse(at), readMs: performance.now(), speed });
}

/** The server's time now. */
export function now(): Instant {
  const { atMs, readMs, speed } = reading.get();
  return new Date(atMs + (performance.now() - readMs) * speed).toISOString();
}

/** The server's time, drawn anew every few seconds of the reader's. */
export function useNow(everyMs = 5000): Instant {
  const [at, setAt] = useState(now);
  useEffect(() => {
    const tick = () => setAt(now());
    const timer = setInterval(tick, everyMs);
    const unfollow = reading.follow(tick);
    return () => {
      clearInterval(timer);
      unfollow();
    };
  }, [everyMs]);
  return at;
}
