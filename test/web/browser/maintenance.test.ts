import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Me } from '../../../core/api/me.ts';
import { maintenanceWords } from '../../../web/words/maintenance-words.ts';
import { launchBrowser } from '../browser.ts';
import { meAs } from '../fixtures.ts';
import { PortalServer, type Sample } from '../portal-server.ts';

const words = maintenanceWords.en;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

interface Opened {
  readonly portal: PortalServer;
  readonly page: Page;
}

async function open(
  path: string,
  { samples = [], width = 1280 }: { samples?: readonly Sample[]; width?: number },
  look: (opened: Opened) => Promise<void>,
): Promise<void> {
  const portal = await PortalServer.start({}, samples);
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Asia/Tokyo',
  });
  try {
    await context.addInitScript("localStorage.setItem('mimamori.language', 'en')");
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error.stack)));
    await page.goto(portal.origin + path);
    await look({ portal, page });
    expect(errors).toEqual([]);
  } finally {
    await context.close();
    await portal.close();
  }
}

const mostTabs = 120;
/** What the focus is on: its name, and the word of what it is. */
const focused = `(() => {
  const at = document.activeElement;
  const label = at.labels?.[0]?.textContent ?? at.getAttribute('aria-label') ?? at.textContent;
  return at.tagName + ' ' + label.replace(/\\s+/g, ' ').trim();
})()`;

/** Goes on with Tab until the focus is where it is wanted. */
async function tabTo(page: Page, wanted: string): Promise<void> {
  const passed: string[] = [];
  for (let count = 0; count < mostTabs; count += 1) {
    const here = (await page.evaluate(focused)) as string;
    if (here.startsWith(wanted)) return;
    passed.push(here);
    await page.keyboard.press('Tab');
  }
  throw new Error(`"${wanted}" was not come to by Tab; passed were ${passed.join(' | ')}`);
}

const sentTo = (portal: PortalServer, method: string) =>
  portal.calls.filter((call) => call.method === method && call.path.startsWith('maintenances'));

