// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ElectroDB fills the key templates itself.
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { CustomAttributeType, Entity } from 'electrodb';
import type { AccessState } from '../../../core/access/access.ts';
import type { Account } from '../../../core/account.ts';
import type { Announcement } from '../../../core/announcement/announcement.ts';
import type { AuditEntry } from '../../../core/audit/audit-entry.ts';
import type { Call } from '../../../core/call/call.ts';
import type { ContactChange } from '../../../core/contacts/contact-change.ts';
import type { ApiToken, User } from '../../../core/identity/principal.ts';
import type { Incident } from '../../../core/incident/incident.ts';
import type { Evidence, TimelineEntry } from '../../../core/incident/timeline.ts';
import type { OutgoingMail } from '../../../core/mail/outgoing-mail.ts';
import type { Maintenance } from '../../../core/maintenance/maintenance.ts';
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
 * | which apply wrote a list of the directory | `directory#servers/acme` | `head` |
 * | its parts | `directory#servers/acme` | `part#00000004#<digest>#00000001` |
 * | maintenance that may still come | `maintenance#acme` | `<id>` |
 * | all maintenance, for reports | `past-maintenance#acme` | `<id>` |
 * | announcement | `announcement#<id>` | `announcement` |
 * | user | `user#<subject>` | `user` |
 * | API token | `token#<id>` | `token` |
 * | requests of a minute | `requests#<key>` | `2026-11-21T03:04` |
 * | audit entry; `-` for no account | `audit#acme` | `<instant>#<id>` |
 * | change of contacts | `account#acme` | `contact-change` |
 * | heartbeat | `server#acme.web-1` | `heartbeat#backup` |
 *
 * | list | index | pk | sk |
 * | --- | --- | --- | --- |
 * | monitors due together | due | `due#17.3.2` | `acme.web-1.https` |
 * | open incidents | list | `incident#open` | `<instant>#acme.web-1-00000007` |
 * | mails that wait, that failed | list | `mail#pending`, `mail#failed` | `<instant>#<thread>#00000001#<address>` |
 * | runbooks that wait for review | list | `runbook#waiting` | `acme/free-shop` |
 * | monitors that could not be checked | list | `unknown#0` to `unknown#7` | `<instant>#acme.web-1.https` |
 * | calls of a day | list | `calls#2026-11-21` | `<instant>#<id>` |
 * | users of all | list | `users` | `<mail>#<subject>` |
 * | audit entries of all | list | `audit` | `<instant>#<id>` |
 * | announcements | list | `announcements` | `<from>#<id>` |
 * | announcements that hold or come | account | `announcements` | `<until>#<id>` |
 * | incidents of an account | account | `incidents#acme` | `open#<instant>#web-1-00000007` |
 * | monitors that are not simply well | account | `troubled#acme` | `acme.web-1.https` |
 * | maintenance of an account | account | `maintenance#acme` | `<from>#<id>` |
 * | users of an account | account | `users#acme` | `<mail>#<subject>` |
 * | tokens of an account | account | `tokens#acme` | `<instant>#<id>` |
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
          // Keys of two indexes, by hand: they stand there while the state is an exception, which no template can say.
          troubledOf: { type: 'string', field: indexes.account.partitionKey },
          troubledKey: { type: 'string', field: indexes.account.sortKey },
          unknownOf: { type: 'string', field: indexes.list.partitionKey },
          unknownKey: { type: 'string', field: indexes.list.sortKey },
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
          ofAccount: {
            index: indexes.account.name,
            pk: {
              field: indexes.account.partitionKey,
              composite: ['account'],
              template: 'incidents#${account}',
              casing,
            },
            sk: {
              field: indexes.account.sortKey,
              composite: ['state', 'openedAt', 'server', 'number'],
              template: '${state}#${openedAt}#${server}-${number}',
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
          /** Which form the items have that the apply wrote; absent for 1. */
          form: { type: 'number' },
          /** While `applying` what an earlier build had applied: the form that it had. */
          renews: { type: 'number' },
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

    directoryList: new Entity(
      {
        model: { entity: 'directoryList', version: '1', service },
        attributes: {
          list: { type: 'string', required: true },
          version: { type: 'number', required: true },
          digest: { type: 'string', required: true },
          parts: { type: 'number', required: true },
        },
        indexes: {
          head: {
            pk: { field: partitionKey, composite: ['list'], template: 'directory#${list}', casing },
            sk: { field: sortKey, composite: [], template: 'head', casing },
          },
        },
      },
      configuration,
    ),

    directoryPart: new Entity(
      {
        model: { entity: 'directoryPart', version: '1', service },
        attributes: {
          list: { type: 'string', required: true },
          version: { type: 'number', required: true, padding: { length: 8, char: '0' } },
          digest: { type: 'string', required: true },
          part: { type: 'number', required: true, padding: { length: 8, char: '0' } },
          /** One part of a list as JSON text. */
          text: { type: 'string', required: true },
        },
        indexes: {
          part: {
            pk: { field: partitionKey, composite: ['list'], template: 'directory#${list}', casing },
            sk: {
              field: sortKey,
              composite: ['version', 'digest', 'part'],
              template: 'part#${version}#${digest}#${part}',
              casing,
            },
          },
        },
      },
      configuration,
    ),

    maintenance: new Entity(
      {
        model: { entity: 'maintenance', version: '1', service },
        attributes: {
          account: { type: 'string', required: true },
          id: { type: 'string', required: true },
          version: { type: 'number', required: true },
          /** Absent while it has no end. */
          end: { type: 'string' },
          body: { type: CustomAttributeType<Maintenance>('any'), required: true },
          expires: { type: 'number' },
        },
        indexes: {
          maintenance: {
            pk: { field: partitionKey, composite: ['account'], template: 'maintenance#${account}', casing },
            sk: { field: sortKey, composite: ['id'], template: '${id}', casing },
          },
        },
      },
      configuration,
    ),

    pastMaintenance: new Entity(
      {
        model: { entity: 'pastMaintenance', version: '1', service },
        attributes: {
          account: { type: 'string', required: true },
          id: { type: 'string', required: true },
          version: { type: 'number', required: true },
          from: { type: 'string', required: true },
          body: { type: CustomAttributeType<Maintenance>('any'), required: true },
          expires: { type: 'number' },
        },
        indexes: {
          past: {
            pk: {
              field: partitionKey,
              composite: ['account'],
              template: 'past-maintenance#${account}',
              casing,
            },
            sk: { field: sortKey, composite: ['id'], template: '${id}', casing },
          },
          byTime: {
            index: indexes.account.name,
            pk: {
              field: indexes.account.partitionKey,
              composite: ['account'],
              template: 'maintenance#${account}',
              casing,
            },
            sk: {
              field: indexes.account.sortKey,
              composite: ['from', 'id'],
              template: '${from}#${id}',
              casing,
            },
          },
        },
      },
      configuration,
    ),

    announcement: new Entity(
      {
        model: { entity: 'announcement', version: '1', service },
        attributes: {
          id: { type: 'string', required: true },
          version: { type: 'number', required: true },
          from: { type: 'string', required: true },
          /** `9` while its end is not known: it comes after every instant. */
          until: { type: 'string', required: true },
          isWithdrawn: { type: 'boolean', required: true },
          body: { type: CustomAttributeType<Announcement>('any'), required: true },
        },
        indexes: {
          announcement: {
            pk: { field: partitionKey, composite: ['id'], template: 'announcement#${id}', casing },
            sk: { field: sortKey, composite: [], template: 'announcement', casing },
          },
          all: {
            index: indexes.list.name,
            pk: { field: indexes.list.partitionKey, composite: [], template: 'announcements', casing },
            sk: { field: indexes.list.sortKey, composite: ['from', 'id'], template: '${from}#${id}', casing },
          },
          current: {
            index: indexes.account.name,
            condition: ({ isWithdrawn }) => isWithdrawn === false,
            pk: { field: indexes.account.partitionKey, composite: [], template: 'announcements', casing },
            sk: {
              field: indexes.account.sortKey,
              composite: ['until', 'id'],
              template: '${until}#${id}',
              casing,
            },
          },
        },
      },
      configuration,
    ),

    user: new Entity(
      {
        model: { entity: 'user', version: '1', service },
        attributes: {
          subject: { type: 'string', required: true },
          /** `-` for those of the MSP, which no account is named. All three are absent after the user was removed. */
          of: { type: 'string' },
          mail: { type: 'string' },
          body: { type: CustomAttributeType<User>('any') },
        },
        indexes: {
          user: {
            pk: { field: partitionKey, composite: ['subject'], template: 'user#${subject}', casing },
            sk: { field: sortKey, composite: [], template: 'user', casing },
          },
          ofAccount: {
            index: indexes.account.name,
            pk: { field: indexes.account.partitionKey, composite: ['of'], template: 'users#${of}', casing },
            sk: {
              field: indexes.account.sortKey,
              composite: ['mail', 'subject'],
              template: '${mail}#${subject}',
              casing,
            },
          },
          ofAll: {
            index: indexes.list.name,
            pk: { field: indexes.list.partitionKey, composite: [], template: 'users', casing },
            sk: {
              field: indexes.list.sortKey,
              composite: ['mail', 'subject'],
              template: '${mail}#${subject}',
              casing,
            },
          },
        },
      },
      configuration,
    ),

    apiToken: new Entity(
      {
        model: { entity: 'apiToken', version: '1', service },
        attributes: {
          id: { type: 'string', required: true },
          /** `-` for those of the MSP. */
          of: { type: 'string', required: true },
          createdAt: { type: 'string', required: true },
          /** As it was made; these two change after. */
          body: { type: CustomAttributeType<ApiToken>('any'), required: true },
          lastUsedAt: { type: 'string' },
          revokedAt: { type: 'string' },
        },
        indexes: {
          token: {
            pk: { field: partitionKey, composite: ['id'], template: 'token#${id}', casing },
            sk: { field: sortKey, composite: [], template: 'token', casing },
          },
          ofAccount: {
            index: indexes.account.name,
            pk: { field: indexes.account.partitionKey, composite: ['of'], template: 'tokens#${of}', casing },
            sk: {
              field: indexes.account.sortKey,
              composite: ['createdAt', 'id'],
              template: '${createdAt}#${id}',
              casing,
            },
          },
        },
      },
      configuration,
    ),

    requestCount: new Entity(
      {
        model: { entity: 'requestCount', version: '1', service },
        attributes: {
          key: { type: 'string', required: true },
          minute: { type: 'string', required: true },
          count: { type: 'number' },
          expires: { type: 'number' },
        },
        indexes: {
          count: {
            pk: { field: partitionKey, composite: ['key'], template: 'requests#${key}', casing },
            sk: { field: sortKey, composite: ['minute'], template: '${minute}', casing },
          },
        },
      },
      configuration,
    ),

    auditEntry: new Entity(
      {
        model: { entity: 'auditEntry', version: '1', service },
        attributes: {
          /** `-` for what concerns no single account. */
          of: { type: 'string', required: true },
          at: { type: 'string', required: true },
          id: { type: 'string', required: true },
          body: { type: CustomAttributeType<AuditEntry>('any'), required: true },
          expires: { type: 'number', required: true },
        },
        indexes: {
          entry: {
            pk: { field: partitionKey, composite: ['of'], template: 'audit#${of}', casing },
            sk: { field: sortKey, composite: ['at', 'id'], template: '${at}#${id}', casing },
          },
          ofAll: {
            index: indexes.list.name,
            pk: { field: indexes.list.partitionKey, composite: [], template: 'audit', casing },
            sk: { field: indexes.list.sortKey, composite: ['at', 'id'], template: '${at}#${id}', casing },
          },
        },
      },
      configuration,
    ),

    contactChange: new Entity(
      {
        model: { entity: 'contactChange', version: '1', service },
        attributes: {
          account: { type: 'string', required: true },
          /** Both absent after it was removed. */
          version: { type: 'number' },
          body: { type: CustomAttributeType<ContactChange>('any') },
        },
        indexes: {
          change: {
            pk: { field: partitionKey, composite: ['account'], template: 'account#${account}', casing },
            sk: { field: sortKey, composite: [], template: 'contact-change', casing },
          },
        },
      },
      configuration,
    ),

    heartbeat: new Entity(
      {
        model: { entity: 'heartbeat', version: '1', service },
        attributes: {
          account: { type: 'string', required: true },
          server: { type: 'string', required: true },
          monitor: { type: 'string', required: true },
          at: { type: 'string' },
          failedAt: { type: 'string' },
          message: { type: 'string' },
        },
        indexes: {
          heartbeat: {
            pk: {
              field: partitionKey,
              composite: ['account', 'server'],
              template: 'server#${account}.${server}',
              casing,
            },
            sk: { field: sortKey, composite: ['monitor'], template: 'heartbeat#${monitor}', casing },
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
