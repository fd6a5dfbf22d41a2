import type { Instant } from '../../core/instant.ts';
import { useNow } from '../clock.ts';
import {
  clockTimeWithSeconds,
  roughDuration,
  secondsBetween,
  shortTime,
  spanText,
  wholeTime,
} from '../format.ts';
import { usePortal } from '../portal.ts';
import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';

/** `03:12`, or with its day when that is not today; the whole of it for who points at it. */
export function Time({ at }: { at: Instant }) {
  const portal = usePortal();
  const now = useNow(60_000);
  return (
    <time dateTime={at} title={wholeTime(at, portal)}>
      {shortTime(at, portal, now)}
    </time>
  );
}

/** `03:12:05` */
export function TimeWithSeconds({ at }: { at: Instant }) {
  const portal = usePortal();
  return (
    <time dateTime={at} title={wholeTime(at, portal)}>
      {clockTimeWithSeconds(at, portal)}
    </time>
  );
}

/** `3 min ago` */
export function Ago({ at }: { at: Instant }) {
  const portal = usePortal();
  const words = useWords(common);
  const seconds = secondsBetween(at, useNow());
  return (
    <time dateTime={at} title={wholeTime(at, portal)}>
      {seconds < 5 ? words.time.justNow : words.time.ago(roughDuration(seconds, portal))}
    </time>
  );
}

/** `12 min`, from then until now. */
export function Lasting({ from }: { from: Instant }) {
  const portal = usePortal();
  const seconds = secondsBetween(from, useNow());
  return (
    <time dateTime={from} title={wholeTime(from, portal)}>
      {roughDuration(Math.max(0, seconds), portal)}
    </time>
  );
}

/** `03:12–04:00` */
export function Span({ from, until }: { from: Instant; until: Instant }) {
  const portal = usePortal();
  const now = useNow(60_000);
  return (
    <span class="span" title={`${wholeTime(from, portal)} – ${wholeTime(until, portal)}`}>
      {spanText(from, until, portal, now)}
    </span>
  );
}
