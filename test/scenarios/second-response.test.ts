import { beforeAll, describe, expect, it } from 'vitest';
import { machineArn } from '../../bin/simulate/virtual-chain.ts';
import { confirming, type PhoneScript } from '../../bin/simulate/virtual-phone.ts';
import { addSeconds, type Instant, secondsBetween } from '../../core/instant.ts';
import { type Engineer, engineer, rota } from '../../core/on-call/rota.ts';
import type { Settings } from '../../core/settings.ts';
import { recordRecovery } from '../../lambdas/incident/record-recovery.ts';
import { type Acknowledgement, acknowledgePage } from '../../lambdas/on-call/acknowledge.ts';
import { submitCauseReport } from '../../lambdas/on-call/submit-report.ts';
import { addEngineerUpdate } from '../../lambdas/on-call/take-update.ts';
import { troubled } from './script.ts';
import { customer, dueAt, type MonitorSpec, operator, World, type WorldOptions } from './world.ts';

/** A Tuesday; 09:00 in Tokyo. */
const start = '2026-11-24T00:00:00.000Z';
const due = dueAt('web-1', addSeconds(start, 60));
const incident = 'acme.web-1-1';
const http: MonitorSpec = { server: 'web-1', monitor: 'http', plan: 'managed' };

const people: Engineer[] = [
  { id: 'sato', name: '佐藤', mail: 'sato@msp.example', phone: '+81312340001', language: 'ja' },
  { id: 'jones', name: 'Jones', mail: 'jones@msp.example', phone: '+81312340002', language: 'en' },
].map((one) => engineer.parse(one));
const [sato, jones] = people as [Engineer, Engineer];
const settings: Partial<Settings> = {
  onCall: rota.parse({
    engineers: people,
    shifts: [
      {
        days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
        from: '00:00',
        to: '24:00',
        engineers: ['sato', 'jones'],
      },
    ],
  }),
  desk: { phone: '+81312349999' },
};
const report = {
  cause: 'The disk was full.',
  actions: 'Freed it.',
  prevention: 'A larger disk.',
  author: '佐藤',
};

/** Nobody picks up. */
const silence: PhoneScript = () => ({ does: 'rings' });

/** A world whose web server fails from `from` to `to`. */
async function failing(
  to: Instant | undefined,
  options: WorldOptions & { from?: Instant; settings?: Partial<Settings> } = {},
): Promise<World> {
  const { from = due, settings: given = settings, ...rest } = options;
  const world = new World({ start, phone: silence, ...rest });
  await world.watch([http], undefined, given);
  world.script = troubled([{ server: 'web-1', monitor: 'http', from, ...(to !== undefined && { to }) }]);
  return world;
}

const told = (world: World, address: string, since = due) =>
  world.mailsTo(address).map(({ state, at }) => `${state} +${secondsBetween(since, at)}`);
const deskSubjects = (world: World) => world.mailsTo(operator).map(({ subject }) => subject);
const ports = (world: World) => ({ ...world.stores, workflows: world.workflows });
const now = (world: World) => new Date(world.clock.now()).toISOString();
const acknowledge = (world: World, by: string): Promise<Acknowledgement> =>
  acknowledgePage(ports(world), { incident, by, at: now(world) });
const submit = (world: World, given: unknown = report) =>
  submitCauseReport(ports(world), { incident, report: given, at: now(world) });
const secondOf = (world: World) => world.stores.onCall.secondResponse(incident);

/** Who was paged, by mail, and when, in seconds after the engineers were called in. */
const begun = addSeconds(due, 150);
const pages = (world: World) =>
  [sato, jones]
    .flatMap(({ id, mail }) =>
      world
        .mailsTo(mail)
        .filter(({ state }) => state === 'PAGE')
        .map(({ at }) => ({ id, at })),
    )
    .concat(
      world
        .mailsTo(operator)
        .filter(({ subject }) => subject.includes('No engineer has taken'))
        .map(({ at }) => ({ id: 'desk', at })),
    )
    .sort((a, b) => a.at.localeCompare(b.at))
    .map(({ id, at }) => `${id} +${secondsBetween(begun, at) / 60}`);
const rung = (world: World) =>
  world.rung.map(({ to, at, endedAt }) => {
    const seconds = endedAt === undefined ? 'on' : secondsBetween(at, endedAt);
    return `${to.slice(-4)} +${secondsBetween(begun, at) / 60}, ${seconds} s`;
  });
