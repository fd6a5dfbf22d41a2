/** Settings that several check types share. */
import { z } from 'zod';

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

/** Of databases, which ask for TLS before anything else. */
export const databaseTls = z
  .enum(['none', 'require'])
  .default('none')
  .describe('require to ask for TLS before anything else is said');

/** `warning` and `critical` bounds of a value that is bad when high; a value on the bound has crossed it. */
export function thresholds(defaults: { critical?: number; warning?: number }, max = 1e12) {
  const bound = z.number().positive().max(max);
  const optional = (value: number | undefined) =>
    value === undefined ? bound.optional() : bound.default(value);
  return z
    .strictObject({
      warning: optional(defaults.warning).describe('the value from which on it is a warning'),
      critical: optional(defaults.critical).describe('the value from which on it is critical'),
    })
    .refine(
      ({ warning, critical }) => warning === undefined || critical === undefined || warning < critical,
      {
        error: 'warning is not below critical; give a warning that comes first',
        path: ['warning'],
      },
    )
    .prefault({});
}

export const responseMs = thresholds({}, 30_000).describe(
  'bounds of the response time in milliseconds; without them only the time limit counts',
);

/** Names with `*` for any run of characters, `*` alone for all. */
export const namePatterns = z.array(z.string().min(1).max(200)).max(50);
