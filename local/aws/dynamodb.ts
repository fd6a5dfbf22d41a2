import { mkdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { isObject, type Json, type JsonObject } from '../assembly/json.ts';
import type { Place } from '../assembly/physical-names.ts';
import type { Resource } from '../assembly/read-assembly.ts';
import type { BoundedLog } from '../functions/bounded-log.ts';

/** A table of the template, as CreateTable takes it. */
export type TableSpec = JsonObject & { readonly TableName: string };

/** What the table store's worker is started with. */
export interface TableStoreSettings {
  readonly directory: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly tables: readonly TableSpec[];
}

/** What the worker tells. */
export type TableStoreMessage =
  | { readonly kind: 'serving'; readonly port: number }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'closed' };

export interface DynamoDbOptions {
  /** Holds the LevelDB files. */
  readonly directory: string;
  readonly place: Place;
  readonly tables: readonly Resource[];
  readonly log: BoundedLog;
  readonly warn: (message: string) => void;
}

/** How much it allocates before it looks for what is garbage; by itself that is more than all it needs. */
const youngHeapMb = 32;
const openLimitMs = 60_000;
const closeLimitMs = 5_000;

/** The table store: dynalite on LevelDB, in a worker thread of its own, on a loopback port of its own. */
export class DynamoDb {
  readonly #options: DynamoDbOptions;
  #worker: Worker | undefined;
  #port = 0;
  #isServing = false;
  #isClosing = false;

  /** @throws when the files cannot be used, or hold a table with other keys than the template's */
  static async open(options: DynamoDbOptions): Promise<DynamoDb> {
    mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    const opened = new DynamoDb(options);
    await opened.#start();
    return opened;
  }

  private constructor(options: DynamoDbOptions) {
    this.#options = options;
  }

  get port(): number {
    return this.#port;
  }

  /** Whether it answers; it does not while it starts again after a fault. */
  get isServing(): boolean {
    return this.#isServing;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Ends after what is under way. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    const closed = new Promise<void>((resolve) => {
      worker.on('message', (message: TableStoreMessage) => message.kind === 'closed' && resolve());
      worker.on('exit', () => resolve());
      setTimeout(resolve, closeLimitMs).unref();
    });
    worker.postMessage('close');
    await closed;
    await worker.terminate();
  }

  #start(): Promise<void> {
    const { directory, place, tables, log } = this.#options;
    const worker = new Worker(new URL('./dynamodb-worker.ts', import.meta.url), {
      name: 'dynamodb',
      workerData: { directory, port: this.#port, tables: tables.map(tableSpec) } satisfies TableStoreSettings,
      env: { AWS_ACCOUNT_ID: place.accountId, AWS_REGION: place.region, TZ: 'UTC' },
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxYoungGenerationSizeMb: youngHeapMb },
    });
    this.#worker = worker;
    worker.stdout.on('data', (piece: Buffer) => log.write(piece));
    worker.stderr.on('data', (piece: Buffer) => log.write(piece));
    return new Promise((resolve, reject) => {
      const limit = setTimeout(
        () =>
          reject(new Error(`the table store in ${directory} did not open within ${openLimitMs / 1000} s`)),
        openLimitMs,
      );
      worker.on('message', (message: TableStoreMessage) => {
        clearTimeout(limit);
        if (message.kind === 'serving') {
          this.#port = message.port;
          this.#isServing = true;
          resolve();
        } else if (message.kind === 'refused') reject(new Error(message.message));
      });
      worker.on('error', (error) => {
        log.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        reject(error);
      });
      worker.on('exit', () => {
        clearTimeout(limit);
        this.#isServing = false;
        if (!this.#isClosing && this.#worker === worker && this.#port !== 0) this.#restart();
      });
    });
  }

  /** A fault inside it ends the store's thread; functions know its port, so the next one takes the same. */
  #restart(): void {
    this.#options.warn(
      'the table store stopped and is started again; see dynamodb.log in the data directory',
    );
    this.#start().catch((error: unknown) => {
      this.#options.warn(`the table store could not be started again: ${String(error)}`);
    });
  }
}

const createTableFields = [
  'TableName',
  'AttributeDefinitions',
  'KeySchema',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'BillingMode',
  'ProvisionedThroughput',
];

function tableSpec({ name, properties }: Resource): TableSpec {
  const fields = createTableFields.flatMap((key): [string, Json][] => {
    const value = properties[key];
    return value === undefined ? [] : [[key, key.endsWith('Indexes') ? indexSpecs(value) : value]];
  });
  return { ...Object.fromEntries(fields), TableName: name };
}

const indexFields = new Set(['IndexName', 'KeySchema', 'Projection', 'ProvisionedThroughput']);

const indexSpecs = (indexes: Json): Json[] =>
  (Array.isArray(indexes) ? indexes : [])
    .filter(isObject)
    .map((index) => Object.fromEntries(Object.entries(index).filter(([key]) => indexFields.has(key))));