const timeline = async (world: World, kind: string, of = incident) =>
  (await world.stores.incidents.timeline(of))
    .filter((one) => one.kind === kind)
    .map(({ summary }) => summary.en);
const executionArn = (name: string) =>
  machineArn('second-response').replace(':stateMachine:', ':execution:').concat(`:${name}`);
const statusOf = (world: World, name = `${incident}-engineers`) =>
  world.engine.describeExecution({ executionArn: executionArn(name) }).status;

/** Sato confirms; nobody else picks up. */
const satoConfirms: PhoneScript = ({ to }) => (to === sato.phone ? confirming : { does: 'rings' });

describe('paging', () => {
  it('given an engineer who presses the key, when the first response has not helped, then nobody else is paged, and the customer knows who is on it', async () => {
    const world = await failing(undefined, { phone: satoConfirms });
    await world.advanceTo(addSeconds(begun, 3700));
    expect(pages(world)).toEqual(['sato +0']);
    expect(rung(world)).toEqual([expect.stringMatching(/^0001 \+0, /)]);
    expect((await secondOf(world))?.acknowledged).toEqual({ by: '佐藤', at: addSeconds(begun, 20) });
    expect((await world.stores.incidents.incident(incident))?.response?.secondResponse).toMatchObject({
      acknowledgedBy: '佐藤',
    });
    expect(await timeline(world, 'page')).toEqual([
      'Paged 佐藤 by mail and telephone.',
      '佐藤 has taken the incident.',
    ]);
    expect(world.mailsTo(customer).at(-1)?.text).toContain('エンジニア 佐藤 が対応を続けております。');
    await world.close();
  });

  it('given nobody who acknowledges, when ten minutes are over each time, then the next one is paged, then the desk, and so on', async () => {
    const world = await failing(undefined);
    await world.advanceTo(addSeconds(begun, 61 * 60));
    expect(pages(world)).toEqual([
      'sato +0',
      'jones +10',
      'desk +20',
      'sato +30',
      'jones +40',
      'desk +50',
      'sato +60',
    ]);
    expect(rung(world).slice(0, 4)).toEqual([
      '0001 +0, 30 s',
      '0002 +10, 30 s',
      '9999 +20, 30 s',
      '0001 +30, 30 s',
    ]);
    await world.close();
  });

  it('given an answering machine, when it picks up, then that is no acknowledgement', async () => {
    const world = await failing(undefined, {
      phone: ({ to }) => (to === sato.phone ? { does: 'answers', afterSeconds: 15 } : confirming),
    });
    await world.advanceTo(addSeconds(begun, 1300));
    expect(pages(world)).toEqual(['sato +0', 'jones +10']);
    expect((await secondOf(world))?.acknowledged?.by).toBe('Jones');
    await world.close();
  });

  it('given a number that cannot be called, when the engineer is paged, then the mail leaves and the next one has his turn', async () => {
    const world = await failing(undefined, {
      phone: ({ to }) => (to === sato.phone ? { does: 'is refused', reason: 'no such number' } : confirming),
    });
    await world.advanceTo(addSeconds(begun, 700));
    expect(pages(world)).toEqual(['sato +0', 'jones +10']);
    expect(rung(world)).toEqual([expect.stringMatching(/^0002 \+10, /)]);
    await world.close();
  });

  it('given nobody on call, when engineers are called in, then the operators’ desk is paged at once', async () => {
    const world = await failing(undefined, { settings: {} });
    await world.advanceTo(addSeconds(begun, 1500));
    expect(pages(world)).toEqual(['desk +0', 'desk +10']);
    expect(world.mailsTo(operator).at(-1)?.text).toContain('No engineer is on call now.');
    expect(world.rung).toEqual([]);
    await world.close();
  });

  it('given an engineer who acknowledges after the time-out, when the next one was paged already, then the first to say so has it', async () => {
    const world = await failing(undefined);
    await world.advanceTo(addSeconds(begun, 660));
    expect(await acknowledge(world, '佐藤')).toEqual({
      outcome: 'acknowledged',
      by: '佐藤',
      at: addSeconds(begun, 660),
    });
    await world.advance(60);
    expect(await acknowledge(world, 'Jones')).toMatchObject({ outcome: 'already', by: '佐藤' });
    await world.advance(3600);
    expect(pages(world)).toEqual(['sato +0', 'jones +10']);
    await world.close();
  });

  it('given two engineers, when both acknowledge in the same moment, then one has it', async () => {
    const world = await failing(undefined);
    await world.advanceTo(addSeconds(begun, 610));
    const answers = await Promise.all(['佐藤', 'Jones'].map((by) => acknowledge(world, by)));
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['acknowledged', 'already']);
    await world.advance(3600);
    expect(pages(world)).toHaveLength(2);
    await world.close();
  });

  it('given a service that recovers while the telephone rings, when it is seen, then the ringing ends, nobody is paged again, and nobody can take it', async () => {
    const world = await failing(undefined);
    await world.advanceTo(addSeconds(begun, 610));
    await recordRecovery(ports(world), { account: 'acme', server: 'web-1', monitor: 'http' }, now(world), {
      ja: '復旧',
      en: 'well',
    });
    world.script = () => 'ok';
    await world.advance(3600);
    expect(rung(world)).toEqual(['0001 +0, 30 s', '0002 +10, 10 s']);
    expect(pages(world)).toEqual(['sato +0', 'jones +10']);
    expect(await acknowledge(world, 'Jones')).toEqual({ outcome: 'over' });
    expect((await secondOf(world))?.acknowledged).toBeUndefined();
    // Somebody owes the report all the same: whoever is on call is asked, and the operators know.
    expect(world.mailsTo(sato.mail).at(-1)?.state).toBe('REPORT');
    await world.close();
  });

  it('given a shift that ends, when nobody of it has acknowledged, then the next shift is paged', async () => {
    const onCall = rota.parse({
      engineers: people,
      shifts: [
        { days: ['tue'], from: '00:00', to: '09:10', engineers: ['sato'] },
        { days: ['tue'], from: '09:10', to: '24:00', engineers: ['jones'] },
      ],
    });
    const world = await failing(undefined, { settings: { onCall } });
    await world.advanceTo(addSeconds(begun, 660));
    expect(pages(world)).toEqual(['sato +0', 'jones +10']);
    await world.close();
  });

  it('given nobody who acknowledges for a day, when an execution has gone on for long, then a new one goes on, and none is paged twice at once', async () => {
    const world = await failing(undefined);
    await world.advanceTo(addSeconds(begun, 24 * 3600));
    expect(statusOf(world)).toBe('SUCCEEDED');
    expect(statusOf(world, `${incident}-engineers-2`)).toBe('RUNNING');
    const all = pages(world);
    expect(all).toHaveLength(145);
    expect(new Set(all).size).toBe(145);
    await world.close();
  });
});

