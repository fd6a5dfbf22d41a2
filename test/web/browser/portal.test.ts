import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../browser.ts';
import { fleetOf } from '../fixtures.ts';
import { type PortalOptions, PortalServer } from '../portal-server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

interface Opened {
  readonly portal: PortalServer;
  readonly page: Page;
}

/** A page of the portal, and the end of both when the test is over. */
async function open(
  path: string,
  options: PortalOptions & {
    view?: BrowserContextOptions;
    isSignedIn?: boolean;
    /** Chosen before; English without. `none` for a first visit. */
    language?: 'en' | 'none';
  },
  look: (opened: Opened) => Promise<void>,
): Promise<void> {
  const { view = {}, isSignedIn = true, language = 'en', ...rest } = options;
  const portal = await PortalServer.start(rest);
  portal.isSignedIn = isSignedIn;
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Asia/Tokyo',
    ...view,
  });
  try {
    if (language === 'en') await context.addInitScript("localStorage.setItem('mimamori.language', 'en')");
    if (isSignedIn) await context.addInitScript("localStorage.setItem('mimamori.has-session', '1')");
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto(portal.origin + path);
    await look({ portal, page });
  } finally {
    await context.close();
    await portal.close();
  }
}

const heading = (page: Page) => page.locator('h1');
/** Has the page ask again now, as it does when the network is back. */
const askAgain = (page: Page) => page.evaluate("dispatchEvent(new Event('online'))");

describe('the session', () => {
  it('given nobody signed in, when a page is opened, then the sign-in leads back to it', () =>
    open('/servers?q=db', { isSignedIn: false }, async ({ page, portal }) => {
      await page.locator('.server-row').first().waitFor();
      expect(portal.signIns).toEqual(['/servers?q=db']);
      expect(new URL(page.url()).search).toBe('?q=db');
    }));

  it('given a browser that keeps no cookie, when it comes back from signing in, then it is told so and not sent round for ever', () =>
    open('/', { isSignedIn: false, keepsCookies: false }, async ({ page, portal }) => {
      await page.getByRole('heading', { name: 'Signing in did not work' }).waitFor();
      expect(portal.signIns).toEqual(['/', '/', '/']);
      await page.getByRole('link', { name: 'Sign in' }).last().click();
      await page.getByRole('heading', { name: 'Signing in did not work' }).waitFor();
      expect(portal.signIns).toEqual(['/', '/', '/', '/']);
    }));

  it('given a browser in which nobody signed in, when a page is opened, then no session is asked for before', () =>
    open('/', { isSignedIn: false }, async ({ page, portal }) => {
      await page.locator('.verdict').waitFor();
      expect(portal.signIns).toEqual(['/']);
      expect(portal.asked).toEqual(['sign-in', 'session']);
    }));

  it('given a page, when the stores of the browser are read, then no token is in them', () =>
    open('/', {}, async ({ page }) => {
      await heading(page).waitFor();
      const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
      expect(kept).not.toContain('sample');
      expect(await page.evaluate('document.cookie')).toBe('');
    }));

  it('given a token that was taken back, when the API refuses it, then a new one is asked for once and the page goes on', () =>
    open('/', {}, async ({ page, portal }) => {
      await page.locator('.verdict').waitFor();
      const before = portal.sessions;
      portal.token = 'renewed';
      await askAgain(page);
      await expect.poll(() => portal.sessions).toBe(before + 1);
      await expect.poll(() => portal.calls.at(-1)?.token).toBe('renewed');
      expect(await page.locator('.stale').count()).toBe(0);
    }));

  it('given two tabs, when one signs out, then both are out', () =>
    open('/', {}, async ({ page, portal }) => {
      await page.locator('.verdict').waitFor();
      const other = await page.context().newPage();
      await other.goto(`${portal.origin}/servers`);
      await other.locator('.server-row').first().waitFor();
      await page.locator('.person summary').click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
      await other.getByRole('heading', { name: 'You are signed out' }).waitFor();
      expect(portal.isSignedIn).toBe(false);
    }));
});

