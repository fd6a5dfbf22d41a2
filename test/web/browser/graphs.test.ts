import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addSeconds, type Instant } from '../../../core/instant.ts';
import { launchBrowser } from '../browser.ts';
import { at } from '../fixtures.ts';
import { PortalServer } from '../portal-server.ts';
import { gap, outage, pastMaintenance } from '../server-fixtures.ts';

let browser: Browser;
let portal: PortalServer;
const contexts: BrowserContext[] = [];
const faults: string[] = [];

beforeAll(async () => {
  [browser, portal] = await Promise.all([launchBrowser(), PortalServer.start()]);
});
afterAll(async () => {
  await browser.close();
  await portal.close();
});
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  expect(faults.splice(0)).toEqual([]);
});

interface Reader {
  readonly language?: 'ja' | 'en';
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** The test moves the clock of the page. */
  readonly isClockOurs?: boolean;
}

async function open(
  path: string,
  { language = 'en', width = 1440, colorScheme = 'light', isClockOurs = false }: Reader = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme,
    timezoneId: 'America/New_York',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  contexts.push(context);
  await context.addInitScript(`localStorage.setItem('mimamori.language', '${language}')`);
  if (isClockOurs) await context.clock.install();
  const page = await context.newPage();
  page.on('console', (message) => {
    const isOfTest = message.text().includes('willReadFrequently');
    if ((message.type() === 'error' || message.type() === 'warning') && !isOfTest)
      faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(portal.origin + path);
  return page;
}

const drawn = (page: Page) => page.locator('.graph-canvas canvas').first().waitFor();
const slider = (page: Page) => page.getByRole('slider').first();

interface Pixels {
  /** Pixels of the line's colour. */
  readonly line: number;
  /** Of the band's, which is the line's colour over the ground. */
  readonly band: number;
  readonly critical: number;
  readonly warning: number;
  /** Of an incident's shade. */
  readonly shade: number;
}

/** Counts the pixels of the first graph between two times, the strip at its foot left out. */
async function pixels(page: Page, from: Instant, to: Instant): Promise<Pixels> {
  return page.evaluate<Pixels>(`(() => {
    const host = document.querySelector('.graph-canvas');
    const canvas = host.querySelector('canvas');
    const over = host.querySelector('.u-over').getBoundingClientRect();
    const all = canvas.getBoundingClientRect();
    const slider = document.querySelector('[role=slider]');
    const [min, max] = [slider.ariaValueMin, slider.ariaValueMax].map(Number);
    const x = (seconds) => Math.round(over.left - all.left + (seconds - min) / (max - min) * over.width);
    const left = x(${Date.parse(from) / 1000}) + 1;
    const right = x(${Date.parse(to) / 1000}) - 1;
    const top = Math.round(over.top - all.top);
    const { data } = canvas.getContext('2d').getImageData(left, top, right - left, over.height - 8);
    const probe = document.createElement('i');
    host.append(probe);
    const colour = (name) => {
      probe.style.color = 'var(--' + name + ')';
      return getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3).map(Number);
    };
    const ground = colour('card');
    const over_ = (name, share) => colour(name).map((value, i) => value * share + ground[i] * (1 - share));
    const wanted = {
      line: colour('graph-1'),
      band: over_('graph-1', 0.28),
      critical: colour('graph-critical'),
      warning: colour('graph-warning'),
      shade: over_('graph-critical', 0.13),
    };
    probe.remove();
    const counts = {};
    for (const [name, [r, g, b]] of Object.entries(wanted)) {
      counts[name] = 0;
      for (let i = 0; i < data.length; i += 4) {
        const isOpaque = data[i + 3] === 255;
        // The canvas is clear where nothing is drawn: what shines through is the ground.
        const share = data[i + 3] / 255;
        const seen = [0, 1, 2].map((part) => data[i + part] * share + ground[part] * (1 - share));
        if (share === 0 || (name === 'line' && !isOpaque)) continue;
        if (Math.abs(seen[0] - r) + Math.abs(seen[1] - g) + Math.abs(seen[2] - b) < 14) counts[name] += 1;
      }
    }
    return counts;
  })()`);
}

describe('picture of a graph', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`given 30 days with a gap, when drawn in ${colorScheme} colours, then values, band and bounds are there and the gap is empty`, async () => {
      const page = await open('/servers/web-1/monitors/backup-age?range=30d', { colorScheme });
      await drawn(page);
      const before = await pixels(page, addSeconds(gap.from, -86_400), addSeconds(gap.from, -7200));
      const within = await pixels(page, addSeconds(gap.from, 7200), addSeconds(gap.to, -7200));
      const after = await pixels(page, addSeconds(gap.to, 7200), addSeconds(gap.to, 86_400));
      for (const side of [before, after]) {
        expect(side.line).toBeGreaterThan(20);
        expect(side.band).toBeGreaterThan(20);
        expect(side.critical).toBeGreaterThan(5);
      }
      expect(within.line).toBe(0);
      expect(within.band).toBe(0);
      expect(within.critical).toBeGreaterThan(2);
    });
  }

  it('given an incident, when its monitor is drawn, then its time is shaded and no other', async () => {
    const page = await open('/servers/web-1/monitors/https?range=7d');
    await drawn(page);
    const during = await pixels(page, addSeconds(outage.from, 1800), addSeconds(outage.to, -1800));
    const before = await pixels(page, addSeconds(outage.from, -20_000), addSeconds(outage.from, -1800));
    expect(during.shade).toBeGreaterThan(500);
    expect(during.line).toBe(0);
    expect(before.shade).toBeLessThan(20);
    expect(before.line).toBeGreaterThan(10);
    expect(before.warning).toBeGreaterThan(5);
    const events = page.getByRole('region', { name: 'In this range' });
    await expect(events.getByRole('link').allTextContents()).resolves.toEqual([
      'Incident: https, mail-submission',
      'Maintenance: OSの月例更新と再起動',
      'Incident: https, traffic',
    ]);
    expect(await page.locator('.graph-flag').count()).toBe(3);
  });

  it('given a graph that nobody touches, when the page looks at its clock, then it is not drawn again', async () => {
    const page = await open('/servers/web-1/monitors/https?from=2026-11-19T00:00Z&to=2026-11-20T00:00Z', {
      isClockOurs: true,
    });
    await drawn(page);
    // Every drawing begins with a clear canvas.
    await page.evaluate(`(() => {
      const clear = CanvasRenderingContext2D.prototype.clearRect;
      window.drawings = 0;
      CanvasRenderingContext2D.prototype.clearRect = function (...area) {
        window.drawings += 1;
        clear.apply(this, area);
      };
    })()`);
    const drawings = () => page.evaluate<number>('window.drawings');
    // The page looks every five seconds.
    await page.clock.fastForward(30_000);
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
    expect(await drawings()).toBe(0);
    await page.getByRole('checkbox').first().click();
    await expect.poll(drawings).toBe(1);
  });

  it('given a range before the first check, when it is opened, then the page says so', async () => {
    const page = await open('/servers/web-1/monitors/backup-age?from=2024-01-01T00:00Z&to=2024-01-02T00:00Z');
    await page.getByText('No measurements in this range').waitFor();
  });
});