describe('maintenance by the keyboard alone', () => {
  it('given the page, when one that recurs is announced, then the request says so and the calendar has it', () =>
    open('/maintenance', {}, async ({ page, portal }) => {
      await page.locator('.calendar .period').first().waitFor();
      await tabTo(page, `A ${words.announce}`);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: words.form.newTitle, level: 1 }).waitFor();
      await tabTo(page, `INPUT ${words.form.search}`);
      await page.keyboard.type('web-3');
      // Enter searches at once and does not send the form.
      await page.keyboard.press('Enter');
      await page.getByRole('checkbox', { name: 'web-03.acme.example' }).waitFor();
      await page.getByRole('checkbox', { name: 'app-01.acme.example' }).waitFor({ state: 'detached' });
      await tabTo(page, 'INPUT web-03.acme.example');
      await page.keyboard.press('Space');
      await page.getByText(words.form.chosenServers(1)).waitFor();
      await tabTo(page, 'BUTTON 1 h');
      await page.keyboard.press('Space');
      await tabTo(page, `SELECT ${words.form.repeat}`);
      await page.keyboard.type(words.form.kinds.weekly);
      await tabTo(page, `BUTTON ${words.form.longWeekdays.SA}`);
      await page.keyboard.press('Space');
      await tabTo(page, `BUTTON ${words.form.longWeekdays.SU}`);
      await page.keyboard.press('Space');
      await tabTo(page, `INPUT ${words.form.reason}`);
      await page.keyboard.type('Updates and restart');
      await expect
        .poll(() => page.locator('.preview-sentence').textContent())
        .toBe(
          words.recurs.sentence(
            words.recurs.weekly(1, words.form.longWeekdays.SU),
            '04:00–05:00',
            'Asia/Tokyo',
            '',
          ),
        );
      expect(await page.locator('.preview-periods li > span:first-child').allTextContents()).toEqual([
        'Sun 22 Nov 04:00–05:00',
        'Sun 29 Nov 04:00–05:00',
        'Sun 6 Dec 04:00–05:00',
        'Sun 13 Dec 04:00–05:00',
        'Sun 20 Dec 04:00–05:00',
      ]);
      await tabTo(page, `BUTTON ${words.form.submit}`);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: words.title, level: 1, exact: true }).waitFor();
      expect(sentTo(portal, 'POST').map(({ body }) => body)).toEqual([
        {
          scope: [{ server: 'web-3' }],
          from: '2026-11-21T19:00:00.000Z',
          until: '2026-11-21T20:00:00.000Z',
          recurrence: { rule: 'FREQ=WEEKLY;BYDAY=SU', timeZone: 'Asia/Tokyo' },
          reason: 'Updates and restart',
        },
      ]);
      await expect.poll(() => page.locator('.period', { hasText: 'Updates' }).count()).toBe(3);
      await expect
        .poll(() => page.locator('[role="status"][aria-live]').textContent())
        .toBe(words.form.announced('Sun 22 Nov 04:00–05:00'));
    }));

  it('given one that holds, when it is ended, then what that means was said and nothing is quiet any more', () =>
    open('/maintenance', {}, async ({ page, portal }) => {
      await page.locator('.present-list').waitFor();
      await tabTo(page, `BUTTON ${words.end.now}`);
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByText(words.end.nowEffect).waitFor();
      await page.keyboard.press('Escape');
      // Closed is not yet gone from the page.
      await page.locator('dialog.dialog').waitFor({ state: 'detached' });
      expect(sentTo(portal, 'DELETE')).toEqual([]);
      await tabTo(page, `BUTTON ${words.end.now}`);
      await page.keyboard.press('Enter');
      await dialog.waitFor();
      await tabTo(page, `BUTTON ${words.end.now}`);
      expect(await dialog.evaluate((one) => one.contains(one.ownerDocument.activeElement))).toBe(true);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: words.nothingNow }).waitFor();
      await page.locator('.calendar .period-now').waitFor({ state: 'detached' });
      await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1');
      expect(sentTo(portal, 'DELETE').map(({ path }) => path)).toEqual(['maintenances/m4intenance1']);
    }));

  it('given one that recurs, when it is to be called off, then it says that all its periods go', () =>
    open('/maintenance/m4intenance3', {}, async ({ page }) => {
      await page.locator('.maintenance-form').waitFor();
      await tabTo(page, `BUTTON ${words.end.callOff}`);
      await page.keyboard.press('Enter');
      await page.getByText(words.end.seriesEffect).waitFor();
    }));

  it('given one that was announced, when its reason is changed, then it is sent with its version and its rule to the letter', () =>
    open('/maintenance/m4intenance5', {}, async ({ page, portal }) => {
      await page.locator('#maintenance-reason').waitFor();
      await tabTo(page, `INPUT ${words.form.reason}`);
      await page.keyboard.press('End');
      await page.keyboard.type(' and reboot');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: words.title, level: 1, exact: true }).waitFor();
      expect(sentTo(portal, 'PUT').map(({ path, body }) => ({ path, body }))).toEqual([
        {
          path: 'maintenances/m4intenance5',
          body: {
            scope: [{ server: 'app-1' }, { server: 'app-2' }],
            from: '2026-12-08T16:00:00.000Z',
            until: '2026-12-08T18:00:00.000Z',
            recurrence: { rule: 'FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2;COUNT=12', timeZone: 'Europe/Berlin' },
            reason: 'Patch Tuesday and reboot',
          },
        },
      ]);
    }));
});

describe('faults stand at their fields', () => {
  const describedBy = (page: Page, id: string) =>
    page.evaluate(`document.getElementById('${id}').getAttribute('aria-describedby').split(' ')
      .map((one) => document.getElementById(one).textContent).join(' ')`);

  it('given an empty form, when it is sent, then nothing goes to the server and the first fault has the focus', () =>
    open('/maintenance/new', {}, async ({ page, portal }) => {
      await page.getByRole('button', { name: words.form.submit }).click();
      await expect.poll(() => page.evaluate(focused)).toBe(`INPUT ${words.form.search}`);
      expect(await page.locator('.maintenance-aside [role="alert"]').textContent()).toBe(
        words.form.mend(2) + words.faults.noServer + words.faults.noReason,
      );
      expect(await describedBy(page, 'maintenance-reason')).toContain(words.faults.noReason);
      await page.getByRole('button', { name: words.faults.noReason }).click();
      await expect.poll(() => page.evaluate(focused)).toBe(`INPUT ${words.form.reason}`);
      await page.keyboard.type('Updates');
      await expect.poll(() => page.locator('#maintenance-reason').getAttribute('aria-invalid')).toBe('false');
      expect(sentTo(portal, 'POST')).toEqual([]);
    }));

  it('given the server finds more, when it refuses, then each fault stands at its field and what was typed stays', () => {
    const refuse: Sample = ({ path, method }) =>
      path === 'maintenances' && method === 'POST'
        ? {
            status: 422,
            body: {
              title: 'Unprocessable Content',
              status: 422,
              detail: 'the request is not as it should be; see errors',
              errors: [
                { field: 'until', message: 'the end is not taken today; give another' },
                { field: 'scope.0.server', message: 'there is no server "web-1"; give one of the account’s' },
              ],
            },
          }
        : undefined;
    return open('/maintenance/new?server=web-1', { samples: [refuse] }, async ({ page }) => {
      await page.getByLabel(words.form.reason).fill('Updates');
      await page.getByRole('button', { name: words.form.submit }).click();
      await page.locator('#maintenance-until[aria-invalid="true"]').waitFor();
      expect(await describedBy(page, 'maintenance-until')).toBe('The end is not taken today; give another.');
      expect(await page.locator('.chosen .field-faults').textContent()).toBe(
        `${words.refused.servers} there is no server "web-1"; give one of the account’s`,
      );
      expect(await page.getByLabel(words.form.reason).inputValue()).toBe('Updates');
    });
  });
});

