import { DeleteItemCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { isObject } from '../assembly/json.ts';
import type { Resource } from '../assembly/read-assembly.ts';
import type { Alarm, Clock } from '../clock.ts';

export interface ItemExpiryOptions {
  readonly client: DynamoDBClient;
  readonly tables: readonly Resource[];
  readonly clock: Clock;
  readonly warn: (message: string) => void;
}

/** The service promises no more than "within a few days". */
const everyMs = 24 * 3_600_000;
/** Items read at once: the table store answers nobody else meanwhile. */
const pageSize = 200;

/** Removes items whose time to live is over, as the table store does not. */
export class ItemExpiry {
  readonly #options: ItemExpiryOptions;
  readonly #alarm: Alarm;
  #closed = false;

  constructor(options: ItemExpiryOptions) {
    this.#options = options;
    this.#alarm = options.clock.createAlarm();
  }

  start(): void {
    if (this.#closed) return;
    this.#alarm.set(this.#options.clock.now() + everyMs, () => {
      this.removeExpired()
        .catch((error: unknown) => this.#options.warn(`expired items could not be removed: ${String(error)}`))
        .finally(() => this.start());
    });
  }

  close(): void {
    this.#closed = true;
    this.#alarm.clear();
  }

  /** @returns how many were removed */
  async removeExpired(): Promise<number> {
    let removed = 0;
    for (const { name, properties } of this.#options.tables) {
      const { TimeToLiveSpecification: given, KeySchema } = properties;
      if (!isObject(given) || given.Enabled !== true || !Array.isArray(KeySchema)) continue;
      const keys = KeySchema.filter(isObject).map(({ AttributeName }) => String(AttributeName));
      removed += await this.#removeFrom(name, String(given.AttributeName), keys);
    }
    return removed;
  }

  async #removeFrom(TableName: string, attribute: string, keys: readonly string[]): Promise<number> {
    const { client, clock } = this.#options;
    const expired = {
      ExpressionAttributeNames: { '#expires': attribute },
      ExpressionAttributeValues: { ':now': { N: String(Math.floor(clock.now() / 1000)) } },
    };
    let removed = 0;
    const scan = { TableName, Limit: pageSize, FilterExpression: '#expires < :now', ...expired };
    for await (const { Items = [] } of paginateScan({ client }, scan)) {
      for (const item of Items) {
        if (this.#closed) return removed;
        const Key = Object.fromEntries(Object.entries(item).filter(([name]) => keys.includes(name)));
        // One that was written anew meanwhile has more time.
        const ConditionExpression = '#expires < :now';
        await client.send(new DeleteItemCommand({ TableName, Key, ConditionExpression, ...expired })).then(
          () => removed++,
          (error: unknown) => {
            if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
          },
        );
      }
    }
    return removed;
  }
}
