/**
 * What Lighthouse says of the portal that the runtime serves: the page to sign in, and the overview of a customer.
 *
 *     npx node bench/lighthouse.ts [runs] [mobile|desktop]
 *
 * Scores are medians of the runs. Lighthouse computes what a phone on a slow line would see from what this machine saw, so that
 * other work here lowers the score of performance; `benchmark` is how quick Lighthouse found the machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import lighthouse, { type Config, desktopConfig, type RunnerResult } from 'lighthouse';
import { freePort, RunningMimamori } from '../test/e2e/running-mimamori.ts';
import { launchDebuggedBrowser } from '../test/web/browser.ts';

type Report = RunnerResult['lhr'];

const runs = Number(process.argv[2] ?? 3);
const presets = { mobile: undefined, desktop: desktopConfig } satisfies Record<string, Config | undefined>;
const wanted = Object.entries(presets).filter(([name]) => (process.argv[3] ?? name) === name);
const categories = ['performance', 'accessibility', 'best-practices'];

const profile = mkdtempSync(join(tmpdir(), 'mimamori-lighthouse-'));
const debuggingPort = await freePort();
const mimamori = await RunningMimamori.prepare();
await mimamori.start();
const browser = await launchDebuggedBrowser(profile, debuggingPort);
const origin = `http://localhost:${mimamori.port}`;
try {
  await measure('sign-in', `${origin}/auth/sign-in?to=/`, /\/oidc\//);
  await signIn();
  await measure('overview', `${origin}/`, /\/$/);
} finally {
  await browser.close();
  await mimamori.stop();
  mimamori.remove();
  rmSync(profile, { recursive: true });
}

async function signIn(): Promise<void> {
  const { mail, password } = mimamori.person('customer');
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(`${origin}/`);
  await page.locator('input[name=mail]').fill(mail);
  await page.locator('input[type=password]').fill(password);
  await page.locator('input[type=password]').press('Enter');
  await page.locator('.verdict').waitFor();
  await page.close();
}

async function measure(name: string, address: string, arrivesAt: RegExp): Promise<void> {
  for (const [preset, config] of wanted) {
    const reports: Report[] = [];
    for (let run = 0; run < runs; run += 1) reports.push(await look(address, config, arrivesAt));
    print(`${name}, ${preset}`, reports);
  }
}

async function look(address: string, config: Config | undefined, arrivesAt: RegExp): Promise<Report> {
  const flags = {
    port: debuggingPort,
    onlyCategories: categories,
    // Who is signed in stays so.
    disableStorageReset: true,
    logLevel: 'error' as const,
  };
  const { lhr } = (await lighthouse(address, flags, config)) ?? {};
  if (lhr === undefined) throw new Error(`Lighthouse gave no report of ${address}`);
  if (lhr.runtimeError !== undefined) throw new Error(`${address}: ${lhr.runtimeError.message}`);
  if (!arrivesAt.test(lhr.finalDisplayedUrl))
    throw new Error(`${address} led to ${lhr.finalDisplayedUrl}, which is not the page to measure`);
  return lhr;
}

function print(title: string, reports: readonly Report[]): void {
  const [first] = reports;
  if (first === undefined) return;
  const scores = categories.map((id) => {
    const all = reports.map(({ categories: of }) => Math.round((of[id]?.score ?? 0) * 100));
    return `${id} ${middle(all)} (${all.join(', ')})`;
  });
  const speed = reports.map(({ environment }) => Math.round(environment.benchmarkIndex));
  console.log(`\n${title}: ${scores.join('; ')}`);
  console.log(`  benchmark ${speed.join(', ')}; load ${loadavg()[0]?.toFixed(1)}`);
  const timings = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time'];
  const others = ['cumulative-layout-shift', 'speed-index', 'interactive', 'server-response-time'];
  for (const id of [...timings, ...others]) {
    const all = reports.map(({ audits }) => audits[id]?.numericValue ?? Number.NaN);
    const digits = id === 'cumulative-layout-shift' ? 3 : 0;
    console.log(`  ${id.padEnd(26)} ${all.map((value) => value.toFixed(digits)).join(', ')}`);
  }
  const failing = Object.values(first.audits).filter(
    ({ score, scoreDisplayMode }) => score !== null && score < 0.9 && scoreDisplayMode !== 'informative',
  );
  for (const { id, score, title: said, displayValue = '' } of failing)
    console.log(`  ! ${id} (${score}): ${said} ${displayValue}`);
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
