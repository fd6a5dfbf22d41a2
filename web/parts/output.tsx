import type { ComponentChildren } from 'preact';
import { incidentWords } from '../words/incident-words.ts';
import { useWords } from '../words/words.ts';

interface OutputProps {
  /** The command as a shell would read it. */
  readonly line: string;
  readonly title?: ComponentChildren;
  readonly exitCode?: number | undefined;
  readonly output: string;
  readonly truncated: boolean;
  readonly isOpen?: boolean;
}

/** Of one command; a page with a hundred of them must stay quick. */
const mostCharacters = 20_000;

/** A command and what it said, folded away until somebody wants to read it. */
export function Output({ line, title, exitCode, output, truncated, isOpen = false }: OutputProps) {
  const words = useWords(incidentWords);
  const isCut = truncated || output.length > mostCharacters;
  return (
    <details class="output" open={isOpen}>
      <summary>
        {title !== undefined && <span class="output-title">{title}</span>}
        <code>{line}</code>
        {exitCode !== undefined && exitCode !== 0 && (
          <span class="badge badge-failure">{words.exitCode(exitCode)}</span>
        )}
        {isCut && <span class="badge">{words.cut}</span>}
      </summary>
      {output === '' ? (
        <p class="quiet">{words.noOutput}</p>
      ) : (
        // It scrolls sideways, so the keyboard must be able to reach it.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        <pre tabIndex={0}>{output.slice(0, mostCharacters)}</pre>
      )}
    </details>
  );
}
