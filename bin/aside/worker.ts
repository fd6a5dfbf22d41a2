// Runs in a worker thread: one function, once.
import { parentPort, workerData } from 'node:worker_threads';

const { module, input } = workerData as { readonly module: string; readonly input: unknown };
const loaded: { readonly default: (input: unknown) => unknown } = await import(module);
parentPort?.postMessage(await loaded.default(input));
