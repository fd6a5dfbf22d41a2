import { afterEach, describe, expect, it } from 'vitest';
import { machineArn } from '../../bin/simulate/virtual-chain.ts';
import { confirming, type PhoneBehaviour, type PhoneScript } from '../../bin/simulate/virtual-phone.ts';
import type { Contact } from '../../core/account.ts';
import { addSeconds, secondsBetween } from '../../core/instant.ts';
import { changeIncident } from '../../lambdas/incident/change-incident.ts';
import { wakeIncident } from '../../lambdas/incident/record-recovery.ts';
import { account, dueAt, type MonitorSpec, operator, World, type WorldOptions } from './world.ts';

const start = '2026-11-21T00:00:00.000Z';
const due = dueAt('web-1', addSeconds(start, 60));
const incidentId = 'acme.web-1-1';
const http: MonitorSpec = { server: 'web-1', monitor: 'http', plan: 'respond' };

const contact = (name: string, phone: string | undefined, language: Contact['language'] = 'ja'): Contact => ({
  name,
  mail: `${name}@acme.example`,
  language,
  alertMail: true,
  ...(phone !== undefined && { phone }),
});
const sato = contact('sato', '+819011110001');
const suzuki = contact('suzuki', '+819011110002');
const smith = contact('smith', '+819011110003', 'en');
const three = [sato, suzuki, smith];

const rings: PhoneBehaviour = { does: 'rings' };
const machine: PhoneBehaviour = { does: 'answers', afterSeconds: 5, hangsUpAfterSeconds: 45 };

/** Telephones by number; those that are not named ring on. */
const phones =
  (byPhone: Readonly<Record<string, PhoneBehaviour>>): PhoneScript =>
  ({ to }) =>
    byPhone[to] ?? rings;

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

/** A world whose web server is down from `due` on, for so many seconds, and has no runbook. */
async function failing(
  options: WorldOptions & { contacts?: readonly Contact[]; downSeconds?: number; specs?: MonitorSpec[] } = {},
): Promise<World> {
  const { contacts = three, downSeconds = Number.POSITIVE_INFINITY, specs = [http], ...rest } = options;
  const world = new World({ start, ...rest });
  worlds.push(world);
  await world.watch(specs, contacts);
  world.script = (_monitor, at) => {
    const seconds = secondsBetween(due, at);
    return seconds >= 0 && seconds < downSeconds ? 'critical' : 'ok';
  };
  return world;
}

const secondsOf = (at: string) => secondsBetween(due, at);
const called = (world: World) => world.rung.map(({ to, at }) => `${to.slice(-1)} +${secondsOf(at)}`);
const mails = (world: World, who: string) =>
  world.mailsTo(`${who}@acme.example`).map(({ state, at }) => `${state} +${secondsOf(at)}`);
const calls = async (world: World) =>
  (await world.stores.calls.calls(incidentId)).map(({ to, end }) => `${to.name} ${end}`);
const incidentOf = async (world: World) => {
  const incident = await world.stores.incidents.incident(incidentId);
  if (incident === undefined) throw new Error('the incident was never opened');
  return incident;
};
const endOf = async (world: World) => (await incidentOf(world)).response?.calls;
const pauseOf = async (world: World) =>
  (await world.stores.monitors.monitor({ account, server: 'web-1', monitor: 'http' }))?.state.pause;