describe('the calendar', () => {
  const inBerlin: Sample = ({ path }) => {
    if (path !== 'me') return undefined;
    const me = meAs('customer');
    return {
      body: {
        ...me,
        account: { id: 'acme', name: 'Acme', timeZone: 'Europe/Berlin' },
        speed: 1,
      } satisfies Me,
    };
  };
  /** Every night at half past two, by the wall clock. */
  const nightly: Sample = ({ path, query }) => {
    if (path !== 'maintenances/occurrences') return undefined;
    const periods = [
      { from: '2027-03-27T01:30:00.000Z', until: '2027-03-27T02:30:00.000Z' },
      { from: '2027-03-28T01:30:00.000Z', until: '2027-03-28T02:30:00.000Z' },
      { from: '2027-03-29T00:30:00.000Z', until: '2027-03-29T01:30:00.000Z' },
    ];
    const items = periods
      .filter(({ from }) => from >= (query.get('from') ?? '') && from < (query.get('to') ?? ''))
      .map((period) => ({ ...period, id: 'm4intenance3', reason: 'Backup', scope: 'account' }));
    return { body: { items, isCut: false } };
  };
  const asked = (portal: PortalServer) =>
    portal.calls
      .filter(({ path }) => path === 'maintenances/occurrences')
      .map(({ query }) => `${query.get('from')} ${query.get('to')}`)
      .at(-1);

  it('given a zone with summer time, when the month is changed by the keyboard, then days and times are those of the zone', () =>
    open('/maintenance?month=2027-02', { samples: [inBerlin, nightly] }, async ({ page, portal }) => {
      await page.getByRole('heading', { name: 'February 2027' }).waitFor();
      await tabTo(page, `BUTTON ${words.calendar.next}`);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'March 2027' }).waitFor();
      await page.locator('.calendar .period').first().waitFor();
      expect(asked(portal)).toBe('2027-02-28T23:00:00.000Z 2027-04-04T22:00:00.000Z');
      expect(new URL(page.url()).search).toBe('?month=2027-03');
      const cells = await page
        .locator('.calendar td:has(.period)')
        .evaluateAll((all) =>
          all.map(
            (cell) => `${cell.querySelector('time')?.dateTime} ${cell.querySelector('.period')?.textContent}`,
          ),
        );
      expect(cells).toEqual([
        '2027-03-27 02:30 Backup',
        '2027-03-28 03:30 Backup',
        '2027-03-29 02:30 Backup',
      ]);
      expect(await page.evaluate(focused)).toBe(`BUTTON ${words.calendar.next}`);
      await page.goBack();
      await page.getByRole('heading', { name: 'February 2027' }).waitFor();
    }));

  it('given a day with more than has room, when its button is pressed, then all of them are there', () =>
    open('/maintenance', {}, async ({ page }) => {
      const more = page.getByRole('button', { name: words.calendar.moreOn(2, 'Fri 27 Nov') });
      await more.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: '03:00 夜間バッチの入れ替え 4' }).waitFor();
      expect(await more.getAttribute('aria-expanded')).toBe('true');
    }));

  it('given a phone, when the month is looked at, then it is a list by day that begins with today', () =>
    open('/maintenance', { width: 360 }, async ({ page }) => {
      const first = page.locator('.agenda > ol > li').first();
      await first.waitFor();
      expect(await first.locator('h3').textContent()).toBe(`Sat 21 Nov${words.calendar.today}`);
      expect(await page.locator('.calendar').isVisible()).toBe(false);
      await page.getByText(words.calendar.earlier(3)).click();
      await page.locator('.agenda').getByText('証明書の更新').waitFor();
    }));
});
