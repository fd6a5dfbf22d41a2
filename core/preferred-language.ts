import type { Language } from './text.ts';

/**
 * The language of ours that a browser likes best.
 *
 * @param acceptLanguage the header `Accept-Language`
 * @returns undefined when it names none of ours
 * @see RFC 9110 §12.5.4
 */
export function preferredLanguage(acceptLanguage: string | undefined): Language | undefined {
  const wishes = (acceptLanguage ?? '')
    .slice(0, 500)
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().split(';');
      const weight = parameters.find((parameter) => parameter.trim().startsWith('q='));
      const quality = weight === undefined ? 1 : Number(weight.trim().slice(2));
      return { language: tag.toLowerCase().split('-', 1)[0], quality: Number.isNaN(quality) ? 0 : quality };
    })
    .filter(({ language, quality }) => quality > 0 && (language === 'ja' || language === 'en'))
    .toSorted((a, b) => b.quality - a.quality);
  const best = wishes[0]?.language;
  return best === 'ja' || best === 'en' ? best : undefined;
}
