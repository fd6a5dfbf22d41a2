import { z } from 'zod';
import type { HttpRequest } from '../http/exchange.ts';
import { type Transaction, transaction } from './oidc-client.ts';

/** As long as a person may take to find their password and their second factor. */
const transactionSeconds = 10 * 60;
/** Sign-ins under way at once, in as many tabs; older ones are forgotten. */
const mostTransactions = 4;

const underWay = transaction.extend({ to: z.string().max(1000) });
export type UnderWay = Transaction & { readonly to: string };

/**
 * The cookies of the sign-in. No script can read them, and only `/auth` gets them. What renews a session is sent by our
 * own pages alone; what a sign-in remembers has to come along when the provider leads back.
 */
export class Cookies {
  readonly #prefix: string;
  readonly #always: string;

  constructor(portalUrl: string) {
    const isSecure = portalUrl.startsWith('https:');
    this.#prefix = isSecure ? '__Secure-' : '';
    this.#always = `Path=/auth; HttpOnly${isSecure ? '; Secure' : ''}`;
  }

  refreshToken(request: HttpRequest): string | undefined {
    const value = this.#values(request).get(`${this.#prefix}refresh`);
    if (value === undefined || value === '') return undefined;
    try {
      return decodeURIComponent(value);
    } catch {
      return undefined;
    }
  }

  keepRefreshToken(token: string, seconds: number): string {
    return `${this.#prefix}refresh=${encodeURIComponent(token)}; ${this.#always}; SameSite=Strict; Max-Age=${seconds}`;
  }

  readonly forgetRefreshToken = (): string =>
    `${this.#prefix}refresh=; ${this.#always}; SameSite=Strict; Max-Age=0`;

  /** The sign-in that a callback belongs to. */
  underWay(request: HttpRequest, state: string): UnderWay | undefined {
    const value = this.#values(request).get(this.#nameOf(state));
    if (value === undefined) return undefined;
    try {
      const read = underWay.safeParse(JSON.parse(Buffer.from(value, 'base64url').toString('utf8')));
      return read.success && read.data.state === state ? read.data : undefined;
    } catch {
      return undefined;
    }
  }

  /** @returns the cookie of a new sign-in, and those that make room for it */
  keepUnderWay(request: HttpRequest, one: UnderWay): string[] {
    const value = Buffer.from(JSON.stringify(one)).toString('base64url');
    const old = [...this.#values(request).keys()].filter((name) =>
      name.startsWith(`${this.#prefix}sign-in-`),
    );
    const excess = old.slice(0, Math.max(0, old.length - mostTransactions + 1));
    return [
      ...excess.map((name) => this.#forget(name)),
      this.#lax(this.#nameOf(one.state), value, transactionSeconds),
    ];
  }

  forgetUnderWay(state: string): string {
    return this.#forget(this.#nameOf(state));
  }

  readonly #nameOf = (state: string): string =>
    `${this.#prefix}sign-in-${state.replace(/[^A-Za-z0-9]/g, '').slice(0, 12)}`;

  readonly #forget = (name: string): string => this.#lax(name, '', 0);

  #lax(name: string, value: string, seconds: number): string {
    return `${name}=${value}; ${this.#always}; SameSite=Lax; Max-Age=${seconds}`;
  }

  #values({ cookies }: HttpRequest): Map<string, string> {
    return new Map(
      cookies.flatMap((cookie) => {
        const at = cookie.indexOf('=');
        return at < 1 ? [] : [[cookie.slice(0, at).trim(), cookie.slice(at + 1).trim()] as const];
      }),
    );
  }
}
