import type { Instant } from '../instant.ts';
import { oneLine } from '../mail/neutralise.ts';
import type { Language } from '../text.ts';

/**
 * Signs with which a name could act in a text that is to be spoken: as markup (SSML), as a reference of the contact flow
 * (`$.Attributes.x`), or as the escapes that a line was made harmless with.
 */
const acting = /[<>&"'`$\\{}[\]|^~*_#]|\\x[0-9a-f]{2}|\\u\{[0-9a-f]+\}/gu;

/**
 * Makes a name or a summary of a customer's server fit to be read out.
 *
 * @param maxLength in characters
 */
export function spokenText(text: string, maxLength: number): string {
  return oneLine(text, maxLength * 2)
    .replace(/\\x[0-9a-f]{2}|\\u\{[0-9a-f]+\}/g, ' ')
    .replace(acting, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, maxLength)
    .toWellFormed()
    .replaceAll('\ufffd', '')
    .trim();
}

/**
 * Says an instant by the listener's wall clock, with the zone named.
 *
 * @param timeZone an IANA name; an unknown one counts as UTC
 * @returns `11月21日 3時12分（日本標準時）`, `November 21, 03:12 Japan Standard Time`
 */
export function spokenTime(at: Instant, timeZone: string, language: Language): string {
  const parts = partsOf(at, timeZone, language);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  const zone = part('timeZoneName');
  if (language === 'ja') {
    const [month, day, hour, minute] = [part('month'), part('day'), part('hour'), part('minute')].map((one) =>
      Number.parseInt(one, 10),
    );
    return `${month}月${day}日 ${hour}時${minute}分（${zone}）`;
  }
  return `${part('month')} ${Number(part('day'))}, ${part('hour')}:${part('minute')} ${zone}`;
}

function partsOf(at: Instant, timeZone: string, language: Language): Intl.DateTimeFormatPart[] {
  const format = (zone: string) =>
    new Intl.DateTimeFormat(language === 'ja' ? 'ja-u-ca-gregory-hc-h23' : 'en-u-ca-gregory-hc-h23', {
      timeZone: zone,
      month: 'long',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'long',
    }).formatToParts(new Date(at));
  try {
    return format(timeZone);
  } catch {
    return format('UTC');
  }
}
