/** Pieces of the sentences in which checks say what they saw. */
import type { Severity } from '../../../core/check-outcome.ts';
import type { Text } from '../../../core/text.ts';
import { type BadSide, rangeOf, type Thresholds, type ValueRange } from '../../../core/threshold.ts';

/** One decimal, cut and not rounded: 89.96 must not read as the 90 it did not reach. */
export const oneDecimal = (value: number): string => {
  const cut = Math.floor(value * 10) / 10;
  return Number.isInteger(cut) ? String(cut) : cut.toFixed(1);
};

export const wholeMs = (ms: number): string => `${Math.max(1, Math.round(ms))} ms`;

/** `host:port`, an IPv6 address in brackets. */
export const hostPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** A unit in the words of both languages; a text alone is the same in both. */
type Unit = string | Text;

/**
 * The bound that was crossed, or the nearest one that was not, as a phrase about the value: "from 90 %", "outside 10
 * to 20 ms". Empty when there is no bound.
 */
export function boundText(
  severity: Severity,
  { warning, critical }: Thresholds,
  unit: Unit,
  bad: BadSide = 'high',
): Text {
  const crossed = severity === 'critical' ? critical : severity === 'warning' ? warning : undefined;
  const nearest = crossed ?? warning ?? critical;
  if (nearest === undefined) return { ja: '', en: '' };
  return rangeText(rangeOf(nearest, bad), crossed !== undefined, unit);
}

/** `boundText` in brackets, with what it is a bound of; empty when there is none. */
export function thresholdText(
  severity: Severity,
  limits: Thresholds,
  unit: Unit,
  bad: BadSide = 'high',
): Text {
  const { ja, en } = boundText(severity, limits, unit, bad);
  if (en === '') return { ja, en };
  if (severity === 'critical' && limits.critical !== undefined) {
    return { ja: `(しきい値 ${ja})`, en: ` (critical ${en})` };
  }
  if (severity === 'warning' && limits.warning !== undefined) {
    return { ja: `(警告のしきい値 ${ja})`, en: ` (warning ${en})` };
  }
  return { ja: `(しきい値 ${ja})`, en: ` (${en})` };
}

/** Where a value lies: in the range, or not. */
function rangeText({ below, above, from, to }: ValueRange, isIn: boolean, unit: Unit): Text {
  const start = below ?? from;
  const end = above ?? to;
  const isOutside = (below ?? above) !== undefined ? isIn : !isIn;
  const say = (ja: string, en: string): Text => ({ ja, en });
  const amount = (value: string, language: 'ja' | 'en') => {
    const name = typeof unit === 'string' ? unit : unit[language];
    return name === '' ? value : `${value} ${name}`;
  };
  // Japanese letters follow each other without a space.
  const ja = (value: string, word: string) => {
    const text = amount(value, 'ja');
    return /[!-~]$/.test(text) ? `${text} ${word}` : `${text}${word}`;
  };
  const en = (value: string) => amount(value, 'en');
  if (start !== undefined && end !== undefined) {
    if (start === end) {
      return isOutside
        ? say(ja(`${start}`, '以外'), `other than ${en(`${start}`)}`)
        : say(ja(`${start}`, 'ちょうど'), `exactly ${en(`${start}`)}`);
    }
    return isOutside
      ? say(ja(`${start}〜${end}`, 'の範囲外'), `outside ${en(`${start} to ${end}`)}`)
      : say(ja(`${start}〜${end}`, 'の範囲内'), `within ${en(`${start} to ${end}`)}`);
  }
  if (start !== undefined) {
    return isOutside
      ? say(ja(`${start}`, '未満'), `below ${en(`${start}`)}`)
      : say(ja(`${start}`, '以上'), `from ${en(`${start}`)}`);
  }
  return isOutside
    ? say(ja(`${end}`, '超'), `above ${en(`${end}`)}`)
    : say(ja(`${end}`, '以下'), `up to ${en(`${end}`)}`);
}
