// Runs in a worker thread: one function of the template, loaded once, called once for each message.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import {
  failed,
  type InvocationResult,
  type InvokeMessage,
  type WorkerMessage,
  type WorkerSettings,
} from './invocation.ts';

/** The service's limit for what a function returns. */
const largestPayloadBytes = 6 * 1024 * 1024;

type Handler = (event: unknown, context: unknown) => unknown;

const settings = workerData as WorkerSettings;
const tell = (message: WorkerMessage): void => parentPort?.postMessage(message);

const handler = await loadHandler();
if (handler !== undefined) {
  parentPort?.on('message', (message: InvokeMessage) => void invoke(handler, message));
  tell({ kind: 'ready' });
}

async function loadHandler(): Promise<Handler | undefined> {
  const dot = settings.handler.lastIndexOf('.');
  const file = settings.handler.slice(0, dot);
  const exported = settings.handler.slice(dot + 1);
  const path = ['.mjs', '.js', '.cjs']
    .map((extension) => join(settings.codePath, file + extension))
    .find((candidate) => existsSync(candidate));
  if (path === undefined) {
    const wanted = `Cannot find module '${file}' in ${settings.codePath}`;
    tell({ kind: 'broken', result: failed('Runtime.ImportModuleError', wanted) });
    return undefined;
  }
  try {
    const module: Record<string, unknown> = await import(pathToFileURL(path).href);
    const found = module[exported];
    if (typeof found === 'function') return found as Handler;
    const message = `${settings.handler} is undefined or not exported`;
    tell({ kind: 'broken', result: failed('Runtime.HandlerNotFound', message) });
  } catch (error) {
    tell({ kind: 'broken', result: reportError(error) });
  }
  return undefined;
}

async function invoke(call: Handler, message: InvokeMessage): Promise<void> {
  let result: InvocationResult;
  try {
    result = toPayload(await call(JSON.parse(message.event), contextOf(message)));
  } catch (error) {
    result = reportError(error);
  }
  tell({ kind: 'done', id: message.id, result });
}

function toPayload(returned: unknown): InvocationResult {
  const payload = JSON.stringify(returned ?? null);
  const bytes = Buffer.byteLength(payload);
  if (bytes <= largestPayloadBytes) return { payload };
  return failed(
    'Function.ResponseSizeTooLarge',
    `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${largestPayloadBytes} bytes).`,
  );
}

function reportError(error: unknown): InvocationResult {
  if (error instanceof Error) return failed(error.name, error.message, error.stack?.split('\n') ?? []);
  return failed('string', String(error));
}

function contextOf({ requestId, timeLimitMs }: InvokeMessage): Record<string, unknown> {
  const startedAt = performance.now();
  return {
    awsRequestId: requestId,
    functionName: settings.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: settings.arn,
    memoryLimitInMB: String(settings.memoryMb),
    logGroupName: `/aws/lambda/${settings.name}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, timeLimitMs - (performance.now() - startedAt)),
  };
}
