import { z } from 'zod';
import { apiToken, tokenScope } from '../identity/principal.ts';
import { instant } from '../instant.ts';

export const tokenRequest = z.strictObject({
  name: z.string().trim().min(1).max(80),
  scopes: z.array(tokenScope).min(1).max(10),
  expiresAt: instant.optional(),
});

export const tokenView = apiToken.omit({ hash: true, role: true, account: true }).meta({ id: 'Token' });
export type TokenView = z.output<typeof tokenView>;

/** The only answer that holds the token itself. */
export const madeToken = tokenView.extend({ token: z.string() }).meta({ id: 'MadeToken' });