/** Everything that can happen on the telephones of three contacts. */
const rows: readonly {
  given: string;
  then: string;
  script: PhoneScript;
  contacts?: readonly Contact[];
  rung: readonly string[];
  ended: readonly string[];
  end: { end: string; by?: string };
}[] = [
  {
    given: 'a first contact who answers and confirms',
    then: 'nobody else is called',
    script: phones({ [sato.phone as string]: confirming }),
    rung: ['1 +150'],
    ended: ['sato accepted'],
    end: { end: 'accepted', by: 'sato' },
  },
  {
    given: 'two who let it ring and a third who confirms',
    then: 'each rings for 30 s, and the third is the last',
    script: phones({ [smith.phone as string]: confirming }),
    rung: ['1 +150', '2 +180', '3 +210'],
    ended: ['sato unanswered', 'suzuki unanswered', 'smith accepted'],
    end: { end: 'accepted', by: 'smith' },
  },
  {
    given: 'an answering machine',
    then: 'it is no answer: the next one is called when it hangs up',
    script: phones({ [sato.phone as string]: machine, [suzuki.phone as string]: confirming }),
    rung: ['1 +150', '2 +200'],
    ended: ['sato no-key', 'suzuki accepted'],
    end: { end: 'accepted', by: 'suzuki' },
  },
  {
    given: 'somebody who picks up, listens and never hangs up',
    then: 'the line is cut after 90 s',
    script: phones({
      [sato.phone as string]: { does: 'answers', afterSeconds: 5, hangsUpAfterSeconds: 9000 },
      [suzuki.phone as string]: confirming,
    }),
    rung: ['1 +150', '2 +245'],
    ended: ['sato no-key', 'suzuki accepted'],
    end: { end: 'accepted', by: 'suzuki' },
  },
  {
    given: 'a contact who presses another key',
    then: 'it is no answer',
    script: phones({
      [sato.phone as string]: {
        does: 'answers',
        afterSeconds: 5,
        key: { digit: '2', afterSeconds: 10 },
        hangsUpAfterSeconds: 20,
      },
      [suzuki.phone as string]: confirming,
    }),
    rung: ['1 +150', '2 +175'],
    ended: ['sato no-key', 'suzuki accepted'],
    end: { end: 'accepted', by: 'suzuki' },
  },
  {
    given: 'a contact who declines',
    then: 'the next one is called at once',
    script: phones({
      [sato.phone as string]: { does: 'declines', afterSeconds: 4 },
      [suzuki.phone as string]: confirming,
    }),
    rung: ['1 +150', '2 +154'],
    ended: ['sato declined', 'suzuki accepted'],
    end: { end: 'accepted', by: 'suzuki' },
  },
  {
    given: 'a number that the telephone service refuses',
    then: 'the next one is called at once',
    script: phones({
      [sato.phone as string]: { does: 'is refused', reason: 'DestinationNotAllowedException' },
      [suzuki.phone as string]: confirming,
    }),
    rung: ['2 +150'],
    ended: ['sato failed', 'suzuki accepted'],
    end: { end: 'accepted', by: 'suzuki' },
  },
  {
    given: 'a contact without a number and one who is there twice',
    then: 'the first is passed over, the second called once',
    contacts: [contact('tanaka', undefined), sato, sato, suzuki],
    script: phones({ [suzuki.phone as string]: confirming }),
    rung: ['1 +150', '2 +180'],
    ended: ['sato unanswered', 'suzuki accepted'],
    end: { end: 'accepted', by: 'suzuki' },
  },
  {
    given: 'a pick-up in the last second of ringing',
    then: 'it is not cut off',
    script: phones({
      [sato.phone as string]: { does: 'answers', afterSeconds: 29.9, key: { digit: '1', afterSeconds: 60 } },
    }),
    rung: ['1 +150'],
    ended: ['sato accepted'],
    end: { end: 'accepted', by: 'sato' },
  },
  {
    given: 'a telephone service that fails for one call',
    then: 'the next contact is called',
    script: phones({
      [sato.phone as string]: { does: 'fails', error: 'ServiceUnavailable' },
      [suzuki.phone as string]: confirming,
    }),
    rung: [],
    ended: ['sato failed', 'suzuki accepted'],
    end: { end: 'accepted', by: 'suzuki' },
  },
];

