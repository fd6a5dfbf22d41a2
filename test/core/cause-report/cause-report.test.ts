import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causeReport, engineerUpdate, reportText } from '../../../core/cause-report/cause-report.ts';

const good = {
  cause: 'The disk was full.\r\nLog rotation had failed.',
  actions: '古いログを削除しました。',
  prevention: 'Rotation is monitored.',
  author: '佐藤',
};
const problems = (report: unknown) =>
  causeReport.safeParse(report).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('the form of a cause report', () => {
  it('given a whole report, when it is read, then its paragraphs stay', () => {
    expect(causeReport.parse(good)).toEqual({
      ...good,
      cause: 'The disk was full.\nLog rotation had failed.',
    });
  });

  const refused = [
    { given: 'an empty part', change: { cause: ' \n ' }, want: 'cause: say the cause' },
    {
      given: 'a part that is too long',
      change: { actions: 'x'.repeat(4001) },
      want: 'actions: write what was done in 4000 characters at most',
    },
    {
      given: 'too many lines',
      change: { prevention: 'x\n'.repeat(201) },
      want: 'prevention: write how it is prevented in 200 lines at most',
    },
    { given: 'no name', change: { author: ' ' }, want: 'author: give the name of the author' },
  ];
  for (const { given, change, want } of refused) {
    it(`given ${given}, when it is submitted, then it is refused with the mend`, () => {
      expect(problems({ ...good, ...change })).toEqual([want]);
    });
  }

  it('given a field that is unknown, when it is submitted, then it is refused', () => {
    expect(causeReport.safeParse({ ...good, html: '<b>' }).success).toBe(false);
  });

  it('given signs that act, when they are submitted, then they are shown and do nothing', () => {
    const { cause } = causeReport.parse({ ...good, cause: 'a\u0007b \u202Ecba\u0000' });
    expect(cause).toBe('a\\x07b \\u{202e}cba\\x00');
  });

  it('given any text, when it is taken, then it is bounded, and has no sign that acts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const read = engineerUpdate.safeParse(text);
        if (!read.success) return;
        expect(read.data.length).toBeLessThanOrEqual(4000);
        expect(read.data).not.toMatch(/(?!\n)[\p{Cc}\p{Zl}\p{Zp}]|[\u202a-\u202e]/u);
      }),
    );
  });

  it('given a report, when it is written as one text, then each part is headed in both languages', () => {
    const text = reportText(causeReport.parse(good));
    expect(text).toBe(
      '■ 原因 / Cause\nThe disk was full.\nLog rotation had failed.\n\n■ 対応内容 / What was done\n古いログを削除しました。\n\n■ 再発防止策 / Prevention\nRotation is monitored.',
    );
    const long = 'あ'.repeat(4000);
    expect(reportText({ cause: long, actions: long, prevention: long, author: 'a' }).length).toBeLessThan(
      20_000,
    );
  });
});
