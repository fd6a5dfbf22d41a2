import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../../certificate.ts';
import { runMonitor } from '../../run-monitor.ts';
import { closedPort, closeServersAfterEach, listen } from '../../tcp-server.ts';

closeServersAfterEach();

type Pages = Readonly<Record<string, { status?: number; to?: string; body?: string }>>;

/** A server of few pages; `{port}` in a Location is its own. */
async function startPages(pages: Pages, heard: IncomingMessage[] = []): Promise<number> {
  let port = 0;
  const server = createServer((request, response) => {
    heard.push(request);
    const { status = 200, to, body = '' } = pages[request.url ?? ''] ?? { status: 404 };
    const location = to?.replaceAll('{port}', String(port));
    response.writeHead(status, location === undefined ? {} : { Location: location }).end(body);
  });
  port = await listen(server);
  return port;
}

describe('redirects by rule', () => {
  const circle: Pages = { '/': { status: 302, to: '/b' }, '/b': { status: 302, to: '/' } };
  const moved: Pages = { '/': { status: 301, to: '/new' }, '/new': {} };
  const endless: Pages = Object.fromEntries(
    Array.from({ length: 30 }, (_, n) => [n === 0 ? '/' : `/${n}`, { status: 302, to: `/${n + 1}` }]),
  );
  const cases: readonly {
    given: string;
    pages: Pages;
    settings: Record<string, unknown>;
    severity: string;
    en: string;
    ja: string;
  }[] = [
    {
      given: 'a redirect, and nothing said',
      pages: moved,
      settings: {},
      severity: 'ok',
      en: '{at}/ answered with status 301 in {ms}',
      ja: '{at}/ がステータス 301 を返しました: {ms}',
    },
    {
      given: 'a redirect that is followed',
      pages: moved,
      settings: { onRedirect: 'follow' },
      severity: 'ok',
      en: '{at}/ → {at}/new answered with status 200 in {ms}',
      ja: '{at}/ → {at}/new がステータス 200 を返しました: {ms}',
    },
    {
      given: 'a redirect to a page that is broken',
      pages: { '/': { status: 302, to: '/login?from=/' }, '/login?from=/': { status: 500 } },
      settings: { onRedirect: 'follow' },
      severity: 'critical',
      en: '{at}/ → {at}/login?from=/ answered with status 500, wanted 200-399',
      ja: '{at}/ → {at}/login?from=/ がステータス 500 を返しました(正常は 200-399)',
    },
    {
      given: 'a redirect where none is well',
      pages: moved,
      settings: { onRedirect: 'critical' },
      severity: 'critical',
      en: '{at}/ redirected to {at}/new with status 301, wanted no redirect',
      ja: '{at}/ がステータス 301 で {at}/new に転送しました(正常は転送なし)',
    },
    {
      given: 'a redirect that is worth a warning',
      pages: moved,
      settings: { onRedirect: 'warning' },
      severity: 'warning',
      en: '{at}/ redirected to {at}/new with status 301 in {ms}',
      ja: '{at}/ がステータス 301 で {at}/new に転送しました: {ms}',
    },
    {
      given: 'no redirect where none is well',
      pages: { '/': {} },
      settings: { onRedirect: 'critical' },
      severity: 'ok',
      en: '{at}/ answered with status 200 in {ms}',
      ja: '{at}/ がステータス 200 を返しました: {ms}',
    },
    {
      given: 'a redirect on the same host',
      pages: moved,
      settings: { onRedirect: 'sameHost' },
      severity: 'ok',
      en: '{at}/ → {at}/new answered with status 200 in {ms}',
      ja: '{at}/ → {at}/new がステータス 200 を返しました: {ms}',
    },
    {
      given: 'a redirect to another host, where the same is wanted',
      pages: { '/': { status: 302, to: 'http://other.example/' } },
      settings: { onRedirect: 'sameHost' },
      severity: 'critical',
      en: '{at}/ redirected to another host, http://other.example/',
      ja: '{at}/ が別のホスト http://other.example/ に転送しました',
    },
    {
      given: 'two pages that redirect to each other',
      pages: circle,
      settings: { onRedirect: 'follow' },
      severity: 'critical',
      en: '{at}/ → {at}/b redirected in a circle, back to {at}/',
      ja: '{at}/ → {at}/b の転送が循環し、{at}/ に戻りました',
    },
    {
      given: 'redirects without end',
      pages: endless,
      settings: { onRedirect: 'follow' },
      severity: 'critical',
      en: '{at}/ → {at}/5 redirected more than 5 times',
      ja: '{at}/ → {at}/5 が 5 回を超えて転送しました',
    },
    {
      given: 'more redirects than are wanted',
      pages: endless,
      settings: { onRedirect: 'follow', maxRedirects: 1 },
      severity: 'critical',
      en: '{at}/ → {at}/1 redirected more than 1 time',
      ja: '{at}/ → {at}/1 が 1 回を超えて転送しました',
    },
    {
      given: 'a redirect without a Location',
      pages: { '/': { status: 302 } },
      settings: { onRedirect: 'follow' },
      severity: 'critical',
      en: '{at}/ answered with status 302, a redirect without a Location',
      ja: '{at}/ がステータス 302 を返しましたが、転送先(Location)がありません',
    },
    {
      given: 'a redirect to a program',
      pages: { '/': { status: 302, to: 'shop-app://open?x=1' } },
      settings: { onRedirect: 'follow' },
      severity: 'critical',
      en: '{at}/ redirected to "shop-app://open?x=1", which is no web address',
      ja: '{at}/ がウェブアドレスではない「shop-app://open?x=1」に転送しました',
    },
    {
      given: 'a redirect to the metadata service',
      pages: { '/': { status: 302, to: 'http://169.254.169.254/latest/' } },
      settings: { onRedirect: 'follow' },
      severity: 'critical',
      en: '{at}/ → http://169.254.169.254/latest/ is where it redirects to, an address that probes must not go to',
      ja: '{at}/ → http://169.254.169.254/latest/ に転送されましたが、監視元から接続してはならないアドレスです',
    },
    {
      given: 'a redirect to the metadata service in disguise',
      pages: { '/': { status: 302, to: 'http://0xa9fea9fe/' } },
      settings: { onRedirect: 'follow' },
      severity: 'critical',
      en: '{at}/ → http://169.254.169.254/ is where it redirects to, an address that probes must not go to',
      ja: '{at}/ → http://169.254.169.254/ に転送されましたが、監視元から接続してはならないアドレスです',
    },
  ];
  for (const { given, pages, settings, severity, en, ja } of cases) {
    it(`given ${given}, when the page is asked for, then it is ${severity} and the line says so`, async () => {
      const port = await startPages(pages);
      const { outcome } = await runMonitor('http', { port, ...settings });
      const line = (text: string) => text.replaceAll('{at}', `http://127.0.0.1:${port}`);
      const told = (text: string) => text.replace(/\d+ ms$/, '{ms}');
      expect({ en: told(outcome.summary.en), ja: told(outcome.summary.ja) }).toEqual({
        en: line(en),
        ja: line(ja),
      });
      expect(outcome.severity).toBe(severity);
    });
  }

  it('given a server on the internet, when it redirects to a private address, then nobody goes there', async () => {
    const { turnOf } = await import('../../../../lambdas/probe/checks/http/redirect.ts');
    const { resolveTarget } = await import('../../../../platform/network/target-address.ts');
    const at = { isSecure: true, name: 'shop.example', port: 443, path: '/' };
    const answer = { status: 302, headers: { location: 'http://10.0.0.5/admin' } };
    const turn = turnOf({ onRedirect: 'follow', maxRedirects: 5 }, [at], answer, String);
    expect(turn).toEqual({ kind: 'go', to: { isSecure: false, name: '10.0.0.5', port: 80, path: '/admin' } });
    await expect(resolveTarget('10.0.0.5', 'internet', { localAllowed: false })).rejects.toThrow('private');
  });

  it('given a file name in Japanese as a Location, when it is followed, then its bytes are kept', async () => {
    const heard: IncomingMessage[] = [];
    const to = Buffer.from('/お知らせ').toString('latin1');
    const port = await startPages({ '/': { status: 302, to } }, heard);
    await runMonitor('http', { port, onRedirect: 'follow' });
    expect(heard.at(-1)?.url).toBe(encodeURI('/お知らせ'));
  });

  it('given a virtual host, when a redirect names it in full, then the address of the inventory is asked', async () => {
    const heard: IncomingMessage[] = [];
    const pages: Pages = { '/': { status: 302, to: 'http://SHOP.example:{port}/new' }, '/new': {} };
    const port = await startPages(pages, heard);
    const { outcome } = await runMonitor('http', {
      port,
      virtualHost: 'shop.example',
      onRedirect: 'sameHost',
    });
    expect(outcome.severity, outcome.summary.en).toBe('ok');
    expect(heard.map(({ headers }) => headers.host)).toEqual([
      `shop.example:${port}`,
      `shop.example:${port}`,
    ]);
  });

  it('given a redirect to a port where nobody listens, when it is followed, then the line names that place', async () => {
    const gone = await closedPort();
    const port = await startPages({ '/': { status: 302, to: `http://127.0.0.1:${gone}/` } });
    const { outcome } = await runMonitor('http', { port, onRedirect: 'follow' });
    expect(outcome.summary.en).toBe(
      `http://127.0.0.1:${port}/ → http://127.0.0.1:${gone}/ refused the connection`,
    );
  });

  it('given https that redirects to http, when it is followed, then it is a warning at least', async () => {
    const plain = await startPages({ '/open': {} });
    const secure = await listen(
      createSecureServer(makeCertificate({ names: ['127.0.0.1'] }), (_request, response) =>
        response.writeHead(302, { Location: `http://127.0.0.1:${plain}/open` }).end(),
      ),
    );
    const { outcome } = await runMonitor('https', {
      port: secure,
      verifyCertificate: false,
      onRedirect: 'follow',
    });
    expect(outcome.severity).toBe('warning');
    const place = `https://127.0.0.1:${secure}/ → http://127.0.0.1:${plain}/open`;
    expect(outcome.summary.en).toMatch(
      `${place} answered with status 200, redirected from https to http in `,
    );
    expect(outcome.summary.ja).toMatch(
      `${place} がステータス 200 を返しました(https から http に転送されました): `,
    );
  });

  const methods = [
    { status: 301, method: 'POST', then: 'GET' },
    { status: 302, method: 'POST', then: 'GET' },
    { status: 303, method: 'POST', then: 'GET' },
    { status: 307, method: 'POST', then: 'POST' },
    { status: 308, method: 'POST', then: 'POST' },
    { status: 303, method: 'HEAD', then: 'HEAD' },
    { status: 302, method: 'GET', then: 'GET' },
  ];
  for (const { status, method, then } of methods) {
    it(`given status ${status} to a ${method}, when it is followed, then it is a ${then}`, async () => {
      const heard: IncomingMessage[] = [];
      const port = await startPages({ '/': { status, to: '/new' }, '/new': {} }, heard);
      const send = method === 'POST' ? { send: 'a=1' } : {};
      const { outcome } = await runMonitor('http', { port, method, ...send, onRedirect: 'follow' });
      expect(outcome.severity, outcome.summary.en).toBe('ok');
      const last = heard.at(-1);
      expect(last?.method).toBe(then);
      expect(last?.headers['content-type']).toBe(
        then === 'POST' ? 'application/x-www-form-urlencoded' : undefined,
      );
      expect(last?.headers['content-length']).toBe(then === 'POST' ? '3' : undefined);
    });
  }
});
