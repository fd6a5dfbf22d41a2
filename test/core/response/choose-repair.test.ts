import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Alert, alertKey, type Incident } from '../../../core/incident/incident.ts';
import { addSeconds } from '../../../core/instant.ts';
import { monitorResponse } from '../../../core/monitor.ts';
import { chooseRepair, type Treatment } from '../../../core/response/choose-repair.ts';
import { isGuarded } from '../../../core/response/guard.ts';
import { forgetRequest, leaveToPeople, noteRepair } from '../../../core/response/note-repair.ts';

const at = '2026-11-21T03:00:00.000Z';
const summary = { en: 'no answer', ja: '応答がありません' };

const alertOf = (monitor: string, more: Partial<Alert> = {}): Alert => ({
  monitor,
  episode: 1,
  check: 'http',
  severity: 'critical',
  priority: 5,
  failingSince: addSeconds(at, -150),
  joinedAt: addSeconds(at, -30),
  summary,
  dedupSeconds: 30,
  collectSeconds: 30,
  problemMail: 1,
  ...more,
});

const incidentOf = (alerts: readonly Alert[], more: Partial<Incident> = {}): Incident => ({
  id: 'acme.web-1-1',
  account: 'acme',
  server: 'web-1',
  number: 1,
  plan: 'managed',
  state: 'open',
  openedAt: at,
  leader: 'http-1',
  alerts: Object.fromEntries(alerts.map((one) => [alertKey(one), one])),
  mails: 1,
  news: 1,
  version: 3,
  response: { rounds: 1, running: { stage: 'first-response', round: 1, since: at } },
  ...more,
});

const response = monitorResponse.parse({ custom: ['own-a', 'own-b'], standard: 'restart-web' });
const treated = (more: Partial<Treatment> = {}): Treatment => ({ response, repairs: [], ...more });
const tried = (...runbooks: readonly string[]): Alert['attempts'] =>
  runbooks.map((runbook, index) => ({
    number: index + 1,
    runbook,
    version: '0123456789ab',
    at,
    outcome: 'not-repaired' as const,
    summary,
  }));
const requested = { alert: 'http-1', runbook: 'restart-service', by: 'Sato', at };
const response1 = { rounds: 1, requested };