describe('range in the address', () => {
  it('given a graph, when one drags over it, then the address has the range, and Reset and the way back lead back', async () => {
    const page = await open('/servers/web-1/monitors/cpu?range=24h');
    await drawn(page);
    const box = await page.locator('.u-over').first().boundingBox();
    if (box === null) throw new Error('the graph has no place on the page');
    await page.mouse.move(box.x + box.width * 0.25, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=/);
    const query = new URL(page.url()).searchParams;
    const hours = (Date.parse(query.get('to') ?? '') - Date.parse(query.get('from') ?? '')) / 3_600_000;
    expect(hours).toBeCloseTo(6, 0);
    await page.mouse.dblclick(box.x + 100, box.y + 50);
    await page.waitForURL((url) => !url.searchParams.has('from'));
    await page.goBack();
    await page.waitForURL(/from=/);
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.waitForURL((url) => !url.searchParams.has('from'));
  });

  it('given the mouse, when the time axis is dragged, or the graph with Shift, then the range moves and keeps its length', async () => {
    const page = await open('/servers/web-1/monitors/cpu?from=2026-11-18T00:00Z&to=2026-11-18T12:00Z');
    await drawn(page);
    const drag = async (box: { x: number; y: number } | null, by: number) => {
      if (box === null) throw new Error('the graph has no place on the page');
      await page.mouse.move(box.x + 300, box.y + 12);
      await page.mouse.down();
      await page.mouse.move(box.x + 300 + by, box.y + 12, { steps: 4 });
      await page.mouse.up();
    };
    const range = () => {
      const query = new URL(page.url()).searchParams;
      return [query.get('from'), query.get('to')].map((time) => Date.parse(time ?? ''));
    };
    await drag(await page.locator('.u-axis').first().boundingBox(), -200);
    await page.waitForURL((url) => (url.searchParams.get('from') ?? '') > '2026-11-18T00:30');
    const [from = 0, to = 0] = range();
    expect(to - from).toBe(12 * 3_600_000);
    await page.keyboard.down('Shift');
    await drag(await page.locator('.u-over').first().boundingBox(), 200);
    await page.keyboard.up('Shift');
    await page.waitForURL((url) => (url.searchParams.get('from') ?? '') < '2026-11-18T00:10');
    const [again = 0, until = 0] = range();
    expect(until - again).toBe(12 * 3_600_000);
  });

  it('given a view, when its link is copied and opened, then it shows the same', async () => {
    const page = await open('/servers/web-1?range=6h');
    await drawn(page);
    await page.getByRole('checkbox', { name: '/home' }).click();
    await slider(page).focus();
    await page.keyboard.press('+');
    await page.waitForURL(/from=/);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByRole('button', { name: 'Link copied' }).waitFor();
    const link = await page.evaluate<string>('navigator.clipboard.readText()');
    const other = await open(new URL(link).pathname + new URL(link).search);
    await drawn(other);
    for (const name of ['aria-valuemin', 'aria-valuemax']) {
      expect(await slider(other).getAttribute(name)).toBe(await slider(page).getAttribute(name));
    }
    expect(await other.getByRole('checkbox', { name: '/home' }).isChecked()).toBe(false);
    expect(await other.getByRole('checkbox', { name: '/srv' }).isChecked()).toBe(true);
  });

  it('given a range by hand, when it makes no sense, then the form says why, and shows it when it does', async () => {
    const page = await open('/servers/web-1/monitors/cpu');
    await drawn(page);
    await page.getByRole('button', { name: 'From–to' }).click();
    const [from, to] = [page.getByLabel('From', { exact: true }), page.getByLabel('To', { exact: true })];
    // 18:12 UTC is the next morning in Tokyo, whatever the zone of the device.
    expect(await to.inputValue()).toMatch(/^2026-11-21T03:1\d$/);
    await from.fill('2026-11-21T05:00');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('The end has to be after the start.').waitFor();
    await from.fill('2026-11-20T05:00');
    await to.fill('2026-11-20T09:00');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.waitForURL(/from=2026-11-19T20%3A00Z&to=2026-11-20T00%3A00Z/);
  });

  it('given the CSV, when it is asked for, then it is the range that is shown, with the session of the reader', async () => {
    const page = await open('/servers/web-1?from=2026-11-19T00:00Z&to=2026-11-20T00:00Z');
    await drawn(page);
    const link = page.getByRole('link', { name: 'Download CSV' });
    const query = new URL((await link.getAttribute('href')) ?? '', portal.origin).searchParams;
    expect(query.get('from')).toBe('2026-11-19T00:00:00.000Z');
    expect(query.get('to')).toBe('2026-11-20T00:00:00.000Z');
    expect(query.getAll('monitor')).toEqual([]);
    const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(file.suggestedFilename()).toBe('web-1-2026-11-19.csv');
    expect(portal.calls.at(-1)?.path).toBe('servers/web-1/series.csv');
  });
});

