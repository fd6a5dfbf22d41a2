import { OpenAPIHono } from '@hono/zod-openapi';
import { ApiRoutes } from '../../lambdas/api/api-routes.ts';
import { describeApi } from '../../lambdas/api/describe-api.ts';
import { subjects } from '../../lambdas/api/routes/subjects.ts';

/** The description that the real API serves. */
export function apiDescription(): unknown {
  const routes = new ApiRoutes();
  for (const add of subjects) add(routes);
  return describeApi(new OpenAPIHono(), routes.placed)();
}
