import { z } from 'zod';
import { accountId } from './ids.ts';
import { language } from './text.ts';

/** 担当者: one mail address, one phone number, one language. Their order in the account is the calling order. */
export const contact = z.strictObject({
  name: z.string().min(1).max(80),
  mail: z.email().max(254),
  phone: z
    .string()
    .regex(/^\+[1-9][0-9]{6,14}$/, 'write the number in E.164 form, for example +81312345678')
    .optional(),
  language: language.default('ja'),
  /** Whether alert and recovery mail goes to this contact. */
  alertMail: z.boolean().default(true),
});
export type Contact = z.output<typeof contact>;

/** お客様: a customer of the MSP. */
export const account = z.strictObject({
  id: accountId,
  name: z.string().min(1).max(80),
  timeZone: z.string().default('Asia/Tokyo'),
  contacts: z.array(contact).max(20).default([]),
});
export type Account = z.output<typeof account>;
