import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqliteMetricStore } from '../../platform/metrics/sqlite.ts';
import { launchBrowser } from '../web/browser.ts';
import { type DemoPerson, RunningMimamori, until } from './running-mimamori.ts';

const day = 86_400_000;
/** Nothing was measured then. */
const gap = { fromDaysAgo: 12, toDaysAgo: 9 };

let mimamori: RunningMimamori;
let browser: Browser;
const faults: string[] = [];

beforeAll(async () => {
  mimamori = await RunningMimamori.prepare({ speed: 30 });
  await mimamori.start();
  await keepHistory();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await mimamori?.stop();
  mimamori?.remove();
});

const origin = () => `http://localhost:${mimamori.port}`;

/** Five weeks of a server's CPU, with a gap of three days. */
async function keepHistory(): Promise<void> {
  const answer = await mimamori.api('customer', 'me');
  const { at } = (await answer.json()) as { at: string };
  const now = Date.parse(at);
  const store = openSqliteMetricStore({ file: join(mimamori.dataDirectory, 'metrics.sqlite') });
  const records = Array.from({ length: 35 * 288 }, (_, place) => now - (place + 1) * 300_000)
    .filter((ms) => ms < now - gap.fromDaysAgo * day || ms > now - gap.toDaysAgo * day)
    .map((ms) => ({
      account: 'demo',
      server: 'web-1',
      monitor: 'cpu',
      check: 'cpu',
      at: new Date(ms).toISOString(),
      severity: 'ok' as const,
      values: { usedPercent: 40 + 25 * Math.sin(ms / (day / 6)) },
    }));
  for (let from = 0; from < records.length; from += 2000) await store.write(records.slice(from, from + 2000));
  await store.close();
}

/** A browser of somebody's own, whose complaints count. */
async function openBrowser(language: 'ja' | 'en', width: number): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    locale: language === 'ja' ? 'ja-JP' : 'en-GB',
    timezoneId: 'Asia/Tokyo',
  });
  // Time runs thirty times faster, and the machine may be busy with other things.
  context.setDefaultTimeout(120_000);
  context.on('page', (page) => {
    page.on('console', (message) => {
      // A first visit has no session yet, and the browser says so of the refused request.
      if (message.type() === 'error' && !message.text().includes('401')) faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(String(error)));
  });
  return context;
}

