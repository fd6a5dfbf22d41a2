import { useEffect, useState } from 'preact/hooks';
import type { Store } from './create-store.ts';

/** The store's value; the part is drawn again when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(store.get);
  useEffect(() => {
    // It may have changed between drawing and following.
    setValue(() => store.get());
    return store.follow(() => setValue(() => store.get()));
  }, [store]);
  return value;
}
