import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';
import { Refusal } from './failure.tsx';

interface DialogProps {
  readonly title: string;
  /** What will happen, said before it does. */
  readonly effect?: ComponentChildren;
  /** The word on the button that does it. */
  readonly deed: string;
  readonly isDangerous?: boolean;
  /** Fields of what is asked for. */
  readonly children?: ComponentChildren;
  /** Does it; what it throws is shown, and the dialog stays. */
  readonly act: () => Promise<unknown>;
  readonly close: () => void;
}

/** Asks before something is done, and says why when it could not be. Escape and Cancel leave everything as it is. */
export function Dialog({ title, effect, deed, isDangerous = false, children, act, close }: DialogProps) {
  const words = useWords(common);
  const box = useRef<HTMLDialogElement>(null);
  const [isActing, setActing] = useState(false);
  const [error, setError] = useState<Error>();
  const titleId = useId();
  useEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isActing) return;
    setActing(true);
    setError(undefined);
    try {
      await act();
      close();
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)));
      setActing(false);
    }
  };
  return (
    <dialog class="dialog" ref={box} aria-labelledby={titleId} onClose={close}>
      <form onSubmit={submit}>
        <h2 id={titleId}>{title}</h2>
        {effect !== undefined && <p>{effect}</p>}
        {children}
        {error !== undefined && <Refusal error={error} />}
        <div class="dialog-actions">
          <button type="button" class="button button-plain" onClick={close}>
            {words.act.cancel}
          </button>
          <button
            type="submit"
            class={isDangerous ? 'button button-danger' : 'button'}
            aria-disabled={isActing}
          >
            {isActing ? words.act.working : deed}
          </button>
        </div>
      </form>
    </dialog>
  );
}

interface FieldProps {
  readonly label: string;
  /** How it is to be written. */
  readonly hint?: string | undefined;
  readonly children: (id: string, hintId: string | undefined) => ComponentChildren;
}

/** A field with its label above and how it is to be written below. */
export function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id, hintId)}
      {hint !== undefined && (
        <p class="quiet" id={hintId}>
          {hint}
        </p>
      )}
    </div>
  );
}
