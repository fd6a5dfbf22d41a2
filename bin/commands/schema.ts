import { writeFile } from 'node:fs/promises';
import { inventoryJsonSchema } from '../../core/inventory/json-schema.ts';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';
import { type Command, CommandError, readArguments } from '../command-line.ts';

const usage = `mimamori schema: print the JSON Schema of inventory files, for editors

  --out FILE       write it into a file
`;

/** The schema as the repository keeps it. */
export const schemaText = (): string => `${JSON.stringify(inventoryJsonSchema(checkTypes), undefined, 2)}\n`;

async function run(args: readonly string[]): Promise<number> {
  const { values } = readArguments(
    'schema',
    args,
    { out: { type: 'string' } },
    { name: '', atLeast: 0, atMost: 0 },
  );
  if (values.out === undefined) {
    process.stdout.write(schemaText());
    return 0;
  }
  try {
    await writeFile(values.out, schemaText());
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown failure';
    throw new CommandError(
      `${values.out} cannot be written (${code}); give a path in a directory that is there`,
    );
  }
  console.log(`Wrote ${values.out}.`);
  return 0;
}

export const schema: Command = { usage, run };
