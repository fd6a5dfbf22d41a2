import { request as httpRequest } from 'node:http';

/** A page as a person gets it, after all redirects. */
export interface Visit {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Every address on the way, the last one too. */
  readonly way: readonly string[];
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly line: string;
}

interface Sent {
  readonly method: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** One request on a connection of its own: a server that was started anew has closed those of before. */
function send(url: string, { method, headers, body }: Sent): Promise<Omit<Visit, 'way'>> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, ...(headers && { headers }), agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        const got = new Headers();
        for (const [name, values] of Object.entries(response.headersDistinct))
          for (const value of values ?? []) got.append(name, value);
        resolve({
          url,
          status: response.statusCode ?? 0,
          headers: got,
          text: Buffer.concat(pieces).toString(),
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** As much of a browser as a sign-in needs: cookies by path, redirects, forms. */
export class Browser {
  readonly #url: string;
  readonly #language: string;
  readonly #cookies = new Map<string, Cookie>();

  constructor(url: string, language: string) {
    this.#url = url;
    this.#language = language;
  }

  /** The Set-Cookie line by which a cookie came. */
  cookie(name: string): string | undefined {
    return this.#cookies.get(name)?.line;
  }

  get cookieNames(): string[] {
    return [...this.#cookies.keys()];
  }

  /** The same cookies in another browser: what a thief of them has. */
  copy(): Browser {
    const other = new Browser(this.#url, this.#language);
    for (const [name, cookie] of this.#cookies) other.#cookies.set(name, cookie);
    return other;
  }

  async open(address: string, until?: (url: string) => boolean): Promise<Visit> {
    return this.#go(address, { method: 'GET' }, until);
  }

  /** Sends the form of a page, with the values that its hidden fields have. */
  async submit(
    page: Visit,
    values: Record<string, string>,
    until?: (url: string) => boolean,
  ): Promise<Visit> {
    const action = /<form[^>]*action="([^"]+)"/.exec(page.text)?.[1];
    if (action === undefined) throw new Error(`${page.url} has no form`);
    const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value] as const,
    );
    const body = new URLSearchParams(Object.fromEntries([...hidden, ...Object.entries(values)]));
    const address = new URL(action, page.url).href;
    return this.#go(
      address,
      {
        method: 'POST',
        body: body.toString(),
        headers: { origin: this.#url, 'content-type': 'application/x-www-form-urlencoded' },
      },
      until,
    );
  }

  /** What a page's script sends. */
  async post(path: string, headers: Record<string, string> = { origin: this.#url }): Promise<Visit> {
    return this.#go(`${this.#url}${path}`, { method: 'POST', headers });
  }

  /** From the portal to the provider's page, through it, and back. */
  async signIn(mail: string, password: string, to = '/servers'): Promise<Visit> {
    const page = await this.open(`/auth/sign-in?to=${encodeURIComponent(to)}`);
    return this.submit(page, { mail, password }, (url) => !/\/(auth|oidc)\//.test(url));
  }

  async #go(address: string, init: Sent, until?: (url: string) => boolean): Promise<Visit> {
    const way: string[] = [];
    let url = new URL(address, this.#url).href;
    let request = init;
    for (let step = 0; step < 12; step += 1) {
      way.push(url);
      if (until?.(url)) return { url, status: 0, headers: new Headers(), text: '', way };
      const headers = new Headers(request.headers);
      headers.set('accept-language', this.#language);
      const cookies = this.#cookiesFor(url);
      if (cookies !== '') headers.set('cookie', cookies);
      const response = await send(url, { ...request, headers: Object.fromEntries(headers) });
      for (const line of response.headers.getSetCookie()) this.#take(line, url);
      const location = response.headers.get('location');
      const { text } = response;
      if (location === null) return { url, status: response.status, headers: response.headers, text, way };
      url = new URL(location, url).href;
      request = { method: 'GET' };
    }
    throw new Error(`too many redirects: ${way.join(' → ')}`);
  }

  #cookiesFor(url: string): string {
    const { pathname } = new URL(url);
    return [...this.#cookies.values()]
      .filter(({ path }) => pathname === path || pathname.startsWith(path === '/' ? '/' : `${path}/`))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  #take(line: string, url: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const find = (wanted: string): string | undefined =>
      attributes.find((one) => one.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const expires = find('expires');
    const isGone = find('max-age') === '0' || (expires !== undefined && Date.parse(expires) <= Date.now());
    const path = find('path') ?? new URL(url).pathname;
    // One name may stand for several paths.
    const key = path === '/auth' ? name : `${name} of ${path}`;
    if (isGone || value === '') this.#cookies.delete(key);
    else this.#cookies.set(key, { name, value, path, line });
  }
}
