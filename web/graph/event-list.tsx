import { useState } from 'preact/hooks';
import { graphWords } from '../words/graph-words.ts';
import { useWords } from '../words/words.ts';
import type { GraphEvent } from './graph.tsx';
import { momentText, spanText } from './time-texts.ts';
import type { TimeRange } from './view.ts';

const atOnce = 6;

export interface EventListProps {
  readonly events: readonly GraphEvent[];
  readonly range: TimeRange;
  readonly language: string;
  readonly zone: string;
}

/** What the shaded times of all graphs are, newest first: the way to them for keyboards and screen readers. */
export function EventList({ events, range, language, zone }: EventListProps) {
  const words = useWords(graphWords);
  const [isOpen, setOpen] = useState(false);
  const inSight = events
    .filter(({ fromMs, toMs }) => toMs > range.fromMs && fromMs < range.toMs)
    .toSorted((a, b) => b.fromMs - a.fromMs);
  if (inSight.length === 0) return null;
  const listed = isOpen ? inSight : inSight.slice(0, atOnce);
  return (
    <section class="graph-events" aria-label={words.events.label}>
      <h3>{words.events.label}</h3>
      <ul>
        {listed.map(({ id, kind, fromMs, toMs, goesOn, text, href }) => (
          <li key={id} class={`graph-event graph-event-${kind}`}>
            {href === undefined ? <span>{text}</span> : <a href={href}>{text}</a>}{' '}
            <span>
              {goesOn
                ? `${momentText(fromMs, language, zone)} – ${words.events.goesOn}`
                : spanText(fromMs, toMs, language, zone)}
            </span>
          </li>
        ))}
        {inSight.length > listed.length && (
          <li>
            <button type="button" class="button-quiet button-small" onClick={() => setOpen(true)}>
              {words.events.more(inSight.length - listed.length)}
            </button>
          </li>
        )}
      </ul>
    </section>
  );
}
