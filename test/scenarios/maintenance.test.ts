import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { confirming, type PhoneScript } from '../../bin/simulate/virtual-phone.ts';
import type { Contact } from '../../core/account.ts';
import { addSeconds, type Instant, secondsBetween } from '../../core/instant.ts';
import type { Maintenance } from '../../core/maintenance/maintenance.ts';
import { lastUntil } from '../../core/maintenance/occurrences.ts';
import { engineer, rota } from '../../core/on-call/rota.ts';
import type { Settings } from '../../core/settings.ts';
import { pauseMonitor } from '../../lambdas/detection/pause-monitor.ts';
import { maintenanceChanged } from '../../lambdas/maintenance/maintenance-changed.ts';
import { troubled } from './script.ts';
import { account, customer, dueAt, type MonitorSpec, operator, World, type WorldOptions } from './world.ts';

const start = '2026-11-21T00:00:00.000Z';
const due = dueAt('web-1', addSeconds(start, 60));
const later = (seconds: number) => addSeconds(due, seconds);
const http: MonitorSpec = { server: 'web-1', monitor: 'http' };
const incidentId = 'acme.web-1-1';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

/** A world whose monitors fail at `due` or later, for so many seconds. */
async function failing({
  specs = [http],
  down = [0],
  called,
  more,
  ...options
}: WorldOptions & {
  specs?: readonly MonitorSpec[];
  down?: readonly [from: number, to?: number];
  called?: readonly Contact[];
  more?: Partial<Settings>;
} = {}): Promise<World> {
  const world = new World({ start, ...options });
  worlds.push(world);
  await world.watch(specs, called, more);
  const [from, to] = down;
  world.script = troubled(
    specs.map(({ server, monitor }) => ({
      server,
      monitor,
      from: later(from),
      ...(to !== undefined && { to: later(to) }),
    })),
  );
  return world;
}

let announced = 0;

/** Announces maintenance as the API does: the write, and then the word to open incidents. */
async function announce(
  world: World,
  from: Instant,
  until: Instant,
  more: Partial<Maintenance> = {},
): Promise<Maintenance> {
  announced += 1;
  const maintenance: Maintenance = {
    id: String(announced).padStart(12, '0'),
    account,
    scope: [{ server: 'web-1' }],
    from,
    until,
    reason: 'disk swap',
    createdAt: start,
    createdBy: 'Tanaka',
    version: 1,
    ...more,
  };
  expect(await world.stores.maintenance.replaceMaintenance(maintenance, lastUntil(maintenance))).toBe(true);
  await maintenanceChanged({ ...world.stores, workflows: world.workflows }, account);
  return maintenance;
}

async function endNow(world: World, maintenance: Maintenance): Promise<void> {
  const ended = { ...maintenance, endedAt: now(world), endedBy: 'Tanaka', version: maintenance.version + 1 };
  expect(await world.stores.maintenance.replaceMaintenance(ended, lastUntil(ended))).toBe(true);
  await maintenanceChanged({ ...world.stores, workflows: world.workflows }, account);
}

const now = (world: World) => new Date(world.clock.now()).toISOString();
const told = (world: World, address = customer) =>
  world.mailsTo(address).map(({ state, at }) => `${state} +${secondsBetween(due, at)}`);
const incidentOf = (world: World, id = incidentId) => world.stores.incidents.incident(id);
const texts = async (world: World, id = incidentId) =>
  (await world.stores.incidents.timeline(id))
    .filter(({ kind }) => kind === 'response')
    .map(({ at, summary }) => `+${secondsBetween(due, at)} ${summary.en}`);
const held = (seconds: number, until: number, monitors = 'http') =>
  `+${seconds} ${monitors}: in announced maintenance, until ${later(until)} as announced. Nothing more is told or done for it before.`;
const wentOn = (seconds: number, monitors = 'http') =>
  `+${seconds} ${monitors}: the maintenance is over and it still fails. The response goes on.`;
const phaseOf = async (world: World, ref = http) =>
  (await world.stores.monitors.monitor({ account, ...ref }))?.state.phase;