describe('what a first response does next', () => {
  const http = alertOf('http');
  const cases: readonly {
    given: string;
    incident: Incident;
    hasLogin?: boolean;
    treatment?: Treatment;
    then: unknown;
  }[] = [
    { given: 'an alert', incident: incidentOf([http]), then: ['try', 'http', 'own-a'] },
    {
      given: 'an alert on respond, where the account has no runbooks of its own',
      incident: incidentOf([http], { plan: 'respond' }),
      then: ['try', 'http', 'restart-web'],
    },
    {
      given: 'its first two runbooks tried',
      incident: incidentOf([alertOf('http', { attempts: tried('own-a', 'own-b') })]),
      then: ['try', 'http', 'restart-web'],
    },
    {
      given: 'all of its runbooks tried',
      incident: incidentOf([alertOf('http', { attempts: tried('own-a', 'own-b', 'restart-web') })]),
      then: ['leave', 'http-1', 'tried-all'],
    },
    {
      given: 'two alerts, the lower one earlier',
      incident: incidentOf([
        alertOf('ftp', { priority: 7, failingSince: addSeconds(at, -900) }),
        alertOf('http'),
      ]),
      then: ['try', 'http', 'own-a'],
    },
    {
      given: 'the higher alert well',
      incident: incidentOf([alertOf('mysql', { priority: 4, wellAt: at }), http]),
      then: ['try', 'http', 'own-a'],
    },
    {
      given: 'the higher alert left to people',
      incident: incidentOf([alertOf('mysql', { priority: 4, unrepaired: { at, reason: 'guarded' } }), http]),
      then: ['try', 'http', 'own-a'],
    },
    {
      given: 'an alert that was not mailed yet',
      incident: incidentOf([{ ...http, problemMail: undefined } as unknown as Alert]),
      then: ['end'],
    },
    {
      given: 'a warning',
      incident: incidentOf([alertOf('http', { severity: 'warning' })]),
      then: ['end'],
    },
    {
      given: 'no log-in',
      incident: incidentOf([http]),
      hasLogin: false,
      then: ['leave', 'http-1', 'no-runbook'],
    },
    {
      given: 'a monitor without a response',
      incident: incidentOf([http]),
      treatment: { repairs: [] },
      then: ['leave', 'http-1', 'no-runbook'],
    },
    {
      given: 'a response without a runbook',
      incident: incidentOf([http]),
      treatment: treated({ response: monitorResponse.parse({}) }),
      then: ['leave', 'http-1', 'no-runbook'],
    },
    {
      given: 'a repair ten minutes before the failure',
      incident: incidentOf([http]),
      treatment: treated({ repairs: [{ at: addSeconds(http.failingSince, -600), by: 'acme.web-1-0#1' }] }),
      then: ['leave', 'http-1', 'guarded'],
    },
    {
      given: 'a monitor that an operator paused',
      incident: incidentOf([http]),
      treatment: treated({ isPaused: true }),
      then: ['leave', 'http-1', 'operator'],
    },
    {
      given: 'an operator’s request for an alert that was left to people and is guarded',
      incident: incidentOf([alertOf('http', { unrepaired: { at, reason: 'guarded' } })], {
        response: response1,
      }),
      treatment: treated({ repairs: [{ at: addSeconds(http.failingSince, -600), by: 'acme.web-1-0#1' }] }),
      then: ['try', 'http', 'restart-service'],
    },
    {
      given: 'an operator’s request for a lower alert',
      incident: incidentOf([http, alertOf('mysql', { priority: 4 })], { response: response1 }),
      then: ['try', 'http', 'restart-service'],
    },
    {
      given: 'an operator’s request for an alert that is well',
      incident: incidentOf([alertOf('http', { wellAt: at })], { response: response1 }),
      then: ['forget-request'],
    },
    {
      given: 'an operator’s request for an alert that is not there',
      incident: incidentOf([alertOf('ftp')], { response: response1 }),
      then: ['forget-request'],
    },
    {
      given: 'an operator’s request for a server without a log-in',
      incident: incidentOf([http], { response: response1 }),
      hasLogin: false,
      then: ['forget-request'],
    },
    {
      given: 'a closed incident',
      incident: incidentOf([http], { state: 'closed', stoppedAt: at }),
      then: ['end'],
    },
  ];
  for (const { given, incident, hasLogin = true, treatment = treated(), then } of cases) {
    it(`given ${given}, when it is asked, then it answers ${JSON.stringify(then)}`, () => {
      const treatments = new Map(Object.values(incident.alerts).map(({ monitor }) => [monitor, treatment]));
      const choice = chooseRepair(incident, { hasLogin, treatments });
      const shown =
        choice.choice === 'try'
          ? ['try', choice.alert.monitor, choice.runbook]
          : choice.choice === 'leave'
            ? ['leave', ...choice.alerts, choice.reason]
            : [choice.choice];
      expect(shown).toEqual(then);
    });
  }

  it('given any alerts, when what is chosen is done and noted each time, then it comes to an end, and nothing is tried twice', () => {
    const anyAlert = fc.record({
      monitor: fc.constantFrom('a', 'b', 'c', 'd'),
      priority: fc.integer({ min: 1, max: 9 }),
      severity: fc.constantFrom('critical' as const, 'warning' as const),
      isTold: fc.boolean(),
      heals: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyAlert, { maxLength: 6 }), fc.boolean(), (specs, hasLogin) => {
        const alerts = specs.map(({ monitor, priority, severity, isTold }) => {
          const { problemMail: _told, ...alert } = alertOf(monitor, { priority, severity });
          return isTold ? { ...alert, problemMail: 1 } : alert;
        });
        const treatments = new Map(alerts.map(({ monitor }) => [monitor, treated()]));
        let incident = incidentOf(alerts);
        const seen: string[] = [];
        for (let step = 0; ; step += 1) {
          expect(step).toBeLessThan(50);
          const choice = chooseRepair(incident, { hasLogin, treatments });
          if (choice.choice === 'end') break;
          if (choice.choice === 'forget-request') throw new Error('nothing was asked for');
          const { version } = incident;
          if (choice.choice === 'leave') {
            incident = leaveToPeople(incident, choice.alerts, choice.reason, at) ?? incident;
          } else {
            const key = alertKey(choice.alert);
            seen.push(`${key} ${choice.runbook}`);
            const [attempt] = tried(choice.runbook) ?? [];
            if (attempt === undefined) throw new Error('nothing was tried');
            const number = seen.length;
            incident = noteRepair(incident, { alert: key, number }, { ...attempt, number }) ?? incident;
          }
          expect(incident.version).toBe(version + 1);
        }
        expect(new Set(seen).size).toBe(seen.length);
        for (const { severity, problemMail, unrepaired } of Object.values(incident.alerts)) {
          expect(unrepaired !== undefined).toBe(severity === 'critical' && problemMail !== undefined);
        }
      }),
    );
  });
});