describe('calling the contacts', () => {
  for (const { given, then, script, contacts, rung, ended, end } of rows)
    for (const phoneSendsEvents of [true, false]) {
      const events = phoneSendsEvents ? '' : ', and events are lost';
      it(`given ${given}${events}, when the first response is over, then ${then}`, async () => {
        const world = await failing({
          phone: script,
          phoneSendsEvents,
          ...(contacts !== undefined && { contacts }),
        });
        await world.advance(1_200);
        expect(await calls(world)).toEqual(ended);
        expect(await endOf(world)).toMatchObject(end);
        // Without events a call is looked at when its time is over, and times differ.
        if (phoneSendsEvents && rung.length > 0) expect(called(world)).toEqual(rung);
        expect(await pauseOf(world)).toBeUndefined();
        expect(world.mailsTo(operator)).toEqual([]);
      });
    }

  it('given a contact who confirms, when the calls end, then every contact is mailed who was reached, and the recovery follows', async () => {
    const world = await failing({ downSeconds: 1_800 });
    await world.advance(3_600);
    for (const { name } of three)
      expect(mails(world, name)).toEqual([
        'PROBLEM +150',
        expect.stringMatching(/ \+170$/),
        expect.stringMatching(/^RECOVERED/),
      ]);
    const [, reached] = world.mailsTo('smith@acme.example');
    expect(reached?.text).toContain('sato');
    expect((await incidentOf(world)).state).toBe('closed');
  });

  it('given two languages, when contacts are called, then each hears the report in their own, with what is known', async () => {
    const world = await failing({ phone: () => rings });
    await world.advance(600);
    const [first, , third] = world.rung;
    expect(first?.report).toContain('Acme様のサーバー、web-1で、障害を検知しました。');
    expect(first?.report).toContain('1を、押してください');
    expect(third?.report).toContain('failure on the server web-1 of Acme');
    expect(third?.report).toContain('Japan Standard Time');
  });
});

describe('nobody answers', () => {
  it('given nobody who answers, when all were called, then all are mailed, the monitor is paused, the operators know, and its recovery resumes it', async () => {
    const world = await failing({ phone: () => rings, downSeconds: 7_200 });
    await world.advance(3_600);
    expect(called(world)).toEqual(['1 +150', '2 +180', '3 +210']);
    expect(await endOf(world)).toMatchObject({ end: 'exhausted' });
    expect(await pauseOf(world)).toMatchObject({ by: 'escalation' });
    for (const { name } of three) expect(mails(world, name)).toHaveLength(2);
    expect(world.mailsTo('sato@acme.example')[1]?.text).toContain('http');
    expect(world.mailsTo(operator).map(({ subject }) => subject)).toEqual([
      expect.stringContaining('Nobody was reached: acme.web-1-1'),
    ]);

    await world.advance(7_200);
    expect(await pauseOf(world)).toBeUndefined();
    expect(mails(world, 'sato').at(-1)).toMatch(/^RECOVERED/);
    expect((await incidentOf(world)).state).toBe('closed');
  });

  it('given calls that all fail, when the last has failed, then the operators are told that none could be placed', async () => {
    const world = await failing({ phone: () => ({ does: 'is refused', reason: 'LimitExceededException' }) });
    await world.advance(900);
    expect(world.rung).toEqual([]);
    expect(await endOf(world)).toMatchObject({ end: 'exhausted' });
    const [notice] = world.mailsTo(operator);
    expect(notice?.subject).toContain('No call could be placed');
    expect(notice?.text).toContain('LimitExceededException');
    expect(notice?.text).not.toContain('+81901111');
  });

  it('given no free line for a while, when it is asked for again, then the first contact is called as soon as there is one', async () => {
    const world = await failing({
      phone: (_order, attempt) => (attempt < 12 ? { does: 'is busy' } : confirming),
    });
    await world.advance(1_200);
    expect(called(world)).toEqual([expect.stringMatching(/^1 /)]);
    expect(await calls(world)).toEqual(['sato accepted']);
  });

  it('given no free line, when the service recovers, then nobody is called any more', async () => {
    const world = await failing({ phone: () => ({ does: 'is busy' }), downSeconds: 240 });
    await world.advance(1_800);
    expect(world.rung).toEqual([]);
    expect(await calls(world)).toEqual(['sato recovered']);
    expect((await incidentOf(world)).state).toBe('closed');
  });

  for (const { given, contacts } of [
    { given: 'no contact with a number', contacts: [contact('tanaka', undefined)] },
    { given: 'no contact at all', contacts: [] },
  ])
    it(`given ${given}, when people must be reached, then it is left to mail and the operators are told`, async () => {
      const world = await failing({ contacts });
      await world.advance(900);
      expect(world.rung).toEqual([]);
      expect(await endOf(world)).toMatchObject({ end: 'nobody-to-call' });
      expect(await pauseOf(world)).toBeUndefined();
      expect(world.mailsTo(operator).map(({ subject }) => subject)).toContainEqual(
        expect.stringContaining('Nobody can be called'),
      );
      expect(world.mailsTo('tanaka@acme.example')).toHaveLength(contacts.length * 2);
    });
});

