import type { Text } from '../../../../core/text.ts';
import type { HttpAnswer } from './exchange.ts';
import type { HttpSettings } from './settings.ts';
import { type HttpPlace, placeOf, urlOf } from './url.ts';

/** What an answer means by the monitor's rule for redirects: judge it as it is, go on, or end here. */
export type Turn =
  | { readonly kind: 'stay' }
  | { readonly kind: 'go'; readonly to: HttpPlace }
  | { readonly kind: 'warn'; readonly text: Text }
  | { readonly kind: 'wrong'; readonly text: Text };

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Reads an answer by the rule for redirects.
 *
 * @param passed the places that were asked so far, the last of them gave the answer
 * @param quote makes what a peer sent fit for a message
 * @see RFC 9110 §15.4
 */
export function turnOf(
  { onRedirect, maxRedirects }: Pick<HttpSettings, 'onRedirect' | 'maxRedirects'>,
  passed: readonly HttpPlace[],
  { status, headers }: Pick<HttpAnswer, 'status' | 'headers'>,
  quote: (sent: string, maxLength?: number) => string,
): Turn {
  const at = passed.at(-1);
  if (at === undefined || !redirects.has(status) || onRedirect === 'ok') return { kind: 'stay' };
  const { location } = headers;
  if (location === undefined) {
    return wrong(
      `がステータス ${status} を返しましたが、転送先(Location)がありません`,
      `answered with status ${status}, a redirect without a Location`,
    );
  }
  const to = placeOf(location, at);
  const shown = quote(to === undefined ? location : urlOf(to), 200);
  if (onRedirect === 'warning') {
    return {
      kind: 'warn',
      text: {
        ja: `がステータス ${status} で ${shown} に転送しました`,
        en: `redirected to ${shown} with status ${status}`,
      },
    };
  }
  if (onRedirect === 'critical') {
    return wrong(
      `がステータス ${status} で ${shown} に転送しました(正常は転送なし)`,
      `redirected to ${shown} with status ${status}, wanted no redirect`,
    );
  }
  if (to === undefined) {
    return wrong(
      `がウェブアドレスではない「${shown}」に転送しました`,
      `redirected to "${shown}", which is no web address`,
    );
  }
  if (onRedirect === 'sameHost' && to.name.toLowerCase() !== at.name.toLowerCase()) {
    return wrong(`が別のホスト ${shown} に転送しました`, `redirected to another host, ${shown}`);
  }
  if (passed.some((place) => urlOf(place) === urlOf(to))) {
    return wrong(`の転送が循環し、${shown} に戻りました`, `redirected in a circle, back to ${shown}`);
  }
  if (passed.length > maxRedirects) {
    return wrong(
      `が ${maxRedirects} 回を超えて転送しました`,
      `redirected more than ${maxRedirects} ${maxRedirects === 1 ? 'time' : 'times'}`,
    );
  }
  return { kind: 'go', to };
}

const wrong = (ja: string, en: string): Turn => ({ kind: 'wrong', text: { ja, en } });

/** Whether one may tell a place what is meant for another: the same server by the same protocol. */
export const isSameOrigin = (one: HttpPlace, other: HttpPlace): boolean =>
  one.isSecure === other.isSecure &&
  one.port === other.port &&
  one.name.toLowerCase() === other.name.toLowerCase();
