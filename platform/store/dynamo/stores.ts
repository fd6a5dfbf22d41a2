import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createMemoryStores } from '../memory.ts';
import type { Stores } from '../stores.ts';
import { DynamoAccess } from './access.ts';
import { DynamoCalls } from './calls.ts';
import { createEntities } from './entities.ts';
import { DynamoIncidents } from './incidents.ts';
import { DynamoInventory } from './inventory.ts';
import { DynamoMonitors } from './monitors.ts';
import { DynamoOnCall } from './on-call.ts';
import { DynamoOutbox } from './outbox.ts';
import { DynamoResponses } from './responses.ts';
import { DynamoRunbooks } from './runbooks.ts';
import { DynamoSweeps } from './sweeps.ts';

/** The stores on DynamoDB: one table, no transactions; every promise rests on a conditional write of one item. */
export function createDynamoStores({ client, table }: { client: DynamoDBClient; table: string }): Stores {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const entities = createEntities(documents, table);
  const context = { client, documents, entities, table };
  const { directory, maintenance, announcements, identity, audit, contacts, heartbeats } =
    createMemoryStores();
  return {
    monitors: new DynamoMonitors(context),
    sweeps: new DynamoSweeps(entities),
    inventory: new DynamoInventory(context),
    incidents: new DynamoIncidents(entities),
    outbox: new DynamoOutbox(context),
    calls: new DynamoCalls(context),
    onCall: new DynamoOnCall(entities),
    responses: new DynamoResponses(entities),
    runbooks: new DynamoRunbooks(entities),
    access: new DynamoAccess(entities),
    directory,
    maintenance,
    announcements,
    identity,
    audit,
    contacts,
    heartbeats,
  };
}
