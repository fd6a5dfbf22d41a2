import { z } from 'zod';
import { role, tokenScope } from '../identity/principal.ts';
import { instant } from '../instant.ts';
import { language } from '../text.ts';

/** What is to be known of an account to show its pages: what it is called, and the zone of its times. */
export const namedAccount = z
  .object({ id: z.string(), name: z.string(), timeZone: z.string() })
  .meta({ id: 'Account' });
export type NamedAccount = z.output<typeof namedAccount>;

/** Who asks, and what the portal needs before it can show anything. */
export const me = z
  .object({
    name: z.string(),
    mail: z.string().optional(),
    role,
    /** Whose data a customer sees. */
    account: namedAccount.optional(),
    scopes: z.array(tokenScope),
    language,
    /** The server's clock: what "now" is for pages, also where time runs faster. */
    at: instant,
    /** How many times faster than real time it runs; 1 but for demonstrations. */
    speed: z.number(),
    /** Where executions are looked at: the console's address, or `/workflows`. Operators only. */
    workflowsUrl: z.string().optional(),
  })
  .meta({ id: 'Me' });
export type Me = z.output<typeof me>;

export const account = z
  .object({ id: z.string(), name: z.string(), servers: z.int(), troubled: z.int(), openIncidents: z.int() })
  .meta({ id: 'AccountSummary' });
export type AccountSummary = z.output<typeof account>;
