import { Component, type ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { numberText } from '../format.ts';
import type { Pages } from '../pages-of-list.ts';
import { usePortal } from '../portal.ts';
import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';
import { Refusal } from './failure.tsx';
import { Loaded } from './loaded.tsx';

interface PagedListProps<T> {
  readonly pages: Pages<T>;
  readonly keyOf: (item: T) => string;
  readonly row: (item: T) => ComponentChildren;
  /** In place of a list without entries. */
  readonly empty: ComponentChildren;
  /** How many there are in all, where that is known. */
  readonly all?: number | undefined;
}

/** A list that goes on as its reader comes to its end. Rows out of sight are not drawn (see `.rows-long`). */
export function PagedList<T>({ pages, keyOf, row, empty, all }: PagedListProps<T>) {
  const words = useWords(common);
  const portal = usePortal();
  const end = useRef<HTMLDivElement>(null);
  const latest = useRef(pages);
  latest.current = pages;
  useEffect(() => {
    const watcher = new IntersectionObserver(
      (entries) => {
        const { hasMore, moreError, more } = latest.current;
        if (entries.some(({ isIntersecting }) => isIntersecting) && hasMore && moreError === undefined)
          more();
      },
      { rootMargin: '600px' },
    );
    if (end.current !== null) watcher.observe(end.current);
    return () => watcher.disconnect();
  });
  return (
    <Loaded live={pages.first}>
      {() =>
        pages.items.length === 0 ? (
          empty
        ) : (
          <>
            <ul class="rows rows-long">
              {pages.items.map((item) => (
                <Row key={keyOf(item)} item={item} row={row} />
              ))}
            </ul>
            <div class="list-end" ref={end}>
              {all !== undefined && (
                <p class="quiet">
                  {words.list.count(numberText(pages.items.length, portal), numberText(all, portal))}
                </p>
              )}
              {pages.moreError !== undefined && <Refusal error={pages.moreError} />}
              {pages.hasMore && (
                <button
                  type="button"
                  class="button button-plain"
                  aria-disabled={pages.isLoadingMore}
                  onClick={pages.more}
                >
                  {pages.isLoadingMore ? words.list.loadingMore : words.list.more}
                </button>
              )}
            </div>
          </>
        )
      }
    </Loaded>
  );
}

interface RowProps<T> {
  readonly item: T;
  readonly row: (item: T) => ComponentChildren;
}

/** Drawn anew only for another item: a page that is added to ten thousand rows must not draw those again. */
class Row<T> extends Component<RowProps<T>> {
  override shouldComponentUpdate({ item }: RowProps<T>): boolean {
    return item !== this.props.item;
  }

  override render() {
    return <li>{this.props.row(this.props.item)}</li>;
  }
}
