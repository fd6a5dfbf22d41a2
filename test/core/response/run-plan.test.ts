import { describe, expect, it } from 'vitest';
import type { Alert, Incident } from '../../../core/incident/incident.ts';
import { addSeconds } from '../../../core/instant.ts';
import { hasChanged, type Repair, type StepRun } from '../../../core/response/repair.ts';
import { decideStep, haltOf } from '../../../core/response/run-plan.ts';
import type { PlannedStep } from '../../../core/runbook/plan-steps.ts';

const at = '2026-11-21T03:00:00.000Z';

const step = (more: Partial<PlannedStep> = {}): PlannedStep => ({
  id: 'restart',
  title: { en: 'Restart', ja: '再起動' },
  argv: ['/bin/systemctl', 'restart', 'nginx.service'],
  asRoot: true,
  command: 'sudo …',
  changes: true,
  repeatable: false,
  mayFail: false,
  limits: { timeoutMs: 1_000, maxBytes: 1_000 },
  ...more,
});

const repairOf = (
  steps: readonly PlannedStep[],
  runs: readonly StepRun[] = [],
  more: Partial<Repair> = {},
): Repair => ({
  incident: 'acme.web-1-1',
  number: 1,
  alert: 'http-1',
  monitor: 'http',
  runbook: 'restart-web',
  holder: 'acme.web-1-1-first-response-1',
  at,
  plan: { steps },
  runs,
  revision: 1,
  ...more,
});

const ended = (exitCode?: number): StepRun => ({
  startedAt: at,
  tries: 1,
  result: {
    ...(exitCode !== undefined && { exitCode }),
    output: '',
    truncated: false,
    timedOut: false,
    durationMs: 1,
  },
});
const begun = (tries = 1): StepRun => ({ startedAt: at, tries });

describe('one step of a plan', () => {
  const cases = [
    { given: 'never begun', planned: step(), run: undefined, then: 'send' },
    { given: 'done well', planned: step(), run: ended(0), then: 'next' },
    { given: 'failed', planned: step(), run: ended(1), then: 'verify' },
    { given: 'failed, as it may', planned: step({ mayFail: true }), run: ended(3), then: 'next' },
    { given: 'cut off', planned: step(), run: ended(), then: 'verify' },
    { given: 'cut off, where it may fail', planned: step({ mayFail: true }), run: ended(), then: 'next' },
    { given: 'begun and lost', planned: step(), run: begun(), then: 'give-up' },
    {
      given: 'begun and lost, and repeatable',
      planned: step({ repeatable: true }),
      run: begun(),
      then: 'send',
    },
    {
      given: 'lost twice, and repeatable',
      planned: step({ repeatable: true }),
      run: begun(2),
      then: 'give-up',
    },
    {
      given: 'begun and lost, and changing nothing',
      planned: step({ changes: false }),
      run: begun(),
      then: 'send',
    },
  ];
  for (const { given, planned, run, then } of cases) {
    it(`given a step that was ${given}, when it is its turn, then it is: ${then}`, () => {
      expect(decideStep(repairOf([planned], run === undefined ? [] : [run]), 0).step).toBe(then);
    });
  }

  it('given all steps are done, when the next is asked for, then it is verified', () => {
    expect(decideStep(repairOf([step()], [ended(0)]), 1)).toEqual({ step: 'verify' });
  });

  it('given a repair without a plan, when a step is asked for, then it is refused', () => {
    const { plan: _plan, ...bare } = repairOf([]);
    expect(() => decideStep(bare, 0)).toThrow(
      'repair 1 of acme.web-1-1 has no plan; it is prepared before it runs',
    );
  });
});

describe('whether a command may have changed anything', () => {
  const look = step({ changes: false });
  const cases = [
    { given: 'nothing run', repair: repairOf([look, step()]), changed: false },
    { given: 'a look only', repair: repairOf([look, step()], [ended(0)]), changed: false },
    {
      given: 'a change that was begun',
      repair: repairOf([look, step()], [ended(0), begun()]),
      changed: true,
    },
    { given: 'a plan of looks', repair: repairOf([look, look], [ended(0), ended(0)]), changed: false },
  ];
  for (const { given, repair, changed } of cases) {
    it(`given ${given}, when it is asked, then ${changed}`, () => expect(hasChanged(repair)).toBe(changed));
  }
});

describe('whether a repair is still wanted', () => {
  const alert: Alert = {
    monitor: 'http',
    episode: 1,
    check: 'http',
    severity: 'critical',
    priority: 5,
    failingSince: at,
    joinedAt: at,
    summary: { en: 'no answer', ja: '応答がありません' },
    dedupSeconds: 30,
    collectSeconds: 30,
    problemMail: 1,
  };
  const incidentWith = (of: Alert | undefined, state: Incident['state'] = 'open'): Incident => ({
    id: 'acme.web-1-1',
    account: 'acme',
    server: 'web-1',
    number: 1,
    plan: 'respond',
    state,
    openedAt: at,
    leader: 'http-1',
    alerts: of === undefined ? {} : { 'http-1': of },
    mails: 1,
    news: 1,
    version: 1,
  });
  const left = (seconds: number): Alert => ({
    ...alert,
    unrepaired: { at: addSeconds(at, seconds), reason: 'operator' },
  });
  const asked = { requested: { by: 'Sato', at } };
  const cases = [
    { given: 'an open alert', incident: incidentWith(alert), more: {}, halt: undefined },
    {
      given: 'an alert that is well',
      incident: incidentWith({ ...alert, wellAt: at }),
      more: {},
      halt: 'healed',
    },
    { given: 'an alert that is gone', incident: incidentWith(undefined), more: {}, halt: 'healed' },
    {
      given: 'an incident that was stopped',
      incident: incidentWith(alert, 'closed'),
      more: {},
      halt: 'called-off',
    },
    {
      given: 'an operator who escalates meanwhile',
      incident: incidentWith(left(5)),
      more: {},
      halt: 'called-off',
    },
    {
      given: 'a request for an alert that was left before',
      incident: incidentWith(left(-60)),
      more: asked,
      halt: undefined,
    },
    {
      given: 'a request that is escalated meanwhile',
      incident: incidentWith(left(5)),
      more: asked,
      halt: 'called-off',
    },
  ];
  for (const { given, incident, more, halt } of cases) {
    it(`given ${given}, when the next command is due, then ${halt ?? 'it goes on'}`, () => {
      expect(haltOf(incident, repairOf([step()], [], more))).toBe(halt);
    });
  }
});