describe('reading a graph', () => {
  it('given a finger, when it moves sideways, then the cursor follows it, and two fingers zoom', async () => {
    const page = await open('/servers/web-1/monitors/cpu?range=24h', { width: 390 });
    await drawn(page);
    const over = page.locator('.u-over').first();
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    if (box === null) throw new Error('the graph has no place on the page');
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...xs: number[]) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: xs.map((x, id) => ({ x: box.x + x, y: box.y + 60, id })),
      });
    await touch('touchStart', 50);
    for (const x of [70, 100, 130]) await touch('touchMove', x);
    const there = await page.locator('.graph-moment').first().textContent();
    await touch('touchMove', 200);
    await touch('touchEnd');
    expect(there).toMatch(/2026/);
    expect(await page.locator('.graph-moment').first().textContent()).not.toBe(there);
    await touch('touchStart', 120, 180);
    for (const more of [10, 20, 40, 60]) await touch('touchMove', 120 - more, 180 + more);
    await touch('touchEnd');
    await page.waitForURL(/from=/);
    const query = new URL(page.url()).searchParams;
    const hours = (Date.parse(query.get('to') ?? '') - Date.parse(query.get('from') ?? '')) / 3_600_000;
    expect(hours).toBeCloseTo(8, 0);
  });

  it('given the keyboard alone, when arrows are pressed, then the cursor moves by a measurement and says what it was', async () => {
    const page = await open('/servers/web-1/monitors/cpu?from=2026-11-19T00:00Z&to=2026-11-19T06:00Z');
    await drawn(page);
    await slider(page).focus();
    const said = () => slider(page).getAttribute('aria-valuetext');
    await page.keyboard.press('Home');
    expect(await said()).toMatch(/^Thu, 19 Nov 2026, 09:00: Used [\d.]+ %, User [\d.]+ %/);
    await page.keyboard.press('ArrowRight');
    expect(await said()).toMatch(/^Thu, 19 Nov 2026, 09:05: /);
    await page.keyboard.press('PageUp');
    expect(await said()).toMatch(/^Thu, 19 Nov 2026, 09:40: /);
    await page.keyboard.press('End');
    expect(await said()).toMatch(/^Thu, 19 Nov 2026, 14:55: /);
    expect(await page.locator('.graph-moment').first().textContent()).toBe('Thu, 19 Nov 2026, 14:55 – 15:00');
    await page.keyboard.press('-');
    await page.waitForURL(/from=2026-11-18T18/);
    await page.keyboard.press('0');
    await page.waitForURL((url) => !url.searchParams.has('from'));
  });

  it('given several graphs, when the pointer is over one, then all show the same moment', async () => {
    const page = await open('/servers/web-1?range=24h');
    await drawn(page);
    const first = page.locator('.u-over').first();
    await first.scrollIntoViewIfNeeded();
    const box = await first.boundingBox();
    if (box === null) throw new Error('the graph has no place on the page');
    await page.mouse.move(box.x + box.width / 2, box.y + 60);
    await page.locator('.graph-moment').first().waitFor();
    const moments = new Set(await page.locator('.graph-moment').allTextContents());
    expect(moments.size).toBeLessThanOrEqual(3);
    const lines = await page.evaluate<number[]>(
      `[...document.querySelectorAll('.graph-canvas')].map((host) => {
        const over = host.querySelector('.u-over').getBoundingClientRect();
        const line = host.querySelector('.u-cursor-x').getBoundingClientRect();
        return (line.right - over.left) / over.width;
      })`,
    );
    expect(lines.length).toBeGreaterThan(6);
    for (const share of lines) expect(share).toBeCloseTo(0.5, 1);
  });

  it('given a gap, when the table is opened, then the gap says that nothing was measured', async () => {
    const page = await open(
      `/servers/web-1/monitors/backup-age?from=${addSeconds(gap.from, -86_400)}&to=${addSeconds(gap.to, 86_400)}`,
    );
    await drawn(page);
    await page.getByText('Values as a table').click();
    const rows = page.locator('.graph-rows tbody tr');
    await rows.first().waitFor();
    const cells = await rows.locator('td').allTextContents();
    expect(cells.length).toBeGreaterThan(20);
    expect(cells.length).toBeLessThanOrEqual(49);
    expect(cells.some((cell) => cell === 'not measured')).toBe(true);
    expect(cells[0]).toMatch(/^[\d.]+ h \([\d.]+ h–[\d.]+ h\)$/);
  });
});

it('given the samples, then what the tests above rely on lies in their ranges', () => {
  expect([gap.from, outage.from, pastMaintenance.from].every((from) => from < at)).toBe(true);
});
