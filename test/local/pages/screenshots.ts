/**
 * Takes a picture of every page: each language, narrow and wide, light and dark. For people to look at:
 *
 *     npx node test/local/pages/screenshots.ts <directory> [/path ...]
 *
 * Needs Chromium; CHROMIUM names it, /usr/bin/chromium without.
 */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { chromium } from 'playwright-core';
import { createPages } from '../../../local/pages/pages.ts';
import { sampleSources } from './sample-sources.ts';

const [, , directory = 'screenshots', ...wanted] = process.argv;
mkdirSync(directory, { recursive: true });

const sample = await sampleSources();
const quiet = await sampleSources({ isQuiet: true });
const servers = await Promise.all(
  [sample, quiet].map(async ({ sources }) => {
    const server = serve({ fetch: createPages(sources).fetch, port: 0, hostname: '127.0.0.1' });
    await once(server, 'listening');
    return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }),
);
const [busy, empty] = servers;

const pages = [
  { name: 'mail', path: '/mail' },
  { name: 'mail-html', path: '/mail/2' },
  { name: 'mail-text', path: '/mail/3?view=text' },
  { name: 'mail-headers', path: '/mail/1?view=headers' },
  { name: 'workflows', path: '/workflows' },
  { name: 'execution', path: `/workflows/${sample.execution}` },
  { name: 'fleet', path: '/fleet' },
  { name: 'not-found', path: '/nowhere' },
].map((page) => ({ ...page, origin: busy?.origin }));
const quietPages = [
  { name: 'quiet-mail', path: '/mail' },
  { name: 'quiet-fleet', path: '/fleet' },
  { name: 'quiet-workflows', path: '/workflows' },
].map((page) => ({ ...page, origin: empty?.origin }));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
try {
  for (const language of ['ja', 'en'] as const) {
    for (const width of [360, 1440]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const context = await browser.newContext({
          viewport: { width, height: 900 },
          colorScheme,
          locale: language,
        });
        const page = await context.newPage();
        page.on('console', (message) => {
          if (message.type() === 'error') console.error(`${page.url()}: ${message.text()}`);
        });
        for (const { name, path, origin } of [...pages, ...quietPages]) {
          if (wanted.length > 0 && !wanted.includes(name)) continue;
          await page.goto(`${origin}${path}`, { waitUntil: 'networkidle' });
          const overflow = await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          if (Number(overflow) > 0) console.error(`${name} ${language} ${width}: ${overflow} px too wide`);
          const file = join(directory, `${name}-${language}-${width}-${colorScheme}.png`);
          await page.screenshot({ path: file, fullPage: true });
        }
        await context.close();
      }
    }
  }
} finally {
  await browser.close();
  for (const { server } of servers) server.close();
  await sample.close();
  await quiet.close();
}
