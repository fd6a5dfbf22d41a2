import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveByHttp } from './http-server.ts';
import { accessToken, now, people } from './portal-desk.ts';
import { idsOf, seededPortal } from './seeded-portal.ts';

const run = promisify(execFile);

/** What somebody writes who has the description and nothing else of ours. It is checked against the generated types. */
const program = `
import { client } from './client/client.gen.js';
import { announceMaintenance, endMaintenance, getIncident, getSeries, listMaintenances, listServers, listTokens, makeToken, revokeToken } from './client/sdk.gen.js';

export async function use(baseUrl: string, auth: string, server: string, incident: string) {
  client.setConfig({ baseUrl, auth: () => auth });
  const { data: list } = await listServers({ query: { limit: 1, standing: ['critical', 'warning'] }, throwOnError: true });
  const name: string | undefined = list.items[0]?.name;
  const { data: opened } = await getIncident({ path: { incident }, throwOnError: true });
  const line: string | undefined = opened.timeline[0]?.summary.en;
  const range = { from: '2026-11-21T02:00:00.000Z', to: '2026-11-21T04:00:00.000Z' };
  const { data: series } = await getSeries({ path: { server }, query: { ...range, monitor: ['https', 'cpu'] }, throwOnError: true });
  const until = '2026-11-21T06:00:00.000Z';
  const { data: announced } = await announceMaintenance({
    body: { scope: [{ server }], from: '2026-11-21T04:00:00.000Z', until, reason: 'by a program' },
    throwOnError: true,
  });
  const { data: coming } = await listMaintenances({ throwOnError: true });
  const { data: ended } = await endMaintenance({ path: { maintenance: announced.id }, throwOnError: true });
  const { data: made } = await makeToken({ body: { name: 'generated', scopes: ['read'] }, throwOnError: true });
  client.setConfig({ auth: () => made.token });
  const { data: again } = await listServers({ throwOnError: true });
  const { error: refused } = await listTokens();
  client.setConfig({ auth: () => auth });
  const revoked = await revokeToken({ path: { id: made.id } });
  const { error: wrong } = await makeToken({ body: { name: '', scopes: [] } });
  return {
    name,
    stage: opened.stage,
    line,
    monitors: series.monitors.map(({ monitor }) => monitor),
    maintenances: coming.items.map(({ reason }) => reason).sort(),
    ended: ended.endedAt,
    servers: again.items.length,
    refused: refused?.reason,
    revoked: revoked.response?.status,
    fields: wrong?.errors?.map(({ field }) => field),
  };
}
`;

const compilerOptions = {
  strict: true,
  noEmit: true,
  module: 'nodenext',
  target: 'es2024',
  lib: ['es2024', 'dom', 'dom.iterable'],
  types: [],
};

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mimamori-client-'));
});
afterAll(() => rm(directory, { recursive: true }));

it('given the description alone, when a client is generated, then it fits its types and works against a server', async () => {
  const portal = await seededPortal();
  await using server = await serveByHttp(portal);
  const description = await (await fetch(`${server.url}/api/v1/openapi.json`)).text();
  await writeFile(join(directory, 'openapi.json'), description);
  await run(process.execPath, [
    'test/api/client-generator/generate.ts',
    join(directory, 'openapi.json'),
    join(directory, 'client'),
  ]);
  await writeFile(join(directory, 'use.ts'), program);
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
  const checked = await run(process.execPath, ['node_modules/typescript/lib/tsc.js', '-p', directory]).catch(
    (failed: { stdout: string }) => failed,
  );
  expect(checked.stdout).toBe('');

  const bundle = join(directory, 'use.mjs');
  await build({
    entryPoints: [join(directory, 'use.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: bundle,
  });
  const { use } = (await import(pathToFileURL(bundle).href)) as {
    use: (...given: string[]) => Promise<unknown>;
  };
  const token = await accessToken(people.hanako.subject, ['customer']);
  const { server: web, incident } = idsOf.acme;
  expect(await use(`${server.url}/api/v1`, token, web, incident)).toEqual({
    name: 'Web server',
    stage: 'waiting',
    line: 'line of acme',
    monitors: ['https', 'cpu'],
    maintenances: ['by a program', 'update of acme'],
    ended: now,
    servers: 2,
    refused: 'person-only',
    revoked: 204,
    fields: ['name', 'scopes'],
  });
});
