import { z } from 'zod';
import { pageOf } from '../../../core/api/problem.ts';
import { madeToken, tokenRequest, tokenView } from '../../../core/api/tokens.ts';
import { type ApiToken, apiToken } from '../../../core/identity/principal.ts';
import { scopesOf } from '../../../core/identity/scopes.ts';
import type { ApiRoutes } from '../api-routes.ts';
import { audited } from '../audited.ts';
import { examples } from '../examples.ts';
import { newToken } from '../new-token.ts';
import { type FieldFault, nothingHere, Refusal, unprocessable } from '../refusal.ts';

const mostValid = 50;

/** API tokens of an account. A token makes none: only who signed in does. */
export function addTokenRoutes(routes: ApiRoutes): void {
  routes.account(
    {
      method: 'get',
      path: '/tokens',
      id: 'listTokens',
      tag: 'Tokens',
      summary: 'API tokens, the newest first; 200 at most',
      scope: 'person',
      answer: {
        json: z.object({ items: pageOf(tokenView).shape.items }).meta({ id: 'TokenList' }),
        example: { items: [examples.token] },
      },
    },
    async ({ view }) => ({ value: { items: (await view.tokens()).map(withoutHash) } }),
  );

  routes.account(
    {
      method: 'post',
      path: '/tokens',
      id: 'makeToken',
      tag: 'Tokens',
      summary: 'Makes an API token; it is shown this once',
      scope: 'person',
      body: { schema: tokenRequest, example: { name: 'Grafana', scopes: ['read'] } },
      refusals: [409],
      answer: {
        json: madeToken,
        status: 201,
        example: { ...examples.token, token: 'mim_a1b2c3d4e5f6_…' },
      },
    },
    async (asked) => {
      const { view, principal, at, body } = asked;
      const { name, scopes, expiresAt } = body;
      // What is bound to an account is a customer's, whoever makes it.
      const role = 'customer';
      const may = scopesOf(role).filter((scope) => principal.scopes.includes(scope));
      const faults: FieldFault[] = scopes.flatMap((scope, index) =>
        may.includes(scope)
          ? []
          : [
              {
                field: `scopes.${index}`,
                message: `${scope} is not yours to give; you may give ${may.join(', ')}`,
              },
            ],
      );
      if (expiresAt !== undefined && expiresAt <= at)
        faults.push({ field: 'expiresAt', message: 'has passed; give a later time, or leave it out' });
      if (faults.length > 0) throw unprocessable(faults);
      const { id, text, hash } = newToken();
      const token: Omit<ApiToken, 'account'> = {
        id,
        name,
        role,
        scopes: [...new Set(scopes)],
        hash,
        createdAt: at,
        createdBy: principal.name,
        ...(expiresAt !== undefined && { expiresAt }),
      };
      await audited(asked, { deed: 'token.make', target: id }, async () => {
        const valid = (await view.tokens()).filter((one) => isValid(one, at));
        if (valid.length >= mostValid)
          throw new Refusal(409, `the account has ${mostValid} valid tokens; revoke one that is not used`, {
            reason: 'too-many',
          });
        if (!(await view.createToken(token))) throw new Error(`token id ${id} was taken`);
        return { value: undefined, after: withoutHash(token) };
      });
      return { value: { ...withoutHash(token), token: text } };
    },
  );

  routes.account(
    {
      method: 'delete',
      path: '/tokens/{id}',
      id: 'revokeToken',
      tag: 'Tokens',
      summary: 'Revokes an API token at once',
      scope: 'person',
      params: { id: apiToken.shape.id.meta({ example: 'a1b2c3d4e5f6' }) },
      answer: 'nothing',
    },
    async (asked) => {
      const { view, at, params } = asked;
      const token = await view.token(params.id);
      if (token === undefined) throw nothingHere();
      // Revoking twice is as well as once.
      if (token.revokedAt === undefined)
        await audited(
          asked,
          { deed: 'token.revoke', target: token.id, before: withoutHash(token) },
          async () => {
            await view.revokeToken(token.id, at);
            return { value: undefined };
          },
        );
      return { value: undefined };
    },
  );
}

/** Neither revoked nor expired. */
export const isValid = ({ revokedAt, expiresAt }: ApiToken, at: string): boolean =>
  revokedAt === undefined && (expiresAt === undefined || expiresAt > at);

/** A token as people see it: its id tells it, its secret and hash are nowhere. */
export const withoutHash = ({
  id,
  name,
  scopes,
  createdAt,
  createdBy,
  expiresAt,
  lastUsedAt,
  revokedAt,
}: Omit<ApiToken, 'account'>) => ({
  id,
  name,
  scopes,
  createdAt,
  createdBy,
  expiresAt,
  lastUsedAt,
  revokedAt,
});
