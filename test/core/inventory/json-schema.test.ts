import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { schemaText } from '../../../bin/commands/schema.ts';
import { monitorForm } from '../../../core/inventory/form.ts';
import { inventoryJsonSchema } from '../../../core/inventory/json-schema.ts';
import { checkTypes } from '../../../lambdas/probe/checks/registry.ts';
import { sampleCatalogue } from './sample-catalogue.ts';

interface SchemaNode {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
}

describe('the schema for editors', () => {
  it('given the check types there are, when the schema is made, then docs/inventory.schema.json has it; if not: npm run schema', () => {
    expect(schemaText()).toBe(readFileSync('docs/inventory.schema.json', 'utf8'));
  });

  it('given every property of the schema, when it is read, then it says what it is for', () => {
    const silent: string[] = [];
    const look = (path: string, node: SchemaNode): void => {
      for (const [key, property] of Object.entries(node.properties ?? {})) {
        const at = `${path}.${key}`;
        if (property.description === undefined && property.$ref === undefined) silent.push(at);
        look(at, property);
      }
      for (const [name, definition] of Object.entries(node.$defs ?? {})) look(name, definition);
    };
    look('inventory', JSON.parse(schemaText()));
    expect(silent).toEqual([]);
  });

  it('given the check types there are, when their settings are read, then none has the name of a key of every monitor', () => {
    const common = Object.keys(monitorForm.shape);
    const taken = Object.entries(checkTypes).flatMap(([name, { settings }]) =>
      Object.keys(settings.shape)
        .filter((key) => common.includes(key))
        .map((key) => `${name}.${key}`),
    );
    expect(taken).toEqual([]);
  });

  for (const file of ['examples/small.yaml', 'examples/agency.yaml']) {
    it(`given ${file}, when it is judged by the kept schema, then it fits`, () => {
      const schema = z.fromJSONSchema(JSON.parse(readFileSync('docs/inventory.schema.json', 'utf8')));
      const judged = schema.safeParse(parse(readFileSync(file, 'utf8')));
      expect(judged.error?.issues ?? []).toEqual([]);
    });
  }

  it('given a file with a misspelt key in a monitor, when it is judged by the schema, then it does not fit', () => {
    const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(inventoryJsonSchema(sampleCatalogue))));
    const file = (monitor: unknown) => ({
      accounts: [
        { id: 'acme', name: 'Acme', servers: [{ id: 'web', address: 'x.example', monitors: [monitor] }] },
      ],
    });
    expect(schema.safeParse(file({ check: 'tcp', port: 22 })).success).toBe(true);
    expect(schema.safeParse(file({ check: 'tcp', prot: 22 })).success).toBe(false);
    expect(schema.safeParse(file('tpc')).success).toBe(false);
  });
});
