import { z } from 'zod';
import type { CheckResult } from '../../../core/check-outcome.ts';
import type { Text } from '../../../core/text.ts';
import { peerText } from '../../../platform/network/peer-text.ts';
import { matchesWithin } from './body-pattern.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { askHttp, type HttpAnswer, NotHttp, TlsFailed } from './http-exchange.ts';
import { hostPort } from './outcome-text.ts';
import { address, port, responseMs } from './settings.ts';
import { explainFailure, judge, type Seen } from './tcp-exchange.ts';

const status = z.int().min(100).max(599);
const statusRange = z
  .string()
  .regex(/^[1-5][0-9]{2}-[1-5][0-9]{2}$/, 'write a range of statuses like 200-399')
  .refine((range) => range.slice(0, 3) <= range.slice(4), { error: 'the range ends before it begins' });
const path = z
  .string()
  .max(2000)
  .regex(/^\/[\x21-\x7e]*$/, 'write the path from its slash, without spaces: /health');
const hostName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'write a host name: www.example.jp');
const pattern = z
  .string()
  .min(1)
  .max(200)
  .refine(isPattern, { error: 'is not a regular expression; write one of JavaScript with the flag u' });

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}

const settingsWithPort = (standardPort: number) =>
  z.strictObject({
    port: port.default(standardPort),
    address,
    path: path.meta({ description: 'the path that is asked for', examples: ['/health'] }).default('/'),
    virtualHost: hostName
      .meta({
        description: 'the name in the Host header and in the TLS handshake, in place of the address',
        examples: ['shop.example'],
      })
      .optional(),
    status: z
      .array(z.union([status, statusRange]))
      .min(1)
      .max(20)
      .default(['200-399'])
      .meta({
        description: 'a list of the statuses that are well, numbers and ranges',
        examples: [['200-299', 401]],
      }),
    headers: z
      .record(
        z.string().regex(/^[A-Za-z0-9-]{1,60}$/),
        z.string().max(200).describe('a text that the header must have in it'),
      )
      .meta({
        description: 'a map of headers that must be in the answer, each with a text it must have in it',
        examples: [{ 'content-type': 'text/html' }],
      })
      .optional(),
    body: z
      .strictObject({
        contains: z.string().min(1).max(200).describe('a text that must be in the page').optional(),
        matches: pattern.describe('a regular expression that the page must match').optional(),
      })
      .meta({
        description: 'a map with contains or matches: what the first MiB of the page must hold',
        examples: [{ contains: 'Welcome' }],
      })
      .optional(),
    followRedirects: z
      .boolean()
      .default(false)
      .describe('true to follow up to five redirects; false takes a redirect for well'),
    responseMs,
  });

const httpSettings = settingsWithPort(80);
const httpsSettings = settingsWithPort(443).extend({
  verifyCertificate: z
    .boolean()
    .default(true)
    .describe('false for a certificate that no public authority has signed'),
});
type HttpSettings = z.output<typeof httpSettings> & { readonly verifyCertificate?: boolean };

const maxBodyBytes = 1024 * 1024;
const maxRedirects = 5;
const patternTimeLimitMs = 200;

/** What is asked next: the first request, or where a redirect leads. */
interface Hop {
  readonly isSecure: boolean;
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly path: string;
}

/**
 * Asks a web server for one page and judges status, headers, body and time.
 * @see RFC 9110
 */
async function checkHttp(
  isSecure: boolean,
  settings: HttpSettings,
  context: CheckContext,
): Promise<CheckResult> {
  const host = settings.address ?? context.target.address;
  const name = settings.virtualHost ?? host;
  const where = urlOf({ isSecure, host, port: settings.port, name, path: settings.path });
  let startedAt = performance.now();
  try {
    let hop: Hop = { isSecure, host, port: settings.port, name, path: settings.path };
    for (let redirects = 0; ; redirects += 1) {
      const to = await context.resolve(hop.host);
      if (redirects === 0) startedAt = performance.now();
      const answer = await askHttp(
        {
          ...hop,
          to,
          verifyCertificate: settings.verifyCertificate ?? true,
          maxBodyBytes: settings.body === undefined ? 0 : maxBodyBytes,
        },
        context,
      );
      const next = settings.followRedirects ? redirectOf(hop, answer) : undefined;
      if (next === undefined) {
        return judge(where, look(settings, answer), performance.now() - startedAt, settings.responseMs);
      }
      if (redirects >= maxRedirects) {
        const wrong = {
          ja: `が ${maxRedirects} 回を超えてリダイレクトしました`,
          en: `redirected more than ${maxRedirects} times`,
        };
        return judge(where, { wrong }, performance.now() - startedAt, settings.responseMs);
      }
      hop = next;
    }
  } catch (error) {
    const wrong = explainHttpFailure(error, context.signal);
    return judge(where, { wrong }, performance.now() - startedAt, settings.responseMs);
  }
}

const urlOf = ({ isSecure, port: onPort, name, path: at }: Hop): string => {
  const host = hostPort(name, onPort);
  const standardPort = isSecure ? 443 : 80;
  const shown = onPort === standardPort ? host.slice(0, host.lastIndexOf(':')) : host;
  return `${isSecure ? 'https' : 'http'}://${shown}${at}`;
};

