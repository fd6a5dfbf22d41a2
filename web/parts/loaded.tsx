import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { clockTime } from '../format.ts';
import type { Live } from '../live.ts';
import { usePortal } from '../portal.ts';
import { SignedOut } from '../session.ts';
import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';
import { Failure } from './failure.tsx';
import { SignInLink } from './sign-in-link.tsx';

interface LoadedProps<T> {
  readonly live: Live<T>;
  readonly children: (data: T) => ComponentChildren;
}

/** Shows what was loaded; until then that it loads, or why it does not; and when it is no longer fresh, of when it is. */
export function Loaded<T>({ live, children }: LoadedProps<T>) {
  const { data, error, refresh } = live;
  if (data === undefined)
    return error === undefined ? <Loading /> : <Failure error={error} retry={refresh} />;
  return (
    <>
      <StaleMark live={live} />
      {children(data)}
    </>
  );
}

function StaleMark({ live: { error, at } }: { live: Live<unknown> }) {
  const portal = usePortal();
  const words = useWords(common);
  if (error === undefined || at === undefined) return null;
  if (error instanceof SignedOut)
    return (
      <p class="stale" role="status">
        {words.signedOut.title} <SignInLink class="stale-link" />
      </p>
    );
  return (
    <p class="stale" role="status">
      {words.live.stale(clockTime(at, portal))}
    </p>
  );
}

/** Appears only when it takes long enough to be wondered about. */
export function Loading() {
  const words = useWords(common);
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 400);
    return () => clearTimeout(timer);
  }, []);
  return <p class="loading">{isLong ? words.loading : ' '}</p>;
}

/** In place of a list that has nothing: why, and what to do. */
export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <p class="empty-title">{title}</p>
    {children}
  </div>
);
