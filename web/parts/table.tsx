import type { ComponentChildren } from 'preact';

export interface Column<T> {
  readonly head: string;
  readonly cell: (item: T) => ComponentChildren;
  /** Numbers stand at the end, one below the other. */
  readonly isNumber?: boolean;
}

interface TableProps<T> {
  /** What the table holds, for who does not see the heading above it. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
}

/** A table; where it is narrow, each row becomes a block that names its values. */
export function Table<T>({ label, columns, items, keyOf }: TableProps<T>) {
  return (
    <div class="table-box">
      <table class="table">
        <caption class="visually-hidden">{label}</caption>
        <thead>
          <tr>
            {columns.map(({ head, isNumber }) => (
              <th key={head} scope="col" class={isNumber ? 'number' : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={keyOf(item)}>
              {columns.map(({ head, cell, isNumber }) => (
                <td key={head} data-label={head} class={isNumber ? 'number' : undefined}>
                  <div>{cell(item)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