interface Row {
  readonly given: string;
  readonly when: string;
  readonly then: string;
  readonly down: readonly [from: number, to?: number];
  /** Seconds after the first check at which it is announced, begins and ends. */
  readonly announcedAt: number;
  readonly from: number;
  readonly until: number;
  readonly scope?: Maintenance['scope'];
  readonly endedAt?: number;
  readonly mails: readonly string[];
  readonly timeline?: readonly string[];
}

const rows: readonly Row[] = [
  {
    given: 'maintenance announced before',
    when: 'the service fails and is mended inside it',
    then: 'nobody is told',
    down: [60, 1_200],
    announcedAt: 0,
    from: 30,
    until: 3_600,
    mails: [],
  },
  {
    given: 'maintenance announced before',
    when: 'the service is still down at its end',
    then: 'the failure is detected as usual from the first check after it',
    down: [60, 5_400],
    announcedAt: 0,
    from: 30,
    until: 3_600,
    mails: ['PROBLEM +3750', 'RECOVERED +5400'],
  },
  {
    given: 'maintenance of the whole account',
    when: 'the service fails inside it',
    then: 'nobody is told before its end',
    down: [60, 5_400],
    announcedAt: 0,
    from: 30,
    until: 3_600,
    scope: 'account',
    mails: ['PROBLEM +3750', 'RECOVERED +5400'],
  },
  {
    given: 'maintenance of another monitor and another server',
    when: 'the service fails',
    then: 'it is told as ever',
    down: [0, 3_600],
    announcedAt: 0,
    from: 30,
    until: 7_200,
    scope: [{ server: 'web-1', monitors: ['ssh'] }, { server: 'web-2' }],
    mails: ['PROBLEM +150', 'RECOVERED +3600'],
  },
  {
    given: 'maintenance that begins right after the failure',
    when: 'the failure is confirmed in it',
    then: 'the detection ends quietly, and the failure is detected after it',
    down: [0, 5_400],
    announcedAt: 70,
    from: 90,
    until: 3_600,
    mails: ['PROBLEM +3750', 'RECOVERED +5400'],
  },
  {
    given: 'a confirmed failure within its dedup window',
    when: 'maintenance begins before the mail',
    then: 'the mail waits for its end, and goes out with fresh information as the failure goes on',
    down: [0, 5_400],
    announcedAt: 125,
    from: 125,
    until: 3_600,
    mails: ['PROBLEM +3600', 'RECOVERED +5400'],
    timeline: [held(150, 3_600), wentOn(3_600)],
  },
  {
    given: 'a confirmed failure within its dedup window',
    when: 'maintenance begins before the mail, and the service is well inside it',
    then: 'nobody is told, and the incident is closed',
    down: [0, 1_800],
    announcedAt: 125,
    from: 125,
    until: 3_600,
    mails: [],
    timeline: [held(150, 3_600)],
  },
  {
    given: 'a failure that was told',
    when: 'maintenance is announced and the service becomes well inside it',
    then: 'the recovery is told',
    down: [0, 1_800],
    announcedAt: 600,
    from: 600,
    until: 3_600,
    mails: ['PROBLEM +150', 'RECOVERED +1800'],
    timeline: [held(600, 3_600)],
  },
  {
    given: 'maintenance that is ended before its time',
    when: 'the service is still down',
    then: 'the failure is detected from the next check on',
    down: [60, 3_600],
    announcedAt: 0,
    from: 30,
    until: 7_200,
    endedAt: 1_750,
    mails: ['PROBLEM +1950', 'RECOVERED +3600'],
  },
  {
    given: 'a mail held back by maintenance',
    when: 'the maintenance is ended before its time',
    then: 'the mail goes out at once',
    down: [0, 5_400],
    announcedAt: 125,
    from: 125,
    until: 7_200,
    endedAt: 1_000,
    mails: ['PROBLEM +1000', 'RECOVERED +5400'],
    timeline: [held(150, 7_200), wentOn(1_000)],
  },
];

