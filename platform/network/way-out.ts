import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import { abortable } from './abortable.ts';
import { openConnection } from './connection.ts';

export interface WayOut {
  readonly works: boolean;
  /** The endpoints that were asked. */
  readonly tried: string[];
}

/**
 * Learns whether this machine reaches the outside: opens TCP connections to all endpoints at once, and one that
 * stands suffices. A refusal shows nothing: our own firewall may have spoken. Without endpoints nothing can be
 * learned, and the way out counts as working.
 *
 * @param endpoints `host:port`, an IPv6 address in brackets; they come from the MSP, so no address is refused
 * @throws the signal's reason; never for an endpoint that does not answer
 */
export async function verifyWayOut(
  endpoints: readonly string[],
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<WayOut> {
  const tried = [...endpoints];
  if (tried.length === 0) return { works: true, tried };
  signal?.throwIfAborted();
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => stop.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    await Promise.any(tried.map((endpoint) => reach(endpoint, stop.signal)));
    return { works: true, tried };
  } catch {
    signal?.throwIfAborted();
    return { works: false, tried };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    stop.abort();
  }
}

async function reach(endpoint: string, signal: AbortSignal): Promise<void> {
  const colon = endpoint.lastIndexOf(':');
  const host = endpoint.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const port = Number(endpoint.slice(colon + 1));
  const address = isIP(host) === 0 ? (await abortable(lookup(host), signal)).address : host;
  const socket = await openConnection({ address, family: isIPv6(address) ? 6 : 4, port }, signal);
  socket.destroy();
}