describe('a script that does not come', () => {
  it('given a chunk that is gone, when the portal is opened, then the page says what to do', () =>
    open('/signed-out', {}, async ({ page, portal }) => {
      await heading(page).waitFor();
      await page.route('**/assets/main-*.js', (route) => route.fulfill({ status: 404 }));
      await page.goto(portal.origin);
      await page.getByText('Please load it anew').waitFor();
    }));

  it('given a page whose part is gone, when it is opened, then the frame stays and says what to do', () =>
    open('/', {}, async ({ page }) => {
      await page.locator('.verdict').waitFor();
      await page.route('**/assets/servers-page-*.js', (route) => route.fulfill({ status: 404 }));
      await page.getByRole('link', { name: 'Servers', exact: true }).click();
      await page.getByRole('button', { name: 'Load the page anew' }).waitFor();
      await page.getByRole('link', { name: 'Overview' }).click();
      await page.locator('.verdict').waitFor();
    }));
});

describe('the first view', () => {
  it('given an empty cache, when the overview is opened, then it needs less than 80 kB of JavaScript', () =>
    open('/signed-out', {}, async ({ portal }) => {
      const sizes: Promise<number>[] = [];
      const context = await browser.newContext();
      const fresh = await context.newPage();
      fresh.on('requestfinished', (request) => {
        if (request.resourceType() === 'script')
          sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
      });
      await fresh.goto(portal.origin);
      await fresh.locator('.verdict').waitFor();
      await fresh.waitForLoadState('networkidle');
      const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
      await context.close();
      expect(bytes).toBeGreaterThan(5_000);
      expect(bytes).toBeLessThan(80_000);
    }));
});

describe('what is shown stays true', () => {
  it('given a page, when the API fails, then the page stays with its time, and recovers', () =>
    open('/', {}, async ({ page, portal }) => {
      await page.locator('.verdict').waitFor();
      portal.failure = 503;
      await askAgain(page);
      await expect.poll(() => page.locator('.stale').textContent()).toMatch(/^As of 03:1\d\. There is no/);
      expect(await page.locator('.verdict-sentence').textContent()).toBe('5 of 48 servers need attention');
      portal.failure = undefined;
      await askAgain(page);
      await expect.poll(() => page.locator('.stale').count()).toBe(0);
    }));

  it('given a page that could not be loaded, when the network is gone and comes back, then it says what to do and comes', () =>
    open('/api-docs', {}, async ({ page, portal }) => {
      await page.locator('.operation').first().waitFor();
      portal.failure = 0;
      await page.getByRole('link', { name: 'Overview' }).click();
      await page.getByText('No connection to the server').waitFor();
      portal.failure = undefined;
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.locator('.verdict').waitFor();
    }));

  it('given an answer that did not change, when it is asked for again, then it is not sent again', () =>
    open('/', {}, async ({ page, portal }) => {
      await page.locator('.verdict').waitFor();
      await askAgain(page);
      await expect.poll(() => portal.unchanged).toBeGreaterThan(0);
    }));

  it('given a tab that nobody looks at, when the network comes back, then nothing is asked', () =>
    open('/', {}, async ({ page, portal }) => {
      await page.locator('.verdict').waitFor();
      await page.waitForLoadState('networkidle');
      await page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })");
      const overviews = () => portal.calls.filter(({ path }) => path === 'overview').length;
      const before = overviews();
      await askAgain(page);
      await page.evaluate("Object.defineProperty(document, 'hidden', { value: false, configurable: true })");
      expect(overviews()).toBe(before);
      await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
      await expect.poll(overviews).toBe(before + 1);
    }));

  it('given the demonstration’s clock, when a page says how long ago, then it goes by the server’s clock and pace', () =>
    open('/', { speed: 600 }, async ({ page }) => {
      await page.locator('.verdict-basis time').waitFor();
      expect(await page.locator('.speed').textContent()).toContain('×600');
      await expect.poll(() => page.locator('.verdict-basis time').textContent()).toMatch(/min/);
    }));
});

