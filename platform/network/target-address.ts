import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';
import type { Reach } from '../../core/server.ts';
import type { Text } from '../../core/text.ts';
import { abortable } from './abortable.ts';

/** What a probe connects to: the very address that was judged, so that a second DNS answer cannot change it. */
export interface TargetAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** The inventory names a place where probes must not go. A fault of the inventory, not of the target. */
export class AddressRefused extends Error {
  readonly text: Text;
  /** The reach with which one may go there; undefined for a place where nobody goes. */
  readonly allowedBy: Reach | undefined;
  constructor(text: Text, allowedBy?: Reach) {
    super(text.en);
    this.name = 'AddressRefused';
    this.text = text;
    this.allowedBy = allowedBy;
  }
}

/** The name does not exist in DNS: a result about the target. */
export class NameNotFound extends Error {
  readonly host: string;
  constructor(host: string, options?: ErrorOptions) {
    super(`${host} does not exist in DNS`, options);
    this.name = 'NameNotFound';
    this.host = host;
  }
}

/** The name has addresses, and none of the kind that is wanted: a result about the target. */
export class FamilyMissing extends Error {
  readonly family: 4 | 6;
  constructor(host: string, family: 4 | 6) {
    super(`${host} has no IPv${family} address`);
    this.name = 'FamilyMissing';
    this.family = family;
  }
}

export interface ResolveOptions {
  /** Whether this runtime may reach itself; `reach: local` counts for nothing without it. */
  readonly localAllowed: boolean;
  readonly signal?: AbortSignal;
  /** The only kind of address that will do. */
  readonly family?: 4 | 6 | undefined;
  /** All addresses of a name, as the system's resolver gives them. */
  readonly lookup?: (host: string) => Promise<readonly { address: string }[]>;
}

/** Where an address leads: `never` has the reason for which nobody goes there. */
type Place = 'public' | 'private' | 'loopback' | { readonly never: Text };

/**
 * Resolves a host once and judges what it found; connect to the answer, never to the name.
 *
 * A name is refused whole when one of its addresses is: public and forbidden addresses under one name are the
 * mark of DNS rebinding or of a mistake, and picking the allowed one would hide both. IPv4 comes before IPv6, as
 * the monitoring addresses that customers let through their firewalls are IPv4.
 *
 * @throws AddressRefused when the inventory may not lead there
 * @throws NameNotFound when the name does not exist
 * @throws FamilyMissing when it has no address of the family that is wanted
 * @throws for a resolver that fails or takes until the signal ends the wait: as far as one can know, a fault of ours
 */
export async function resolveTarget(
  host: string,
  reach: Reach,
  { localAllowed, signal, family, lookup = lookupAll }: ResolveOptions,
): Promise<TargetAddress> {
  if (isIP(host) !== 0) return literal(judge(host, host, reach, localAllowed), family);

  const name = readName(host);
  const found = await abortable(lookup(name), signal).catch((error: unknown) => {
    throw explainLookup(error, host, signal);
  });
  if (found.length === 0) throw new NameNotFound(host);
  const judged = found.map(({ address }) => judge(host, address, reach, localAllowed));
  return ofFamily(family, host, judged);
}

function literal(given: TargetAddress, wanted: 4 | 6 | undefined): TargetAddress {
  if (wanted === undefined || wanted === given.family) return given;
  throw new AddressRefused({
    ja: `${given.address} は IPv${wanted} アドレスではありません。ipVersion を外すか、IPv${wanted} アドレスを書いてください`,
    en: `${given.address} is no IPv${wanted} address; take ipVersion out, or give an IPv${wanted} address`,
  });
}

function ofFamily(wanted: 4 | 6 | undefined, host: string, judged: readonly TargetAddress[]): TargetAddress {
  const chosen = judged.find(({ family }) => family === (wanted ?? 4));
  if (chosen !== undefined) return chosen;
  if (wanted !== undefined) throw new FamilyMissing(host, wanted);
  if (judged[0] === undefined) throw new NameNotFound(host);
  return judged[0];
}

/** Few threads look names up, and the monitors of a server are checked together: they share one look-up. */
const underWay = new Map<string, Promise<{ address: string }[]>>();

function lookupAll(host: string): Promise<{ address: string }[]> {
  const shared = underWay.get(host);
  if (shared !== undefined) return shared;
  const work = systemLookup(host, { all: true }).finally(() => underWay.delete(host));
  underWay.set(host, work);
  return work;
}

const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** A host name in ASCII. Numbers in disguise (`2130706433`, `0x7f.1`, `010.0.0.1`) are not names. */
function readName(host: string): string {
  // The conversion drops white space, which would make another name of it.
  const ascii = /^[\x21-\x7e]*$|[\s\p{Cc}]/u.test(host) ? host : domainToASCII(host);
  const name = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  const labels = name.split('.');
  const last = labels.at(-1) ?? '';
  if (name.length > 253 || !labels.every((part) => label.test(part)) || /^(\d+|0x[0-9a-f]*)$/i.test(last)) {
    throw new AddressRefused({
      ja: `${printable(host)} はホスト名でも通常の書き方の IP アドレスでもありません。ホスト名、192.0.2.1 の形の IPv4、または 2001:db8::1 の形の IPv6 を書いてください`,
      en: `${printable(host)} is neither a host name nor an IP address in its usual form; write a name, an IPv4 address like 192.0.2.1 or an IPv6 address like 2001:db8::1`,
    });
  }
  return name;
}

