/**
 * Takes pictures of the pages of workflows, with executions in every state. For people to look at:
 *
 *     npx node test/local/pages/workflow-screenshots.ts <directory> [name ...]
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
import { thrown } from '../workflows/workbench.ts';
import { sampleSources } from './sample-sources.ts';
import { detectionInput, servers, start, workflowSample } from './workflow-sample.ts';

const tallest = 1_800;
const [, , directory = 'screenshots', ...wanted] = process.argv;
mkdirSync(directory, { recursive: true });

let joins = 0;
let ways = 0;
const bench = workflowSample({
  JoinIncidentArn: ({ payload }) =>
    JSON.stringify(payload).includes('mysql')
      ? thrown('ConditionalCheckFailed', 'the table could not be reached')
      : { payload: { leads: joins++ === 0, incident: 'demo.web-1-1' } },
  wayOut: () => (ways++ < 1 ? thrown('Throttled', 'too many') : { payload: 'open' }),
});
await start(bench, 'mimamori-detection', 'demo.web-1.web-3', detectionInput('web'));
await start(bench, 'mimamori-detection', 'demo.web-1.mysql-1', detectionInput('mysql'));
await bench.pass(5 * 60_000);
await start(bench, 'survey', 'all-servers', { servers });
await bench.pass(60_000);
await start(bench, 'survey', 'too-few', { servers: ['web-1', 'dns-1', 'dns-1', 'dns-1'] });
await bench.pass(30_000);
await start(bench, 'mimamori-detection', 'demo.web-2.http-8', detectionInput('http'));
await bench.pass(20_000);

const sample = await sampleSources({ isQuiet: true });
const pages = createPages({ ...sample.sources, workflows: bench.engine, clock: bench.clock });
const server = serve({ fetch: pages.fetch, port: 0, hostname: '127.0.0.1' });
await once(server, 'listening');
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const shots = [
  { name: 'list', path: '/workflows' },
  { name: 'search', path: '/workflows?q=web&status=SUCCEEDED&machine=mimamori-detection' },
  { name: 'incident', path: '/workflows/mimamori-incident:demo.web-1-1' },
  {
    name: 'incident-caught',
    path: '/workflows/mimamori-incident:demo.web-1-1?state=Log%20in%20and%20collect%20information',
  },
  { name: 'detection', path: '/workflows/mimamori-detection:demo.web-1.web-3' },
  {
    name: 'detection-failed',
    path: "/workflows/mimamori-detection:demo.web-1.mysql-1?state=Join%20the%20server's%20incident%20or%20open%20one",
  },
  { name: 'survey', path: '/workflows/survey:all-servers?state=Ask%20the%20server' },
  { name: 'survey-failed', path: '/workflows/survey:too-few?state=Look%20at%20each%20server' },
  { name: 'machine', path: '/workflows/machine/mimamori-incident' },
  { name: 'start', path: '/workflows/machine/survey/start?from=all-servers' },
  { name: 'stop', path: '/workflows/mimamori-incident:demo.web-1-1/stop' },
  { name: 'redrive', path: '/workflows/mimamori-detection:demo.web-1.mysql-1/redrive' },
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
try {
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
    });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') console.error(`${page.url()}: ${message.text()}`);
    });
    for (const { name, path } of shots) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      await page.goto(`${origin}${path}`, { waitUntil: 'load' });
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      if (Number(overflow) > 0) console.error(`${name} ${language} ${width}: ${overflow} px too wide`);
      const file = join(directory, `${name}-${language}-${width}-${colorScheme}.png`);
      const height = await page.evaluate('document.documentElement.scrollHeight');
      // The history is long and alike.
      const clip = { x: 0, y: 0, width, height: Math.min(Number(height), tallest) };
      await page.screenshot({ path: file, fullPage: true, clip });
    }
    await context.close();
  }
} finally {
  await browser.close();
  server.close();
  await bench.close();
  await sample.close();
}
