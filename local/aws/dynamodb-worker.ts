// Runs in a worker thread: the table store. Its files are its own; what is stored is told by the protocol alone.
import { rmSync, statSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { TableSpec, TableStoreMessage, TableStoreSettings } from './dynamodb.ts';
import { namesLoopback } from './loopback.ts';
import { repairTables } from './table-repair.ts';

const { directory, port, tables } = workerData as TableStoreSettings;
const tell = (message: TableStoreMessage): void => parentPort?.postMessage(message);

/** There while the store is closed after a clean end. */
const cleanMark = join(directory, 'closed');
const files = join(directory, 'level');

try {
  await serve();
} catch (error) {
  tell({ kind: 'refused', message: error instanceof Error ? error.message : String(error) });
}

async function serve(): Promise<void> {
  const wasClean = statSync(cleanMark, { throwIfNoEntry: false }) !== undefined;
  rmSync(cleanMark, { force: true });
  const known = await repairTables(files, tables, wasClean);
  const server = openStore();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: listening } = server.address() as AddressInfo;
  for (const table of tables) if (!known.has(table.TableName)) await createTable(listening, table);
  parentPort?.once('message', () => {
    server.close((error) => {
      if (error === undefined || error === null) writeFileSync(cleanMark, '');
      tell({ kind: 'closed' });
    });
    server.closeAllConnections();
  });
  tell({ kind: 'serving', port: listening });
}

function openStore(): Server {
  const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;
  const server = dynalite({ path: files, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  const [serveRequest] = server.listeners('request') as ((...call: unknown[]) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    // The store itself would let any page of any site read and write by its lax cross-origin headers.
    if (!namesLoopback(request.headers) || request.headers.origin !== undefined) {
      response.writeHead(403).end();
      return;
    }
    serveRequest?.call(server, request, response);
  });
  return server;
}

async function createTable(at: number, table: TableSpec): Promise<void> {
  const call = (operation: string, body: object): Promise<Response> =>
    fetch(`http://127.0.0.1:${at}/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20000101T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/x/x/dynamodb/aws4_request, SignedHeaders=host, Signature=x',
      },
      body: JSON.stringify(body),
    });
  const created = await call('CreateTable', table);
  if (!created.ok) {
    throw new Error(
      `table ${table.TableName} of the template was refused by the table store: ${await created.text()}`,
    );
  }
  for (let isActive = false; !isActive; ) {
    const described = await call('DescribeTable', { TableName: table.TableName });
    const answer = (await described.json()) as { Table?: { TableStatus?: string } };
    isActive = answer.Table?.TableStatus === 'ACTIVE';
  }
}
