import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Entities } from './entities.ts';

/** What the stores of one table share. */
export interface DynamoContext {
  readonly client: DynamoDBClient;
  readonly documents: DynamoDBDocumentClient;
  readonly entities: Entities;
  readonly table: string;
}