describe('announced maintenance (SPEC 13)', () => {
  for (const row of rows) {
    it(`given ${row.given}, when ${row.when}, then ${row.then}`, async () => {
      const world = await failing({ down: row.down });
      await world.advanceTo(later(row.announcedAt));
      const maintenance = await announce(
        world,
        later(row.from),
        later(row.until),
        row.scope === undefined ? {} : { scope: row.scope },
      );
      if (row.endedAt !== undefined) {
        await world.advanceTo(later(row.endedAt));
        await endNow(world, maintenance);
      }
      await world.advanceTo(later(9_000));
      expect(told(world)).toEqual(row.mails);
      expect(told(world, operator)).toEqual([]);
      expect(await phaseOf(world)).toBe('well');
      expect(await world.stores.incidents.openIncidents()).toEqual([]);
      if (row.timeline !== undefined) expect(await texts(world)).toEqual(row.timeline);
    });
  }

  it('given maintenance, when a service fails in it, then it is on the graphs all the same', async () => {
    const world = await failing({ down: [0, 360] });
    await announce(world, start, later(3_600));
    await world.advanceTo(later(400));
    const points = await world.metrics.read({ account, ...http, from: due, to: later(400) });
    expect(points.map(({ severity }) => severity)).toEqual(['critical', 'critical', 'ok']);
  });

  it('given a check that cannot be carried out in maintenance, when it still cannot after it, then the operators hear of it then', async () => {
    const world = await failing();
    world.script = troubled([{ ...http, from: due, severity: 'unknown' }]);
    await announce(world, start, later(1_800));
    await world.advanceTo(later(1_799));
    expect(world.mailsTo(operator)).toEqual([]);
    await world.advanceTo(later(2_000));
    expect(world.mailsTo(operator)).toHaveLength(1);
    expect(told(world)).toEqual([]);
  });

  it('given maintenance that cannot be read, when a service fails, then the failure is acted upon', async () => {
    const world = await failing();
    await announce(world, start, later(3_600));
    const { maintenance } = world.stores;
    const { maintenances } = maintenance;
    maintenance.maintenances = () => Promise.reject(new Error('the table does not answer'));
    await world.advanceTo(later(30));
    expect(await phaseOf(world)).toBe('confirming');
    maintenance.maintenances = maintenances.bind(maintenance);
    await world.advanceTo(later(600));
    expect(await phaseOf(world)).toBe('well');
    expect(told(world)).toEqual([]);
  });
});

describe('what is read of maintenance', () => {
  it('given many monitors, when nothing fails, then nothing is read; when they fail at once, then once in a sweep', async () => {
    const specs = Array.from(
      { length: 30 },
      (_, index): MonitorSpec => ({ server: 'web-1', monitor: `m${index}` }),
    );
    const world = await failing({ specs });
    await announce(world, start, later(3_600));
    const { maintenance } = world.stores;
    const { maintenances } = maintenance;
    const reads: Instant[] = [];
    maintenance.maintenances = (...given) => {
      reads.push(now(world));
      return maintenances.apply(maintenance, given);
    };
    await world.advanceTo(later(-1));
    expect(reads).toEqual([]);
    await world.advanceTo(later(179));
    expect(reads).toEqual([due]);
  });

  it('given open incidents of two accounts, when maintenance of one changes, then its own look anew', async () => {
    const world = await failing();
    await world.advanceTo(later(600));
    const before = await incidentOf(world);
    await maintenanceChanged({ ...world.stores, workflows: world.workflows }, 'globex');
    expect(await incidentOf(world)).toEqual(before);
    await maintenanceChanged({ ...world.stores, workflows: world.workflows }, account);
    expect((await incidentOf(world))?.news).toBe((before?.news ?? 0) + 1);
  });
});

