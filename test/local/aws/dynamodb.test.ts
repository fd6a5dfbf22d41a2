import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { DynamoDBClient, PutItemCommand, paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, it } from 'vitest';
import { temporaryDirectory, writeAssembly } from '../assembly/write-assembly.ts';

const keys = (...names: string[]) =>
  names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' }));
const table = (indexes: readonly string[], sortKey = 'sk') =>
  writeAssembly({
    Service: {
      Resources: {
        Table: {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            TableName: 'mimamori',
            KeySchema: keys('pk', sortKey),
            AttributeDefinitions: ['pk', sortKey, ...indexes].map((AttributeName) => ({
              AttributeName,
              AttributeType: 'S',
            })),
            ...(indexes.length > 0 && {
              GlobalSecondaryIndexes: indexes.map((name) => ({
                IndexName: `by-${name}`,
                KeySchema: keys(name),
                Projection: { ProjectionType: 'ALL' },
              })),
            }),
            BillingMode: 'PAY_PER_REQUEST',
          },
        },
      },
    },
  });

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function startStore(
  directory: string,
  assembly: string,
): Promise<{ child: ChildProcess; client: DynamoDBClient }> {
  const script = new URL('./table-store-crash.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, directory, assembly], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  const errors: string[] = [];
  child.stderr?.on('data', (piece) => errors.push(String(piece)));
  const [first] = await Promise.race([
    once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error(errors.join('')))),
  ]);
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${first}`,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  return { child, client };
}

async function scanKeys(client: DynamoDBClient): Promise<string[]> {
  const found: string[] = [];
  for await (const page of paginateScan({ client }, { TableName: 'mimamori' })) {
    found.push(...(page.Items ?? []).map(({ sk, state }) => `${sk?.S} ${state?.S}`));
  }
  return found.sort();
}
async function indexKeys(client: DynamoDBClient, index: string, value: string): Promise<string[]> {
  const found: string[] = [];
  const query = {
    TableName: 'mimamori',
    IndexName: `by-${index}`,
    KeyConditionExpression: '#key = :value',
    ExpressionAttributeNames: { '#key': index },
    ExpressionAttributeValues: { ':value': { S: value } },
  };
  for await (const page of paginateQuery({ client }, query)) {
    found.push(...(page.Items ?? []).map(({ sk, state }) => `${sk?.S} ${state?.S}`));
  }
  return found.sort();
}

it('given writes under way, when the process is killed, then what was answered is there and index and table agree', async () => {
  const directory = temporaryDirectory();
  const assembly = table(['state']);
  const answered = new Set<string>();
  for (let round = 0; round < 3; round++) {
    const { child, client } = await startStore(directory, assembly);
    const writes = Array.from({ length: 400 }, async (_, number) => {
      const sk = `${round}-${number % 100}`;
      const state = number < 200 ? 'open' : 'closed';
      const Item = { pk: { S: 'a' }, sk: { S: sk }, state: { S: state }, size: { S: 'x'.repeat(2_000) } };
      await client.send(new PutItemCommand({ TableName: 'mimamori', Item }));
      answered.add(sk);
      if (answered.size === 60 * (round + 1)) child.kill('SIGKILL');
    });
    const exited = once(child, 'exit');
    await Promise.allSettled(writes);
    await exited;
  }
  const { client } = await startStore(directory, assembly);
  const all = await scanKeys(client);
  const stored = new Set(all.map((line) => line.split(' ')[0]));
  expect([...answered].filter((sk) => !stored.has(sk))).toEqual([]);
  expect(answered.size).toBeGreaterThanOrEqual(180);
  const indexed = [
    ...(await indexKeys(client, 'state', 'open')),
    ...(await indexKeys(client, 'state', 'closed')),
  ];
  expect(indexed.sort()).toEqual(all);
}, 20_000);

it('given a template with another index, when the store starts again, then old items are found by it', async () => {
  const directory = temporaryDirectory();
  const first = await startStore(directory, table([]));
  const Item = { pk: { S: 'a' }, sk: { S: 'b' }, state: { S: 'open' }, account: { S: 'acme' } };
  await first.client.send(new PutItemCommand({ TableName: 'mimamori', Item }));
  first.child.kill('SIGTERM');
  await once(first.child, 'exit');
  const second = await startStore(directory, table(['account']));
  expect(await indexKeys(second.client, 'account', 'acme')).toEqual(['b open']);
});

it('given a template with other keys, when the store starts, then the message says so', async () => {
  const directory = temporaryDirectory();
  const first = await startStore(directory, table([]));
  first.child.kill('SIGTERM');
  await once(first.child, 'exit');
  await expect(startStore(directory, table([], 'range'))).rejects.toThrow(
    `table mimamori is stored in ${directory}/level with other keys than the template's; start with another data directory`,
  );
});
