import { QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import { boundedLimit, cursorOf, type ListRequest, positionOf } from '../cursor.ts';
import type { Part } from '../directory-store.ts';
import { tableDefinition } from '../table-definition.ts';
import type { DynamoContext } from './context.ts';

type Index = keyof typeof tableDefinition.indexes;
export type Item = Record<string, unknown>;

/** A range of one partition, of the table or of an index. */
export interface Range {
  /** Absent: the table itself. */
  readonly index?: Index;
  readonly partition: string;
  /** Begins every sort key that is read, and is no part of a position. */
  readonly prefix?: string;
  /** Sort keys without the prefix, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly order: 'ascending' | 'descending';
  readonly consistent?: boolean;
  readonly projection?: { readonly expression: string; readonly names: Readonly<Record<string, string>> };
}

/** Comes after every character that our keys have. */
const last = '\uffff';

const keysOf = (index: Index | undefined) =>
  index === undefined ? tableDefinition : tableDefinition.indexes[index];

/** What lies after a position of a range, `most` items at most. Reads as many pages of 1 MB as that takes. */
export async function readRange(
  { documents, table }: Pick<DynamoContext, 'documents' | 'table'>,
  { index, partition, prefix = '', from = '', to = last, order, consistent = false, projection }: Range,
  most: number,
  position?: string,
): Promise<Item[]> {
  const { partitionKey, sortKey } = keysOf(index);
  const isAscending = order === 'ascending';
  const low = prefix + (isAscending && position !== undefined && position >= from ? position : from);
  const high = prefix + (!isAscending && position !== undefined && position <= to ? position : to);
  const found: Item[] = [];
  if (low > high) return found;
  let start: Item | undefined;
  do {
    const page: QueryCommandOutput = await documents.send(
      new QueryCommand({
        TableName: table,
        ...(index !== undefined && { IndexName: tableDefinition.indexes[index].name }),
        KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :low AND :high',
        ExpressionAttributeNames: { '#partition': partitionKey, '#sort': sortKey, ...projection?.names },
        ExpressionAttributeValues: { ':partition': partition, ':low': low, ':high': high },
        ...(projection !== undefined && { ProjectionExpression: projection.expression }),
        ScanIndexForward: isAscending,
        ConsistentRead: consistent,
        // One more, as a condition of a range includes the position itself, which was given before.
        Limit: most + 1 - found.length,
        ...(start !== undefined && { ExclusiveStartKey: start }),
      }),
    );
    for (const item of page.Items ?? []) {
      if (position === undefined || item[sortKey] !== prefix + position) found.push(item);
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined && found.length < most);
  return found.slice(0, most);
}

/** Where an item stands in its range: the sort key without the prefix. */
export const placeIn = ({ index, prefix = '' }: Pick<Range, 'index' | 'prefix'>, item: Item): string =>
  String(item[keysOf(index).sortKey]).slice(prefix.length);

/**
 * A part of a list whose items hold what is listed as `body`.
 *
 * @throws BadCursor
 */
export async function readPart<T>(
  context: Pick<DynamoContext, 'documents' | 'table'>,
  list: string,
  range: Range,
  { limit, cursor }: ListRequest,
  bodyOf: (item: Item) => T,
): Promise<Part<T>> {
  const wanted = boundedLimit(limit);
  const found = await readRange(context, range, wanted + 1, positionOf(list, cursor));
  const given = found.slice(0, wanted);
  const end = given.at(-1);
  const items = given.map(bodyOf);
  if (end === undefined || found.length <= wanted) return { items };
  return { items, next: cursorOf(list, placeIn(range, end)) };
}
