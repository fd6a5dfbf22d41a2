import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../browser.ts';
import { sampledPages } from '../pages.ts';
import { PortalServer } from '../portal-server.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Both languages, schemes and widths, with two visits to a page. */
const visits = [
  { language: 'ja', colorScheme: 'dark', width: 360, height: 740, thenScheme: 'light' },
  { language: 'en', colorScheme: 'light', width: 1440, height: 900, thenScheme: 'dark' },
] as const;

interface AxeFinding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds, by all its rules or by some. */
async function findings(page: Page, rules?: readonly string[]): Promise<readonly AxeFinding[]> {
  const options = rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } };
  return (await page.evaluate(
    `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations.map(({ id, nodes }) =>
      ({ id, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) })))`,
  )) as readonly AxeFinding[];
}

describe('every page', () => {
  for (const { name, path, options, prepare, says = [] } of sampledPages) {
    it(`given ${name}, when it is looked at narrow and wide, light and dark, then axe finds nothing, nothing sticks out, and the console has no errors`, async () => {
      const portal = await PortalServer.start(options);
      prepare?.(portal);
      try {
        for (const { width, height, colorScheme, language, thenScheme } of visits) {
          const view = `${width} ${colorScheme} ${language}`;
          // axe is put in by the test; the pages' own policy forbids it.
          const context = await browser.newContext({
            viewport: { width, height },
            colorScheme,
            locale: language,
            timezoneId: 'Asia/Tokyo',
            bypassCSP: true,
          });
          await context.addInitScript((chosen) => {
            Reflect.get(globalThis, 'localStorage').setItem('mimamori.language', chosen);
            Reflect.get(globalThis, 'localStorage').setItem('mimamori.has-session', '1');
          }, language);
          const page = await context.newPage();
          const errors: string[] = [];
          page.on('console', (message) => {
            if (message.type() === 'error') errors.push(message.text());
          });
          page.on('pageerror', (error) => errors.push(String(error.stack)));
          await page.goto(portal.origin + path);
          await page.locator('h1').waitFor();
          await page.waitForLoadState('networkidle');

          expect(await page.locator('html').getAttribute('lang'), view).toBe(language);
          const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
          expect(wider, `${view}: pixels wider than the screen`).toBeLessThanOrEqual(0);
          await page.evaluate(axe);
          expect(await findings(page), view).toEqual([]);
          await page.emulateMedia({ colorScheme: thenScheme });
          expect(await findings(page, ['color-contrast']), `${view}, then ${thenScheme}`).toEqual([]);
          expect(
            errors.filter((error) => !says.some((expected) => error.includes(expected))),
            view,
          ).toEqual([]);
          await context.close();
        }
      } finally {
        await portal.close();
      }
    });
  }
});

describe('the policy on content', () => {
  it('given the headers of the portal, when the pages are opened, then nothing is blocked', async () => {
    const portal = await PortalServer.start({});
    const context = await browser.newContext();
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    for (const { path, options } of sampledPages) {
      if (options.role !== undefined) continue;
      await page.goto(portal.origin + path);
      await page.locator('h1').waitFor();
      await page.waitForLoadState('networkidle');
    }
    await context.close();
    await portal.close();
    expect(errors).toEqual([]);
  });
});
