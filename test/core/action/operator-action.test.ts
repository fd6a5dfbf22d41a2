import { describe, expect, it } from 'vitest';
import { refusalTexts } from '../../../core/action/action-words.ts';
import { offeredActions } from '../../../core/action/offered-actions.ts';
import {
  type ActionRefusal,
  actionOf,
  applyAction,
  finishDeed,
  type OperatorAction,
  operatorAction,
  subjectOf,
} from '../../../core/action/operator-action.ts';
import { type Incident, incident as incidentForm } from '../../../core/incident/incident.ts';
import { nextStep } from '../../../core/incident/next-step.ts';
import { addSeconds } from '../../../core/instant.ts';
import type { WatchedMonitor } from '../../../core/monitor.ts';
import { alertedState, monitorOf, now, openIncident } from '../../actions/operators-desk.ts';
import { disk, https, incidentOf, wellAgain } from '../mail/example-incident.ts';

const watched = (plan: Incident['plan'] = 'respond', pausedId?: string): WatchedMonitor[] =>
  ['https', 'mysql'].map((id) => ({
    monitor: monitorOf(id, plan),
    state: {
      ...alertedState(1),
      ...(id === pausedId && { pause: { by: 'operator' as const, since: now, reason: 'x' } }),
    },
  }));
const apply = (incident: Incident, action: OperatorAction, monitors = watched(incident.plan), key = 'k') =>
  applyAction(incident, { action, key, by: 'Sato', at: now }, monitors);

const restart = { action: 'run-runbook', alert: 'https-3', runbook: 'restart-web' } as const;
const pauseUntil = (seconds: number, monitor = 'https'): OperatorAction => ({
  action: 'pause',
  monitor,
  until: addSeconds(now, seconds),
  reason: 'x',
});
const closed: Incident = { ...openIncident(), state: 'closed' };
const running = (stage: 'first-response' | 'escalation'): Incident => ({
  ...openIncident(),
  response: { rounds: 1, running: { stage, round: 1, since: now } },
});

describe('what cannot be done', () => {
  const cases: { given: string; incident?: Incident; action: OperatorAction; refusal: ActionRefusal }[] = [
    ...(['acknowledge', 'escalate', 'skip-calls', 'resolve'] as const).map((action) => ({
      given: `${action} of a closed incident`,
      incident: closed,
      action: { action },
      refusal: 'closed' as const,
    })),
    { given: 'a runbook on a closed one', incident: closed, action: restart, refusal: 'closed' },
    ...([restart, { action: 'escalate' }, { action: 'skip-calls' }] as const).map((action) => ({
      given: `${action.action} on notify`,
      incident: openIncident('notify'),
      action,
      refusal: 'plan' as const,
    })),
    { given: 'an alert that is not there', action: { ...restart, alert: 'ftp-1' }, refusal: 'no-open-alert' },
    {
      given: 'an alert that is well',
      incident: incidentOf([wellAgain(https, 9)], 'respond'),
      action: restart,
      refusal: 'no-open-alert',
    },
    { given: 'a runbook of no monitor', action: { ...restart, runbook: 'wipe' }, refusal: 'no-such-runbook' },
    {
      given: 'a customer’s own runbook below managed',
      action: { ...restart, runbook: 'acme-flush' },
      refusal: 'no-such-runbook',
    },
    {
      given: 'a second runbook before the first',
      incident: {
        ...openIncident(),
        response: { rounds: 0, requested: { alert: 'mysql-1', runbook: 'restart-web', by: 'x', at: now } },
      },
      action: restart,
      refusal: 'asked-already',
    },
    {
      given: 'escalate for a warning',
      incident: incidentOf([disk], 'respond'),
      action: { action: 'escalate' },
      refusal: 'nothing-to-escalate',
    },
    {
      given: 'escalate while phones ring',
      incident: running('escalation'),
      action: { action: 'escalate' },
      refusal: 'calling-already',
    },
    {
      given: 'skip-calls twice',
      incident: { ...openIncident(), response: { rounds: 0, skipCalls: true } },
      action: { action: 'skip-calls' },
      refusal: 'skipped-already',
    },
    {
      given: 'acknowledge twice',
      incident: { ...openIncident(), deeds: [{ key: 'a', action: 'acknowledge', by: 'x', at: now }] },
      action: { action: 'acknowledge' },
      refusal: 'acknowledged-already',
    },
    { given: 'a pause of what is not watched', action: pauseUntil(60, 'ftp'), refusal: 'not-watched' },
    { given: 'a pause until now', action: pauseUntil(0), refusal: 'until-out-of-range' },
    { given: 'a pause of 32 days', action: pauseUntil(32 * 86_400), refusal: 'until-out-of-range' },
    {
      given: 'resuming what is not watched',
      action: { action: 'resume', monitor: 'ftp' },
      refusal: 'not-watched',
    },
    {
      given: 'resuming what is not paused',
      action: { action: 'resume', monitor: 'https' },
      refusal: 'not-paused',
    },
    {
      given: 'resolving what is well',
      incident: incidentOf([wellAgain(https, 9)], 'respond'),
      action: { action: 'resolve' },
      refusal: 'no-open-alert',
    },
    {
      given: 'the sixty-first action in three days',
      incident: {
        ...openIncident(),
        deeds: Array.from({ length: 60 }, (_, index) => ({
          key: `${index}`,
          action: 'resume' as const,
          by: 'x',
          at: now,
        })),
      },
      action: { action: 'resolve' },
      refusal: 'too-many',
    },
  ];
  for (const { given, incident = openIncident(), action, refusal } of cases) {
    it(`given ${given}, then it is refused as ${refusal}`, () => {
      expect(apply(incident, action)).toEqual({ kind: 'refused', refusal });
    });
  }

  it('given the refusals, then each is in the table above and has its sentences', () => {
    expect(new Set(cases.map(({ refusal }) => refusal))).toEqual(new Set(Object.keys(refusalTexts)));
  });
});