describe('what the customer is told while it goes on', () => {
  it('given an engineer who writes, when the customer is told, then the hourly word waits for another hour', async () => {
    const world = await failing(undefined, { phone: satoConfirms });
    await world.advanceTo(addSeconds(begun, 1800));
    const body = 'ディスクを増設しています。\n30分ほどかかります。';
    const update = { incident, by: '佐藤', body, at: now(world) };
    expect(await addEngineerUpdate(ports(world), update)).toEqual({ outcome: 'taken' });
    expect(await addEngineerUpdate(ports(world), update)).toEqual({ outcome: 'taken' });
    await world.advanceTo(addSeconds(begun, 5500));
    expect(told(world, customer, begun)).toEqual([
      'PROBLEM +0',
      'RESPONSE +0',
      'RESPONSE +0',
      'RESPONSE +1800',
      'RESPONSE +5400',
    ]);
    expect(world.mailsTo(customer)[3]?.text).toContain('30分ほどかかります。');
    await world.close();
  });

  const refused = [
    {
      given: 'an empty update',
      body: ' ',
      want: { outcome: 'refused', problems: ['say what the customer is to know'] },
    },
    {
      given: 'an update that is no text',
      body: { html: 1 },
      want: { outcome: 'refused', problems: [expect.any(String)] },
    },
  ];
  for (const { given, body, want } of refused) {
    it(`given ${given}, when it is written, then it is refused and nobody is mailed`, async () => {
      const world = await failing(undefined, { phone: satoConfirms });
      await world.advanceTo(addSeconds(begun, 1800));
      expect(await addEngineerUpdate(ports(world), { incident, by: '佐藤', body, at: now(world) })).toEqual(
        want,
      );
      await world.advance(60);
      expect(told(world, customer)).toHaveLength(3);
      await world.close();
    });
  }

  it('given a failure of three days, when it goes on, then the customer hears every hour of the first and every six hours of the others', async () => {
    const world = await failing(undefined, { phone: satoConfirms });
    await world.advanceTo(addSeconds(begun, 3 * 24 * 3600 + 60));
    const hours = world
      .mailsTo(customer)
      .slice(3)
      .map(({ at }) => secondsBetween(begun, at) / 3600);
    expect(hours).toEqual([...Array.from({ length: 24 }, (_, n) => n + 1), 30, 36, 42, 48, 54, 60, 66, 72]);
    const messages = (await world.stores.incidents.incident(incident))?.messages ?? [];
    expect(messages.length).toBeLessThan(20);
    await world.close();
  }, 20_000);

  it('given an incident that nobody was paged for, when somebody writes, acknowledges or reports, then it is unknown', async () => {
    const world = await failing(undefined);
    await world.advance(60);
    expect(await acknowledge(world, '佐藤')).toEqual({ outcome: 'unknown' });
    expect(await submit(world)).toEqual({ outcome: 'unknown' });
    const update = { incident, by: '佐藤', body: 'x', at: now(world) };
    expect(await addEngineerUpdate(ports(world), update)).toEqual({ outcome: 'unknown' });
    await world.close();
  });
});

