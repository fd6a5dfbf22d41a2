import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageOf } from '../core/api/problem.ts';
import type { Resource } from './api.ts';
import { type Live, useLive } from './live.ts';
import { usePortal } from './portal.ts';

/** A list of any length: its first page is there at once, further ones are asked for. */
export interface Pages<T> {
  readonly items: readonly T[];
  /** The first page: whether it loads, fails or is stale. */
  readonly first: Live<PageOf<T>>;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  /** Why the newest further page did not come. */
  readonly moreError: Error | undefined;
  more(): void;
}

interface Further<T> {
  readonly address: string;
  readonly pages: readonly PageOf<T>[];
}

const everyMs = 15_000;

/**
 * Reads a list page by page. The first page is kept fresh; of the further ones, one in turn each quarter of a minute, so
 * that a long list asks no more often than a short one.
 *
 * @param resourceOf the page that begins at a cursor; the first without
 */
export function usePages<T>(resourceOf: (cursor?: string) => Resource<PageOf<T>>): Pages<T> {
  const { api } = usePortal();
  const firstPage = resourceOf();
  const address = api.addressOf(firstPage);
  const first = useLive(firstPage);
  const [further, setFurther] = useState<Further<T>>({ address, pages: [] });
  const [isLoadingMore, setLoading] = useState(false);
  const [moreError, setError] = useState<Error>();
  const pages = further.address === address ? further.pages : [];
  const next = pages.length === 0 ? first.data?.next : pages.at(-1)?.next;

  const shown = useRef({ first: first.data, pages, address });
  shown.current = { first: first.data, pages, address };

  const more = async () => {
    if (next === undefined || isLoadingMore) return;
    setLoading(true);
    setError(undefined);
    try {
      const { data } = await api.get(resourceOf(next));
      setFurther((before) => ({
        address,
        pages: [...(before.address === address ? before.pages : []), data],
      }));
    } catch (error) {
      setError(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setLoading(false);
    }
  };

  useEffect(() => {
    let turn = 0;
    const timer = setInterval(async () => {
      const { first: head, pages: known } = shown.current;
      if (document.hidden || known.length === 0) return;
      const index = turn % known.length;
      turn += 1;
      const cursor = index === 0 ? head?.next : known[index - 1]?.next;
      if (cursor === undefined) return;
      // What fails here is told by the first page, which is asked more often.
      const answer = await api.get(resourceOf(cursor)).catch(() => undefined);
      if (answer === undefined || shown.current.address !== address) return;
      setFurther((before) => ({
        address,
        pages: before.pages.map((page, place) => (place === index ? answer.data : page)),
      }));
    }, everyMs);
    return () => clearInterval(timer);
  }, [address, api]);

  return {
    items: [...(first.data?.items ?? []), ...pages.flatMap(({ items }) => items)],
    first,
    hasMore: next !== undefined,
    isLoadingMore,
    moreError,
    more: () => void more(),
  };
}
