import { describe, expect, it } from 'vitest';
import type { Alert, Incident } from '../../../core/incident/incident.ts';
import { joinIncident } from '../../../core/incident/join-incident.ts';
import { type NextStep, nextStep, recordMail } from '../../../core/incident/next-step.ts';
import { recoverAlert } from '../../../core/incident/recover-alert.ts';
import { addSeconds } from '../../../core/instant.ts';

const start = '2026-11-21T00:00:00.000Z';
const at = (seconds: number) => addSeconds(start, seconds);
const summary = { en: 'seen', ja: '観測' };
const server = { account: 'acme', server: 'web-1', plan: 'notify' } as const;

const alertOf = (monitor: string, joined: number, more: Partial<Alert> = {}): Alert => ({
  monitor,
  episode: 1,
  check: 'tcp',
  severity: 'critical',
  priority: 5,
  failingSince: at(joined - 120),
  joinedAt: at(joined),
  summary,
  dedupSeconds: 30,
  collectSeconds: 30,
  ...more,
});

const incidentOf = (...alerts: Alert[]): Incident => {
  const opened = alerts.reduce<Incident | undefined>(
    (so, alert) => joinIncident(so, server, alert).after,
    undefined,
  );
  if (opened === undefined) throw new Error('an incident has an alert');
  return opened;
};
const told = { problemMail: 1 };
const over = { ...told, wellAt: at(300), wellSummary: summary, recoveryMail: 2 };

interface Case {
  readonly given: string;
  readonly when: string;
  readonly then: string;
  readonly alerts: readonly Alert[];
  readonly mails?: number;
  readonly now: number;
  readonly collected?: boolean;
  readonly wanted: Partial<NextStep> & { mail?: object };
}

const web = alertOf('web', 0);
const cases: readonly Case[] = [
  {
    given: 'a new alert',
    when: 'its window is open',
    then: 'further alerts are waited for',
    alerts: [web],
    now: 10,
    wanted: { step: 'gather', until: at(30) },
  },
  {
    given: 'a new alert',
    when: 'its window has ended',
    then: 'information is collected',
    alerts: [web],
    now: 30,
    wanted: { step: 'collect', limitSeconds: 30, number: 1 },
  },
  {
    given: 'a new alert',
    when: 'information was collected',
    then: 'it is mailed',
    alerts: [web],
    now: 60,
    collected: true,
    wanted: {
      step: 'mail',
      mail: { number: 1, kind: 'problem', failing: ['web-1'], recovered: [], stillFailing: [], messages: [] },
    },
  },
  {
    given: 'an alert that joins during the collection',
    when: 'it has ended',
    then: 'it is in the same mail, highest priority first',
    alerts: [web, alertOf('host', 50, { priority: 1 })],
    now: 60,
    collected: true,
    wanted: {
      step: 'mail',
      mail: {
        number: 1,
        kind: 'problem',
        failing: ['host-1', 'web-1'],
        recovered: [],
        stillFailing: [],
        messages: [],
      },
    },
  },
  {
    given: 'an alert without window and collection',
    when: 'it joins',
    then: 'it is mailed at once',
    alerts: [alertOf('cpu', 0, { dedupSeconds: 0, collectSeconds: 0 })],
    now: 0,
    wanted: { step: 'mail' },
  },
  {
    given: 'a told alert',
    when: 'nothing is new',
    then: 'news are waited for',
    alerts: [{ ...web, ...told }],
    mails: 1,
    now: 400,
    wanted: { step: 'wait', news: 1 },
  },
  {
    given: 'a told alert',
    when: 'another joins later',
    then: 'its window is waited for',
    alerts: [{ ...web, ...told }, alertOf('ssh', 400)],
    mails: 1,
    now: 401,
    wanted: { step: 'gather', until: at(430) },
  },
  {
    given: 'a told alert and a collected second one',
    when: 'it is mailed',
    then: 'it is an update that names what still fails',
    alerts: [{ ...web, ...told }, alertOf('ssh', 400)],
    mails: 1,
    now: 460,
    collected: true,
    wanted: {
      step: 'mail',
      mail: {
        number: 2,
        kind: 'update',
        failing: ['ssh-1'],
        recovered: [],
        stillFailing: ['web-1'],
        messages: [],
      },
    },
  },
  {
    given: 'the only alert',
    when: 'it is well',
    then: 'the recovery is mailed at once',
    alerts: [{ ...web, ...told, wellAt: at(300), wellSummary: summary }],
    mails: 1,
    now: 300,
    wanted: {
      step: 'mail',
      mail: {
        number: 2,
        kind: 'recovery',
        failing: [],
        recovered: ['web-1'],
        stillFailing: [],
        messages: [],
      },
    },
  },
  {
    given: 'two alerts',
    when: 'one is well',
    then: 'further recoveries are waited for',
    alerts: [{ ...web, ...told, wellAt: at(300), wellSummary: summary }, alertOf('ssh', 0, told)],
    mails: 1,
    now: 301,
    wanted: { step: 'gather', until: at(330) },
  },
  {
    given: 'two alerts',
    when: 'one is well for half a minute',
    then: 'the mail names what is well and what is not',
    alerts: [{ ...web, ...told, wellAt: at(300), wellSummary: summary }, alertOf('ssh', 0, told)],
    mails: 1,
    now: 330,
    wanted: {
      step: 'mail',
      mail: {
        number: 2,
        kind: 'partial-recovery',
        failing: [],
        recovered: ['web-1'],
        stillFailing: ['ssh-1'],
        messages: [],
      },
    },
  },
  {
    given: 'an alert that recovered before its mail',
    when: 'the mail is due',
    then: 'the problem is told first',
    alerts: [{ ...web, wellAt: at(40), wellSummary: summary }],
    now: 60,
    collected: true,
    wanted: {
      step: 'mail',
      mail: { number: 1, kind: 'problem', failing: ['web-1'], recovered: [], stillFailing: [], messages: [] },
    },
  },
  {
    given: 'everything told and well',
    when: 'it is looked at',
    then: 'it is closed',
    alerts: [{ ...web, ...over }],
    mails: 2,
    now: 400,
    wanted: { step: 'close' },
  },
];

