import { paginateQuery, type Row, type TimestreamQueryClient } from '@aws-sdk/client-timestream-query';
import type { ServerRef } from '../../core/ids.ts';
import { type Instant, toInstant } from '../../core/instant.ts';

/** SQL string and name with their own quotes doubled. Names come from settings, ids from the inventory: neither is trusted. */
export const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const moment = (ms: number): string => `from_milliseconds(${ms})`;

export const ofServer = ({ account, server }: ServerRef): string =>
  `account = ${literal(account)} AND server = ${literal(server)}`;

/** A row's values by column; those that are NULL are missing. */
export type Cells = ReadonlyMap<string, string>;

/** Runs a query to its last page. */
export async function* rowsOf(client: TimestreamQueryClient, text: string): AsyncGenerator<Cells> {
  for await (const page of paginateQuery({ client }, { QueryString: text })) {
    const names = page.ColumnInfo?.map(({ Name }) => Name ?? '') ?? [];
    for (const row of page.Rows ?? []) yield cellsOf(names, row);
  }
}

export async function allRowsOf(client: TimestreamQueryClient, text: string): Promise<Cells[]> {
  const rows: Cells[] = [];
  for await (const row of rowsOf(client, text)) rows.push(row);
  return rows;
}

/** Names of all columns that a query answers, and whether there is a row; only its first page with rows is read. */
export async function columnsOfAnswer(
  client: TimestreamQueryClient,
  text: string,
): Promise<string[] | undefined> {
  for await (const page of paginateQuery({ client }, { QueryString: text }))
    if ((page.Rows?.length ?? 0) > 0) return page.ColumnInfo?.map(({ Name }) => Name ?? '') ?? [];
  return undefined;
}

function cellsOf(names: readonly string[], { Data }: Row): Cells {
  const cells = new Map<string, string>();
  for (const [index, { ScalarValue }] of (Data ?? []).entries()) {
    const name = names[index];
    if (name !== undefined && ScalarValue !== undefined) cells.set(name, ScalarValue);
  }
  return cells;
}

/** @throws for a row without it */
export function cell(row: Cells, name: string): string {
  const value = row.get(name);
  if (value === undefined)
    throw new Error(`Timestream answered a row without ${name}; the table is not one of ours`);
  return value;
}

/** `2026-11-21 10:00:00.000000000` as an instant. */
export const momentOf = (time: string): Instant => toInstant(`${time.slice(0, 23).replace(' ', 'T')}Z`);
