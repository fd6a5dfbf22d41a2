import type { Instant } from '../instant.ts';
import type { Language } from '../text.ts';

/**
 * Writes an instant as the reader's wall clock shows it, with the zone named.
 *
 * @param timeZone an IANA name; an unknown one counts as UTC, as a wrong setting must not stop an alert
 * @returns `2026-11-21(土) 03:12:05 日本標準時`, `Sat 2026-11-21 03:12:05 Japan Standard Time`
 */
export function localTime(at: Instant, timeZone: string, language: Language): string {
  const zone = knownZone(timeZone);
  if (zone === 'UTC') return utcTime(at);
  const parts = new Intl.DateTimeFormat('en-u-ca-gregory-hc-h23', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(new Date(at));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  const date = `${part('year')}-${part('month')}-${part('day')}`;
  const time = `${part('hour')}:${part('minute')}:${part('second')}`;
  const named = new Intl.DateTimeFormat(language, { timeZone: zone, weekday: 'short', timeZoneName: 'long' });
  const names = named.formatToParts(new Date(at));
  const weekday = names.find((one) => one.type === 'weekday')?.value ?? '';
  const zoneName = names.find((one) => one.type === 'timeZoneName')?.value ?? zone;
  return language === 'ja'
    ? `${date}(${weekday}) ${time} ${zoneName}`
    : `${weekday} ${date} ${time} ${zoneName}`;
}

/** `2026-11-20 18:12:05 UTC` */
export const utcTime = (at: Instant): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;

/** True when the wall clock of the zone is UTC's, so that the time need not be written twice. */
export const isUtc = (timeZone: string): boolean => knownZone(timeZone) === 'UTC';

function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

/** `1時間12分`, `12 min 5 s`: the two largest units that are not zero. */
export function duration(seconds: number, language: Language): string {
  const whole = Math.max(0, Math.round(seconds));
  const amounts = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  const units = language === 'ja' ? ['日', '時間', '分', '秒'] : [' d', ' h', ' min', ' s'];
  const largest = amounts.findIndex((amount) => amount > 0);
  if (largest === -1) return `0${units[3]}`;
  return amounts
    .map((amount, index) => (amount > 0 && index <= largest + 1 ? `${amount}${units[index]}` : ''))
    .filter((one) => one !== '')
    .join(language === 'ja' ? '' : ' ')
    .trim();
}
