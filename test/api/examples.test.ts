import { describe, expect, it } from 'vitest';
import { ApiRoutes } from '../../lambdas/api/api-routes.ts';
import { subjects } from '../../lambdas/api/routes/subjects.ts';

const routes = new ApiRoutes();
for (const add of subjects) add(routes);

describe('given the examples of the description, then what they show is what their route takes and answers', () => {
  for (const {
    id,
    route: { answer, body },
  } of routes.placed)
    it(id, () => {
      if (body !== undefined) expect(body.schema.safeParse(body.example).error?.issues).toBeUndefined();
      if (typeof answer !== 'object' || !('json' in answer)) return;
      const read = answer.json.safeParse(answer.example);
      expect(read.error?.issues).toBeUndefined();
      // What an answer leaves out is in no answer, and so should be in no example.
      expect(read.data).toEqual(answer.example);
    });
});