describe('maintenance of some of what fails', () => {
  const mysql: MonitorSpec = { server: 'web-1', monitor: 'mysql' };

  it('given two failures of a server, when one is in maintenance, then the mail is of the other, and the second is told after it', async () => {
    const world = await failing({ specs: [http, mysql], down: [0, 5_400] });
    await world.advanceTo(later(125));
    await announce(world, later(125), later(3_600), { scope: [{ server: 'web-1', monitors: ['mysql'] }] });
    await world.advanceTo(later(9_000));
    expect(told(world)).toEqual(['PROBLEM +150', 'UPDATE +3600', 'RECOVERED +5400']);
    expect(world.mailsTo(customer)[0]?.text).not.toContain('mysql');
    expect(world.mailsTo(customer)[1]?.text).toContain('mysql');
    expect(await texts(world)).toEqual([held(150, 3_600, 'mysql'), wentOn(3_600, 'mysql')]);
  });

  it('given several servers, when one is in maintenance, then the others are told as ever', async () => {
    const other: MonitorSpec = { server: 'web-2', monitor: 'http' };
    const world = await failing({ specs: [http, other], down: [0, 5_400] });
    await announce(world, start, later(3_600));
    await world.advanceTo(later(9_000));
    const of = (server: string) =>
      world
        .mailsTo(customer)
        .filter(({ incident }) => incident.startsWith(`acme.${server}-`))
        .map(({ state }) => state);
    expect(of('web-1')).toEqual(['PROBLEM', 'RECOVERED']);
    expect(of('web-2')).toEqual(['PROBLEM', 'RECOVERED']);
    const first = (server: string) =>
      world.mailsTo(customer).find(({ incident }) => incident.startsWith(`acme.${server}-`))?.at ?? '';
    expect(first('web-1') > later(3_600)).toBe(true);
    expect(first('web-2') < later(600)).toBe(true);
  });

  it('given a recovery among failures in maintenance, when it is mailed, then what began to fail in maintenance is not in the mail', async () => {
    const world = await failing({ specs: [http, mysql], down: [0] });
    world.script = troubled([
      { ...http, from: due, to: later(900) },
      { ...mysql, from: later(0), to: later(5_400) },
    ]);
    await world.advanceTo(later(125));
    await announce(world, later(125), later(3_600), { scope: [{ server: 'web-1', monitors: ['mysql'] }] });
    await world.advanceTo(later(3_000));
    expect(told(world)[0]).toBe('PROBLEM +150');
    expect(world.mailsTo(customer).at(-1)?.state).toBe('RECOVERED');
    expect(world.mailsTo(customer).at(-1)?.text).not.toContain('mysql');
    expect((await incidentOf(world))?.state).toBe('open');
    await world.advanceTo(later(9_000));
    expect((await incidentOf(world))?.state).toBe('closed');
  });
});

describe('paused monitors in maintenance', () => {
  it("given an operator's pause that outlasts the maintenance, when it is over, then the pause holds on", async () => {
    const world = await failing({ down: [0, 9_000] });
    await pauseMonitor(
      world.stores,
      { account, ...http },
      {
        by: 'operator',
        since: start,
        until: later(5_400),
        reason: 'move',
      },
    );
    await announce(world, start, later(3_600));
    await world.advanceTo(later(7_200));
    expect(told(world)).toEqual(['PROBLEM +5550']);
  });

  it('given an alert that an escalation paused, when maintenance comes and goes, then the pause ends with the recovery only', async () => {
    const world = await failing({ down: [0, 7_200] });
    await world.advanceTo(later(600));
    await pauseMonitor(
      world.stores,
      { account, ...http },
      {
        by: 'escalation',
        since: later(600),
        reason: 'nobody answered',
      },
    );
    await announce(world, later(700), later(3_600));
    await world.advanceTo(later(5_000));
    const state = async () => (await world.stores.monitors.monitor({ account, ...http }))?.state;
    expect((await state())?.pause?.by).toBe('escalation');
    await world.advanceTo(later(9_000));
    expect(await state()).toMatchObject({ phase: 'well' });
    expect((await state())?.pause).toBeUndefined();
    expect(told(world)).toEqual(['PROBLEM +150', 'RECOVERED +7200']);
  });
});