/** Where a redirect leads; undefined for an answer that is none, or leads to no web page. */
function redirectOf(hop: Hop, { status: answered, headers }: HttpAnswer): Hop | undefined {
  if (![301, 302, 303, 307, 308].includes(answered) || headers.location === undefined) return undefined;
  const url = URL.parse(headers.location, urlOf(hop));
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  const isSecure = url.protocol === 'https:';
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const onPort = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  // The virtual host stays on the address that the inventory gave; another name is resolved like any target.
  const host = name === hop.name ? hop.host : name;
  return { isSecure, host, port: onPort, name, path: `${url.pathname}${url.search}` };
}

function look({ status: wanted, headers, body }: HttpSettings, answer: HttpAnswer): Seen {
  const isWanted = wanted.some((one) =>
    typeof one === 'number'
      ? answer.status === one
      : answer.status >= Number(one.slice(0, 3)) && answer.status <= Number(one.slice(4)),
  );
  if (!isWanted) {
    const list = wanted.join(', ');
    return {
      wrong: {
        ja: `がステータス ${answer.status} を返しました(正常は ${list})`,
        en: `answered with status ${answer.status}, wanted ${list}`,
      },
    };
  }
  for (const [name, text] of Object.entries(headers ?? {})) {
    const found = [answer.headers[name.toLowerCase()] ?? []].flat().join(', ');
    if (found === '' || !found.includes(text)) {
      const seen = found === '' ? { ja: 'ありません', en: 'is not there' } : quoted(found);
      return {
        wrong: {
          ja: `のヘッダー ${name} が「${peerText(text, 60)}」を含みません: ${seen.ja}`,
          en: `has no "${peerText(text, 60)}" in its header ${name}: it ${seen.en}`,
        },
      };
    }
  }
  const missing = body === undefined ? undefined : missingInBody(body, answer);
  if (missing !== undefined) return { wrong: missing };
  const { connectMs, tlsMs, firstByteMs } = answer;
  return {
    well: {
      ja: `がステータス ${answer.status} を返しました`,
      en: `answered with status ${answer.status}`,
    },
    values: { connectMs, ...(tlsMs !== undefined && { tlsMs }), firstByteMs },
  };
}

const quoted = (found: string): Text => {
  const shown = peerText(found, 60);
  return { ja: `「${shown}」`, en: `is "${shown}"` };
};

function missingInBody(wanted: NonNullable<HttpSettings['body']>, answer: HttpAnswer): Text | undefined {
  const text = decode(answer);
  const bound =
    answer.bodyEnd === 'cut'
      ? { ja: '(先頭 1 MiB の中)', en: ' in its first MiB' }
      : { ja: `(${answer.body.length} バイト)`, en: ` of ${answer.body.length} bytes` };
  const part = (expected: string) => ({
    ja: `の本文${bound.ja}に「${peerText(expected, 80)}」がありません`,
    en: `has no "${peerText(expected, 80)}" in the body${bound.en}`,
  });
  if (wanted.contains !== undefined && !text.includes(wanted.contains)) return part(wanted.contains);
  if (wanted.matches !== undefined && !matchesWithin(wanted.matches, text, patternTimeLimitMs)) {
    return part(wanted.matches);
  }
  return undefined;
}

/** Japanese pages still come in Shift_JIS and EUC-JP. */
function decode({ body, headers }: HttpAnswer): string {
  const charset = /charset="?([\w.:-]{1,40})/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return body.toString('utf8');
  }
}

const certificateReasons: Readonly<Record<string, Text>> = {
  CERT_HAS_EXPIRED: { ja: '証明書の有効期限が切れています', en: 'its certificate has expired' },
  CERT_NOT_YET_VALID: { ja: '証明書がまだ有効ではありません', en: 'its certificate is not valid yet' },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    ja: '証明書がこのホスト名のものではありません',
    en: 'its certificate is for another host name',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: { ja: '自己署名証明書です', en: 'its certificate is self-signed' },
  SELF_SIGNED_CERT_IN_CHAIN: {
    ja: '証明書が知られていない認証局のものです',
    en: 'its certificate comes from an unknown authority',
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    ja: '証明書が知られていない認証局のものか、中間証明書が足りません',
    en: 'its certificate comes from an unknown authority, or the one between is missing',
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    ja: '証明書が知られていない認証局のものです',
    en: 'its certificate comes from an unknown authority',
  },
  CERT_REVOKED: { ja: '証明書が失効しています', en: 'its certificate was revoked' },
};

function explainHttpFailure(error: unknown, signal: AbortSignal): Text {
  if (error instanceof NotHttp) {
    return { ja: 'の応答は HTTP ではありません', en: 'answered with something that is not HTTP' };
  }
  if (error instanceof TlsFailed) {
    const reason = certificateReasons[error.code] ?? { ja: error.code, en: error.code };
    return {
      ja: `との TLS 接続に失敗しました: ${reason.ja}`,
      en: `failed in the TLS handshake: ${reason.en}`,
    };
  }
  return explainFailure(error, signal);
}

const entry = { class: 'liveness', priority: 5, timeLimitMs: 10_000 } as const;

export const http = checkType(entry, httpSettings, (settings, context) =>
  checkHttp(false, settings, context),
);
export const https = checkType(entry, httpsSettings, (settings, context) =>
  checkHttp(true, settings, context),
);