function judge(host: string, found: string, reach: Reach, localAllowed: boolean): TargetAddress {
  const { address, place } = placeOf(found);
  const named = host === found ? found : `${host} (${found})`;
  if (place === 'loopback' && !(reach === 'local' && localAllowed)) {
    throw new AddressRefused(
      {
        ja: `${named} は監視プログラム自身のループバックアドレスです。一台構成で reach: local のサーバーだけが使えます`,
        en: `${named} is the probe's own loopback; only a server with reach: local may use it, and only on one machine`,
      },
      'local',
    );
  }
  if (place === 'private' && reach === 'internet') {
    throw new AddressRefused(
      {
        ja: `${named} はプライベートアドレスです。VPN で届くサーバーなら reach: vpn と書いてください`,
        en: `${named} is a private address; write reach: vpn if the server is reached by a VPN`,
      },
      'vpn',
    );
  }
  if (typeof place === 'object') {
    throw new AddressRefused({ ja: `${named} は${place.never.ja}`, en: `${named} is ${place.never.en}` });
  }
  return { address, family: isIPv4(address) ? 4 : 6 };
}

const never = (ja: string, en: string): Place => ({
  never: {
    ja: `${ja}です。サーバーのアドレスを書いてください`,
    en: `${en}; give the address of the server`,
  },
});
const special = never('特別な用途のアドレス', 'an address of special purpose');
const linkLocal = never('リンクローカルアドレス', 'a link-local address');
const metadata = never('クラウドのメタデータサービス', "a cloud's metadata service");

/** Services of clouds that hold credentials and lie in ranges that are not refused as a whole. */
const metadataAddresses = new Set(['100.100.100.200', '168.63.129.16', 'fd20:ce::254']);
const awsMetadata: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('fd00:ec2::'), 32];
const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];
const nat64: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('64:ff9b::'), 96];

/** An IPv4 address inside an IPv6 one counts as what it is, and a mapped one is connected to as IPv4. */
function placeOf(found: string): TargetAddress & { place: Place } {
  if (isIPv4(found)) return { address: found, family: 4, place: placeOf4(ipaddr.IPv4.parse(found)) };
  // A zone (`fe80::1%eth0`) has a meaning on this machine only.
  if (!isIPv6(found) || found.includes('%')) return { address: found, family: 6, place: linkLocal };
  // The library takes `::192.0.2.1`, which nobody routes any more, for a mapped address.
  if (/^::\d+\.[\d.]+$/.test(found)) return { address: found, family: 6, place: special };
  const parsed = ipaddr.IPv6.parse(found);
  if (parsed.isIPv4MappedAddress()) {
    const inner = parsed.toIPv4Address();
    return { address: inner.toString(), family: 4, place: placeOf4(inner) };
  }
  return { address: parsed.toString(), family: 6, place: placeOf6(parsed) };
}

function placeOf4(address: ipaddr.IPv4): Place {
  if (metadataAddresses.has(address.toString())) return metadata;
  switch (address.range()) {
    case 'unicast':
      return 'public';
    case 'private':
    case 'carrierGradeNat':
      return 'private';
    case 'loopback':
      return 'loopback';
    case 'linkLocal':
      return address.toString() === '169.254.169.254' ? metadata : linkLocal;
    default:
      return special;
  }
}

function placeOf6(address: ipaddr.IPv6): Place {
  if (address.match(awsMetadata) || metadataAddresses.has(address.toString())) return metadata;
  if (address.match(nat64)) return placeOf4(new ipaddr.IPv4(address.toByteArray().slice(12)));
  switch (address.range()) {
    // What is not yet given out counts as reserved: the library calls it unicast.
    case 'unicast':
      return address.match(globalUnicast) ? 'public' : special;
    case 'uniqueLocal':
      return 'private';
    case 'loopback':
      return 'loopback';
    case 'linkLocal':
      return linkLocal;
    // 6to4 and Teredo among them: relays that nobody runs any more, leading to an address of the sender's choice.
    default:
      return special;
  }
}

function explainLookup(error: unknown, host: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted)
    return new Error(`${host} could not be resolved in time; see the probe's name servers`);
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === 'ENOTFOUND' || code === 'ENODATA') return new NameNotFound(host, { cause: error });
  return new Error(`${host} could not be resolved (${code ?? 'no code'}); see the probe's name servers`, {
    cause: error,
  });
}

/** For messages: what an inventory holds may be anything. */
const printable = (host: string): string => JSON.stringify(host.slice(0, 80));
