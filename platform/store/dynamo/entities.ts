// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ElectroDB fills the key templates itself.
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { CustomAttributeType, Entity } from 'electrodb';
import type { AccessState } from '../../../core/access/access.ts';
import type { Account } from '../../../core/account.ts';
import type { Call } from '../../../core/call/call.ts';
import type { Incident } from '../../../core/incident/incident.ts';
import type { Evidence, TimelineEntry } from '../../../core/incident/timeline.ts';
import type { OutgoingMail } from '../../../core/mail/outgoing-mail.ts';
import { monitorState } from '../../../core/monitor.ts';
import type { SecondResponse } from '../../../core/on-call/second-response.ts';
import type { MonitorRepair, Repair } from '../../../core/response/repair.ts';
import type { CustomRunbook } from '../../../core/runbook/custom.ts';
import type { Occupancy } from '../../../core/schedule/due.ts';
import type { Server } from '../../../core/server.ts';
import type { Settings } from '../../../core/settings.ts';
import type { Text } from '../../../core/text.ts';
import { tableDefinition } from '../table-definition.ts';

const { partitionKey, sortKey, indexes } = tableDefinition;
const service = 'mimamori';

// ElectroDB lower-cases keys unless told otherwise, and mail addresses and timeline keys may have capitals.
const casing = 'none';

/** Parts of an inventory that lie in the table: which apply wrote them, how many there are. */
export interface Staged {
  readonly version: number;
  readonly digest: string;
  readonly parts: number;
}

/**
 * The items of the table. What core defines lies whole under `body`, so that a new field of core is stored without
 * a change here; beside it stand the parts that keys, indexes and conditions need.
 *
 * | item | pk | sk |
 * | --- | --- | --- |
 * | account | `account#acme` | `account` |
 * | server | `server#acme.web-1` | `server` |
 * | monitor, definition and state | `server#acme.web-1` | `monitor#https` |
 * | samples of a server's checks (samples.ts) | `server#acme.web-1` | `samples` |
 * | what the last verification of a server found | `server#acme.web-1` | `access` |
 * | who may work on a server | `server#acme.web-1` | `lock` |
 * | when a monitor was repaired | `server#acme.web-1` | `repairs#https` |
 * | incident | `server#acme.web-1` | `incident#00000007` |
 * | timeline | `incident#acme.web-1-7` | `timeline#<key>` |
 * | evidence | `incident#acme.web-1-7` | `evidence#00000001` |
 * | call | `incident#acme.web-1-7` | `call#acme.web-1-7-2-1` |
 * | which call a contact of the telephone service is | `call-contact#<contact>` | `call-contact` |
 * | repair | `incident#acme.web-1-7` | `repair#00000001` |
 * | second response | `incident#acme.web-1-7` | `second-response` |
 * | mail | `mail#<thread>` | `<address>#00000001` |
 * | an account's own runbook, its versions and the text in use | `runbooks#acme` | `runbook#free-shop` |
 * | text of one version | `runbooks#acme` | `text#free-shop#<version>` |
 * | sweep of a shard | `sweep#0` | `sweep` |
 * | way out as a shard sees it | `sweep#0` | `way-out` |
 * | the inventory's head | `inventory` | `head` |
 * | the inventory's parts | `inventory-parts` | `00000004#<digest>#00000001` |
 */
