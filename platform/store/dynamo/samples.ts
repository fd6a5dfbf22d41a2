import { setTimeout as wait } from 'node:timers/promises';
import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  DeleteCommand,
  type DynamoDBDocumentClient,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type MonitorRef, monitorKey, type ServerRef, serverKey } from '../../../core/ids.ts';
import { assertNoneTooLarge, sampleTexts } from '../size-limits.ts';
import { tableDefinition } from '../table-definition.ts';
import { ifConditionHolds } from './if-condition-holds.ts';
import { inParallel } from './in-parallel.ts';

const { partitionKey, sortKey } = tableDefinition;
const keysPerRead = 100;
const emptyAnswersBorne = 8;

// One item for each server, one attribute for each monitor, written side by side by sweeps that know nothing of each
// other. ElectroDB knows only attributes that its schema names, so these go by the document client itself. In one map
// attribute they would need two writes the first time, as an update cannot make a map and set a part of it at once.
const attributeOf = (monitor: string): string => `sample#${monitor}`;
const samplesKey = (ref: ServerRef) => ({ [partitionKey]: `server#${serverKey(ref)}`, [sortKey]: 'samples' });

/** The last samples of these monitors, by monitor key. */
export async function readSamples(
  client: DynamoDBDocumentClient,
  table: string,
  refs: readonly MonitorRef[],
): Promise<Map<string, unknown>> {
  const byServer = Map.groupBy(refs, serverKey);
  const keys = [...byServer.values()].flatMap(([first]) => (first === undefined ? [] : [samplesKey(first)]));
  const found = new Map<string, unknown>();
  await inParallel(inGroups(keys, keysPerRead), async (group) => {
    for (const item of await readItems(client, table, group)) {
      const server = String(item[partitionKey]).slice('server#'.length);
      for (const ref of byServer.get(server) ?? []) {
        const text = item[attributeOf(ref.monitor)];
        if (typeof text === 'string') found.set(monitorKey(ref), JSON.parse(text));
      }
    }
  });
  return found;
}

type Item = Record<string, unknown>;

/** One batch. What the answer has no room for, or no capacity was left for, is asked for again. */
async function readItems(client: DynamoDBDocumentClient, table: string, keys: Item[]): Promise<Item[]> {
  const items: Item[] = [];
  let left: Item[] = keys;
  let emptyAnswers = 0;
  for (;;) {
    const answer: BatchGetCommandOutput = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } }),
    );
    const got = answer.Responses?.[table] ?? [];
    items.push(...got);
    left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    if (left.length === 0) return items;
    // An answer that was merely full goes on at once; one without a single item is a throttled table's.
    if (got.length > 0) continue;
    emptyAnswers += 1;
    if (emptyAnswers === emptyAnswersBorne) {
      throw new Error(
        `table ${table} left the samples of ${left.length} servers unread, asked ${emptyAnswers} times; it is throttled: look at its ThrottledRequests`,
      );
    }
    await wait(Math.random() * 50 * 2 ** emptyAnswers);
  }
}

/** Saves samples, side by side with those of other monitors. @throws SampleTooLarge after the others were saved */
export async function writeSamples(
  client: DynamoDBDocumentClient,
  table: string,
  samples: ReadonlyMap<MonitorRef, unknown>,
): Promise<void> {
  const { fitting, tooLarge } = sampleTexts(samples);
  const byServer = Map.groupBy(fitting, ({ ref }) => serverKey(ref));
  await inParallel(byServer.values(), async (ofServer) => {
    const [first] = ofServer;
    if (first === undefined) return;
    await client.send(
      new UpdateCommand({
        TableName: table,
        Key: samplesKey(first.ref),
        UpdateExpression: `SET ${ofServer.map((_, index) => `#m${index} = :m${index}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(
          ofServer.map(({ ref }, index) => [`#m${index}`, attributeOf(ref.monitor)]),
        ),
        ExpressionAttributeValues: Object.fromEntries(
          ofServer.map(({ text }, index) => [`:m${index}`, text]),
        ),
      }),
    );
  });
  assertNoneTooLarge(tooLarge);
}

/** Forgets the sample of a monitor that is no longer watched. */
export async function forgetSample(
  client: DynamoDBDocumentClient,
  table: string,
  ref: MonitorRef,
): Promise<void> {
  // Without the condition an update would make an empty item.
  await ifConditionHolds(
    client.send(
      new UpdateCommand({
        TableName: table,
        Key: samplesKey(ref),
        UpdateExpression: 'REMOVE #m',
        ConditionExpression: 'attribute_exists(#m)',
        ExpressionAttributeNames: { '#m': attributeOf(ref.monitor) },
      }),
    ),
  );
}

/** Forgets all samples of a server that is no longer watched. */
export async function forgetSamples(
  client: DynamoDBDocumentClient,
  table: string,
  ref: ServerRef,
): Promise<void> {
  await client.send(new DeleteCommand({ TableName: table, Key: samplesKey(ref) }));
}

function* inGroups<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
