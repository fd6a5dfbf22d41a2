import type { Text } from '../../../../core/text.ts';
import { peerText } from '../../../../platform/network/peer-text.ts';
import { type CheckContext, TimeLimitReached } from '../check-type.ts';
import type { Seen } from '../talk/tcp-exchange.ts';
import type { HttpBody } from './body.ts';
import { matchesWithin } from './body-pattern.ts';
import type { Credentials } from './credentials.ts';
import type { HttpAnswer } from './exchange.ts';
import { lookInJson, shownValue } from './json-path.ts';
import { readPage } from './page.ts';
import type { HttpSettings } from './settings.ts';

const patternTimeLimitMs = 200;

/**
 * Judges one answer: its status, its headers, whether its page came whole, and what is in the page.
 *
 * @param isStranger whether credentials were kept back, as a redirect had led elsewhere
 * @throws PatternTooSlow, PathTooSlow
 */
export async function lookAtAnswer(
  settings: HttpSettings,
  answer: HttpAnswer,
  { signal }: Pick<CheckContext, 'signal'>,
  { quote, isStranger }: Pick<Credentials, 'quote'> & { readonly isStranger: boolean },
): Promise<Seen> {
  const { status, body } = answer;
  const unwanted =
    unwantedStatus(settings.status, status, isStranger) ?? unwantedHeader(settings, answer, quote);
  if (unwanted !== undefined) return { wrong: unwanted };
  const broken = brokenBody(status, body, signal);
  if (broken !== undefined) return { wrong: broken };
  const page: PageFinding = settings.body === undefined ? {} : await lookAtPage(settings.body, answer, quote);
  if ('wrong' in page) return page;
  return {
    well: {
      ja: `がステータス ${status} を返しました${page.told?.ja ?? ''}`,
      en: `answered with status ${status}${page.told?.en ?? ''}`,
    },
    values: { ...answer.times, ...page.values },
  };
}

function unwantedStatus(
  wanted: HttpSettings['status'],
  status: number,
  isStranger: boolean,
): Text | undefined {
  const isWanted = wanted.some((one) =>
    typeof one === 'number'
      ? status === one
      : status >= Number(one.slice(0, 3)) && status <= Number(one.slice(4)),
  );
  if (isWanted) return undefined;
  const list = wanted.join(', ');
  const isRefused = isStranger && (status === 401 || status === 403);
  return {
    ja: `がステータス ${status} を返しました(正常は ${list}${isRefused ? '。認証情報は転送先には送りません' : ''})`,
    en: `answered with status ${status}, wanted ${list}${isRefused ? ' (credentials are not sent on by a redirect)' : ''}`,
  };
}

function unwantedHeader(
  { headers = {} }: HttpSettings,
  answer: HttpAnswer,
  quote: Credentials['quote'],
): Text | undefined {
  for (const [name, text] of Object.entries(headers)) {
    const found = [answer.headers[name.toLowerCase()] ?? []].flat().join(', ');
    if (found !== '' && found.includes(text)) continue;
    const shown = quote(found);
    const seen =
      found === '' ? { ja: 'ありません', en: 'is not there' } : { ja: `「${shown}」`, en: `is "${shown}"` };
    return {
      ja: `のヘッダー ${name} が「${peerText(text, 60)}」を含みません: ${seen.ja}`,
      en: `has no "${peerText(text, 60)}" in its header ${name}: it ${seen.en}`,
    };
  }
  return undefined;
}

function brokenBody(status: number, body: HttpBody, signal: AbortSignal): Text | undefined {
  if (body.end !== 'short' && body.end !== 'stalled') return undefined;
  const { receivedBytes: received, announcedBytes: announced } = body;
  const amount =
    announced === undefined
      ? { ja: `${received} バイト`, en: `${received} ${received === 1 ? 'byte' : 'bytes'}` }
      : { ja: `${announced} バイト中 ${received} バイト`, en: `${received} of ${announced} bytes` };
  if (body.end === 'short') {
    return {
      ja: `がステータス ${status} を返しましたが、本文が ${amount.ja}で途切れました`,
      en: `answered with status ${status}, and its page broke off after ${amount.en}`,
    };
  }
  const limitMs = signal.reason instanceof TimeLimitReached ? signal.reason.timeLimitMs : Number.NaN;
  return {
    ja: `がステータス ${status} を返しましたが、本文が ${limitMs / 1000} 秒以内に終わりませんでした(${amount.ja})`,
    en: `answered with status ${status}, and its page did not end within ${limitMs / 1000} s (${amount.en})`,
  };
}

type PageFinding =
  | { readonly told?: Text; readonly values?: Readonly<Record<string, number>> }
  | { readonly wrong: Text };

async function lookAtPage(
  { contains, matches, json }: NonNullable<HttpSettings['body']>,
  answer: HttpAnswer,
  quote: Credentials['quote'],
): Promise<PageFinding> {
  const page = await readPage(answer, quote);
  if ('wrong' in page) return page;
  const bound = page.isCut
    ? { ja: '(先頭 1 MiB の中)', en: ' in its first MiB' }
    : { ja: `(${page.byteLength} バイト)`, en: ` of ${page.byteLength} bytes` };
  const missing = (expected: string) => ({
    wrong: {
      ja: `の本文${bound.ja}に「${peerText(expected, 80)}」がありません`,
      en: `has no "${peerText(expected, 80)}" in the body${bound.en}`,
    },
  });
  if (contains !== undefined && !page.text.includes(contains)) return missing(contains);
  if (matches !== undefined && !matchesWithin(matches, page.text, patternTimeLimitMs))
    return missing(matches);
  if (json === undefined) return {};
  if (page.isCut) {
    return {
      wrong: {
        ja: 'の JSON は 1 MiB を超えるため読めません',
        en: 'sent JSON of more than a MiB, which is not read',
      },
    };
  }
  const finding = lookInJson(page.text, json, patternTimeLimitMs, quote);
  if ('wrong' in finding) return finding;
  const { value } = finding;
  if (value === undefined) return {};
  const shown = shownValue(value, quote);
  return {
    told: { ja: `(${json.path} は ${shown})`, en: ` (${json.path} is ${shown})` },
    ...(typeof value === 'number' && Number.isFinite(value) && { values: { jsonValue: value } }),
  };
}
