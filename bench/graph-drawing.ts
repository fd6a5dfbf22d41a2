/**
 * How long a phone draws a graph: twelve values of 2,000 points over 30 days, in Chromium slowed down four times.
 *
 *     npx node bench/graph-drawing.ts [values] [points] [slower]
 *
 * `script` is what the page computes, `whole` also what the canvas does with it: pixels are read back, which waits for it.
 * `frame` is from a click that turns a value off to the second frame after it.
 */
import { launchBrowser } from '../test/web/browser.ts';
import { PortalServer, type Sample } from '../test/web/portal-server.ts';
import { seriesOf } from '../test/web/server-fixtures.ts';

const [values = 12, points = 2000, slower = 4] = process.argv.slice(2).map(Number);

/** A file system for each value, each with its own course. */
const manyValues: Sample = ({ path, query }) => {
  if (!path.endsWith('/series')) return undefined;
  const [from = '', to = ''] = [query.get('from') ?? '', query.get('to') ?? ''];
  const series = seriesOf('web-1', from, to, points, ['cpu', 'load', 'traffic']);
  const all = series.monitors.flatMap((monitor) => monitor.values);
  const [first] = series.monitors;
  if (first === undefined) return { body: series };
  const disks = Array.from({ length: values }, (_, i) => {
    const { min, avg, max, summary } = all[i % all.length] ?? { min: [], avg: [], max: [] };
    return { name: `usedPercent:/disk-${i}`, min, avg, max, ...(summary && { summary }) };
  });
  return { body: { ...series, monitors: [{ ...first, check: 'disk', monitor: 'disk', values: disks }] } };
};

interface Seen {
  readonly script: number;
  readonly whole: number;
  readonly frame: number;
}

/** Runs in the page. */
const drawOnce = `(async () => {
  const canvas = document.querySelector('canvas');
  const begun = performance.now();
  document.querySelector('.graph-legend input').click();
  await new Promise((resolve) => requestAnimationFrame(resolve));
  canvas.getContext('2d').getImageData(0, 0, 1, 1);
  const read = performance.now();
  await new Promise((resolve) => requestAnimationFrame(resolve));
  return {
    script: performance.getEntriesByType('measure').at(-1).duration,
    whole: read - begun,
    frame: performance.now() - begun,
  };
})()`;

const browser = await launchBrowser();
const portal = await PortalServer.start({}, [manyValues]);
try {
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 },
    deviceScaleFactor: 3,
    isMobile: true,
    hasTouch: true,
  });
  const page = await context.newPage();
  await page.goto(`${portal.origin}/servers/web-1/monitors/disk?range=30d`);
  await page.locator('.graph-canvas canvas').waitFor();
  await page.waitForTimeout(500);
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
  const script: number[] = [];
  const frame: number[] = [];
  const whole: number[] = [];
  for (let i = 0; i < 20; i++) {
    const seen = await page.evaluate<Seen>(drawOnce);
    script.push(seen.script);
    whole.push(seen.whole);
    frame.push(seen.frame);
  }
  const middle = (all: number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
  const line = (name: string, all: number[]) =>
    console.log(`${name.padEnd(7)} p50 ${middle(all).toFixed(1)} ms, most ${Math.max(...all).toFixed(1)} ms`);
  console.log(`${values} values of ${points} points, ${slower} times slower, ${script.length} times drawn:`);
  line('script', script);
  line('whole', whole);
  line('frame', frame);
} finally {
  await browser.close();
  await portal.close();
}