describe('what an action makes of the incident', () => {
  const changed = (incident: Incident, action: OperatorAction): Incident => {
    const end = apply(incident, action, watched(incident.plan), action.action);
    if (end.kind !== 'acts') throw new Error(`it is ${end.kind}`);
    expect(() => incidentForm.parse(end.after)).not.toThrow();
    expect([end.after.news, end.after.version]).toEqual([incident.news + 1, incident.version + 1]);
    return end.after;
  };

  it('given a runbook asked for, then the first response comes next, also after all had been tried', () => {
    const tried = changed(openIncident(), { action: 'escalate' });
    expect(nextStep(tried, now, false)).toMatchObject({ step: 'respond', stage: 'escalation' });
    expect(nextStep(changed(tried, restart), now, false)).toMatchObject({
      step: 'respond',
      stage: 'first-response',
    });
  });

  it('given calls that were accepted, when it is escalated, then the customer is called again', () => {
    const called: Incident = {
      ...openIncident(),
      response: { rounds: 2, calls: { end: 'accepted', at: now }, skipCalls: true },
    };
    expect(nextStep(changed(called, { action: 'escalate' }), now, false)).toMatchObject({
      step: 'respond',
      stage: 'escalation',
      round: 3,
    });
  });

  it('given a first response under way, when it is escalated, then its alerts are left to people and it may end', () => {
    const escalated = changed(running('first-response'), { action: 'escalate' });
    expect(escalated.response?.running?.stage).toBe('first-response');
    expect(escalated.alerts['https-3']?.unrepaired).toEqual({ at: now, reason: 'operator' });
  });

  it('given it is resolved, then the recovery is mailed and nothing is open', () => {
    expect(nextStep(changed(openIncident(), { action: 'resolve' }), now, false)).toMatchObject({
      step: 'mail',
      mail: { kind: 'recovery', recovered: ['mysql-1', 'https-3'] },
    });
  });

  it('given the deed’s key again, then it is the same deed; after three days it is forgotten', () => {
    const first = changed(openIncident(), { action: 'acknowledge' });
    expect(apply(first, { action: 'resolve' }, watched(), 'acknowledge')).toMatchObject({
      kind: 'done-before',
      deed: { action: 'acknowledge' },
    });
    const late = applyAction(
      first,
      { action: { action: 'resolve' }, key: 'l', by: 'x', at: addSeconds(now, 73 * 3600) },
      watched(),
    );
    expect(late.kind === 'acts' && late.after.deeds?.map(({ key }) => key)).toEqual(['l']);
  });

  it('given monitors to write, then the deed is unfinished until it is said to be finished, once', () => {
    const begun = changed(openIncident(), { action: 'resolve' });
    expect(begun.deeds?.[0]?.isUnfinished).toBe(true);
    const done = finishDeed(begun, 'resolve');
    expect(done?.deeds?.[0]?.isUnfinished).toBeUndefined();
    expect(done && finishDeed(done, 'resolve')).toBeUndefined();
    expect(finishDeed(begun, 'other')).toBeUndefined();
  });

  it('given every kind and subject, then a link stands for the action it was made of', () => {
    for (const action of [restart, pauseUntil(60), { action: 'resume', monitor: 'https' } as const]) {
      const form = action.action === 'pause' ? { until: action.until, reason: action.reason } : {};
      expect(operatorAction.parse(actionOf(action.action, subjectOf(action), form))).toEqual(action);
    }
  });
});

describe('what is offered', () => {
  const offered = (incident: Incident, monitors = watched(incident.plan)) =>
    offeredActions(incident, monitors, now).map(({ action, subject }) => `${action} ${subject}`.trim());
  const cases = [
    {
      given: 'an open incident on respond',
      incident: openIncident(),
      then: [
        'acknowledge',
        'run-runbook mysql-1/restart-web',
        'run-runbook https-3/restart-web',
        'escalate',
        'skip-calls',
        'pause mysql',
        'pause https',
        'resolve',
      ],
    },
    {
      given: 'one on notify',
      incident: openIncident('notify'),
      then: ['acknowledge', 'pause mysql', 'pause https', 'resolve'],
    },
    {
      given: 'one while phones ring, with a paused monitor',
      incident: running('escalation'),
      monitors: watched('respond', 'https'),
      then: [
        'acknowledge',
        'run-runbook mysql-1/restart-web',
        'run-runbook https-3/restart-web',
        'skip-calls',
        'pause mysql',
        'resume https',
        'resolve',
      ],
    },
    {
      given: 'one where all is well',
      incident: incidentOf([wellAgain(https, 9)], 'respond'),
      monitors: watched('respond', 'https'),
      then: ['resume https'],
    },
  ];
  for (const { given, incident, monitors, then } of cases) {
    it(`given ${given}, then what makes sense now`, () => {
      expect(offered(incident, monitors)).toEqual(then);
    });
  }
});
