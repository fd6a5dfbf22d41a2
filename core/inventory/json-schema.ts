import { z } from 'zod';
import { type Catalogue, type CatalogueEntry, possibleNeeds } from '../catalogue.ts';
import { defaultTiming } from '../detection/default-timing.ts';
import { accountForm, monitorForm, serverForm, settingsForm, snmpForms, sshForm } from './form.ts';

type Schema = z.core.JSONSchema.BaseSchema;

const toJson = (schema: z.ZodType): Schema =>
  z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    // The library leaves both out where a text becomes something else; here they are written as they are read.
    override: ({ zodSchema, jsonSchema }) => {
      const examples = z.globalRegistry.get(zodSchema)?.examples;
      if (Array.isArray(examples)) jsonSchema.examples = examples;
      if (zodSchema instanceof z.ZodDefault) jsonSchema.default = zodSchema.def.defaultValue;
    },
  });

const schemaOf = (schema: z.ZodType): Schema => {
  const { $schema: _, $defs: __, ...rest } = toJson(schema);
  return rest;
};

/** What settings share under a name of its own, and refer to. */
const sharedBySettings = (catalogue: Catalogue): Record<string, Schema> =>
  Object.assign({}, ...Object.values(catalogue).map(({ settings }) => toJson(settings).$defs));

/** What defaults may complete is not asked for by an editor, which sees one file at a time. */
const partOf = ({ required: _, ...schema }: Schema): Schema => schema;

const without = (schema: Schema, keys: readonly string[]): Schema => ({
  ...schema,
  properties: Object.fromEntries(
    Object.entries(schema.properties ?? {}).filter(([key]) => !keys.includes(key)),
  ),
});

const mapOf = (description: string, properties: Record<string, Schema>, required?: string[]): Schema => ({
  type: 'object',
  description,
  properties,
  ...(required === undefined ? {} : { required }),
  additionalProperties: false,
});

const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });

/**
 * The JSON Schema of an inventory file, for editors. It is made from the schemas that judge the file, so that both say
 * the same; it asks for less, as settings and defaults may stand in another file.
 */
export function inventoryJsonSchema(catalogue: Catalogue): Schema {
  const checks = Object.keys(catalogue).sort();
  const account = schemaOf(accountForm);
  const server = schemaOf(serverForm);
  const serverParts = {
    snmp: { ...ref('snmp'), description: 'how the server answers SNMP; none takes a default away' },
    ssh: { ...ref('ssh'), description: 'how to log in to collect information; none takes a default away' },
    monitors: {
      description: 'what is watched: the name of a check, or a map with check and its settings',
      type: 'array',
      items: ref('monitor'),
      examples: [['host', 'ssh', { check: 'https', path: '/health' }]],
    },
  } satisfies Record<string, Schema>;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Mimamori inventory',
    description: 'Accounts, servers and monitors as code; one file of several, or the whole',
    type: 'object',
    properties: {
      settings: {
        ...schemaOf(settingsForm),
        description: 'what holds for the whole deployment; once in all files',
      },
      defaults: {
        ...ref('defaults'),
        description: 'what servers and checks of all files have; once in all files',
      },
      accounts: { type: 'array', description: 'the customers', items: ref('account') },
    },
    additionalProperties: false,
    $defs: {
      account: {
        ...account,
        description: 'a customer of the MSP',
        properties: {
          ...account.properties,
          defaults: { ...ref('defaults'), description: 'what the servers and checks of this account have' },
          servers: { type: 'array', description: "the account's servers", items: ref('server') },
        },
      },
      server: {
        ...partOf(server),
        description: 'one OS instance, the unit of the contract',
        properties: {
          ...server.properties,
          ...serverParts,
          without: {
            type: 'array',
            description: 'ids of default monitors that this server does not have',
            items: { type: 'string' },
            examples: [['load']],
          },
        },
        required: ['id', 'address'],
      },
      defaults: mapOf('what holds where a server or a monitor says nothing else', {
        server: {
          ...partOf(without(server, ['id', 'name', 'address'])),
          description: 'for every server; its own keys win, its own monitors are added',
          properties: { ...without(server, ['id', 'name', 'address']).properties, ...serverParts },
        },
        checks: mapOf(
          'settings and timing by check type',
          Object.fromEntries(checks.map((name) => [name, ref(`defaults-${name}`)])),
        ),
      }),
      snmp: {
        anyOf: [{ const: 'none' }, partOf(schemaOf(snmpForms['2c'])), partOf(schemaOf(snmpForms['3']))],
      },
      ssh: { anyOf: [{ const: 'none' }, partOf(schemaOf(sshForm))] },
      monitor: {
        anyOf: [
          { enum: checks, description: 'a check with its default settings' },
          ...checks.map((name) => ref(`monitor-${name}`)),
        ],
      },
      ...without(schemaOf(monitorForm), ['check']).properties,
      ...sharedBySettings(catalogue),
      ...Object.fromEntries(
        Object.entries(catalogue).flatMap(([name, entry]) => [
          [`monitor-${name}`, monitorSchema(name, entry)],
          [`defaults-${name}`, checkDefaultsSchema(name, entry)],
        ]),
      ),
    },
  };
}

const commonKeys = Object.keys(monitorForm.shape);

/** By name, as every check type has the same ones. */
const common = (keys: readonly string[]): Record<string, Schema> =>
  Object.fromEntries(keys.map((key) => [key, ref(key)]));

function monitorSchema(name: string, entry: CatalogueEntry): Schema {
  const { description = '', properties } = checkDefaultsSchema(name, entry);
  const check: Schema = { const: name, description: 'the check type' };
  return {
    ...mapOf(description, {}, ['check']),
    properties: { check, ...common(['id']), ...properties },
  };
}

function checkDefaultsSchema(name: string, entry: CatalogueEntry): Schema {
  const interval = entry.timing?.intervalMinutes ?? defaultTiming[entry.class].intervalMinutes;
  const ways = possibleNeeds(entry);
  const needs = `${ways.has('snmp') ? '; asks by SNMP' : ''}${ways.has('ssh') ? '; logs in by SSH' : ''}`;
  const plans = entry.plans === undefined ? '' : `; for the plan ${entry.plans.join(' or ')}`;
  return {
    type: 'object',
    description: `${name}: ${entry.class}, every ${interval} min, priority ${entry.priority}${needs}${plans}`,
    properties: {
      ...schemaOf(entry.settings).properties,
      ...common(commonKeys.filter((key) => key !== 'check' && key !== 'id')),
    },
    additionalProperties: false,
  };
}
