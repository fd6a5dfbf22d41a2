/** Requests in flight at once: enough to fill the way to the table, few enough to keep sockets and memory small. */
const inFlight = 16;

/**
 * Works through items, some at a time and in their order.
 *
 * @throws the first failure, when what was begun has ended; the rest is not begun
 */
export async function inParallel<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items[Symbol.iterator]();
  let failure: { readonly error: unknown } | undefined;
  const worker = async () => {
    while (failure === undefined) {
      const { done, value } = queue.next();
      if (done) return;
      try {
        await work(value);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  if (failure !== undefined) throw failure.error;
}