async function signIn(page: Page, role: DemoPerson['role'], path = '/'): Promise<void> {
  const { mail, password } = mimamori.person(role);
  await page.goto(origin() + path);
  await page.waitForURL(/\/oidc\//);
  await page.locator('input[type=email], input[name=mail], input[name=username]').first().fill(mail);
  await page.locator('input[type=password]').fill(password);
  await page.locator('input[type=password]').press('Enter');
  await page.waitForURL((url) => url.origin === origin() && !url.pathname.startsWith('/oidc'));
  await page.locator('h1').waitFor();
}

const storage = (page: Page): Promise<string> =>
  page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');

describe('a customer at the portal', () => {
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    context = await openBrowser('ja', 360);
    page = await context.newPage();
  });
  afterAll(() => context.close());

  it('given a link, when they sign in, then they are where the link led, and no token is in reach of scripts', async () => {
    await signIn(page, 'customer', '/servers');
    expect(new URL(page.url()).pathname).toBe('/servers');
    await page.getByText('Web 1').first().waitFor();
    expect(await storage(page)).not.toMatch(/eyJ|token|refresh/i);
  });

  it('given a session, when the page is loaded anew, then they are still signed in', async () => {
    await page.reload();
    await page.getByText('Web 1').first().waitFor();
    expect(new URL(page.url()).origin).toBe(origin());
  });

  it('given a server that breaks, when they look on, then the overview turns by itself and the incident tells what happened', async () => {
    await page.goto(`${origin()}/`);
    await page.locator('.verdict.tone-ok').waitFor();
    expect((await mimamori.post('/local/fleet/web-1/web/break')).status).toBe(200);
    await page.locator('.verdict.tone-critical').waitFor();
    await page.locator('a.row[href^="/incidents/"]').first().click();
    await page.locator('.incident-now').waitFor();
    await page.locator('.timeline-mailed').first().waitFor();
    expect(await page.locator('.course-failed').count()).toBe(1);
    expect(await page.locator('.evidence').count()).toBeGreaterThan(0);
    await page.locator('.evidence .output summary').first().click();
    expect(await page.locator('.evidence .output pre').first().textContent()).not.toBe('');
    expect((await mimamori.post('/local/fleet/web-1/web/mend')).status).toBe(200);
    await page.locator('.incident-now.tone-ok').waitFor();
    await page.locator('.course-well').waitFor();
  });

  it('given five weeks of measurements with a gap, when the graph of 30 days is opened, then it is drawn, and the gap is empty', async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${origin()}/servers/web-1/monitors/cpu?range=30d`);
    const canvas = page.locator('canvas').first();
    await canvas.waitFor();
    const drawn = await until('a drawn graph', async () => {
      const columns = await colouredColumns(page);
      return columns.some((count) => count > 0) ? columns : undefined;
    });
    const columnOf = (daysAgo: number) => Math.round(((30 - daysAgo) / 30) * (drawn.length - 1));
    const inGap = drawn.slice(columnOf(gap.fromDaysAgo - 0.6), columnOf(gap.toDaysAgo + 0.6));
    const before = drawn.slice(columnOf(28), columnOf(gap.fromDaysAgo + 0.6));
    // The line of the threshold goes on through the gap; it is thin.
    const isMeasured = (count: number) => count > 30;
    expect(before.filter(isMeasured).length / before.length).toBeGreaterThan(0.95);
    expect(inGap.filter(isMeasured)).toEqual([]);
  });

  it('given a signed-in customer, when they sign out, then going back asks them to sign in', async () => {
    await page.goto(`${origin()}/`);
    await page.locator('h1').waitFor();
    await page.locator('.person summary').click();
    await page.getByRole('button', { name: 'サインアウト' }).click();
    await page.waitForURL((url) => url.pathname === '/signed-out');
    await page.goto(`${origin()}/servers`);
    await page.waitForURL(/\/oidc\//);
  });
});

describe('an operator at the portal', () => {
  it('given a broken server, when they sign in by keyboard alone, then they see it, acknowledge it, and their name is on the timeline', async () => {
    const context = await openBrowser('en', 1440);
    const page = await context.newPage();
    await signIn(page, 'operator', '/operator');
    expect((await mimamori.post('/local/fleet/web-1/app/break')).status).toBe(200);
    const work = page.locator('.work-item').first();
    await work.waitFor();
    await work.locator('.work-foot button').focus();
    await page.keyboard.press('Enter');
    const acknowledge = work.locator('.action-list button').first();
    await acknowledge.waitFor();
    await acknowledge.focus();
    await page.keyboard.press('Enter');
    await page.locator('dialog[open] button[type=submit]').focus();
    await page.keyboard.press('Enter');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    await work.locator('a.row').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('.timeline-operator').first().waitFor();
    expect(await page.locator('.timeline-operator').first().textContent()).toContain(
      mimamori.person('operator').name,
    );
    expect((await mimamori.post('/local/fleet/web-1/app/mend')).status).toBe(200);
    await context.close();
  });

  it('given all that was looked at, when the browser’s complaints are counted, then there were none', () => {
    expect(faults).toEqual([]);
  });
});

/** How many coloured pixels of the plot each of 200 columns has; grid, shades and text have no strong colour. */
const colouredColumns = (page: Page): Promise<number[]> =>
  page.evaluate(`(() => {
  const canvas = document.querySelector('canvas');
  const plot = document.querySelector('.u-over');
  const context = canvas?.getContext('2d');
  if (!canvas || !plot || !context) return [];
  const [whole, inner] = [canvas.getBoundingClientRect(), plot.getBoundingClientRect()];
  const scale = canvas.width / whole.width;
  const left = Math.round((inner.left - whole.left) * scale);
  const top = Math.round((inner.top - whole.top) * scale);
  const [width, height] = [Math.round(inner.width * scale), Math.round(inner.height * scale)];
  const { data } = context.getImageData(left, top, width, height);
  const columns = Array.from({ length: 200 }, () => 0);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const [red, green, blue, alpha] = data.slice((y * width + x) * 4, (y * width + x) * 4 + 4);
      const isColoured = alpha > 60 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60;
      if (isColoured) columns[Math.min(199, Math.floor((x / width) * 200))] += 1;
    }
  return columns;
})()`);