describe('maintenance that recurs', () => {
  it('given 02:30 to 03:30 of every day in Berlin, when the clocks go back, then the wall clock is kept', async () => {
    const world = new World({ start: '2026-10-23T00:00:00.000Z' });
    worlds.push(world);
    await world.watch([http]);
    await announce(world, '2026-10-23T00:30:00.000Z', '2026-10-23T01:30:00.000Z', {
      recurrence: { rule: 'FREQ=DAILY', timeZone: 'Europe/Berlin' },
    });
    // Down from 02:30 to 03:15 by the wall clock of each night, and once in the hour that comes twice.
    world.script = troubled([
      { ...http, from: '2026-10-24T00:33:00.000Z', to: '2026-10-24T01:15:00.000Z' },
      { ...http, from: '2026-10-25T00:33:00.000Z', to: '2026-10-25T01:15:00.000Z' },
      { ...http, from: '2026-10-26T01:33:00.000Z', to: '2026-10-26T02:15:00.000Z' },
      { ...http, from: '2026-10-27T00:33:00.000Z', to: '2026-10-27T01:15:00.000Z' },
    ]);
    await world.advanceTo('2026-10-28T00:00:00.000Z');
    // In winter 00:33 UTC is 01:33 of the wall clock: out of the window.
    expect(world.mailsTo(customer).map(({ state, at }) => `${state} ${at.slice(0, 13)}`)).toEqual([
      'PROBLEM 2026-10-27T00',
      'RECOVERED 2026-10-27T01',
    ]);
  });
});

const contacts: readonly Contact[] = [
  { name: '田中', mail: customer, language: 'ja', alertMail: true, phone: '+819011110001' },
  { name: '鈴木', mail: 'suzuki@acme.example', language: 'ja', alertMail: true, phone: '+819011110002' },
];
const silence: PhoneScript = () => ({ does: 'rings' });

