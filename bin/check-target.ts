import { isIPv6 } from 'node:net';
import { shown } from '../core/inventory/printable.ts';
import { CommandError } from './command-line.ts';

/** What the word for a target says; a URL may say more than a host. */
export interface CheckTarget {
  readonly address: string;
  readonly port?: string;
  readonly path?: string;
}

const longest = 2000;

/**
 * Reads `host`, `host:port`, `[IPv6]:port`, and for http and https a URL.
 *
 * @throws CommandError with exit code 3; it repeats no password
 */
export function readCheckTarget(word: string, check: string): CheckTarget {
  const target = word.includes('://') ? readUrl(word, check) : readHostPort(word);
  if (target !== undefined) return target;
  const written = word.includes('@') ? 'no host' : shown(word);
  throw new CommandError(`TARGET is ${written}; give host, host:port or [IPv6 address]:port`, 3);
}

function readHostPort(word: string): CheckTarget | undefined {
  if (isIPv6(word)) return { address: word };
  const parts = /^(?:\[([^\]@]{1,253})\]|([^:@/[\]]{1,253}))(?::(\d{1,5}))?$/.exec(word);
  const address = parts?.[1] ?? parts?.[2];
  if (address === undefined) return undefined;
  return { address, ...(parts?.[3] !== undefined && { port: parts[3] }) };
}

function readUrl(word: string, check: string): CheckTarget | undefined {
  const url = word.length > longest ? null : URL.parse(word);
  if (url === null) return undefined;
  if (url.username !== '' || url.password !== '') {
    throw new CommandError('TARGET has a user name or a password in it; take them out', 3);
  }
  if (check !== 'http' && check !== 'https') {
    throw new CommandError(`TARGET is a URL, which only http and https take; give host or host:port`, 3);
  }
  if (url.protocol !== `${check}:`) {
    const meant = url.protocol === 'http:' || url.protocol === 'https:' ? url.protocol.slice(0, -1) : '';
    const mend = meant === '' ? `give one that begins with ${check}://` : `write mimamori check ${meant}`;
    throw new CommandError(`TARGET is no URL for ${check}; ${mend}`, 3);
  }
  const path = `${url.pathname}${url.search}`;
  return {
    address: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    ...(url.port !== '' && { port: url.port }),
    ...(path !== '/' && { path }),
  };
}
