import { describe, expect, it } from 'vitest';
import type { Severity } from '../../../core/check-outcome.ts';
import type { BadSide, Thresholds } from '../../../core/threshold.ts';
import { boundText, thresholdText } from '../../../lambdas/probe/checks/outcome-text.ts';

describe('the text of a bound', () => {
  const percent: readonly { bounds: Thresholds; severity: Severity; en: string; ja: string }[] = [
    {
      bounds: { critical: 90 },
      severity: 'critical',
      en: ' (critical from 90 %)',
      ja: '(しきい値 90 % 以上)',
    },
    {
      bounds: { warning: 80, critical: 90 },
      severity: 'warning',
      en: ' (warning from 80 %)',
      ja: '(警告のしきい値 80 % 以上)',
    },
    {
      bounds: { warning: 80, critical: 90 },
      severity: 'ok',
      en: ' (below 80 %)',
      ja: '(しきい値 80 % 未満)',
    },
    { bounds: { critical: 90 }, severity: 'ok', en: ' (below 90 %)', ja: '(しきい値 90 % 未満)' },
    { bounds: {}, severity: 'ok', en: '', ja: '' },
    {
      bounds: { critical: { below: 10, above: 20 } },
      severity: 'critical',
      en: ' (critical outside 10 to 20 %)',
      ja: '(しきい値 10〜20 % の範囲外)',
    },
    {
      bounds: { critical: { below: 10, above: 20 } },
      severity: 'ok',
      en: ' (within 10 to 20 %)',
      ja: '(しきい値 10〜20 % の範囲内)',
    },
    {
      bounds: { warning: { from: 10, to: 20 }, critical: 90 },
      severity: 'warning',
      en: ' (warning within 10 to 20 %)',
      ja: '(警告のしきい値 10〜20 % の範囲内)',
    },
    {
      bounds: { warning: { from: 10, to: 20 } },
      severity: 'ok',
      en: ' (outside 10 to 20 %)',
      ja: '(しきい値 10〜20 % の範囲外)',
    },
    {
      bounds: { warning: { below: 10 } },
      severity: 'warning',
      en: ' (warning below 10 %)',
      ja: '(警告のしきい値 10 % 未満)',
    },
    { bounds: { warning: { below: 10 } }, severity: 'ok', en: ' (from 10 %)', ja: '(しきい値 10 % 以上)' },
    {
      bounds: { critical: { above: 20 } },
      severity: 'critical',
      en: ' (critical above 20 %)',
      ja: '(しきい値 20 % 超)',
    },
    { bounds: { critical: { above: 20 } }, severity: 'ok', en: ' (up to 20 %)', ja: '(しきい値 20 % 以下)' },
    {
      bounds: { critical: { to: 20 } },
      severity: 'critical',
      en: ' (critical up to 20 %)',
      ja: '(しきい値 20 % 以下)',
    },
    { bounds: { critical: { to: 20 } }, severity: 'ok', en: ' (above 20 %)', ja: '(しきい値 20 % 超)' },
    {
      bounds: { critical: { from: 90 } },
      severity: 'critical',
      en: ' (critical from 90 %)',
      ja: '(しきい値 90 % 以上)',
    },
    {
      bounds: { critical: { below: 3, above: 3 } },
      severity: 'critical',
      en: ' (critical other than 3 %)',
      ja: '(しきい値 3 % 以外)',
    },
    {
      bounds: { critical: { below: 3, above: 3 } },
      severity: 'ok',
      en: ' (exactly 3 %)',
      ja: '(しきい値 3 % ちょうど)',
    },
  ];
  for (const { bounds, severity, en, ja } of percent) {
    it(`given ${JSON.stringify(bounds)}, when it is ${severity}, then it reads "${en.trim()}"`, () =>
      expect(thresholdText(severity, bounds, '%')).toEqual({ en, ja }));
  }

  const units: readonly {
    unit: string | { ja: string; en: string };
    bad: BadSide;
    en: string;
    ja: string;
  }[] = [
    { unit: '', bad: 'high', en: 'from 7', ja: '7 以上' },
    { unit: { ja: '個', en: '' }, bad: 'high', en: 'from 7', ja: '7 個以上' },
    { unit: { ja: '日', en: 'days' }, bad: 'low', en: 'below 7 days', ja: '7 日未満' },
  ];
  for (const { unit, bad, en, ja } of units) {
    it(`given the unit ${JSON.stringify(unit)}, when a bound is crossed, then it reads "${en}" and "${ja}"`, () =>
      expect(boundText('critical', { warning: 30, critical: 7 }, unit, bad)).toEqual({ en, ja }));
  }
});
