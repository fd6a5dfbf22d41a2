import { describe, expect, it } from 'vitest';
import { defaultCalendar } from '../../../core/calendar/business-calendar.ts';
import type { Call } from '../../../core/call/call.ts';
import { judgeCall } from '../../../core/call/judge-call.ts';
import { nextCall } from '../../../core/call/next-call.ts';
import type { CheckOutcome, Severity } from '../../../core/check-outcome.ts';
import { decideState, type SweepDecision } from '../../../core/detection/decide-state.ts';
import { defaultTiming } from '../../../core/detection/default-timing.ts';
import { type Alert, alertKey, type Incident } from '../../../core/incident/incident.ts';
import { type NextStep, nextStep } from '../../../core/incident/next-step.ts';
import type { Response } from '../../../core/incident/response.ts';
import { addSeconds } from '../../../core/instant.ts';
import {
  type Holds,
  heldSince,
  noHolds,
  releasedFrom,
  withHolds,
  withoutHeld,
} from '../../../core/maintenance/hold.ts';
import { type MonitorState, monitorResponse } from '../../../core/monitor.ts';
import { type NextDeed, nextDeed } from '../../../core/on-call/next-deed.ts';
import { beginSecondResponse } from '../../../core/on-call/second-response.ts';
import { chooseRepair } from '../../../core/response/choose-repair.ts';
import type { Repair } from '../../../core/response/repair.ts';
import { haltOf } from '../../../core/response/run-plan.ts';

const at = '2026-11-24T03:00:00.000Z';
const later = (seconds: number) => addSeconds(at, seconds);
const summary = { en: 'no answer', ja: '応答がありません' };
const alertOf = (monitor: string, more: Partial<Alert> = {}): Alert => ({
  monitor,
  episode: 1,
  check: 'http',
  severity: 'critical',
  priority: 5,
  failingSince: later(-600),
  joinedAt: later(-480),
  summary,
  dedupSeconds: 30,
  collectSeconds: 30,
  ...more,
});
const told = { problemMail: 1 };
const left = { ...told, unrepaired: { at: later(-300), reason: 'no-runbook' as const } };
const incidentOf = (alerts: readonly Alert[], more: Partial<Incident> = {}): Incident => ({
  id: 'acme.web-1-1',
  account: 'acme',
  server: 'web-1',
  number: 1,
  plan: 'managed',
  state: 'open',
  openedAt: later(-480),
  leader: 'http-1',
  alerts: Object.fromEntries(alerts.map((one) => [alertKey(one), one])),
  mails: alerts.some(({ problemMail }) => problemMail !== undefined) ? 1 : 0,
  news: 4,
  version: 3,
  ...more,
});
/** The monitor `http`, for so many seconds more. */
const httpFor = (seconds: number): Holds => new Map([['http', later(seconds)]]);

describe('what an incident needs in maintenance', () => {
  const wait = (seconds: number): NextStep => ({ step: 'wait', news: 4, seconds });
  const calling: Response = { rounds: 1, calls: { end: 'held', at: later(-60) } };
  const rows: readonly {
    given: string;
    then: string;
    incident: Incident;
    holds: Holds;
    want: object;
  }[] = [
    {
      given: 'an alert that was not told',
      then: 'the end of the maintenance is waited for',
      incident: incidentOf([alertOf('http')]),
      holds: httpFor(900),
      want: wait(900),
    },
    {
      given: 'an alert that was not told, and another that is not in maintenance',
      then: 'the mail is of the other alone',
      incident: incidentOf([alertOf('http'), alertOf('ssh', { collectSeconds: 0 })]),
      holds: httpFor(900),
      want: { step: 'mail', mail: { kind: 'problem', failing: ['ssh-1'], stillFailing: [] } },
    },
    {
      given: 'an alert that is to be repaired',
      then: 'no response begins',
      incident: incidentOf([alertOf('http', told)]),
      holds: httpFor(900),
      want: wait(900),
    },
    {
      given: 'an alert that people are to be called for',
      then: 'nobody is called',
      incident: incidentOf([alertOf('http', left)]),
      holds: httpFor(900),
      want: wait(900),
    },
    {
      given: 'an alert that an operator asked a runbook for',
      then: 'it runs: a person decided it',
      incident: incidentOf([alertOf('http', left)], {
        response: { rounds: 1, requested: { alert: 'http-1', runbook: 'x', by: 'Sato', at } },
      }),
      holds: httpFor(900),
      want: { step: 'respond', stage: 'first-response', round: 2 },
    },
    {
      given: 'calls that maintenance had ended, and it is over',
      then: 'they begin anew',
      incident: incidentOf([alertOf('http', left)], { response: calling }),
      holds: noHolds,
      want: { step: 'respond', stage: 'escalation', round: 2 },
    },
    {
      given: 'a recovery of what was told',
      then: 'it is told',
      incident: incidentOf([alertOf('http', { ...told, wellAt: later(-5) })]),
      holds: httpFor(900),
      want: { step: 'mail', mail: { kind: 'recovery', recovered: ['http-1'] } },
    },
    {
      given: 'a recovery beside an alert that nobody was told of',
      then: 'the mail knows nothing of that one',
      incident: incidentOf([alertOf('http'), alertOf('ssh', { ...told, wellAt: later(-60) })]),
      holds: httpFor(900),
      want: { step: 'mail', mail: { kind: 'recovery', recovered: ['ssh-1'], stillFailing: [] } },
    },
    {
      given: 'maintenance of days',
      then: 'it is looked at again in an hour',
      incident: incidentOf([alertOf('http', told)]),
      holds: httpFor(200_000),
      want: wait(3600),
    },
    {
      given: 'maintenance that ends in this moment',
      then: 'it is looked at again at once',
      incident: incidentOf([alertOf('http', told)]),
      holds: httpFor(0),
      want: wait(1),
    },
    {
      given: 'everything well',
      then: 'it is closed',
      incident: incidentOf([alertOf('http', { ...told, wellAt: later(-5), recoveryMail: 2 })]),
      holds: httpFor(900),
      want: { step: 'close' },
    },
  ];
  for (const { given, then, incident, holds, want } of rows) {
    it(`given ${given}, when it is looked at, then ${then}`, () =>
      expect(nextStep(incident, at, false, holds)).toMatchObject(want));
  }
});

