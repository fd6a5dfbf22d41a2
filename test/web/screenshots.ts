/**
 * Takes a picture of every page: each language, narrow and wide, light and dark. For people to look at:
 *
 *     npx node test/web/screenshots.ts <directory> [name ...]
 *
 * Needs Chromium; CHROMIUM names it, /usr/bin/chromium without.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from './browser.ts';
import { sampledPages } from './pages.ts';
import { PortalServer } from './portal-server.ts';

const [, , directory = 'screenshots', ...wanted] = process.argv;
mkdirSync(directory, { recursive: true });
const browser = await launchBrowser();
const only = process.env.ONLY?.split(',');
try {
  for (const { name, path, options, prepare } of sampledPages) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const portal = await PortalServer.start(options);
    for (const language of ['ja', 'en'] as const) {
      for (const width of [360, 1440]) {
        for (const colorScheme of ['light', 'dark'] as const) {
          const variant = `${language}-${width}-${colorScheme}`;
          if (only !== undefined && !only.includes(variant)) continue;
          const context = await browser.newContext({
            viewport: { width, height: width === 360 ? 740 : 900 },
            colorScheme,
            locale: language === 'ja' ? 'ja-JP' : 'en-GB',
            timezoneId: 'Asia/Tokyo',
          });
          await context.addInitScript((chosen) => {
            Reflect.get(globalThis, 'localStorage').setItem('mimamori.language', chosen);
            Reflect.get(globalThis, 'localStorage').setItem('mimamori.has-session', '1');
          }, language);
          const page = await context.newPage();
          page.on('console', (message) => {
            if (message.type() === 'error') console.error(`${name} ${variant}: ${message.text()}`);
          });
          page.on('pageerror', (error) => console.error(`${name} ${variant}: ${error.stack}`));
          prepare?.(portal);
          await page.goto(portal.origin + path);
          await page.locator('h1, .failure').first().waitFor();
          await page.waitForLoadState('networkidle');
          await page.screenshot({ path: join(directory, `${name}-${variant}.png`), fullPage: true });
          await context.close();
        }
      }
    }
    await portal.close();
  }
} finally {
  await browser.close();
}