export function createEntities(client: DynamoDBDocumentClient, table: string) {
  const configuration = { client, table };
  return {
    account: new Entity(
      {
        model: { entity: 'account', version: '1', service },
        attributes: {
          account: { type: 'string', required: true },
          inventoryVersion: { type: 'number' },
          body: { type: CustomAttributeType<Account>('any') },
        },
        indexes: {
          account: {
            pk: { field: partitionKey, composite: ['account'], template: 'account#${account}', casing },
            sk: { field: sortKey, composite: [], template: 'account', casing },
          },
        },
      },
      configuration,
    ),

    server: new Entity(
      {
        model: { entity: 'server', version: '1', service },
        attributes: {
          account: { type: 'string', required: true },
          server: { type: 'string', required: true },
          inventoryVersion: { type: 'number' },
          body: { type: CustomAttributeType<Server>('any') },
        },
        indexes: {
          server: {
            pk: {
              field: partitionKey,
              composite: ['account', 'server'],
              template: 'server#${account}.${server}',
              casing,
            },
            sk: { field: sortKey, composite: [], template: 'server', casing },
          },
        },
      },
      configuration,
    ),

    monitor: new Entity(
      {
        model: { entity: 'monitor', version: '1', service },
        attributes: {
          account: { type: 'string', required: true },
          server: { type: 'string', required: true },
          monitor: { type: 'string', required: true },
          inventoryVersion: { type: 'number' },
          // The apply writes these two, and takes them away when the monitor leaves the inventory. The definition is
          // JSON text: a sweep reads thousands, and as a tree of attributes each took four times the CPU to read.
          slot: { type: 'string' },
          definition: { type: 'string' },
          // Sweeps and workflows write these.
          phase: { type: monitorState.shape.phase.options },
          episode: { type: 'number' },
          severity: { type: monitorState.shape.severity.options },
          since: { type: 'string' },
          summary: { type: CustomAttributeType<Text>('any') },
          unknownSince: { type: 'string' },
          unknownTold: { type: 'boolean' },
          // JSON text, so that a condition can compare it whole.
          pause: { type: 'string' },
        },
        indexes: {
          monitor: {
            pk: {
              field: partitionKey,
              composite: ['account', 'server'],
              template: 'server#${account}.${server}',
              casing,
            },
            sk: { field: sortKey, composite: ['monitor'], template: 'monitor#${monitor}', casing },
          },
          due: {
            index: indexes.due.name,
            pk: { field: indexes.due.partitionKey, composite: ['slot'], template: 'due#${slot}', casing },
            sk: {
              field: indexes.due.sortKey,
              composite: ['account', 'server', 'monitor'],
              template: '${account}.${server}.${monitor}',
              casing,
            },
          },
        },
      },
      configuration,
    ),

    incident: new Entity(
      {
        model: { entity: 'incident', version: '1', service },
        attributes: {
          account: { type: 'string', required: true },
          server: { type: 'string', required: true },
          number: { type: 'number', required: true, padding: { length: 8, char: '0' } },
          state: { type: 'string', required: true },
          openedAt: { type: 'string', required: true },
          version: { type: 'number', required: true },
          body: { type: CustomAttributeType<Incident>('any'), required: true },
        },
        indexes: {
          incident: {
            pk: {
              field: partitionKey,
              composite: ['account', 'server'],
              template: 'server#${account}.${server}',
              casing,
            },
            sk: { field: sortKey, composite: ['number'], template: 'incident#${number}', casing },
          },
          open: {
            index: indexes.list.name,
            condition: ({ state }) => state === 'open',
            pk: { field: indexes.list.partitionKey, composite: [], template: 'incident#open', casing },
            sk: {
              field: indexes.list.sortKey,
              composite: ['openedAt', 'account', 'server', 'number'],
              template: '${openedAt}#${account}.${server}-${number}',
              casing,
            },
          },
        },
      },
      configuration,
    ),

    timelineEntry: new Entity(
      {
        model: { entity: 'timelineEntry', version: '1', service },
        attributes: {
          incident: { type: 'string', required: true },
          key: { type: 'string', required: true },
          body: { type: CustomAttributeType<TimelineEntry>('any'), required: true },
        },
        indexes: {
          timeline: {
            pk: { field: partitionKey, composite: ['incident'], template: 'incident#${incident}', casing },
            sk: { field: sortKey, composite: ['key'], template: 'timeline#${key}', casing },
          },
        },
      },
      configuration,
    ),

    evidence: new Entity(
      {
        model: { entity: 'evidence', version: '1', service },
        attributes: {
          incident: { type: 'string', required: true },
          number: { type: 'number', required: true, padding: { length: 8, char: '0' } },
          body: { type: CustomAttributeType<Evidence>('any'), required: true },
        },
        indexes: {
          evidence: {
            pk: { field: partitionKey, composite: ['incident'], template: 'incident#${incident}', casing },
            sk: { field: sortKey, composite: ['number'], template: 'evidence#${number}', casing },
          },
        },
      },
      configuration,
    ),

    serverLock: new Entity(
      {
        model: { entity: 'serverLock', version: '1', service },
        attributes: {
          account: { type: 'string', required: true },
          server: { type: 'string', required: true },
          holder: { type: 'string', required: true },
          until: { type: 'string', required: true },
        },
        indexes: {
          lock: {
            pk: {
              field: partitionKey,
              composite: ['account', 'server'],
              template: 'server#${account}.${server}',
              casing,
            },
            sk: { field: sortKey, composite: [], template: 'lock', casing },
          },
        },
      },
      configuration,
    ),

    access: new Entity(
      {
        model: { entity: 'access', version: '1', service },
        attributes: {
          account: { type: 'string', required: true },
          server: { type: 'string', required: true },
          body: { type: CustomAttributeType<AccessState>('any'), required: true },
        },
        indexes: {
          access: {
            pk: {
              field: partitionKey,
              composite: ['account', 'server'],
              template: 'server#${account}.${server}',
              casing,
            },
            sk: { field: sortKey, composite: [], template: 'access', casing },
          },
        },
      },
      configuration,
    ),

    monitorRepairs: new Entity(
      {
        model: { entity: 'monitorRepairs', version: '1', service },
        attributes: {
          account: { type: 'string', required: true },
          server: { type: 'string', required: true },
          monitor: { type: 'string', required: true },
          revision: { type: 'number', required: true },
          repairs: { type: CustomAttributeType<MonitorRepair[]>('any'), required: true },
        },
        indexes: {
          repairs: {
            pk: {
              field: partitionKey,
              composite: ['account', 'server'],
              template: 'server#${account}.${server}',
              casing,
            },
            sk: { field: sortKey, composite: ['monitor'], template: 'repairs#${monitor}', casing },
          },
        },
      },
      configuration,
    ),

    repair: new Entity(
      {
        model: { entity: 'repair', version: '1', service },
        attributes: {
          incident: { type: 'string', required: true },
          number: { type: 'number', required: true, padding: { length: 8, char: '0' } },
          revision: { type: 'number', required: true },
          body: { type: CustomAttributeType<Repair>('any'), required: true },
        },
        indexes: {
          repair: {
            pk: { field: partitionKey, composite: ['incident'], template: 'incident#${incident}', casing },
            sk: { field: sortKey, composite: ['number'], template: 'repair#${number}', casing },
          },
        },
      },
      configuration,
    ),

    secondResponse: new Entity(
      {
        model: { entity: 'secondResponse', version: '1', service },
        attributes: {
          incident: { type: 'string', required: true },
          version: { type: 'number', required: true },
          body: { type: CustomAttributeType<SecondResponse>('any'), required: true },
        },
        indexes: {
          secondResponse: {
            pk: { field: partitionKey, composite: ['incident'], template: 'incident#${incident}', casing },
            sk: { field: sortKey, composite: [], template: 'second-response', casing },
          },
        },
      },
      configuration,
    ),

    call: new Entity(
      {
        model: { entity: 'call', version: '1', service },
        attributes: {
          incident: { type: 'string', required: true },
          id: { type: 'string', required: true },
          version: { type: 'number', required: true },
          /** Of UTC. Calls that an earlier build wrote have none, and stand in no list of a day. */
          day: { type: 'string' },
          preparedAt: { type: 'string' },
          body: { type: CustomAttributeType<Call>('any'), required: true },
        },
        indexes: {
          call: {
            pk: { field: partitionKey, composite: ['incident'], template: 'incident#${incident}', casing },
            sk: { field: sortKey, composite: ['id'], template: 'call#${id}', casing },
          },
          day: {
            index: indexes.list.name,
            pk: { field: indexes.list.partitionKey, composite: ['day'], template: 'calls#${day}', casing },
            sk: {
              field: indexes.list.sortKey,
              composite: ['preparedAt', 'id'],
              template: '${preparedAt}#${id}',
              casing,
            },
          },
        },
      },
      configuration,
    ),

    callContact: new Entity(
      {
        model: { entity: 'callContact', version: '1', service },
        attributes: {
          contact: { type: 'string', required: true },
          incident: { type: 'string', required: true },
          id: { type: 'string', required: true },
        },
        indexes: {
          contact: {
            pk: { field: partitionKey, composite: ['contact'], template: 'call-contact#${contact}', casing },
            sk: { field: sortKey, composite: [], template: 'call-contact', casing },
          },
        },
      },
      configuration,
    ),

    mail: new Entity(
      {
        model: { entity: 'mail', version: '1', service },
        attributes: {
          thread: { type: 'string', required: true },
          to: { type: 'string', required: true },
          number: { type: 'number', required: true, padding: { length: 8, char: '0' } },
          at: { type: 'string', required: true },
          state: { type: 'string', required: true },
          attempts: { type: 'number', required: true },
          body: { type: CustomAttributeType<OutgoingMail>('any'), required: true },
          expires: { type: 'number' },
        },
        indexes: {
          mail: {
            pk: { field: partitionKey, composite: ['thread'], template: 'mail#${thread}', casing },
            sk: { field: sortKey, composite: ['to', 'number'], template: '${to}#${number}', casing },
          },
          unsent: {
            index: indexes.list.name,
            condition: ({ state }) => state !== 'sent',
            pk: { field: indexes.list.partitionKey, composite: ['state'], template: 'mail#${state}', casing },
            sk: {
              field: indexes.list.sortKey,
              composite: ['at', 'thread', 'number', 'to'],
              template: '${at}#${thread}#${number}#${to}',
              casing,
            },
          },
        },
      },
      configuration,
    ),

    customRunbook: new Entity(
      {
        model: { entity: 'customRunbook', version: '1', service },
        attributes: {
          account: { type: 'string', required: true },
          id: { type: 'string', required: true },
          revision: { type: 'number', required: true },
          isWaiting: { type: 'boolean', required: true },
          body: { type: CustomAttributeType<CustomRunbook>('any'), required: true },
        },
        indexes: {
          runbook: {
            pk: { field: partitionKey, composite: ['account'], template: 'runbooks#${account}', casing },
            sk: { field: sortKey, composite: ['id'], template: 'runbook#${id}', casing },
          },
          waiting: {
            index: indexes.list.name,
            condition: ({ isWaiting }) => isWaiting === true,
            pk: { field: indexes.list.partitionKey, composite: [], template: 'runbook#waiting', casing },
            sk: {
              field: indexes.list.sortKey,
              composite: ['account', 'id'],
              template: '${account}/${id}',
              casing,
            },
          },
        },
      },
      configuration,
    ),

    runbookText: new Entity(
      {
        model: { entity: 'runbookText', version: '1', service },
        attributes: {
          account: { type: 'string', required: true },
          id: { type: 'string', required: true },
          version: { type: 'string', required: true },
          text: { type: 'string', required: true },
        },
        indexes: {
          text: {
            pk: { field: partitionKey, composite: ['account'], template: 'runbooks#${account}', casing },
            sk: { field: sortKey, composite: ['id', 'version'], template: 'text#${id}#${version}', casing },
          },
        },
      },
      configuration,
    ),

    sweep: new Entity(
      {
        model: { entity: 'sweep', version: '1', service },
        attributes: {
          shard: { type: 'number', required: true },
          at: { type: 'string', required: true },
        },
        indexes: {
          sweep: {
            pk: { field: partitionKey, composite: ['shard'], template: 'sweep#${shard}', casing },
            sk: { field: sortKey, composite: [], template: 'sweep', casing },
          },
        },
      },
      configuration,
    ),

    wayOut: new Entity(
      {
        model: { entity: 'wayOut', version: '1', service },
        attributes: {
          shard: { type: 'number', required: true },
          downSince: { type: 'string' },
        },
        indexes: {
          wayOut: {
            pk: { field: partitionKey, composite: ['shard'], template: 'sweep#${shard}', casing },
            sk: { field: sortKey, composite: [], template: 'way-out', casing },
          },
        },
      },
      configuration,
    ),

    inventoryHead: new Entity(
      {
        model: { entity: 'inventoryHead', version: '1', service },
        attributes: {
          version: { type: 'number', required: true },
          digest: { type: 'string', required: true },
          parts: { type: 'number', required: true },
          /** `applying` until every entity of the inventory has been written. */
          state: { type: ['applying', 'applied'] as const, required: true },
          settings: { type: CustomAttributeType<Settings>('any'), required: true },
          occupancy: { type: CustomAttributeType<Occupancy>('any'), required: true },
          /** What stood before, while `applying`. */
          before: { type: CustomAttributeType<Staged>('any') },
        },
        indexes: {
          head: {
            pk: { field: partitionKey, composite: [], template: 'inventory', casing },
            sk: { field: sortKey, composite: [], template: 'head', casing },
          },
        },
      },
      configuration,
    ),

    inventoryPart: new Entity(
      {
        model: { entity: 'inventoryPart', version: '1', service },
        attributes: {
          version: { type: 'number', required: true, padding: { length: 8, char: '0' } },
          digest: { type: 'string', required: true },
          part: { type: 'number', required: true, padding: { length: 8, char: '0' } },
          /** One part of an inventory as JSON text. */
          text: { type: 'string', required: true },
        },
        indexes: {
          part: {
            pk: { field: partitionKey, composite: [], template: 'inventory-parts', casing },
            sk: {
              field: sortKey,
              composite: ['version', 'digest', 'part'],
              template: '${version}#${digest}#${part}',
              casing,
            },
          },
        },
      },
      configuration,
    ),
  };
}

export type Entities = ReturnType<typeof createEntities>;
