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
import { isValid, withoutHash } from './tokens.ts';

const mostValid = 50;
const example = { ...examples.token, name: 'Ticket system', scopes: ['read', 'incidents'] as const };
const common = { tag: 'Administration', scope: 'person' } as const;

/** API tokens of the MSP: they see every account, so that administrators alone make them. */
export function addOperatorTokenRoutes(routes: ApiRoutes): void {
  routes.administrators(
    {
      ...common,
      method: 'get',
      path: '/operator/tokens',
      id: 'listTokensOfMsp',
      summary: 'API tokens of the MSP, the newest first; 200 at most',
      answer: {
        json: z.object({ items: pageOf(tokenView).shape.items }).meta({ id: 'TokenList' }),
        example: { items: [{ ...example, scopes: [...example.scopes] }] },
      },
    },
    async ({ ports }) => ({
      value: { items: (await ports.identity.tokens(undefined)).map(withoutHash) },
    }),
  );

  routes.administrators(
    {
      ...common,
      method: 'post',
      path: '/operator/tokens',
      id: 'makeTokenOfMsp',
      summary: 'Makes an API token of the MSP; it is shown this once',
      body: { schema: tokenRequest, example: { name: example.name, scopes: [...example.scopes] } },
      refusals: [409],
      answer: {
        json: madeToken,
        status: 201,
        example: { ...example, scopes: [...example.scopes], token: 'mim_a1b2c3d4e5f6_…' },
      },
    },
    async (asked) => {
      const {
        ports,
        principal,
        at,
        body: { name, scopes, expiresAt },
      } = asked;
      const faults: FieldFault[] = [];
      if (expiresAt !== undefined && expiresAt <= at)
        faults.push({ field: 'expiresAt', message: 'has passed; give a later time, or leave it out' });
      for (const [index, scope] of scopes.entries())
        if (!principal.scopes.includes(scope))
          faults.push({ field: `scopes.${index}`, message: `${scope} is not yours to give` });
      if (faults.length > 0) throw unprocessable(faults);
      const { id, text, hash } = newToken();
      const token: ApiToken = {
        id,
        name,
        // No more than it needs: only who manages users need be an administrator.
        role: scopes.every((scope) => scopesOf('operator').includes(scope)) ? 'operator' : 'administrator',
        scopes: [...new Set(scopes)],
        hash,
        createdAt: at,
        createdBy: principal.name,
        ...(expiresAt !== undefined && { expiresAt }),
      };
      await audited({ ports, principal, at }, { deed: 'token.make', target: id }, async () => {
        const valid = (await ports.identity.tokens(undefined)).filter((one) => isValid(one, at));
        if (valid.length >= mostValid)
          throw new Refusal(409, `the MSP has ${mostValid} valid tokens; revoke one that is not used`, {
            reason: 'too-many',
          });
        if (!(await ports.identity.createToken(token))) throw new Error(`token id ${id} was taken`);
        return { value: undefined, after: withoutHash(token) };
      });
      return { value: { ...withoutHash(token), token: text } };
    },
  );

  routes.administrators(
    {
      ...common,
      method: 'delete',
      path: '/operator/tokens/{id}',
      id: 'revokeTokenOfMsp',
      summary: 'Revokes an API token of the MSP at once',
      params: { id: apiToken.shape.id.meta({ example: 'a1b2c3d4e5f6' }) },
      answer: 'nothing',
    },
    async ({ ports, principal, at, params }) => {
      const token = await ports.identity.token(params.id);
      if (token === undefined || token.account !== undefined) throw nothingHere();
      // Revoking twice is as well as once.
      if (token.revokedAt === undefined)
        await audited(
          { ports, principal, at },
          { deed: 'token.revoke', target: token.id, before: withoutHash(token) },
          async () => {
            await ports.identity.revokeToken(token.id, at);
            return { value: undefined };
          },
        );
      return { value: undefined };
    },
  );
}
