import type { ComponentChildren } from 'preact';

interface Attributes {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean;
}

/** What is wrong with a field, in the reader's words; `detail` is the server's, in English. */
export interface Told {
  readonly text: string;
  readonly detail?: string | undefined;
}

interface FaultFieldProps {
  /** Unique in the page: faults lead to it. */
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly faults: readonly Told[];
  readonly children: (attributes: Attributes) => ComponentChildren;
}

/** A field with its label, how it is to be written, and what is wrong with it. */
export function FaultField({ id, label, hint, faults, children }: FaultFieldProps) {
  const described = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(faults.length === 0 ? [] : [`${id}-faults`]),
  ].join(' ');
  return (
    <div class={faults.length === 0 ? 'field' : 'field field-faulty'} id={`${id}-field`}>
      <label for={id}>{label}</label>
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': faults.length > 0,
      })}
      {hint !== undefined && (
        <p class="quiet" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <Faults id={`${id}-faults`} faults={faults} />
    </div>
  );
}

/** Below a field or a group of them. */
export function Faults({ id, faults }: { id: string; faults: readonly Told[] }) {
  if (faults.length === 0) return null;
  return (
    <ul class="field-faults" id={id}>
      {faults.map(({ text, detail }) => (
        <li key={text + (detail ?? '')}>
          {text}
          {detail !== undefined && (
            <span class="quiet" lang="en">
              {' '}
              {detail}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