describe('the keyboard', () => {
  it('given a page, when Tab and Enter are pressed, then the content is reached without the menu', () =>
    open('/', {}, async ({ page }) => {
      await page.locator('.verdict').waitFor();
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('content');
    }));

  it('given a link, when it is followed and left again, then heading, title, focus and place are right', () =>
    open('/servers', { servers: 300 }, async ({ page }) => {
      await page.locator('.server-row').first().waitFor();
      await page.locator('.server-row').nth(60).scrollIntoViewIfNeeded();
      const offset = await page.evaluate('scrollY');
      await page.locator('.server-row').nth(60).focus();
      await page.keyboard.press('Enter');
      await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1');
      expect(await page.evaluate('scrollY')).toBe(0);
      await page.goBack();
      await expect.poll(() => page.title()).toBe('Servers · Mimamori');
      await expect.poll(() => page.evaluate('scrollY')).toBe(offset);
    }));

  it('given a phone, when the menu is opened by the keyboard, then Escape closes it and gives the focus back', () =>
    open('/', { view: { viewport: { width: 360, height: 740 } } }, async ({ page }) => {
      await page.locator('.verdict').waitFor();
      await page.getByRole('button', { name: 'Menu' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      expect(await page.getByRole('dialog').count()).toBe(0);
      expect(await page.evaluate('document.activeElement.textContent')).toContain('Menu');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByRole('link', { name: 'Servers' }).click();
      await page.getByRole('heading', { name: 'Servers' }).waitFor();
      expect(await page.getByRole('dialog').count()).toBe(0);
    }));
});

describe('language and appearance', () => {
  it('given no choice, when a page is opened, then it speaks the account’s language', () =>
    open('/', { language: 'none', view: { locale: 'fr-FR' } }, async ({ page }) => {
      await page.getByRole('heading', { name: '概要' }).waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe('ja');
    }));

  it('given a choice of language and scheme, when the page is loaded anew, then they are kept', () =>
    open('/', { language: 'none', view: { locale: 'ja-JP', colorScheme: 'light' } }, async ({ page }) => {
      await page.getByRole('heading', { name: '概要' }).waitFor();
      await page.getByRole('button', { name: 'English' }).first().click();
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      await page.locator('.person summary').click();
      await page.getByRole('button', { name: 'Dark' }).click();
      const dark = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      await page.reload();
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(dark);
      expect(await page.locator('html').getAttribute('data-scheme')).toBe('dark');
    }));
});

describe('the list of servers', () => {
  it('given a search and a filter, when they are set, then the list and the address follow', () =>
    open('/servers', {}, async ({ page }) => {
      await page.locator('.server-row').first().waitFor();
      await page.getByRole('searchbox').fill('mail');
      await expect.poll(() => new URL(page.url()).search).toBe('?q=mail');
      const wanted = fleetOf(48).filter(({ id }) => id.startsWith('mail')).length;
      await expect.poll(() => page.locator('.server-row').count()).toBe(wanted);
      await page.getByRole('button', { name: /^Warning/ }).click();
      await expect.poll(() => page.locator('.server-row').count()).toBe(1);
      await page.getByRole('searchbox').fill('nothing like this');
      await page.getByRole('button', { name: 'Show all servers' }).click();
      await expect.poll(() => page.locator('.server-row').count()).toBe(48);
    }));

  it('given ten thousand servers, when the list is scrolled, then it goes on, a page at a time', () =>
    open('/servers', { servers: 10_000 }, async ({ page, portal }) => {
      await page.locator('.server-row').first().waitFor();
      expect(await page.locator('.server-row').count()).toBe(100);
      await page.locator('.server-row').last().scrollIntoViewIfNeeded();
      await expect.poll(() => page.locator('.server-row').count()).toBeGreaterThanOrEqual(200);
      expect(await page.locator('.list-end').textContent()).toContain('of 10,000');
      expect(portal.calls.filter(({ path, query }) => path === 'servers' && query.has('cursor'))).not.toEqual(
        [],
      );
    }));
});

describe('operators', () => {
  it('given an operator, when the portal is opened, then the work of all accounts is there, and a customer’s pages below their account', () =>
    open('/', { role: 'operator' }, async ({ page, portal }) => {
      await page.getByRole('heading', { name: 'All incidents' }).waitFor();
      await page.getByRole('link', { name: 'Accounts', exact: true }).click();
      await page.getByRole('link', { name: '株式会社アクメ' }).click();
      await page.locator('.verdict').waitFor();
      expect(new URL(page.url()).pathname).toBe('/accounts/acme/');
      // Not its id, and times not in the zone of the device.
      expect(await page.locator('.nav-account strong').textContent()).toBe('株式会社アクメ');
      expect(await page.locator('time[title]').first().getAttribute('title')).toContain(
        'Japan Standard Time',
      );
      await page.getByRole('link', { name: 'Servers', exact: true }).click();
      await page.locator('.server-row').first().waitFor();
      expect(new URL(page.url()).pathname).toBe('/accounts/acme/servers');
      expect(
        portal.calls.filter(({ path }) => path === 'servers').every(({ account }) => account === 'acme'),
      ).toBe(true);
    }));

  it('given an incident, when an operator acts on it, then it is asked for first and sent once with its key', () =>
    open('/operator', { role: 'operator' }, async ({ page, portal }) => {
      await page.getByRole('button', { name: /^Act/ }).first().click();
      await page.getByRole('button', { name: 'Pause https' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Checks and graphs go on').waitFor();
      await dialog.getByLabel('Until').fill('2026-11-21T09:00');
      await dialog.getByLabel('Reason').fill('deployment');
      await dialog.getByRole('button', { name: 'Pause https' }).click();
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
      const [sent, ...more] = portal.calls.filter(({ method }) => method === 'POST');
      expect(more).toEqual([]);
      expect(sent?.path).toBe('operator/incidents/acme.web-1-7/actions');
      expect(sent?.body).toEqual({
        action: 'pause',
        monitor: 'https',
        until: '2026-11-21T00:00:00.000Z',
        reason: 'deployment',
      });
      expect(sent?.key).toMatch(/^[0-9a-f-]{36}$/);
    }));

  it('given an action that is refused, when it is confirmed, then the dialog stays and says why', () =>
    open('/operator', { role: 'operator' }, async ({ page, portal }) => {
      await page.getByRole('button', { name: /^Act/ }).first().click();
      await page.getByRole('button', { name: 'Escalate now' }).click();
      portal.failure = 503;
      await page.getByRole('dialog').getByRole('button', { name: 'Escalate now' }).click();
      await page.getByRole('dialog').getByText('reference 7f3a91').waitFor();
    }));

  it('given a customer, when an operators’ page is opened, then it is as if it were not', () =>
    open('/operator', {}, async ({ page, portal }) => {
      await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
      expect(portal.calls.filter(({ path }) => path.startsWith('operator'))).toEqual([]);
    }));

  it('given a new token, when it is made, then it is shown once', () =>
    open('/operator/tokens', { role: 'administrator' }, async ({ page, portal }) => {
      await page.getByRole('button', { name: 'Make a token' }).click();
      await page.getByRole('dialog').getByLabel('What it is for').fill('status page');
      await page.getByRole('dialog').getByRole('button', { name: 'Make a token' }).click();
      await page.locator('.once-token').waitFor();
      expect(await page.locator('.once-token code').textContent()).toMatch(/^mim_/);
      expect(portal.calls.find(({ method }) => method === 'POST')?.body).toEqual({
        name: 'status page',
        scopes: ['read'],
      });
      await page.getByRole('button', { name: 'I have copied it' }).click();
      expect(await page.locator('.once-token').count()).toBe(0);
    }));
});