describe('what happens meanwhile', () => {
  /** Called at +165, so that the check at +180 comes while it rings. */
  const late: MonitorSpec = { ...http, timing: { dedupSeconds: 45 } };

  it('given a ringing telephone, when the service recovers, then it stops ringing and the next person hears nothing', async () => {
    const world = await failing({ phone: () => rings, downSeconds: 170, specs: [late] });
    await world.advance(1_800);
    expect(called(world)).toEqual(['1 +165']);
    expect(secondsOf(world.rung[0]?.endedAt ?? '')).toBe(180);
    expect(await calls(world)).toEqual(['sato recovered']);
    expect(await endOf(world)).toMatchObject({ end: 'recovered' });
    expect((await incidentOf(world)).state).toBe('closed');
    expect(world.mailsTo(operator)).toEqual([]);
    expect(mails(world, 'sato')).toEqual(['PROBLEM +165', expect.stringMatching(/^RECOVERED/)]);
  });

  it('given somebody who listens to the report, when the service recovers, then he is not cut off, and the next person hears nothing', async () => {
    const world = await failing({ phone: () => machine, downSeconds: 170, specs: [late] });
    await world.advance(1_800);
    expect(called(world)).toEqual(['1 +165']);
    expect(secondsOf(world.rung[0]?.endedAt ?? '')).toBe(215);
    expect(await endOf(world)).toMatchObject({ end: 'recovered' });
    expect((await incidentOf(world)).state).toBe('closed');
  });

  it('given a contact who is changed while another is called, when the turn comes, then the new number is called', async () => {
    const world = await failing({ phone: () => rings });
    await world.advanceTo(addSeconds(due, 160));
    await world.watch([http], [sato, { ...suzuki, phone: '+819011110009' }]);
    await world.advance(600);
    expect(called(world)).toEqual(['1 +150', '9 +180']);
  });

  it('given a ringing telephone, when an operator skips the calls, then it stops and nobody else is called', async () => {
    const world = await failing({ phone: () => rings });
    await world.advanceTo(addSeconds(due, 160));
    const { incident } = await changeIncident(world.stores.incidents, incidentId, (now) => ({
      ...now,
      response: { rounds: 0, ...now.response, skipCalls: true },
      news: now.news + 1,
      version: now.version + 1,
    }));
    await wakeIncident(world.workflows, incident);
    await world.advance(600);
    expect(called(world)).toEqual(['1 +150']);
    expect(await calls(world)).toEqual(['sato skipped']);
    expect(secondsOf(world.rung[0]?.endedAt ?? '')).toBe(160);
    expect(await endOf(world)).toMatchObject({ end: 'skipped' });
  });

  const running = `${machineArn('escalation').replace(':stateMachine:', ':execution:')}:${incidentId}-escalation-2`;

  it('given a ringing telephone, when an operator stops the workflow, then the incident says so, and a later redrive goes on with the next contact', async () => {
    const world = await failing({ phone: phones({ [suzuki.phone as string]: confirming }) });
    await world.advanceTo(addSeconds(due, 160));
    await world.engine.stopExecution({ executionArn: running });
    await world.advance(300);
    expect(called(world)).toEqual(['1 +150']);
    expect(await calls(world)).toEqual(['sato stopped']);
    expect(secondsOf(world.rung[0]?.endedAt ?? '')).toBe(160);
    expect(await endOf(world)).toMatchObject({ end: 'skipped' });
    await world.engine.redriveExecution({ executionArn: running });
    await world.advance(600);
    expect(called(world).map((one) => one[0])).toEqual(['1', '2']);
    expect(await endOf(world)).toMatchObject({ end: 'accepted', by: 'suzuki' });
  });

  it('given calls that somebody accepted, when another service of the server fails, then nobody is called again', async () => {
    const smtp: MonitorSpec = { ...http, monitor: 'smtp' };
    const world = await failing({ specs: [http, smtp] });
    world.script = ({ id }, at) => (at >= (id === 'http' ? due : addSeconds(due, 1_800)) ? 'critical' : 'ok');
    await world.advance(5_400);
    expect(called(world)).toEqual(['1 +150']);
  });

  it('given calls that nobody answered, when another service of the server fails later, then all are called once more', async () => {
    const smtp: MonitorSpec = { ...http, monitor: 'smtp' };
    const world = await failing({ specs: [http, smtp], phone: () => rings });
    world.script = ({ id }, at) => (at >= (id === 'http' ? due : addSeconds(due, 1_800)) ? 'critical' : 'ok');
    await world.advance(5_400);
    expect(world.rung.map(({ to }) => to.slice(-1)).join('')).toBe('123123');
  });
});

