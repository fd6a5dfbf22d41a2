import { describe, expect, it } from 'vitest';
import { ApiRoutes } from '../../lambdas/api/api-routes.ts';
import { createApi } from '../../lambdas/api/app.ts';
import { subjects } from '../../lambdas/api/routes/subjects.ts';
import { openPortal } from './portal-desk.ts';
import { describedRoutes } from './seeded-portal.ts';

const routes = new ApiRoutes();
for (const add of subjects) add(routes);
const portal = await openPortal();
const described = await describedRoutes(portal);

describe('the description', () => {
  it('given the document, then it says what it is, where it holds, and how to sign in', async () => {
    const response = await portal.ask('/openapi.json');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Mimamori', version: '1' },
      servers: [{ url: '/api/v1' }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    });
  });

  it('given the same document twice, then no two deployments differ', async () => {
    const other = createApi(portal.ports);
    const bindings = { at: '2026-11-21T03:04:05.000Z', requestId: 'x', sourceAddress: '192.0.2.1' };
    const text = await (
      await other.fetch(new Request('http://api.invalid/api/v1/openapi.json'), bindings)
    ).text();
    expect(text).toBe(await (await portal.ask('/openapi.json')).text());
  });

  for (const { id, route } of routes.placed) {
    const { answer, body } = route;
    it(`given ${id}, then its examples are such as its schemas take`, () => {
      if (answer !== 'nothing' && 'json' in answer)
        expect(answer.json.parse(answer.example)).toEqual(answer.example);
      if (body !== undefined) expect(body.schema.safeParse(body.example)).toMatchObject({ success: true });
      expect(route.summary).toMatch(/^[A-Z].*[^.]$/);
    });
  }

  it('given every operation, then what it refuses is described, and every parameter of its path', () => {
    for (const { path, method, operation } of described) {
      const statuses = Object.keys(operation.responses);
      for (const status of ['401', '403', '429', '500'])
        expect(statuses, `${method} ${path}`).toContain(status);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const given = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name);
      expect(given.sort(), `${method} ${path}`).toEqual(inPath.sort());
      if (inPath.length > 0) expect(statuses).toContain('404');
    }
  });
});