describe('a first response under way', () => {
  const web: MonitorSpec = { ...http, plan: 'respond', ssh: true, response: { standard: 'restart-web' } };
  const restarts = (world: World) =>
    world.commands.filter(({ line }) => line.includes(' restart ')).map(({ at }) => secondsBetween(due, at));

  it('given a failure that was told in maintenance announced with it, when the maintenance is over, then it is repaired then', async () => {
    const world = await failing({ specs: [web], called: contacts });
    world.script = (_monitor, at) => (at >= due && restarts(world).length === 0 ? 'critical' : 'ok');
    await world.advanceTo(later(149));
    await announce(world, later(149), later(1_800));
    await world.advanceTo(later(1_799));
    expect(world.commands).toEqual([]);
    expect(told(world)).toEqual([]);
    await world.advanceTo(later(3_600));
    expect(restarts(world)).toEqual([1_800]);
    expect(told(world)).toEqual(['PROBLEM +1800', 'RECOVERED +1800']);
    expect(world.rung).toEqual([]);
  });

  it('given a runbook under way, when maintenance begins between two commands, then no further one runs, and it begins anew after it', async () => {
    const world = await failing({ specs: [web], called: contacts });
    world.script = (_monitor, at) => (at >= due && restarts(world).length === 0 ? 'critical' : 'ok');
    let isAnnounced = false;
    world.shell = (line) => {
      if (line.includes('systemctl status') && !isAnnounced) {
        isAnnounced = true;
        void world.stores.maintenance.replaceMaintenance(
          {
            id: 'abcdefghijkl',
            account,
            scope: 'account',
            from: later(150),
            until: later(1_800),
            reason: 'disk swap',
            createdAt: start,
            createdBy: 'Tanaka',
            version: 1,
          },
          later(1_800),
        );
      }
      return undefined;
    };
    await world.advanceTo(later(1_700));
    expect(restarts(world)).toEqual([]);
    expect((await incidentOf(world))?.response?.running).toBeUndefined();
    expect(world.rung).toEqual([]);
    await world.advanceTo(later(3_600));
    expect(restarts(world)).toEqual([1_800]);
    expect(told(world)).toEqual(['PROBLEM +150', 'RECOVERED +1800']);
    const alert = Object.values((await incidentOf(world))?.alerts ?? {})[0];
    expect(alert?.attempts?.map(({ outcome }) => outcome)).toEqual(['repaired']);
    expect(await texts(world)).toEqual([
      expect.stringContaining('begins: 3 commands for http.'),
      expect.stringContaining(
        'Announced maintenance began: no further command runs. If it still fails after it, the first response begins anew. seen critical',
      ),
      held(160, 1_800),
      wentOn(1_800),
      expect.stringMatching(/First response 2 \(restart-web .* begins/),
      expect.stringContaining('It is well again.'),
    ]);
  });
});

describe('calls under way', () => {
  const web: MonitorSpec = { ...http, plan: 'respond' };
  const called = (world: World) => world.rung.map(({ at }) => secondsBetween(due, at));

  it('given a telephone that rings, when maintenance begins, then it is hung up, nobody else is called, and the calls begin anew after it', async () => {
    const world = await failing({ specs: [web], called: contacts, phone: silence });
    await world.advanceTo(later(160));
    expect(called(world)).toEqual([150]);
    await announce(world, later(160), later(1_800));
    await world.advanceTo(later(1_799));
    expect(called(world)).toEqual([150]);
    expect(world.rung[0]?.endedAt).toBe(later(160));
    expect((await incidentOf(world))?.response?.calls?.end).toBe('held');
    expect((await world.stores.calls.calls(incidentId)).map(({ end }) => end)).toEqual(['held']);
    await world.advanceTo(later(3_600));
    expect(called(world)).toEqual([150, 1_800, 1_830]);
    expect((await incidentOf(world))?.response?.calls?.end).toBe('exhausted');
    expect(told(world).slice(0, 1)).toEqual(['PROBLEM +150']);
  });

  it('given somebody who has picked up, when maintenance begins, then the report is heard to its end, and the key counts', async () => {
    const phone: PhoneScript = () => ({ ...confirming });
    const world = await failing({ specs: [web], called: contacts, phone });
    await world.advanceTo(later(158));
    await announce(world, later(158), later(1_800));
    await world.advanceTo(later(3_600));
    const calls = (await incidentOf(world))?.response?.calls;
    expect(['accepted', 'held']).toContain(calls?.end);
    expect(world.rung.length).toBeLessThanOrEqual(2);
    expect((await world.stores.calls.calls(incidentId)).filter(({ end }) => end === 'accepted')).toHaveLength(
      1,
    );
  });

  it('given maintenance in which the service becomes well, when it is over, then nobody is called again', async () => {
    const world = await failing({ specs: [web], called: contacts, phone: silence, down: [0, 900] });
    await world.advanceTo(later(160));
    await announce(world, later(160), later(1_800));
    await world.advanceTo(later(3_600));
    expect(called(world)).toEqual([150]);
    expect(told(world)).toEqual(['PROBLEM +150', 'RECOVERED +900']);
    expect((await incidentOf(world))?.state).toBe('closed');
  });
});

describe("the engineers' response under way", () => {
  const web: MonitorSpec = { ...http, plan: 'managed' };
  const sato = engineer.parse({
    id: 'sato',
    name: '佐藤',
    mail: 'sato@msp.example',
    phone: '+81312340001',
    language: 'ja',
  });
  const more: Partial<Settings> = {
    onCall: rota.parse({
      engineers: [sato],
      shifts: [
        {
          days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
          from: '00:00',
          to: '24:00',
          engineers: ['sato'],
        },
      ],
    }),
  };
  const pages = (world: World) =>
    world
      .mailsTo(sato.mail)
      .filter(({ state }) => state === 'PAGE')
      .map(({ at }) => secondsBetween(due, at));

  it('given an engineer who was paged, when maintenance begins, then the telephone is hung up and nobody is paged or told before its end', async () => {
    const world = await failing({ specs: [web], phone: silence, more });
    await world.advanceTo(later(160));
    expect(pages(world)).toEqual([150]);
    const before = told(world).length;
    await announce(world, later(160), later(9_000));
    await world.advanceTo(later(8_990));
    expect(pages(world)).toEqual([150]);
    expect(world.rung.map(({ endedAt }) => endedAt)).toEqual([later(160)]);
    expect(told(world).length).toBe(before);
    await world.advanceTo(later(9_030));
    // The rota has one engineer: next is the operators' desk, and then the engineer again.
    const toDesk = world.mailsTo(operator).filter(({ subject }) => subject.includes('No engineer has taken'));
    expect(toDesk.map(({ at }) => secondsBetween(due, at))).toEqual([9_000]);
    expect(await texts(world)).toEqual(expect.arrayContaining([held(160, 9_000), wentOn(9_000)]));
    await world.advanceTo(later(9_700));
    expect(pages(world)).toEqual([150, 9_600]);
  });

  it('given maintenance in which the service becomes well, when it is told, then the cause report is waited for as ever', async () => {
    const world = await failing({ specs: [web], phone: silence, more, down: [0, 900] });
    await world.advanceTo(later(160));
    await announce(world, later(160), later(9_000));
    await world.advanceTo(later(3_600));
    expect(told(world)).toContain('RECOVERED +900');
    expect((await world.stores.onCall.secondResponse(incidentId))?.reminders?.count).toBe(1);
  });
});

describe('any maintenance of any troubles', () => {
  const minutes = (max: number) => fc.integer({ min: 0, max });
  const anyTroubles = fc.array(
    fc.record({
      from: minutes(120),
      lasts: fc.integer({ min: 1, max: 60 }),
      severity: fc.constantFrom('critical', 'warning', 'unknown'),
    }),
    { maxLength: 4 },
  );
  const anyMaintenances = fc.array(
    fc.record({
      at: minutes(120),
      lasts: fc.integer({ min: 1, max: 60 }),
      /** Some begin with their announcement, others are known before. */
      ahead: minutes(10),
      endsAfter: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
    }),
    { maxLength: 3 },
  );

  it('given them, when all is well again, then problems and recoveries are told in pairs, and in maintenance nothing is told, called or paged', () =>
    fc.assert(
      fc.asyncProperty(
        anyTroubles,
        anyMaintenances,
        fc.constantFrom('notify', 'respond', 'managed'),
        async (troubles, given, plan) => {
          const world = new World({ start, phone: silence });
          try {
            const web: MonitorSpec = { ...http, plan };
            await world.watch([web], contacts);
            world.script = troubled(
              troubles.map(({ from, lasts, severity }) => ({
                ...http,
                from: later(from * 60),
                to: later(Math.min(from + lasts, 150) * 60),
                severity,
              })),
            );
            const periods: { readonly from: Instant; until: Instant }[] = [];
            const deeds = given
              .map((one) => ({ ...one, announcedAt: later(Math.max(one.at - one.ahead, 0) * 60) }))
              .toSorted((a, b) => a.announcedAt.localeCompare(b.announcedAt));
            const ends: {
              readonly at: Instant;
              readonly maintenance: Maintenance;
              readonly index: number;
            }[] = [];
            for (const { at, lasts, announcedAt, endsAfter } of deeds) {
              if (announcedAt > now(world)) await world.advanceTo(announcedAt);
              const [from, until] = [later(at * 60), later((at + lasts) * 60)];
              const maintenance = await announce(world, from, until);
              periods.push({ from, until });
              if (endsAfter !== undefined && endsAfter < lasts)
                ends.push({ at: addSeconds(from, endsAfter * 60), maintenance, index: periods.length - 1 });
            }
            for (const end of ends.toSorted((a, b) => a.at.localeCompare(b.at))) {
              if (end.at > now(world)) await world.advanceTo(end.at);
              const period = periods[end.index];
              if (period === undefined || now(world) >= period.until) continue;
              await endNow(world, end.maintenance);
              period.until = now(world);
            }
            await world.advanceTo(later(5 * 3_600));
            // What is done in the second in which maintenance begins was under way.
            const isIn = (at: Instant) =>
              periods.some(({ from, until }) => addSeconds(from, 1) <= at && at < until);
            const mails = world.mailsTo(customer);
            const count = (state: string) => mails.filter((one) => one.state === state).length;
            expect(count('PROBLEM')).toBe(count('RECOVERED'));
            expect(
              mails.filter(({ state, at }) => ['PROBLEM', 'UPDATE'].includes(state) && isIn(at)),
            ).toEqual([]);
            expect(world.rung.filter(({ at }) => isIn(at))).toEqual([]);
            expect(
              world
                .mailsTo(operator)
                .filter(({ subject, at }) => /unknown|engineer/i.test(subject) && isIn(at)),
            ).toEqual([]);
            expect(await phaseOf(world)).toBe('well');
            expect(await world.stores.incidents.openIncidents()).toEqual([]);
          } finally {
            await world.close();
          }
        },
      ),
      { numRuns: 20 },
    ));
});
