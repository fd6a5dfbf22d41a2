import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Language } from '../../core/text.ts';
import { UnknownService } from '../fleet/fleet.ts';
import type { StoredMail } from '../mailbox.ts';
import { ServiceError } from '../workflows/service-error.ts';
import { loadAssets } from './assets.ts';
import { readFeed } from './feed.ts';
import { feedPart, fleetPage, fleetPart, readFleet } from './fleet-page.ts';
import type { Html } from './html.ts';
import { document, errorPage, type Page } from './layout.ts';
import { inboxPage, inboxPart, type MailTab, mailPage, threadPart, threadsPerPage } from './mail-pages.ts';
import type { PageSources } from './page-sources.ts';
import { servePhone } from './phone/routes.ts';
import { isOwnRequest } from './same-origin.ts';
import { chooseLanguage, type View, wordsOf } from './view.ts';
import { serveWorkflows } from './workflows/routes.ts';

/** Everything from this origin and nothing from elsewhere; nobody may frame it. */
const pagePolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** For a mail's HTML: a stranger's document may style itself and show the pictures it brought, and that is all. */
const mailPolicy = [
  'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
].join('; ');

const languageCookie = 'mimamori-language';
const languageSeconds = 365 * 86_400;
const mailsListed = 5_000;
/** The input of an execution, three bytes for one in a form, and a little more. */
const largestBodyBytes = 1024 * 1024;

type App = { Variables: { view: View } };

/**
 * The pages of the one machine itself: the inbox, the phone, workflows, and the demo; and the JSON that scripts read. What
 * customers and operators see of servers and incidents is the portal's.
 * Pages are made on the server; scripts only keep them fresh.
 */
