/** Settings that several check types share. */
import { z } from 'zod';
import {
  type BadSide,
  faultOfRange,
  isHidden,
  parseRange,
  type RangeFault,
  rangeOf,
  rangePattern,
  type Thresholds,
  type ValueRange,
} from '../../../core/threshold.ts';

export const port = z.int().min(1).max(65_535).describe('the port the service listens on');

export const address = z
  .string()
  .min(1)
  .max(253)
  .describe('a further address of the server, in place of its main one')
  .optional();

export const tlsName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'write a host name: mail.example.jp')
  .meta({
    description: 'the name that the certificate must be for, in place of the address',
    examples: ['mail.example.jp'],
  })
  .optional();

export const verifyCertificate = z
  .boolean()
  .default(true)
  .describe('false for a certificate that no public authority has signed');

const rangeHelp =
  'give a number or a range: "10:20" is crossed by values outside 10 to 20, "@10:20" by those inside, "10:" by those below 10, "~:20" by those above 20';

const rangeText = z
  .string()
  .regex(rangePattern, { error: rangeHelp, abort: true })
  // Nagios reads a bare number as a range, and another one than the number without quotes is here.
  .refine((text) => /[@:]/.test(text), {
    error: ({ input }) =>
      Number(input) > 0
        ? `write ${input} without quotes, or "0:${input}" for what Nagios means by it, the values outside 0 to ${input}`
        : rangeHelp,
  })
  .transform((text): ValueRange => parseRange(text) ?? {})
  .meta({
    id: 'range',
    description:
      'a range of Nagios: "10:20" outside 10 to 20, "@10:20" inside, "10:" below 10, "~:20" above 20',
    examples: ['10:20', '@10:20'],
  });

/** A range as the table holds it, and as it may be written in words. */
const rangeWords = z
  .strictObject({
    below: z.number().describe('the number below which values cross the bound').optional(),
    above: z.number().describe('the number above which values cross the bound').optional(),
    from: z.number().describe('the number from which on values cross the bound').optional(),
    to: z.number().describe('the number up to which values cross the bound').optional(),
  })
  .refine(
    ({ below, above, from, to }) =>
      (below !== undefined || above !== undefined) !== (from !== undefined || to !== undefined),
    { error: 'is no range; give below or above or both, else from or to or both', abort: true },
  )
  .meta({ id: 'range-in-words', description: 'a range in words: below and above, or from and to' });

/**
 * A bound of a measured value: a number, or a range in the notation of Nagios, which becomes the words of the table.
 *
 * @param most the largest value that is measured; the smallest is 0
 */
export function bound(description: string, most: number) {
  const number = z.number().positive({ abort: true }).max(most, { abort: true }).describe(description);
  return z
    .union([number, rangeText, rangeWords])
    .refine((given) => typeof given === 'number' || faultOfRange(given, most) === undefined, {
      abort: true,
      error: ({ input }) => rangeFaults(most)[faultOfRange(input as ValueRange, most) ?? 'crossed by none'],
    })
    .meta({ description: `${description}, or a range`, examples: ['10:20'] });
}

const rangeFaults = (most: number): Readonly<Record<RangeFault, string>> => ({
  'ends before it begins': 'is a range that ends before it begins; write the smaller number first',
  'crossed by none': `is crossed by no value from 0 to ${most}; give a range that some values cross`,
  'crossed by all': `is crossed by every value from 0 to ${most}; give a range that some values do not cross`,
});

/** Told of a warning that no value reaches before it is critical. */
export const hiddenWarning =
  'is never told, as every value that crosses it is critical; give a warning that comes first';

/**
 * `warning` and `critical` bounds of a value.
 *
 * @param bad says what a plain number means: a value on it has crossed it where high is bad, and has not where low is
 */
export function thresholds<D extends { warning?: number; critical?: number }>(
  defaults: D,
  most = 1e12,
  bad: BadSide = 'high',
) {
  const word = bad === 'high' ? 'from which on' : 'below which';
  const optional = (description: string, value: number | undefined) =>
    value === undefined ? bound(description, most).optional() : bound(description, most).default(value);
  return z
    .strictObject({
      warning: optional(`the value ${word} it is a warning`, defaults.warning),
      critical: optional(`the value ${word} it is critical`, defaults.critical),
    })
    .refine(
      ({ warning, critical }) => {
        if (warning === undefined || critical === undefined) return true;
        // Of most monitors, at every check: the short way.
        if (typeof warning === 'number' && typeof critical === 'number') {
          return bad === 'high' ? warning < critical : warning > critical;
        }
        return !isHidden(rangeOf(warning, bad), rangeOf(critical, bad), most);
      },
      {
        error: ({ input }) => {
          const { warning, critical } = input as Thresholds;
          if (typeof warning !== 'number' || typeof critical !== 'number') return hiddenWarning;
          const side = bad === 'high' ? 'below' : 'above';
          return `warning is not ${side} critical; give a warning that comes first`;
        },
        path: ['warning'],
      },
    )
    .prefault({});
}

/** No check may take longer. */
const maxResponseMs = 30_000;

export const responseMs = thresholds({}, maxResponseMs).describe(
  'bounds of the response time in milliseconds; without them only the time limit counts',
);

/** Names with `*` for any run of characters, `*` alone for all. */
export const namePatterns = z.array(z.string().min(1).max(200)).max(50);

/** Of databases, which ask for TLS before anything else. */
export const databaseTls = z
  .enum(['none', 'require'])
  .default('none')
  .describe('require to ask for TLS before anything else is said');
