import { z } from 'zod';
import { oneLine } from '../../core/mail/neutralise.ts';
import { type HttpRequest, type HttpResponse, json, problem } from '../http/exchange.ts';
import { acknowledgePage } from '../on-call/acknowledge.ts';
import { submitCauseReport } from '../on-call/submit-report.ts';
import { addEngineerUpdate } from '../on-call/take-update.ts';
import type { EngineerPorts } from './engineer-pages.ts';
import { type ApiPorts, refusalOf } from './serve-api.ts';

const by = z
  .string()
  .transform((name) => oneLine(name, 80))
  .refine((name) => name !== '', 'give the name of the engineer');
const acknowledgement = z.strictObject({ by });
const update = z.strictObject({ by, body: z.unknown() });

/**
 * What engineers do from their mails, for programs: `POST …/acknowledgement {by}`, `…/updates {by, body}` and
 * `…/cause-report {cause, actions, prevention, author}`. Each may be repeated.
 */
export async function serveEngineerApi(
  ports: EngineerPorts & ApiPorts,
  request: HttpRequest,
  incident: string,
  deed: string,
): Promise<HttpResponse> {
  const refusal = await refusalOf(ports, request);
  if (refusal !== undefined) return refusal;
  let given: unknown;
  try {
    given = JSON.parse(request.body ?? '');
  } catch {
    return unprocessable(['this is no JSON']);
  }
  const { at } = request;
  if (deed === 'cause-report')
    return answer(incident, await submitCauseReport(ports, { incident, report: given, at }));
  const form = (deed === 'updates' ? update : acknowledgement).safeParse(given);
  if (!form.success)
    return unprocessable(form.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  const { by: name, ...rest } = form.data;
  if (deed === 'acknowledgement')
    return answer(incident, await acknowledgePage(ports, { incident, by: name, at }));
  const body = 'body' in rest ? rest.body : undefined;
  return answer(incident, await addEngineerUpdate(ports, { incident, by: name, body, at }));
}

type Outcome =
  | Awaited<ReturnType<typeof submitCauseReport>>
  | Awaited<ReturnType<typeof acknowledgePage>>
  | Awaited<ReturnType<typeof addEngineerUpdate>>;

function answer(incident: string, result: Outcome): HttpResponse {
  switch (result.outcome) {
    case 'acknowledged':
    case 'taken':
      return json(200, { incident, ...result });
    case 'unknown':
      return problem(404, 'Not Found', `no engineer was called in for incident ${JSON.stringify(incident)}`);
    case 'refused':
      return unprocessable(result.problems);
    default:
      return problem(409, 'Conflict', reasons[result.outcome], { reason: result.outcome });
  }
}

const reasons = {
  already: 'another has done so before; it stays as it is',
  over: 'the failure has ended; submit the cause report',
  crowded: 'earlier updates have not been mailed yet; try again in a while',
  'too-early': 'the failure goes on; submit the report when it is well again',
};

const unprocessable = (problems: readonly string[]): HttpResponse =>
  problem(422, 'Unprocessable Content', 'this is not as it should be; see errors', {
    errors: problems.map((message) => ({ message })),
  });