describe('a function dies after its work is done', () => {
  const steps = ['NextCall', 'PlaceCall', 'LookAtCall', 'EndCall', 'EndEscalation', 'WaitForNews'] as const;
  for (const step of steps)
    for (const nth of [1, 2, 3])
      it(`given a third contact who confirms, when ${step} dies at its call ${nth}, then each rings once, and who confirmed is not called again`, async () => {
        const world = await failing({ phone: phones({ [smith.phone as string]: confirming }) });
        let seen = 0;
        world.crash = ({ name, payload }) => {
          if (name !== step) return false;
          if (name === 'WaitForNews' && !JSON.stringify(payload).includes('"escalation"')) return false;
          seen += 1;
          return seen === nth;
        };
        await world.advance(3_600);
        expect(world.rung.map(({ to }) => to.slice(-1)).join('')).toBe('123');
        expect(await endOf(world)).toMatchObject({ end: 'accepted', by: 'smith' });
        expect((await incidentOf(world)).response?.running).toBeUndefined();
        expect(mails(world, 'sato')).toHaveLength(2);
      });
});

/** Lets one write of a store fail, before it is done or after. @returns how many writes there were */
function breakWrite(world: World, nth: number, isAfter: boolean): () => number {
  const { calls, incidents } = world.stores;
  let count = 0;
  const breaking =
    <Given extends unknown[], Result>(write: (...given: Given) => Promise<Result>) =>
    async (...given: Given): Promise<Result> => {
      // Before that the alert was found and mailed, which other scenarios break.
      const isCalling =
        world.clock.now() >= Date.parse(addSeconds(due, 150)) &&
        (await incidents.incident(incidentId))?.response?.rounds === 2;
      if (isCalling) count += 1;
      if (isCalling && count === nth && !isAfter) throw new Error('the table was away');
      const result = await write(...given);
      if (isCalling && count === nth && isAfter) throw new Error('the process was killed');
      return result;
    };
  Object.assign(calls, {
    replaceCall: breaking(calls.replaceCall.bind(calls)),
    saveContact: breaking(calls.saveContact.bind(calls)),
  });
  Object.assign(incidents, {
    replaceIncident: breaking(incidents.replaceIncident.bind(incidents)),
    addTimeline: breaking(incidents.addTimeline.bind(incidents)),
  });
  return () => count;
}

describe('a write that fails', () => {
  const script = phones({
    [sato.phone as string]: { does: 'declines', afterSeconds: 5 },
    [suzuki.phone as string]: { does: 'answers', afterSeconds: 5, key: { digit: '1', afterSeconds: 20 } },
  });
  const writes = 20;

  for (const isAfter of [false, true])
    for (let nth = 1; nth <= writes; nth += 1)
      it(`given calls of which the second is confirmed, when write ${nth} is lost ${isAfter ? 'after' : 'before'} it is done, then each telephone rings once and the incident knows`, async () => {
        const world = await failing({ phone: script });
        const count = breakWrite(world, nth, isAfter);
        await world.advance(900);
        expect(count()).toBeGreaterThanOrEqual(nth);
        expect(world.rung.map(({ to }) => to.slice(-1)).join('')).toBe('12');
        expect(await calls(world)).toEqual(['sato declined', 'suzuki accepted']);
        expect(await endOf(world)).toMatchObject({ end: 'accepted', by: 'suzuki' });
        expect((await incidentOf(world)).response?.running).toBeUndefined();
        expect(mails(world, 'smith')).toHaveLength(2);
      });
});