describe('what an incident notes of maintenance', () => {
  it('given an alert, when maintenance comes and goes, then it knows since when and until when, and forgets it after', () => {
    const before = incidentOf([alertOf('http', left), alertOf('ssh', told)]);
    const held = withHolds(before, httpFor(900), at);
    expect(held?.held).toEqual({ http: { since: at, until: later(900) } });
    expect(held?.version).toBe(before.version + 1);
    if (held === undefined) return;
    expect(heldSince(held)).toEqual(new Map([[at, ['http']]]));
    expect(withHolds(held, httpFor(900), later(60))).toBeUndefined();
    expect(withHolds(held, httpFor(1_800), later(60))?.held).toEqual({
      http: { since: at, until: later(1_800) },
    });
    expect(releasedFrom(held, noHolds)).toEqual(new Map([[at, ['http']]]));
    const after = withHolds(held, noHolds, later(900));
    expect(after?.held).toBeUndefined();
    // Calls that ended in the meantime were not about it.
    expect(after?.alerts['http-1']?.unrepaired).toEqual({ at: later(900), reason: 'no-runbook' });
    expect(after?.alerts['ssh-1']).toEqual(before.alerts['ssh-1']);
  });

  it('given an alert that nobody was told of, when it is well in maintenance, then nobody is told', () => {
    const noted = withHolds(incidentOf([alertOf('http', { wellAt: at })]), httpFor(900), at);
    expect(noted?.alerts['http-1']?.recoveryMail).toBe(0);
    expect(noted && nextStep(noted, at, false, httpFor(900))).toEqual({ step: 'close' });
  });

  it('given an alert that is well, when its maintenance is over, then nothing goes on', () => {
    const held = withHolds(incidentOf([alertOf('http', told)]), httpFor(900), at);
    const well = held && { ...held, alerts: { 'http-1': alertOf('http', { ...told, wellAt: at }) } };
    expect(well && releasedFrom(well, noHolds)).toEqual(new Map());
  });

  it('given a closed incident, when it is noted, then nothing changes', () =>
    expect(withHolds(incidentOf([alertOf('http')], { state: 'closed' }), httpFor(9), at)).toBeUndefined());
});

const call: Call = {
  id: 'acme.web-1-1-1-1',
  incident: 'acme.web-1-1',
  purpose: 'escalation',
  round: 1,
  number: 1,
  to: { name: 'sato', phone: '+819011110001', language: 'ja' },
  report: 'r',
  state: 'placed',
  preparedAt: at,
  placedAt: at,
  ringsSince: at,
  version: 1,
};

describe('calls in maintenance', () => {
  const running: Response = { rounds: 1, running: { stage: 'escalation', round: 1, since: at } };
  const one = incidentOf([alertOf('http', left)], { response: running });
  const two = incidentOf([alertOf('http', left), alertOf('ssh', left)], { response: running });
  const sato = {
    name: 'sato',
    mail: 's@acme.example',
    language: 'ja',
    alertMail: true,
    phone: '+819011110001',
  } as const;

  it('given all that is to be told in maintenance, when the next is asked for, then the calls end', () =>
    expect(nextCall(one, 1, [sato], [], httpFor(900))).toEqual({ step: 'end', end: 'held' }));

  it('given another failure beside it, when the next is asked for, then the calls go on, and tell of that one', () => {
    expect(nextCall(two, 1, [sato], [], httpFor(900))).toMatchObject({ step: 'call' });
    expect(Object.keys(withoutHeld(two, httpFor(900)).alerts)).toEqual(['ssh-1']);
  });

  it('given a telephone that rings, when maintenance begins, then it is hung up', () =>
    expect(judgeCall(call, [], one, later(5), httpFor(900))).toEqual({ step: 'end', end: 'held' }));

  it('given somebody who listens, when maintenance begins, then they are not cut off', () =>
    expect(judgeCall({ ...call, connectedAt: later(3) }, [], one, later(5), httpFor(900))).toMatchObject({
      step: 'wait',
      for: 'key',
    }));
});

