import type { Principal } from '../../core/identity/principal.ts';
import { type Instant, secondsBetween } from '../../core/instant.ts';
import type { IdentityStore } from '../../platform/store/identity-store.ts';
import { Refusal } from './refusal.ts';

/** Requests in a minute. */
export const limits = {
  /** Of a person or a token. */
  principal: 300,
  /** Of an address that did not say who it is. */
  address: 30,
  /** Of one server that speaks to us for others, all of whom did not say who they are. */
  relay: 600,
} as const;

export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the count begins anew. */
  readonly resetSeconds: number;
}

/** Where an unauthenticated request comes from. */
export interface Origin {
  /** Of who speaks to the HTTP API. */
  readonly sourceAddress: string;
  readonly forwardedFor: string | undefined;
}

export const countPrincipal = (
  identity: Pick<IdentityStore, 'countRequest'>,
  { kind, id }: Pick<Principal, 'kind' | 'id'>,
  at: Instant,
): Promise<RateState> => count(identity, `${kind}:${id}`, limits.principal, at);

/**
 * Counts a request of nobody in particular.
 *
 * The portal's visitors come by servers of the distribution, which add the visitor's address to X-Forwarded-For, and the
 * HTTP API adds theirs. Whoever speaks to the HTTP API itself can put any address there, so all of one speaker together
 * are bounded too. The visitor is counted first: one who has used up their own share takes none of their neighbours'.
 */
export async function countStranger(
  identity: Pick<IdentityStore, 'countRequest'>,
  { sourceAddress, forwardedFor = '' }: Origin,
  at: Instant,
): Promise<RateState> {
  const relay = networkOf(sourceAddress);
  const hops = forwardedFor.split(',').map((hop) => networkOf(hop.trim()));
  const visitor = hops.filter((hop) => hop !== relay).at(-1) ?? relay;
  const state = await count(identity, `from:${relay}/${visitor}`, limits.address, at);
  await count(identity, `by:${relay}`, limits.relay, at);
  return state;
}

/** An address as it is counted: of IPv6 the /64, as that is what one customer of a provider has at least. */
const networkOf = (address: string): string => {
  const bounded = address.slice(0, 45);
  return bounded.includes(':') && !bounded.includes('.') ? firstGroups(bounded) : bounded;
};

function firstGroups(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::');
  const first = head.split(':').filter((group) => group !== '');
  const last = (tail ?? '').split(':').filter((group) => group !== '');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const all = [...first, ...Array<string>(zeros).fill('0'), ...last];
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

async function count(
  identity: Pick<IdentityStore, 'countRequest'>,
  key: string,
  limit: number,
  at: Instant,
): Promise<RateState> {
  const used = await identity.countRequest(key, at);
  const resetSeconds = Math.ceil(60 - secondsBetween(`${at.slice(0, 16)}:00.000Z`, at));
  const state = { limit, remaining: Math.max(0, limit - used), resetSeconds };
  if (used > limit)
    throw new Refusal(
      429,
      `${limit} requests in a minute are allowed; go on in ${resetSeconds} s`,
      {},
      { ...rateHeaders(state), 'retry-after': String(resetSeconds) },
    );
  return state;
}

export const rateHeaders = ({ limit, remaining, resetSeconds }: RateState): Record<string, string> => ({
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': String(resetSeconds),
});
