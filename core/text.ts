import { z } from 'zod';

/** The languages that customers and operators read. */
export const language = z.enum(['ja', 'en']);
export type Language = z.output<typeof language>;

/** One sentence in every language; who reads it is known only when it is sent. */
export const text = z.strictObject({ ja: z.string(), en: z.string() });
export type Text = z.output<typeof text>;
