import type { CheckResult } from '../../../core/check-outcome.ts';
import type { Text } from '../../../core/text.ts';
import { AddressRefused } from '../../../platform/network/target-address.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { firstAsking, nextAsking } from './http/asking.ts';
import { type Credentials, readCredentials } from './http/credentials.ts';
import { askHttp } from './http/exchange.ts';
import { explainHttpFailure } from './http/faults.ts';
import { turnOf } from './http/redirect.ts';
import { type HttpSettings, httpSettings, httpsSettings } from './http/settings.ts';
import { type HttpPlace, urlOf } from './http/url.ts';
import { lookAtAnswer } from './http/verdict.ts';
import { judge, type Seen } from './talk/tcp-exchange.ts';

/**
 * Asks a web server for one page, on through redirects where the monitor says so, and judges status, headers, page
 * and time.
 * @see RFC 9110
 */
async function checkHttp(
  isSecure: boolean,
  settings: HttpSettings,
  context: CheckContext,
): Promise<CheckResult> {
  const credentials = await readCredentials(settings, context.secret);
  const host = settings.address ?? context.target.address;
  const name = settings.virtualHost ?? host;
  const first: HttpPlace = { isSecure, name, port: settings.port, path: settings.path };
  const passed: [HttpPlace, ...HttpPlace[]] = [first];
  let startedAt: number | undefined;
  let hasDescended = false;
  const tell = (seen: Seen, isWarning = false): CheckResult => {
    const durationMs = startedAt === undefined ? 0 : performance.now() - startedAt;
    const { outcome } = judge(whereOf(passed, credentials), seen, durationMs, settings.responseMs);
    const severity = isWarning && outcome.severity === 'ok' ? 'warning' : outcome.severity;
    return { outcome: { ...outcome, severity } };
  };
  try {
    let asking = firstAsking(settings, credentials);
    for (let at = first; ; ) {
      // The first name stays on the address that the inventory gave; another is resolved like any target.
      const to = await context.resolve(at.name === name ? host : at.name, settings.ipVersion);
      startedAt ??= performance.now();
      const answer = await askHttp({ ...at, ...asking, to, ...wishOf(settings) }, context);
      const turn = turnOf(settings, passed, answer, credentials.quote);
      if (turn.kind === 'wrong') return tell({ wrong: turn.text });
      if (turn.kind === 'warn') return tell({ well: turn.text, values: answer.times }, true);
      if (turn.kind === 'stay') {
        const { isStranger } = asking;
        const seen = await lookAtAnswer(settings, answer, context, { ...credentials, isStranger });
        return hasDescended ? tell(withDescent(seen), true) : tell(seen);
      }
      hasDescended ||= at.isSecure && !turn.to.isSecure;
      asking = nextAsking(asking, settings, at, turn.to, answer.status);
      at = turn.to;
      passed.push(at);
    }
  } catch (error) {
    // An address of the inventory is our fault; one that the server leads to is the server's.
    if (error instanceof AddressRefused && passed.length > 1) return tell({ wrong: forbidden });
    return tell({ wrong: explainHttpFailure(error, context.signal, settings.httpVersion === 2) });
  }
}

/** `http://a/`, and behind an arrow where redirects have led. */
function whereOf([first, ...others]: readonly [HttpPlace, ...HttpPlace[]], { quote }: Credentials): string {
  const last = others.at(-1);
  return last === undefined ? urlOf(first) : `${urlOf(first)} → ${quote(urlOf(last), 200)}`;
}

const wishOf = ({ verifyCertificate = true, httpVersion = 1.1, body }: HttpSettings) => ({
  verifyCertificate,
  version: httpVersion,
  isBodyKept: body !== undefined,
});

const withDescent = (seen: Seen): Seen =>
  'wrong' in seen
    ? seen
    : {
        ...seen,
        well: {
          ja: `${seen.well.ja}(https から http に転送されました)`,
          en: `${seen.well.en}, redirected from https to http`,
        },
      };

const forbidden: Text = {
  ja: 'に転送されましたが、監視元から接続してはならないアドレスです',
  en: 'is where it redirects to, an address that probes must not go to',
};

const entry = {
  class: 'liveness',
  priority: 5,
  timeLimitMs: 10_000,
  runbook: { id: 'restart-web' },
} as const;

export const http = checkType(entry, httpSettings, (settings, context) =>
  checkHttp(false, settings, context),
);
export const https = checkType(entry, httpsSettings, (settings, context) =>
  checkHttp(true, settings, context),
);
