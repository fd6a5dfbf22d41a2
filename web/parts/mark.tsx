import type { ComponentChildren } from 'preact';
import type { Standing } from '../../core/standing.ts';
import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';

/** Each standing has its own outline, so that it is told apart without its colour and at a glance. */
const shapes: Readonly<Record<Standing, ComponentChildren>> = {
  critical: (
    <>
      <rect class="fill" x="1" y="1" width="14" height="14" rx="1.5" />
      <path class="cut" d="M8 4v4.6M8 11.6v.2" />
    </>
  ),
  confirming: (
    <>
      <circle class="line" cx="8" cy="8" r="6.4" />
      <path class="fill" d="M8 8V3.4A4.6 4.6 0 0 1 12.6 8z" />
    </>
  ),
  warning: (
    <>
      <path class="fill" d="M8 1.2 15.4 14.6H.6z" />
      <path class="cut" d="M8 6.2v4M8 12.4v.1" />
    </>
  ),
  unknown: (
    <>
      <path class="line" d="M8 1.2 14.8 8 8 14.8 1.2 8z" />
      <path class="thin" d="M6.5 6.7a1.5 1.5 0 1 1 2.3 1.3c-.5.3-.8.6-.8 1.1M8 11v.1" />
    </>
  ),
  maintenance: (
    <path
      class="fill"
      fill-rule="evenodd"
      d="M4.6 1.6h6.8L15 8l-3.6 6.4H4.6L1 8zM8 5.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2z"
    />
  ),
  paused: <path class="fill" d="M3.2 2h3.4v12H3.2zM9.4 2h3.4v12H9.4z" />,
  ok: (
    <>
      <circle class="fill" cx="8" cy="8" r="7" />
      <path class="cut" d="m4.9 8.3 2.1 2.1 4.2-4.6" />
    </>
  ),
};

/** The mark alone, for where the word stands beside it. */
export const StandingMark = ({ standing }: { standing: Standing }) => (
  <svg class={`mark tone-${standing}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    {shapes[standing]}
  </svg>
);

/** Mark and word: how something stands. */
export function StandingTag({ standing }: { standing: Standing }) {
  const words = useWords(common);
  return (
    <span class={`standing tone-${standing}`}>
      <StandingMark standing={standing} />
      {words.standing[standing]}
    </span>
  );
}
