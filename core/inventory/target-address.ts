import ipaddr from 'ipaddr.js';
import type { Reach } from '../server.ts';

const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** What `ipaddr.js` calls the ranges that a server reached by VPN may have. */
const privateRanges = new Set(['private', 'uniqueLocal', 'carrierGradeNat']);

/**
 * Looks at an address as it is written; what a name leads to is judged at each check, when it is resolved.
 *
 * @returns what is wrong and the mend; undefined when probes may go there, or it is a name
 */
export function faultOfAddress(address: string, reach: Reach): string | undefined {
  if (address.includes('://')) return 'is a URL; give the host name or IP address alone';
  const isIpv4 = ipaddr.IPv4.isValidFourPartDecimal(address);
  if (!isIpv4 && !ipaddr.IPv6.isValid(address)) return faultOfName(address);

  const range = ipaddr.process(address).range();
  if (range === 'loopback') {
    return reach === 'local'
      ? undefined
      : "is the probe's own loopback; give the address of the server, or write reach: local on one machine";
  }
  if (privateRanges.has(range)) {
    return reach === 'internet'
      ? 'is a private address; write reach: vpn if the server is reached by a VPN'
      : undefined;
  }
  return range === 'linkLocal' || range === 'multicast' || range === 'broadcast' || range === 'unspecified'
    ? `is an address where no server is (${range}); give the address of the server`
    : undefined;
}

function faultOfName(name: string): string | undefined {
  const labels = name.replace(/\.$/, '').split('.');
  if (/^[^:]+:[0-9]+$/.test(name)) {
    return 'has a port; give the host name or IP address alone, the port is a setting of the monitor';
  }
  // A last label of digits is an IPv4 address in disguise.
  const isName =
    labels.every((part) => label.test(part) || /[^\x20-\x7e]/.test(part)) &&
    !/^(?:\d+|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? '') &&
    !/[\s\p{Cc}]/u.test(name);
  return isName ? undefined : 'is neither a host name nor an IP address; give one of them, in its usual form';
}