describe('a first response in maintenance', () => {
  const response = monitorResponse.parse({ standard: 'restart-web' });
  const treatments = new Map(['http', 'ssh'].map((monitor) => [monitor, { response, repairs: [] }] as const));
  const grounds = { hasLogin: true, treatments, holds: httpFor(900) };
  const repair: Repair = {
    incident: 'acme.web-1-1',
    number: 1,
    alert: 'http-1',
    monitor: 'http',
    runbook: 'restart-web',
    holder: 'x',
    at,
    runs: [],
    revision: 1,
  };

  it('given the only alert in maintenance, when the next is chosen, then nothing is tried, and nobody else is left with it', () =>
    expect(chooseRepair(incidentOf([alertOf('http', told)]), grounds)).toEqual({ choice: 'end' }));

  it('given a lower alert that is not in maintenance, when the next is chosen, then it is that one', () =>
    expect(
      chooseRepair(incidentOf([alertOf('http', told), alertOf('ssh', { ...told, priority: 9 })]), grounds),
    ).toMatchObject({ choice: 'try', alert: { monitor: 'ssh' } }));

  const halts = [
    { given: 'a repair of what is in maintenance', repair, well: false, halt: 'held' },
    { given: 'one whose alert is well', repair, well: true, halt: 'healed' },
    {
      given: 'one that an operator asked for',
      repair: { ...repair, requested: { by: 'Sato', at } },
      well: false,
      halt: undefined,
    },
  ];
  for (const { given, repair: its, well, halt } of halts) {
    it(`given ${given}, when the next command is due, then ${halt ?? 'it goes on'}`, () =>
      expect(
        haltOf(incidentOf([alertOf('http', well ? { ...told, wellAt: at } : told)]), its, httpFor(900)),
      ).toBe(halt));
  }
});

describe('engineers in maintenance', () => {
  const base = {
    second: beginSecondResponse('acme.web-1-1', at),
    calls: [],
    onCall: [{ id: 'sato', name: '佐藤', mail: 'sato@msp.example', language: 'ja' as const }],
    calendar: defaultCalendar,
    failed: [],
    at,
  };
  const ringing: Call = { ...call, id: 'acme.web-1-1-page-1', purpose: 'page' };
  const rows: readonly {
    given: string;
    alerts: readonly Alert[];
    calls?: readonly Call[];
    want: NextDeed;
  }[] = [
    {
      given: 'all that fails in maintenance',
      alerts: [alertOf('http', left)],
      want: { deed: 'wait', for: 'recovery', news: 4, seconds: 900 },
    },
    {
      given: 'all that fails in maintenance, and a telephone that rings',
      alerts: [alertOf('http', left)],
      calls: [ringing],
      want: { deed: 'hang-up', call: ringing.id, end: 'held' },
    },
    {
      given: 'another failure that is not in maintenance',
      alerts: [alertOf('http', left), alertOf('ssh', left)],
      want: { deed: 'page', number: 1 },
    },
  ];
  for (const { given, alerts, calls = [], want } of rows) {
    it(`given ${given}, when it is looked at, then ${JSON.stringify(want)}`, () =>
      expect(nextDeed({ ...base, calls, incident: incidentOf(alerts), holds: httpFor(900) })).toEqual(want));
  }
});

describe('detection in maintenance', () => {
  const seen = (severity: Severity): CheckOutcome => ({ severity, summary, durationMs: 1, values: {} });
  const well: MonitorState = { phase: 'well', episode: 3, severity: 'ok', since: later(-900), summary };
  const warned: MonitorState = { ...well, phase: 'alerted', severity: 'warning' };
  const lost: MonitorState = { ...well, phase: 'confirming', since: later(-86_400) };
  const missed: MonitorState = { ...well, unknownSince: later(-300) };
  const rows: readonly { given: string; before: MonitorState; when: Severity; want: SweepDecision }[] = [
    { given: 'a monitor that is well', before: well, when: 'critical', want: { act: 'nothing' } },
    { given: 'a warning', before: warned, when: 'critical', want: { act: 'nothing' } },
    { given: 'a detection that was lost', before: lost, when: 'critical', want: { act: 'nothing' } },
    {
      given: 'an alert',
      before: warned,
      when: 'ok',
      want: { act: 'close-alert', after: { ...well, since: at } },
    },
    {
      given: 'a first miss',
      before: well,
      when: 'unknown',
      want: { act: 'nothing', after: { ...well, unknownSince: at } },
    },
    { given: 'a second miss', before: missed, when: 'unknown', want: { act: 'nothing' } },
  ];
  for (const { given, before, when, want } of rows) {
    it(`given ${given}, when it is seen ${when}, then ${want.act}`, () =>
      expect(decideState(before, seen(when), at, defaultTiming.liveness, true)).toEqual(want));
  }
});
