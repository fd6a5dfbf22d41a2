import { useEffect } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { goToSignIn, SessionUnreachable, SignedOut } from '../session.ts';
import { common } from '../words/common.ts';
import type { en } from '../words/en.ts';
import { useWords } from '../words/words.ts';
import { SignInLink } from './sign-in-link.tsx';

interface Explained {
  readonly title: string;
  readonly body: string;
  readonly reference?: string | undefined;
}

/** What an error means to the reader, and what to do about it. */
export function explain(error: Error, words: typeof en): Explained {
  if (error instanceof SessionUnreachable) return words.error.offline;
  if (error instanceof SignedOut) return words.signInFailed;
  if (!(error instanceof ApiError)) return words.error.broken;
  const { status, problem, retryAfterSeconds } = error;
  if (status === 0) return words.error.offline;
  if (status === 401) return words.signInFailed;
  if (status === 403) return words.error.forbidden;
  if (status === 404) return words.error.missing;
  if (status === 409) return words.error.conflict;
  if (status === 412 || status === 428) return words.error.changed;
  if (status === 429)
    return { title: words.error.tooMany.title, body: words.error.tooMany.body(retryAfterSeconds ?? 60) };
  if (status < 500) return words.error.invalid;
  const reference = problem?.reference;
  return {
    title: words.error.fault.title,
    body: words.error.fault.body,
    reference: reference === undefined ? undefined : words.error.fault.reference(reference),
  };
}

interface FailureProps {
  readonly error: Error;
  readonly retry?: () => void;
}

/** In place of what could not be loaded. */
export function Failure({ error, retry }: FailureProps) {
  const words = useWords(common);
  const { title, body, reference } = explain(error, words);
  const isSignedOut = error instanceof SignedOut || (error instanceof ApiError && error.status === 401);
  useEffect(() => {
    if (isSignedOut) goToSignIn();
  }, [isSignedOut]);
  return (
    <div class="failure" role="alert">
      <p class="failure-title">{title}</p>
      <p>{body}</p>
      {reference !== undefined && <p class="quiet">{reference}</p>}
      {isSignedOut ? (
        <SignInLink />
      ) : (
        retry !== undefined && (
          <button type="button" class="button" onClick={retry}>
            {words.act.retry}
          </button>
        )
      )}
    </div>
  );
}

/** Beside a form: why a change was refused, all faults at once. */
export function Refusal({ error }: { readonly error: Error }) {
  const words = useWords(common);
  const { title, body, reference } = explain(error, words);
  const errors = error instanceof ApiError ? (error.problem?.errors ?? []) : [];
  // What the fields do not say, the sentence does; it is in English.
  const detail =
    error instanceof ApiError && [400, 409, 422].includes(error.status) ? error.problem?.detail : undefined;
  return (
    <div class="failure failure-small" role="alert">
      <p class="failure-title">{title}</p>
      <p>{body}</p>
      {errors.length > 0 ? (
        <ul class="faults">
          {errors.map(({ field, message }) => (
            <li key={field + message}>
              <code>{field}</code> {message}
            </li>
          ))}
        </ul>
      ) : (
        detail !== undefined && <p class="quiet">{detail}</p>
      )}
      {reference !== undefined && <p class="quiet">{reference}</p>}
    </div>
  );
}