describe('the cause report', () => {
  const recovered = addSeconds(due, 7200);

  it('given a recovery, when the engineer reports in time, then the customer has it in the same thread, and the workflow ends', async () => {
    const world = await failing(recovered, { phone: satoConfirms });
    await world.advanceTo(addSeconds(recovered, -60));
    expect(await submit(world)).toEqual({ outcome: 'too-early' });
    await world.advance(3600);
    expect(world.mailsTo(sato.mail).map(({ state }) => state)).toEqual(['PAGE', 'REPORT']);
    expect(await submit(world, { ...report, cause: '' })).toEqual({
      outcome: 'refused',
      problems: ['cause: say the cause'],
    });
    expect(await submit(world)).toEqual({ outcome: 'taken' });
    expect(await submit(world)).toEqual({ outcome: 'taken' });
    expect(await submit(world, { ...report, cause: 'Another.' })).toMatchObject({
      outcome: 'already',
      author: '佐藤',
    });
    await world.advance(60);
    const mails = world.mailsTo(customer);
    expect(mails.slice(-2).map(({ state }) => state)).toEqual(['RECOVERED', 'RESPONSE']);
    expect(mails.at(-1)?.incident).toBe(incident);
    expect(mails.at(-1)?.text).toContain('The disk was full.');
    expect(statusOf(world)).toBe('SUCCEEDED');
    expect((await secondOf(world))?.endedAt).toBeDefined();
    await world.advance(7 * 24 * 3600);
    expect(world.mailsTo(customer)).toHaveLength(mails.length);
    expect(world.mailsTo(sato.mail)).toHaveLength(2);
    await world.close();
  });

  const late = [
    {
      given: 'a recovery on a Friday before a long weekend',
      from: '2026-11-20T01:00:00.000Z',
      until: '2026-11-26T12:00:00.000Z',
      // Monday the 23rd is a holiday.
      want: ['24T14:00', '24T18:00', '25T18:00', '26T18:00'].map((one) => `2026-11-${one}`),
    },
    {
      given: 'a recovery on the last business day of the year',
      from: '2026-12-28T01:00:00.000Z',
      until: '2027-01-06T12:00:00.000Z',
      want: ['04T14:00', '04T18:00', '05T18:00', '06T18:00'].map((one) => `2027-01-${one}`),
    },
  ];
  for (const { given, from, until, want } of late) {
    it(`given ${given}, when no report comes, then the engineer and the operators are reminded in business hours only`, async () => {
      const failed = dueAt('web-1', from);
      const world = await failing(addSeconds(failed, 1800), {
        start: addSeconds(from, -60),
        from: failed,
        phone: satoConfirms,
      });
      await world.advanceTo(until);
      const tokyo = (address: string, sign: string) =>
        world
          .mailsTo(address)
          .filter(({ subject }) => subject.includes(sign))
          .map(({ at }) => new Date(Date.parse(at) + 9 * 3_600_000).toISOString().slice(0, 16));
      expect(tokyo(sato.mail, 'Mimamori REPORT').slice(1)).toEqual(want);
      expect(tokyo(operator, 'cause report')).toEqual(want);
      expect(await submit(world)).toEqual({ outcome: 'taken' });
      await world.advance(120);
      expect(world.mailsTo(customer).at(-1)?.text).toContain('The disk was full.');
      await world.close();
    }, 30_000);
  }

  it('given a report that is waited for, when the service fails again, then that is another incident with engineers of its own, and each has its report', async () => {
    const again = addSeconds(recovered, 3600);
    const world = await failing(recovered, { phone: satoConfirms });
    world.script = troubled([
      { server: 'web-1', monitor: 'http', from: due, to: recovered },
      { server: 'web-1', monitor: 'http', from: again, to: addSeconds(again, 3600) },
    ]);
    await world.advanceTo(addSeconds(again, 1800));
    expect(statusOf(world)).toBe('RUNNING');
    expect(statusOf(world, 'acme.web-1-2-engineers')).toBe('RUNNING');
    expect(await submit(world)).toEqual({ outcome: 'taken' });
    await world.advanceTo(addSeconds(again, 7200));
    expect(statusOf(world)).toBe('SUCCEEDED');
    expect(statusOf(world, 'acme.web-1-2-engineers')).toBe('RUNNING');
    const second = { ...report, cause: 'Disk full again.' };
    await submitCauseReport(ports(world), { incident: 'acme.web-1-2', report: second, at: now(world) });
    await world.advance(60);
    const reports = world.mailsTo(customer).filter(({ text }) => /disk (was )?full/i.test(text));
    expect(reports.map((one) => one.incident)).toEqual([incident, 'acme.web-1-2']);
    await world.close();
  });

  it('given a service that fails again before its incident has closed, when engineers have it, then they go on, and the report is asked for after the last recovery', async () => {
    const world = await failing(undefined, { phone: satoConfirms });
    await world.watch([http, { ...http, monitor: 'ssh' }], undefined, settings);
    world.script = troubled([
      { server: 'web-1', monitor: 'http', from: due, to: addSeconds(due, 1800) },
      { server: 'web-1', monitor: 'ssh', from: due, to: addSeconds(due, 3600) },
      { server: 'web-1', monitor: 'http', from: addSeconds(due, 2400), to: addSeconds(due, 5400) },
    ]);
    await world.advance(9000);
    const asked = world.mailsTo(sato.mail).filter(({ state }) => state === 'REPORT');
    expect(asked.map(({ at }) => secondsBetween(due, at))).toEqual([5400]);
    expect(pages(world)).toEqual(['sato +0']);
    await world.close();
  });
});

