import { maintenanceWords } from '../words/maintenance-words.ts';
import { useWords } from '../words/words.ts';

/** What is done and left undone in maintenance, so that nobody has to guess. */
export function Meaning() {
  const { means: words } = useWords(maintenanceWords);
  return (
    <section class="meaning" aria-labelledby="meaning">
      <h2 id="meaning">{words.title}</h2>
      <ul>
        {[words.checks, words.quiet, words.end, words.other].map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </section>
  );
}
