/**
 * Generates a client from a description of an API: `node generate.ts <description.json> <directory>`.
 *
 * The generator writes by the programming interface of TypeScript 5, which TypeScript 7 does not have; the checker of this
 * project is 7. So it is run in a process of its own, in which its import means the older one.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier === 'typescript' ? 'typescript-5.9' : specifier, context),
});
const { createClient } = await import('@hey-api/openapi-ts');

const [, , description = '', directory = ''] = process.argv;
await createClient({
  input: JSON.parse(readFileSync(description, 'utf8')),
  output: { path: directory },
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
  logs: { level: 'silent' },
});
