import { z } from 'zod';
import type { Catalogue } from '../../../core/catalogue.ts';
import { secretRef } from '../../../core/ids.ts';

const liveness = { class: 'liveness', priority: 5, timeLimitMs: 10_000, needs: [] } as const;
const port = z.int().min(1).max(65_535).describe('the port the service listens on');

/** A few check types that have settings of every kind. */
export const sampleCatalogue: Catalogue = {
  host: { ...liveness, priority: 1, settings: z.strictObject({}) },
  tcp: { ...liveness, priority: 7, settings: z.strictObject({ port }) },
  https: {
    ...liveness,
    settings: z.strictObject({
      port: port.default(443),
      path: z
        .string()
        .regex(/^\/[\x21-\x7e]*$/, 'write the path from its slash')
        .default('/'),
      status: z
        .array(z.union([z.int().min(100).max(599), z.string().regex(/^\d{3}-\d{3}$/)]))
        .min(1)
        .default(['200-399']),
      headers: z.record(z.string(), z.string()).optional(),
      token: secretRef.optional(),
      login: z
        .strictObject({
          basic: z.strictObject({ password: secretRef }),
          headers: z.record(z.string(), secretRef).optional(),
        })
        .optional(),
    }),
  },
  cpu: {
    class: 'resource',
    priority: 10,
    timeLimitMs: 8000,
    needs: ['snmp'],
    settings: z.strictObject({
      usedPercent: z
        .strictObject({
          warning: z.number().positive().max(100).optional(),
          critical: z.number().positive().max(100).default(90),
        })
        .refine(({ warning, critical }) => warning === undefined || warning < critical, {
          error: 'warning is not below critical; give a warning that comes first',
          path: ['warning'],
        })
        .prefault({}),
    }),
  },
  tls: {
    ...liveness,
    class: 'daily',
    priority: 12,
    timing: { confirmations: 1 },
    settings: z.strictObject({ port: port.default(443) }),
  },
};