describe('in the console', () => {
  it('given an execution that an operator stops, when it is redriven hours later, then it goes on with what is due by then', async () => {
    const world = await failing(undefined);
    await world.advanceTo(addSeconds(begun, 900));
    await world.engine.stopExecution({ executionArn: executionArn(`${incident}-engineers`) });
    await world.advance(3 * 3600);
    expect(pages(world)).toEqual(['sato +0', 'jones +10']);
    expect(deskSubjects(world).join('\n')).toContain(incident);
    await world.engine.redriveExecution({ executionArn: executionArn(`${incident}-engineers`) });
    await world.advance(700);
    expect(pages(world).slice(2)).toEqual(['desk +195', 'sato +205']);
    expect(world.mailsTo(customer).filter(({ at }) => at > addSeconds(begun, 900))).toHaveLength(1);
    await world.close();
  });

  it('given an execution that is stopped while the report is late, when it is redriven, then one reminder comes, not all of them', async () => {
    const world = await failing(addSeconds(due, 1800), { phone: satoConfirms });
    await world.advance(7200);
    await world.engine.stopExecution({ executionArn: executionArn(`${incident}-engineers`) });
    await world.advanceTo('2026-11-30T00:00:00.000Z');
    const before = world.mailsTo(sato.mail).length;
    await world.engine.redriveExecution({ executionArn: executionArn(`${incident}-engineers`) });
    await world.advance(3600);
    expect(world.mailsTo(sato.mail)).toHaveLength(before + 1);
    await world.close();
  }, 20_000);

  it('given an incident that is stopped, when its engineers wait, then nobody is paged until it is redriven', async () => {
    const world = await failing(undefined);
    const incidentArn = machineArn('incident')
      .replace(':stateMachine:', ':execution:')
      .concat(`:${incident}`);
    await world.advanceTo(addSeconds(begun, 300));
    await world.engine.stopExecution({ executionArn: incidentArn });
    await world.advanceTo(addSeconds(begun, 3600));
    expect(pages(world)).toEqual(['sato +0']);
    expect(world.mailsTo(sato.mail).map(({ state }) => state)).toEqual(['PAGE']);
    await world.engine.redriveExecution({ executionArn: incidentArn });
    await world.advance(60);
    expect(pages(world)).toEqual(['sato +0', 'jones +60']);
    await world.close();
  });
});

