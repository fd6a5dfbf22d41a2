import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Stores } from '../stores.ts';
import { DynamoAccess } from './access.ts';
import { DynamoAnnouncements } from './announcements.ts';
import { DynamoAudit } from './audit.ts';
import { DynamoCalls } from './calls.ts';
import { DynamoContacts } from './contacts.ts';
import { DynamoDirectory } from './directory.ts';
import { createEntities } from './entities.ts';
import { DynamoHeartbeats } from './heartbeats.ts';
import { DynamoIdentity } from './identity.ts';
import { DynamoIncidents } from './incidents.ts';
import { DynamoInventory } from './inventory.ts';
import { DynamoMaintenances } from './maintenance.ts';
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
    directory: new DynamoDirectory(context),
    maintenance: new DynamoMaintenances(context),
    announcements: new DynamoAnnouncements(context),
    identity: new DynamoIdentity(context),
    audit: new DynamoAudit(context),
    contacts: new DynamoContacts(entities),
    heartbeats: new DynamoHeartbeats(entities),
  };
}
