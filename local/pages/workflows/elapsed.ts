import type { Instant } from '../../../core/instant.ts';
import { duration } from '../../../core/mail/local-time.ts';
import type { Language } from '../../../core/text.ts';

/** `23 ms`, `1.4 s`, `3 min 10 s`: states mostly take less than the second that mails count in. */
export function elapsed(ms: number, language: Language): string {
  if (ms >= 10_000) return duration(ms / 1_000, language);
  const shown = ms < 1_000 ? Math.max(0, Math.round(ms)) : Math.round(ms / 100) / 10;
  const unit = ms < 1_000 ? { ja: 'ミリ秒', en: ' ms' } : { ja: '秒', en: ' s' };
  return `${shown}${unit[language]}`;
}

export const instantOf = (ms: number): Instant => new Date(ms).toISOString();
