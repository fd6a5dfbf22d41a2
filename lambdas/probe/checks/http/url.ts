import { isIP } from 'node:net';
import { hostPort } from '../outcome-text.ts';

/** Where one request goes. */
export interface HttpPlace {
  readonly isSecure: boolean;
  /** What the server is called; an IPv6 address without brackets. */
  readonly name: string;
  readonly port: number;
  readonly path: string;
}

/** `shop.example` or `shop.example:8080`, as the Host header has it: the standard port is left out. */
export function authorityOf({ isSecure, name, port }: Omit<HttpPlace, 'path'>): string {
  const standardPort = isSecure ? 443 : 80;
  if (port !== standardPort) return hostPort(name, port);
  return isIP(name) === 6 ? `[${name}]` : name;
}

export const urlOf = (place: HttpPlace): string =>
  `${place.isSecure ? 'https' : 'http'}://${authorityOf(place)}${place.path}`;

/** The place that a Location header means; undefined for what is no web address. */
export function placeOf(location: string, base: HttpPlace): HttpPlace | undefined {
  // Servers send names of files as they are; the bytes come as Latin-1, and mean UTF-8.
  const url = URL.parse(Buffer.from(location, 'latin1').toString('utf8'), urlOf(base));
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  const isSecure = url.protocol === 'https:';
  return {
    isSecure,
    name: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
  };
}
