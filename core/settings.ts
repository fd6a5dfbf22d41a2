import { z } from 'zod';
import { contact } from './account.ts';
import { businessCalendar } from './calendar/business-calendar.ts';
import { rota } from './on-call/rota.ts';
import { language } from './text.ts';

/** `host:port`, an IPv6 address in brackets. */
const endpoint = z.string().regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):[0-9]{1,5}$/, 'write host:port');

/** What the MSP sets once for the whole deployment; part of the inventory. */
export const settings = z.strictObject({
  mailFrom: z.email(),
  mailFromName: z.string().max(80).default('Mimamori'),
  operators: z.strictObject({ mail: z.array(z.email()).min(1).max(10), language: language.default('ja') }),
  /** Places that are nearly always up: one that answers shows that our way out works. An empty list believes every failure. */
  referenceEndpoints: z
    .array(endpoint)
    .max(10)
    .default(['checkip.amazonaws.com:443', 'one.one.one.one:443', 'dns.google:443']),
  /** Where customers see graphs and incidents; links in mails begin with it. */
  portalUrl: z.url().optional(),
  /** The operators' desk, where a page goes that no engineer takes. */
  desk: z.strictObject({ phone: contact.shape.phone.unwrap() }).optional(),
  /** Engineers for the managed plan. */
  onCall: rota.optional(),
  /** Absent: `defaultCalendar`. */
  calendar: businessCalendar.optional(),
});
export type Settings = z.output<typeof settings>;
