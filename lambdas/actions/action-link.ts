import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { linkSeconds } from '../../core/action/operator-action.ts';
import { actionKind } from '../../core/incident/operator-deed.ts';
import type { Instant } from '../../core/instant.ts';
import { SecretMissing, type SecretStore } from '../../platform/secrets/secret-store.ts';

/** `take` and `report` open the engineers' pages; their subject is the engineer's name. */
const linkKind = z.enum([...actionKind.options, 'take', 'report']);
export type LinkKind = z.output<typeof linkKind>;

/** What a link stands for. */
export interface LinkClaims {
  readonly kind: LinkKind;
  readonly incident: string;
  /** The alert and runbook, the monitor, or nothing. */
  readonly subject: string;
  /** Epoch seconds. */
  readonly expires: number;
  /** The mail it is of: every operator's copy has the same, so that what one has done no other does again. */
  readonly nonce: string;
}

const claimsForm = z.tuple([
  linkKind,
  z.string().max(100),
  z.string().max(120),
  z.int().nonnegative(),
  z.string().max(60),
]);

export type ReadLink =
  | { readonly end: 'valid' | 'expired'; readonly claims: LinkClaims }
  | { readonly end: 'forged' };

/**
 * Keys that links are signed with: fields `k1`, `k2`, … of one secret, and `current`, the name of the one that signs.
 * Links of the others stay good while their key is there, so that a key is changed without breaking a link.
 *
 * The secret's name is longer than an account's may be: no account's secrets can be it.
 */
const secret = 'operator-action-links';
const keyName = /^k[0-9]{1,4}$/;

/** Says what is signed: a signature for anything else of ours is none of these. */
const purpose = 'mimamori operator action 1\n';

/** Makes and reads the signed links of operators' mails. */
export class ActionLinks {
  readonly #secrets: SecretStore;
  readonly #baseUrl: string;

  /** @param baseUrl what serves the pages: `https://….execute-api.….amazonaws.com`, without a slash at the end */
  constructor(secrets: SecretStore, baseUrl: string) {
    this.#secrets = secrets;
    this.#baseUrl = baseUrl;
  }

  /** The address of a page that asks before it acts, good for 72 hours. */
  async url(given: Omit<LinkClaims, 'expires'>, at: Instant): Promise<string> {
    const { kind, incident, subject, nonce } = given;
    const expires = Math.floor(Date.parse(at) / 1000) + linkSeconds;
    const current = await this.#secrets.read(`${secret}/current`);
    const claims = Buffer.from(JSON.stringify([kind, incident, subject, expires, nonce])).toString(
      'base64url',
    );
    const signed = `${current}.${claims}`;
    const mac = macOf(signed, await this.#secrets.read(`${secret}/${current}`));
    return `${this.#baseUrl}/operator/actions/${signed}.${mac}`;
  }

  /** Reads the last part of a link's path. Texts are compared as they came: no other spelling of the same bytes passes. */
  async read(token: string, at: Instant): Promise<ReadLink> {
    const [name = '', claims = '', mac = '', ...more] = token.length <= 800 ? token.split('.') : [];
    if (!keyName.test(name) || more.length > 0) return { end: 'forged' };
    const key = await this.#key(name);
    if (key === undefined || !isEqual(mac, macOf(`${name}.${claims}`, key))) return { end: 'forged' };
    const parsed = claimsForm.safeParse(JSON.parse(Buffer.from(claims, 'base64url').toString()));
    if (!parsed.success) return { end: 'forged' };
    const [kind, incident, subject, expires, nonce] = parsed.data;
    const end = Date.parse(at) / 1000 < expires ? 'valid' : 'expired';
    return { end, claims: { kind, incident, subject, expires, nonce } };
  }

  async #key(name: string): Promise<string | undefined> {
    try {
      return await this.#secrets.read(`${secret}/${name}`);
    } catch (error) {
      if (error instanceof SecretMissing) return undefined;
      throw error;
    }
  }
}

const macOf = (signed: string, key: string): string =>
  createHmac('sha256', key).update(purpose).update(signed).digest('base64url');

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