describe('faults of ours', () => {
  const functions = [
    'LookAtSecondResponse',
    'NextPage',
    'PageEngineer',
    'PlaceCall',
    'EndCall',
    'TellCustomer',
    'RemindOfReport',
    'SendIncidentMail',
    'WaitForNews',
    'EndSecondResponse',
  ] as const;
  /** What people have seen when all is over; the seconds by which a repeat is later are left out. */
  async function course(world: World): Promise<unknown> {
    await world.advanceTo(addSeconds(due, 9000));
    await submit(world);
    await world.advance(600);
    return {
      customer: world.mailsTo(customer).map(({ state }) => state),
      sato: world.mailsTo(sato.mail).map(({ state }) => state),
      jones: world.mailsTo(jones.mail).map(({ state }) => state),
      rung: world.rung.map(({ to }) => to),
      by: (await secondOf(world))?.acknowledged?.by,
      end: statusOf(world),
    };
  }
  const jonesConfirms: PhoneScript = ({ to }) => (to === jones.phone ? confirming : { does: 'rings' });

  let wanted: unknown;
  beforeAll(async () => {
    const calm = await failing(addSeconds(due, 7200), { phone: jonesConfirms });
    wanted = await course(calm);
    await calm.close();
    expect(wanted).toMatchObject({
      by: 'Jones',
      end: 'SUCCEEDED',
      sato: ['PAGE'],
      jones: ['PAGE', 'REPORT'],
    });
  });

  for (const name of functions) {
    it(`given ${name}, when it dies twice after its work is done, then people see the same as without`, async () => {
      const world = await failing(addSeconds(due, 7200), { phone: jonesConfirms });
      let deaths = 0;
      world.crash = (call) => {
        if (call.name !== name || deaths === 2) return false;
        deaths += 1;
        return true;
      };
      expect(await course(world)).toEqual(wanted);
      expect(deaths).toBe(2);
      await world.close();
    });
  }

  it('given pages that cannot be sent, when the customer is to be told, then that does not wait, and the operators know', async () => {
    const world = await failing(undefined);
    world.crash = ({ name }) => name === 'NextPage';
    await world.advanceTo(addSeconds(begun, 600));
    expect(told(world, customer, begun).length).toBeGreaterThanOrEqual(3);
    expect(deskSubjects(world)).toEqual(
      expect.arrayContaining([
        expect.stringContaining(`A step of the engineers’ response failed: ${incident}`),
      ]),
    );
    world.crash = () => false;
    await world.advance(600);
    expect(pages(world).length).toBeGreaterThan(0);
    await world.close();
  });

  it('given a customer who cannot be told, when engineers are paged, then that does not wait', async () => {
    const world = await failing(undefined, {
      phone: ({ to }) => (to === sato.phone ? { does: 'fails', error: 'busy' } : { does: 'rings' }),
    });
    world.crash = ({ name }) => name === 'TellCustomer';
    await world.advanceTo(addSeconds(begun, 1300));
    expect(pages(world)).toEqual(['sato +0', 'jones +10', 'desk +20']);
    const failed = world
      .mailsTo(operator)
      .filter(({ subject }) => subject.includes('A step of the engineers'));
    expect(failed.map(({ text }) => text).join('\n')).toMatch(
      /could not be told[\s\S]*could not be rung|could not be rung[\s\S]*could not be told/,
    );
    await world.close();
  });
});
