import type { Duplex } from 'node:stream';

/**
 * A promise that the signal rejects, too: the stream is destroyed then, and no listener stays on the signal.
 *
 * @param start settles it by what it hears from the stream
 */
export function settleBySignal<T>(
  stream: Duplex,
  signal: AbortSignal,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => {
      reject(signal.reason);
      stream.destroy();
    };
    signal.addEventListener('abort', onAbort);
    const free = () => signal.removeEventListener('abort', onAbort);
    start(
      (value) => {
        free();
        resolve(value);
      },
      (error) => {
        free();
        reject(error);
      },
    );
    if (signal.aborted) onAbort();
  });
}
