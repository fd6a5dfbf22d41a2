import type { ComponentChildren } from 'preact';
import type { Pages } from '../pages-of-list.ts';
import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';
import { Refusal } from './failure.tsx';
import { Loaded } from './loaded.tsx';
import { type Column, Table } from './table.tsx';

interface PagedTableProps<T> {
  readonly label: string;
  readonly pages: Pages<T>;
  readonly columns: readonly Column<T>[];
  readonly keyOf: (item: T) => string;
  /** In place of a table without rows. */
  readonly empty: ComponentChildren;
}

/** A table of any length, a page at a time. */
export function PagedTable<T>({ label, pages, columns, keyOf, empty }: PagedTableProps<T>) {
  const words = useWords(common);
  return (
    <Loaded live={pages.first}>
      {() =>
        pages.items.length === 0 ? (
          empty
        ) : (
          <>
            <Table label={label} columns={columns} items={pages.items} keyOf={keyOf} />
            <div class="list-end">
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
