import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSeconds, secondsBetween } from '../../../core/instant.ts';
import { acknowledgeSeconds, nextPage, pagesOfOnePersonPerHour } from '../../../core/on-call/next-page.ts';
import type { Engineer } from '../../../core/on-call/rota.ts';
import type { Page } from '../../../core/on-call/second-response.ts';

const at = '2026-11-21T03:00:00.000Z';
const engineer = (id: string): Engineer => ({ id, name: id, mail: `${id}@msp.example`, language: 'ja' });
const [sato, suzuki, takahashi] = ['sato', 'suzuki', 'takahashi'].map(engineer) as [
  Engineer,
  Engineer,
  Engineer,
];

const nameOf = ({ to }: Pick<Page, 'to'>) => (to.kind === 'desk' ? 'desk' : to.id);

/** Pages one after the other, each when it is due and never acknowledged. */
function pagesOf(onCall: (page: number) => readonly Engineer[], count: number): Page[] {
  const pages: Page[] = [];
  let now = at;
  while (pages.length < count) {
    const next = nextPage(pages, onCall(pages.length + 1), now);
    now = next.due > now ? next.due : now;
    pages.push({ number: next.number, lap: next.lap, at: now, to: next.to, isOut: true });
  }
  return pages;
}
const course = (pages: readonly Page[]) =>
  pages.map((one) => `${nameOf(one)} +${secondsBetween(at, one.at) / 60}`);

const cases = [
  {
    given: 'three engineers',
    onCall: () => [sato, suzuki, takahashi],
    then: 'each has ten minutes, then the desk, then the first again',
    want: ['sato +0', 'suzuki +10', 'takahashi +20', 'desk +30', 'sato +40', 'suzuki +50'],
  },
  {
    given: 'one engineer',
    onCall: () => [sato],
    then: 'nobody is paged more than twice an hour',
    want: ['sato +0', 'desk +10', 'sato +20', 'desk +30', 'sato +60', 'desk +70', 'sato +80', 'desk +90'],
  },
  {
    given: 'nobody on call',
    onCall: () => [],
    then: 'the desk is paged, twice an hour',
    want: ['desk +0', 'desk +10', 'desk +60', 'desk +70', 'desk +120'],
  },
  {
    given: 'a shift that ends after the first page',
    onCall: (page: number) => (page === 1 ? [sato, suzuki] : [takahashi]),
    then: 'the new one is paged and not the one whose shift is over',
    want: ['sato +0', 'takahashi +10', 'desk +20', 'takahashi +30'],
  },
  {
    given: 'an engineer who comes on call after the desk',
    onCall: (page: number) => (page < 3 ? [sato] : [sato, suzuki]),
    then: 'that one is paged before the rota begins again',
    want: ['sato +0', 'desk +10', 'suzuki +20', 'sato +30'],
  },
];

describe('who is paged next, when nobody acknowledges', () => {
  for (const { given, onCall, then, want } of cases) {
    it(`given ${given}, when nobody acknowledges, then ${then}`, () => {
      expect(course(pagesOf(onCall, want.length))).toEqual(want);
    });
  }

  it('given any rota, when nobody acknowledges for hours, then it never ends, nobody is hurried or called too often, and the desk hears of it', () => {
    const anyRota = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(anyRota, { minLength: 1, maxLength: 5 }), (rotas) => {
        const rota = (page: number) => (rotas[page % rotas.length] ?? []).map((n) => engineer(`e-${n}`));
        const pages = pagesOf(rota, 30);
        for (const [index, page] of pages.entries()) {
          const before = pages[index - 1];
          if (before !== undefined)
            expect(secondsBetween(before.at, page.at)).toBeGreaterThanOrEqual(acknowledgeSeconds);
          const anHourAgo = addSeconds(page.at, -3600);
          const same = pages.filter(
            (one) => nameOf(one) === nameOf(page) && one.at > anHourAgo && one.at <= page.at,
          );
          expect(same.length).toBeLessThanOrEqual(pagesOfOnePersonPerHour);
        }
        expect(pages.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
        expect(pages.some(({ to }) => to.kind === 'desk')).toBe(true);
      }),
    );
  });
});