describe('what an incident needs next', () => {
  for (const { given, when, then, alerts, mails = 0, now, collected = false, wanted } of cases) {
    it(`given ${given}, when ${when}, then ${then}`, () =>
      expect(nextStep({ ...incidentOf(...alerts), mails, news: 1 }, at(now), collected)).toMatchObject(
        wanted,
      ));
  }

  it('given a mail that was recorded, when it is recorded again, then nothing changes', () => {
    const step = nextStep(incidentOf(web), at(60), true);
    if (step.step !== 'mail') throw new Error('a mail was due');
    const after = recordMail(incidentOf(web), step.mail);
    expect(after).toMatchObject({ mails: 1, version: 2, alerts: { 'web-1': { problemMail: 1 } } });
    expect(after && recordMail(after, step.mail)).toBeUndefined();
  });
});

describe('joining', () => {
  it('given no incident, when an alert comes, then it opens the first and leads it', () =>
    expect(joinIncident(undefined, server, web)).toMatchObject({
      kind: 'opened',
      after: { id: 'acme.web-1-1', leader: 'web-1', version: 1 },
    }));

  it('given an open incident, when the same alert comes again, then nothing changes', () => {
    const open = incidentOf(web);
    expect(joinIncident(open, server, web)).toEqual({ kind: 'unchanged', after: open });
  });

  it('given a closed incident, when an alert comes, then it opens the next number', () =>
    expect(joinIncident({ ...incidentOf(web), state: 'closed' }, server, alertOf('ssh', 900))).toMatchObject({
      kind: 'opened',
      after: { id: 'acme.web-1-2', leader: 'ssh-1' },
    }));

  it('given a warning, when the same monitor becomes critical, then one alert of it is open and no recovery is owed', () => {
    const warned = incidentOf({ ...web, severity: 'warning', problemMail: 1 });
    const { after } = joinIncident(warned, server, { ...alertOf('web', 300), episode: 2 });
    expect(after.alerts['web-1']).toMatchObject({ wellAt: at(300), recoveryMail: 0 });
    expect(after.alerts['web-2']?.wellAt).toBeUndefined();
  });

  it('given a warning, when the same monitor warns again without having been well, then nothing changes', () => {
    const warned = incidentOf({ ...web, severity: 'warning', problemMail: 1 });
    const again = { ...alertOf('web', 300), severity: 'warning', episode: 2 } as const;
    expect(joinIncident(warned, server, again)).toEqual({ kind: 'unchanged', after: warned });
  });

  it('given a warning that has ended in an open incident, when the same monitor warns again, then it joins', () => {
    const warned = incidentOf({ ...web, severity: 'warning', problemMail: 1 }, alertOf('ssh', 0));
    const ended = recoverAlert(warned, 'web', at(200), summary) ?? warned;
    const again = { ...alertOf('web', 300), severity: 'warning', episode: 2 } as const;
    expect(joinIncident(ended, server, again).kind).toBe('joined');
  });

  it('given a monitor that flaps for weeks, when it joins for the thousandth time, then the incident stays small and what is not told stays', () => {
    let incident = incidentOf(alertOf('ssh', 0));
    for (let episode = 1; episode <= 1_000; episode += 1) {
      incident = joinIncident(incident, server, { ...alertOf('web', episode), episode }).after;
      const well = recoverAlert(incident, 'web', at(episode + 1), summary);
      const mail = {
        number: episode,
        kind: 'update',
        failing: [`web-${episode}`],
        recovered: [],
        stillFailing: [],
        messages: [],
      } as const;
      const settled = well && recordMail(well, mail);
      if (settled === undefined) throw new Error('the alert was open');
      const key = `web-${episode}`;
      const alert = settled.alerts[key];
      if (alert === undefined) throw new Error(`${key} is lost`);
      incident = { ...settled, alerts: { ...settled.alerts, [key]: { ...alert, recoveryMail: episode } } };
    }
    expect(Object.keys(incident.alerts).length).toBeLessThanOrEqual(62);
    expect(incident.alerts['ssh-1']?.wellAt).toBeUndefined();
    expect(JSON.stringify(incident).length).toBeLessThan(100_000);
  });
});

describe('a recovery', () => {
  it('given an open alert, when its monitor is well, then it is marked and counts as news', () =>
    expect(recoverAlert(incidentOf(web), 'web', at(300), summary)).toMatchObject({
      news: 2,
      version: 2,
      alerts: { 'web-1': { wellAt: at(300) } },
    }));

  it('given an alert that is well, when its monitor is well again, then nothing is written', () => {
    const well = recoverAlert(incidentOf(web), 'web', at(300), summary);
    expect(well && recoverAlert(well, 'web', at(480), summary)).toBeUndefined();
  });
});