describe('guard rails', () => {
  const guard = { repairs: 3, periodHours: 24, holdMinutes: 30 };
  const ago = (...minutes: readonly number[]) =>
    minutes.map((one, index) => ({ at: addSeconds(at, -one * 60), by: `acme.web-1-${index}#1` }));
  const cases = [
    { given: 'no repair', repairs: [], guarded: false },
    { given: 'a repair just 30 min before', repairs: ago(30), guarded: false },
    {
      given: 'a repair a second less than 30 min before',
      repairs: [{ at: addSeconds(at, -1_799), by: 'x' }],
      guarded: true,
    },
    { given: 'a repair within the failure itself', repairs: ago(-1), guarded: false },
    { given: 'two repairs in the period', repairs: ago(100, 200), guarded: false },
    { given: 'three repairs in the period', repairs: ago(100, 200, 300), guarded: true },
    { given: 'three repairs, one of them a day before', repairs: ago(100, 200, 24 * 60), guarded: false },
  ];
  for (const { given, repairs, guarded } of cases) {
    it(`given ${given}, when it fails, then it is ${guarded ? 'left to people' : 'repaired'}`, () => {
      expect(isGuarded(guard, repairs, at)).toBe(guarded);
    });
  }
});

describe('what is noted at an incident', () => {
  const [attempt] = tried('own-a') ?? [];
  const incident = incidentOf([alertOf('http')], { response: response1 });

  it('given a repair that was asked for, when it is noted twice, then it is there once and the request is gone', () => {
    const noted = noteRepair(incident, { alert: 'http-1', number: 1, requested }, attempt);
    expect(noted?.alerts['http-1']?.attempts).toEqual([attempt]);
    expect(noted?.response).toEqual({ rounds: 1 });
    expect(noted?.version).toBe(4);
    expect(noted && noteRepair(noted, { alert: 'http-1', number: 1, requested }, attempt)).toBeUndefined();
  });

  it('given another request since, when a repair is noted, then that one stays', () => {
    const newer = { ...requested, at: addSeconds(at, 60) };
    const asked = { ...incident, response: { rounds: 1, requested: newer } };
    const noted = noteRepair(asked, { alert: 'http-1', number: 1, requested }, attempt);
    expect(noted?.response?.requested).toEqual(newer);
  });

  it('given a repair that nothing was tried in, when it is noted, then only the request goes', () => {
    const noted = noteRepair(incident, { alert: 'http-1', number: 1, requested }, undefined);
    expect(noted?.alerts).toEqual(incident.alerts);
    expect(noted?.response?.requested).toBeUndefined();
  });

  it('given a request, when it is forgotten twice, then the second time nothing is written', () => {
    const forgotten = forgetRequest(incident);
    expect(forgotten?.response).toEqual({ rounds: 1 });
    expect(forgotten && forgetRequest(forgotten)).toBeUndefined();
  });

  it('given alerts of which one is well and one is left already, when they are left to people, then only the others are', () => {
    const mixed = incidentOf([
      alertOf('a'),
      alertOf('b', { wellAt: at }),
      alertOf('c', { unrepaired: { at, reason: 'guarded' } }),
    ]);
    const after = leaveToPeople(mixed, Object.keys(mixed.alerts), 'host-key', addSeconds(at, 5));
    expect(after?.alerts['a-1']?.unrepaired).toEqual({ at: addSeconds(at, 5), reason: 'host-key' });
    expect(after?.alerts['b-1']).toEqual(mixed.alerts['b-1']);
    expect(after?.alerts['c-1']).toEqual(mixed.alerts['c-1']);
    expect(after && leaveToPeople(after, Object.keys(mixed.alerts), 'host-key', at)).toBeUndefined();
  });
});
