import { z } from 'zod';
import { refusalTexts } from '../../../core/action/action-words.ts';
import { operatorAction } from '../../../core/action/operator-action.ts';
import { actionDone, engagement } from '../../../core/api/operators.ts';
import { causeReport, engineerUpdate } from '../../../core/cause-report/cause-report.ts';
import { operatorName } from '../../../core/incident/operator-deed.ts';
import { act } from '../../actions/act.ts';
import { acknowledgePage } from '../../on-call/acknowledge.ts';
import { submitCauseReport } from '../../on-call/submit-report.ts';
import { addEngineerUpdate } from '../../on-call/take-update.ts';
import type { ApiRoutes, Asked } from '../api-routes.ts';
import { audited } from '../audited.ts';
import { sha256 } from '../authenticate.ts';
import { nothingHere, Refusal, unprocessable } from '../refusal.ts';
import { incidentParam } from './incidents.ts';

const params = { incident: incidentParam };
const common = { method: 'post', tag: 'Operators', scope: 'incidents', params, refusals: [409] } as const;
const idempotencyKey = /^[A-Za-z0-9._:-]{1,100}$/;

/** What operators and engineers do about an incident, as the links of their mails do it. Who did it is who asks. */
export function addOperatorIncidentRoutes(routes: ApiRoutes): void {
  routes.operators(
    {
      ...common,
      path: '/operator/incidents/{incident}/actions',
      id: 'actOnIncident',
      summary: 'Acts on an incident: acknowledge, run a runbook, escalate, pause, resume, resolve',
      headers: {
        'idempotency-key': {
          description:
            'A text of your own, 1 to 100 of A-Z a-z 0-9 . _ : -; the same one again does nothing again.',
        },
      },
      body: {
        schema: operatorAction,
        example: { action: 'run-runbook', alert: 'https-3', runbook: 'restart-web' },
      },
      answer: {
        json: actionDone,
        example: {
          incident: 'acme.web-1-7',
          done: true,
          action: 'run-runbook',
          subject: 'https-3/restart-web',
          by: 'Olga Operator',
          at: '2026-11-21T03:04:05.000Z',
        },
      },
    },
    async (asked) => {
      const {
        ports,
        principal,
        at,
        requestId,
        params: { incident },
        body: action,
        header,
      } = asked;
      const given = header('idempotency-key');
      if (given !== undefined && !idempotencyKey.test(given))
        throw new Refusal(400, 'Idempotency-Key has 1 to 100 of the characters A-Z a-z 0-9 . _ : -');
      const by = operatorName(principal.name);
      // Of the one who asks: nobody's key makes another's request look done.
      const key = `api.${sha256(principal.id).slice(0, 16)}.${given ?? requestId}`;
      return await onIncident(asked, action.action, async () => {
        const result = await act(ports, incident, { action, key, by, at });
        if (result.end === 'unknown') throw nothingHere();
        if (result.end === 'refused')
          throw new Refusal(409, refusalTexts[result.refusal].en, { reason: result.refusal });
        return { ...result.deed, incident, done: result.end === 'done' };
      });
    },
  );

  routes.operators(
    {
      ...common,
      path: '/operator/incidents/{incident}/acknowledgement',
      id: 'takeIncident',
      summary: 'Takes an incident as its engineer: nobody is paged any more',
      answer: { json: engagement, example: { incident: 'acme.web-1-7', outcome: 'acknowledged' } },
    },
    (asked) =>
      engage(asked, 'take', ({ ports, at, params: { incident }, principal: { name: by } }) =>
        acknowledgePage(ports, { incident, by, at }),
      ),
  );

  routes.operators(
    {
      ...common,
      path: '/operator/incidents/{incident}/updates',
      id: 'updateCustomer',
      summary: 'Tells the customer how it stands, while the failure goes on',
      body: {
        schema: z.strictObject({ body: engineerUpdate }),
        example: { body: 'The disk of the database was full; we are moving it to a larger one.' },
      },
      answer: { json: engagement, example: { incident: 'acme.web-1-7', outcome: 'taken' } },
    },
    (asked) =>
      engage(
        asked,
        'update',
        ({ ports, at, params: { incident }, principal: { name: by }, body: { body } }) =>
          addEngineerUpdate(ports, { incident, by, body, at }),
      ),
  );

  routes.operators(
    {
      ...common,
      path: '/operator/incidents/{incident}/cause-report',
      id: 'submitCauseReport',
      summary: 'Submits the cause report, which is mailed to the customer',
      body: {
        schema: causeReport.omit({ author: true }),
        example: {
          cause: 'The log directory had filled the disk.',
          actions: 'Old logs were removed, and the database was started again.',
          prevention: 'Logs are now rotated every day.',
        },
      },
      answer: { json: engagement, example: { incident: 'acme.web-1-7', outcome: 'taken' } },
    },
    (asked) =>
      engage(asked, 'report', ({ ports, at, params: { incident }, principal: { name: author }, body }) =>
        submitCauseReport(ports, { incident, report: { ...body, author }, at }),
      ),
  );
}

type OfIncident = Asked<typeof params, Record<never, never>, z.ZodType>;

/** Does it with its line in the trail of the incident's account. */
async function onIncident<T>(
  { ports, principal, at, params: { incident: id }, body }: OfIncident,
  deed: string,
  change: () => Promise<T>,
): Promise<{ readonly value: T }> {
  const incident = await ports.incidents.incident(id);
  if (incident === undefined) throw nothingHere();
  const changer = { ports, principal, at, account: incident.account };
  const value = await audited(changer, { deed: `incident.${deed}`, target: id }, async () => ({
    value: await change(),
    after: body,
  }));
  return { value };
}

type Outcome =
  | Awaited<ReturnType<typeof submitCauseReport>>
  | Awaited<ReturnType<typeof acknowledgePage>>
  | Awaited<ReturnType<typeof addEngineerUpdate>>;

const engage = <A extends OfIncident>(asked: A, deed: string, change: (asked: A) => Promise<Outcome>) =>
  onIncident(asked, deed, async () => {
    const result = await change(asked);
    switch (result.outcome) {
      case 'acknowledged':
      case 'taken':
        return { incident: asked.params.incident, outcome: result.outcome };
      case 'unknown':
        throw new Refusal(404, 'no engineer was called in for this incident');
      case 'refused':
        throw unprocessable(result.problems.map((message) => ({ field: '', message })));
      default:
        throw new Refusal(409, reasons[result.outcome], { reason: result.outcome });
    }
  });

const reasons = {
  already: 'another has done so before; it stays as it is',
  over: 'the failure has ended; submit the cause report',
  crowded: 'earlier updates have not been mailed yet; try again in a while',
  'too-early': 'the failure goes on; submit the report when it is well again',
};
