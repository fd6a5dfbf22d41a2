import { useEffect, useState } from 'preact/hooks';
import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onSearch: (value: string) => void;
}

/** Asks when the writer pauses, not at every letter. */
const pauseMs = 250;

/** Searches while it is written in. */
export function SearchField({ label, value, onSearch }: SearchFieldProps) {
  const words = useWords(common);
  const [written, setWritten] = useState(value);
  useEffect(() => setWritten(value), [value]);
  useEffect(() => {
    if (written === value) return;
    const timer = setTimeout(() => onSearch(written.trim()), pauseMs);
    return () => clearTimeout(timer);
  }, [written]);
  return (
    <search class="search">
      <label>
        <span class="visually-hidden">{label}</span>
        <input
          type="search"
          placeholder={label}
          value={written}
          autoComplete="off"
          spellcheck={false}
          aria-label={label}
          onInput={({ currentTarget }) => setWritten(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            // It may stand in a form that is not to be sent by it.
            event.preventDefault();
            onSearch(written.trim());
          }}
        />
      </label>
      {written !== '' && (
        <button type="button" class="button-quiet button-small" onClick={() => onSearch('')}>
          {words.list.clear}
        </button>
      )}
    </search>
  );
}