export function createPages(sources: PageSources): Hono<App> {
  const { mailbox, workflows, fleet, clock, version } = sources;
  const assets = loadAssets();
  const app = new Hono<App>();
  const timeZone = sources.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

  app.use(async (context, next) => {
    if (wantsPage(context) || isFragment(context)) sources.onLook?.();
    context.set('view', viewOf(context));
    await next();
    const sent = context.res.headers;
    if (!sent.has('Content-Security-Policy')) sent.set('Content-Security-Policy', pagePolicy);
    sent.set('X-Content-Type-Options', 'nosniff');
    sent.set('Referrer-Policy', 'same-origin');
    sent.set('Cross-Origin-Opener-Policy', 'same-origin');
    sent.set('Cross-Origin-Resource-Policy', 'same-origin');
    if (!sent.has('Cache-Control')) sent.set('Cache-Control', 'no-store');
  });

  app.use(
    bodyLimit({
      maxSize: largestBodyBytes,
      onError: (context) => context.text('This is more than any page takes; send less.\n', 413),
    }),
  );

  function viewOf(context: Context<App>): View {
    const wished = context.req.query('lang');
    const language: Language = chooseLanguage(
      wished,
      getCookie(context, languageCookie),
      context.req.header('accept-language'),
    );
    if (wished === language) {
      setCookie(context, languageCookie, language, {
        path: '/',
        maxAge: languageSeconds,
        sameSite: 'Lax',
        httpOnly: true,
      });
    }
    return {
      language,
      words: wordsOf(language),
      now: new Date(clock.now()).toISOString(),
      timeZone,
      speed: clock.speed ?? 1,
      version,
      hasFleet: fleet !== undefined,
      url: new URL(context.req.url),
    };
  }

  const show = async (context: Context<App>, page: Page, status: ContentfulStatusCode = 200) =>
    context.html(await document(page, context.get('view'), assets.urls), status);
  const showPart = async (context: Context<App>, part: Html) => context.html(await part);
  const isFragment = (context: Context<App>): boolean => context.req.query('fragment') !== undefined;

  app.get('/local/assets/:mark/:file', (context) => {
    const asset = assets.byPath.get(context.req.path);
    if (asset === undefined) return context.notFound();
    return context.body(asset.body, 200, {
      'Content-Type': asset.type,
      'Cache-Control': 'public, max-age=31536000, immutable',
    });
  });

  app.get('/mail', (context) => {
    const view = context.get('view');
    const before = context.req.query('before');
    const threads = mailbox.threads({ ...(before === undefined ? {} : { before }), limit: threadsPerPage });
    if (isFragment(context)) return showPart(context, inboxPart(threads, before, view));
    return show(context, inboxPage(threads, before, view));
  });

  app.get('/mail/:id', (context) => {
    const view = context.get('view');
    const mail = mailbox.get(context.req.param('id'));
    if (mail === undefined) return context.notFound();
    const thread = mailbox.threadOf(mail.id);
    if (isFragment(context)) return showPart(context, threadPart(mail, thread, view));
    return show(context, mailPage(mail, thread, tabOf(context.req.query('view'), mail), view));
  });

  app.get('/mail/:id/html', async (context) => {
    const body = await mailbox.htmlOf(context.req.param('id'));
    if (body === undefined) return context.notFound();
    return context.body(`<!doctype html><base target="_blank">${body}`, 200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': mailPolicy,
    });
  });

  app.get('/mail/:id/raw', (context) => {
    const id = context.req.param('id');
    const raw = mailbox.raw(id);
    if (raw === undefined) return context.notFound();
    return context.body(new Uint8Array(raw), 200, {
      'Content-Type': 'message/rfc822',
      'Content-Disposition': `attachment; filename="mail-${id}.eml"`,
    });
  });

  app.get('/local/mail', (context) => {
    const after = context.req.query('after');
    const limit = wholeNumber(context.req.query('limit'), mailsListed) || mailsListed;
    return context.json(mailbox.list({ ...(after === undefined ? {} : { after }), limit }));
  });

  if (fleet !== undefined) {
    app.get('/fleet', async (context) => {
      const view = context.get('view');
      const part = context.req.query('fragment');
      const feed = part === 'fleet' ? [] : await readFeed(sources, view);
      const seen = await readFleet(sources, feed);
      if (part === 'feed') return showPart(context, feedPart(seen, view));
      if (part !== undefined) return showPart(context, fleetPart(seen, view));
      return show(context, fleetPage(seen, view));
    });

    app.get('/local/fleet', (context) =>
      context.json(
        fleet.list().map(({ server, plan, services }) => ({
          server,
          plan,
          services: services.map(({ name, monitor, up }) => ({ name, monitor, up })),
        })),
      ),
    );

    app.post('/local/fleet/:server/:service/:action{break|mend}', async (context) => {
      const { server, service, action } = context.req.param();
      if (!isOwnRequest(context.req.raw.headers)) return refuse(context);
      await fleet[action === 'break' ? 'break' : 'mend'](server, service);
      if (wantsPage(context)) return context.redirect(`/fleet#switch-${server}-${service}`, 303);
      return context.json({ server, service, up: action === 'mend' });
    });
  }

  const refuse = (context: Context<App>) => {
    const { refused } = context.get('view').words;
    if (!wantsPage(context)) {
      return problem(
        context,
        403,
        'Forbidden',
        "the request comes from another site's page; send it from this page, or without an Origin header",
      );
    }
    return show(context, errorPage(refused.title, refused.body), 403);
  };

  servePhone(app, sources.phone, { show, showPart, refuse, wantsPage });
  serveWorkflows(app, workflows, { viewOf: (context) => context.get('view'), show, showPart, refuse });

  app.notFound((context) => {
    const { notFound } = context.get('view').words;
    if (!wantsPage(context)) {
      return problem(context, 404, 'Not Found', `there is nothing at ${context.req.path.slice(0, 200)}`);
    }
    return show(context, errorPage(notFound.title, notFound.body), 404);
  });

  app.onError((error, context) => {
    if (error instanceof UnknownService) return problem(context, 404, 'Not Found', error.message);
    // An execution that is gone, or a page of a list that never was.
    if (error instanceof ServiceError) return context.notFound();
    const reference = randomUUID().slice(0, 8);
    console.error(`page ${context.req.path} failed (reference ${reference})`, error);
    const { failed } = context.get('view').words;
    if (!wantsPage(context)) return problem(context, 500, 'Internal Server Error', `reference ${reference}`);
    return show(context, errorPage(failed.title, failed.body(reference)), 500);
  });

  return app;
}

/** Scripts and tests get JSON; a browser says that it wants a page. */
const wantsPage = (context: Context<App>): boolean =>
  (context.req.header('accept') ?? '').includes('text/html');

/** @see RFC 9457 */
const problem = (context: Context<App>, status: 403 | 404 | 500, title: string, detail: string) =>
  context.json({ title, status, detail }, status, { 'Content-Type': 'application/problem+json' });

function tabOf(wished: string | undefined, { html: htmlBody }: StoredMail): MailTab {
  if (wished === 'text' || wished === 'headers' || wished === 'html') return wished;
  return htmlBody === '' ? 'text' : 'html';
}

/** 0 for what is not a whole number up to `most`. */
const wholeNumber = (text: string | undefined, most: number): number =>
  text !== undefined && /^[0-9]{1,9}$/.test(text) && Number(text) <= most ? Number(text) : 0;
