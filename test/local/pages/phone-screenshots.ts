/**
 * Takes pictures of the desk phone. For people to look at:
 *
 *     npx node test/local/pages/phone-screenshots.ts <directory>
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
import { sampleFlow } from '../connect/sample-flow.ts';
import { sampleSources } from './sample-sources.ts';

const [, , directory = 'screenshots'] = process.argv;
mkdirSync(directory, { recursive: true });

const sample = await sampleSources({ isQuiet: true });
const { deskPhone, clock } = sample;
const [contact, other] = ['+819000000001', '+819000000002'];
const report =
  '株式会社デモ商店さまのサーバー web-1 で障害が発生しています。nginx が 3 分前から応答しません。再起動を試みましたが、復旧しませんでした。対応できる場合は 1 を押してください。';
const english =
  'Server web-1 of Demo Shop has a failure. nginx has not answered for 3 minutes. A restart did not help. Press 1 if you can take it.';
const ring = (to: string, text = report) =>
  deskPhone.call({
    flow: sampleFlow(),
    to,
    from: '+81312345678',
    attributes: {
      report: text,
      thanks: 'ありがとうございました。',
      language: text === report ? 'ja' : 'en',
      incident: 'demo.web-1-1',
    },
    ringSeconds: 30,
  });
const pass = (seconds: number) => clock.advanceTo(clock.now() + seconds * 1000, async () => undefined);

const server = serve({ fetch: createPages(sample.sources).fetch, port: 0, hostname: '127.0.0.1' });
await once(server, 'listening');
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});

async function shoot(name: string): Promise<void> {
  for (const { language, width, colorScheme } of [
    { language: 'en', width: 1440, colorScheme: 'light' },
    { language: 'ja', width: 1440, colorScheme: 'dark' },
    { language: 'ja', width: 360, colorScheme: 'light' },
    { language: 'en', width: 360, colorScheme: 'dark' },
  ] as const) {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      locale: language,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') console.error(`${page.url()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => console.error(`${page.url()}: ${error.message}`));
    await page.goto(`${origin}/phone`, { waitUntil: 'load' });
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    if (Number(overflow) > 0) console.error(`${name} ${language} ${width}: ${overflow} px too wide`);
    await page.screenshot({
      path: join(directory, `phone-${name}-${language}-${width}-${colorScheme}.png`),
      fullPage: true,
    });
    await context.close();
  }
}

try {
  await shoot('silent');
  const declined = ring(contact);
  await pass(9);
  deskPhone.decline(declined.id);
  ring(other, english);
  await pass(31);
  const taken = ring(contact);
  await deskPhone.answer(taken.id, '1');
  const machine = ring(other, english);
  await deskPhone.answer(machine.id);
  deskPhone.decline(machine.id);
  const rings = ring(contact);
  await pass(6);
  await shoot('ringing');

  // A reader with a keyboard: answers by Enter, then presses 1.
  const page = await browser.newPage({ locale: 'en' });
  await page.goto(`${origin}/phone`);
  await page.locator(`#answer-${rings.id}`).focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-keys]').waitFor();
  await shoot('connected');
  await page.locator('[data-sound]').click();
  await page.keyboard.press('1');
  await page.locator('[data-keys]').waitFor({ state: 'detached' });
  const end = deskPhone.get(rings.id);
  if (end?.keys !== '1') throw new Error(`the key did not arrive: ${JSON.stringify(end)}`);
  await page.close();
  await shoot('taken');
} finally {
  await browser.close();
  server.close();
  await sample.close();
}
