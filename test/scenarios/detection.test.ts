import { describe, expect, it } from 'vitest';
import type { Severity } from '../../core/check-outcome.ts';
import { addSeconds, secondsBetween } from '../../core/instant.ts';
import { troubled } from './script.ts';
import { customer, dueAt, type MonitorSpec, operator, World } from './world.ts';

const start = '2026-11-21T00:00:00.000Z';
const web: MonitorSpec = { server: 'web-1', monitor: 'http' };
const due = dueAt('web-1', addSeconds(start, 60));

/** The states of the customer's mails and how many seconds after `from` each left. */
const told = (world: World, from: string) =>
  world.mailsTo(customer).map(({ state, at }) => `${state} +${secondsBetween(from, at)}`);

describe('a liveness monitor (SPEC 4)', () => {
  const rows = [
    { given: 'a check fails once', downSeconds: 30, then: 'nobody is told', mails: [] },
    { given: 'the first repeat fails too', downSeconds: 90, then: 'nobody is told', mails: [] },
    {
      given: 'both repeats fail, and it is well at the next check',
      downSeconds: 150,
      then: 'one alert mail leaves at the end of the window and one recovery mail after the next check',
      mails: ['PROBLEM +150', 'RECOVERED +180'],
    },
    {
      given: 'it stays down for an hour',
      downSeconds: 3_600,
      then: 'nothing is repeated until it is well',
      mails: ['PROBLEM +150', 'RECOVERED +3600'],
    },
  ] as const;
  for (const { given, downSeconds, then, mails } of rows) {
    it(`given ${given}, when time passes, then ${then}`, async () => {
      const world = new World({ start });
      await world.watch([web]);
      world.script = troubled([{ ...web, from: due, to: addSeconds(due, downSeconds) }]);
      await world.advance(2 * 3_600);
      expect(told(world, due)).toEqual(mails);
      expect(world.mailsTo(operator)).toEqual([]);
      expect(await world.stores.incidents.openIncidents()).toEqual([]);
      await world.close();
    });
  }

  it('given a short failure, when nobody was told, then it is on the graphs all the same', async () => {
    const world = new World({ start });
    await world.watch([web]);
    world.script = troubled([{ ...web, from: due, to: addSeconds(due, 30) }]);
    await world.advance(900);
    const points = await world.metrics.read({
      account: 'acme',
      server: 'web-1',
      monitor: 'http',
      from: start,
      to: addSeconds(due, 200),
    });
    expect(points.map(({ at, severity }) => `${severity} +${secondsBetween(due, at)}`)).toEqual([
      'critical +0',
      'ok +60',
      'ok +180',
    ]);
    await world.close();
  });

  const bounds = [
    {
      given: 'a failure in the moment of a check, of a target that refuses at once',
      failedBefore: 0,
      delays: {},
      seconds: 150,
    },
    {
      given: 'a failure in the moment of a check, with everything at its slowest',
      failedBefore: 0,
      delays: { failingCheckSeconds: 10, collectSeconds: 30 },
      seconds: 190,
    },
    { given: 'a failure just after a check', failedBefore: 179, delays: {}, seconds: 329 },
    {
      given: 'a failure just after a check, with everything at its slowest',
      failedBefore: 179,
      delays: { failingCheckSeconds: 10, collectSeconds: 30 },
      seconds: 369,
    },
  ] as const;
  for (const { given, failedBefore, delays, seconds } of bounds) {
    it(`given ${given}, when it is confirmed, then the mail leaves ${seconds} s after the failure, within 6 min 15 s`, async () => {
      const world = new World({ start, delays });
      await world.watch([web]);
      const failure = addSeconds(due, 180 - failedBefore);
      world.script = troubled([{ ...web, from: failure }]);
      await world.advance(1_200);
      expect(told(world, failure)).toEqual([`PROBLEM +${seconds}`]);
      expect(seconds).toBeLessThanOrEqual(375);
      await world.close();
    });
  }

  it('given its own timing, when it fails, then its own confirmations, spacing and window count', async () => {
    const world = new World({ start });
    const timing = { confirmations: 3, confirmationSpacingSeconds: 20, dedupSeconds: 5 };
    await world.watch([{ ...web, timing }]);
    world.script = troubled([{ ...web, from: due }]);
    await world.advance(600);
    expect(told(world, due)).toEqual(['PROBLEM +65']);
    await world.close();
  });
});

describe('a resource monitor (SPEC 4)', () => {
  const cpu: MonitorSpec = { server: 'web-1', monitor: 'cpu', class: 'resource' };
  const cpuDue = dueAt('web-1', addSeconds(start, 60), 5);
  const rows = [
    { given: 'a threshold crossed at a check', before: 0, collectSeconds: 0, seconds: 0 },
    {
      given: 'a threshold crossed just after a check, with a slow log-in',
      before: 299,
      collectSeconds: 8,
      seconds: 307,
    },
  ] as const;
  for (const { given, before, collectSeconds, seconds } of rows) {
    it(`given ${given}, when it is seen, then the mail leaves ${seconds} s later, within 5 min 15 s, and the recovery at the check below it`, async () => {
      const world = new World({ start, delays: { collectSeconds } });
      await world.watch([cpu]);
      const crossed = addSeconds(cpuDue, 300 - before);
      world.script = troubled([{ ...cpu, from: crossed, to: addSeconds(cpuDue, 901) }]);
      await world.advance(3_600);
      expect(told(world, crossed)).toEqual([
        `PROBLEM +${seconds}`,
        `RECOVERED +${secondsBetween(crossed, addSeconds(cpuDue, 1_200))}`,
      ]);
      expect(seconds).toBeLessThanOrEqual(315);
      await world.close();
    });
  }

  it('given a warning that becomes critical, when it is seen, then it is mailed as an update, and one recovery ends both', async () => {
    const world = new World({ start });
    await world.watch([cpu]);
    world.script = troubled([
      { ...cpu, from: cpuDue, to: addSeconds(cpuDue, 300), severity: 'warning' },
      { ...cpu, from: addSeconds(cpuDue, 300), to: addSeconds(cpuDue, 600) },
    ]);
    await world.advance(3_600);
    expect(told(world, cpuDue)).toEqual(['PROBLEM +0', 'UPDATE +300', 'RECOVERED +600']);
    expect(new Set(world.mailsTo(customer).map(({ incident }) => incident))).toEqual(
      new Set(['acme.web-1-1']),
    );
    await world.close();
  });
});

describe('a warning (SPEC 5)', () => {
  const load: MonitorSpec = { server: 'web-1', monitor: 'load', class: 'resource', plan: 'respond' };
  const page: MonitorSpec = { server: 'web-1', monitor: 'http', plan: 'respond' };
  /** What a monitor sees at one check of its schedule after the other, and at the repeats before the next. */
  type Seen = readonly (Severity | readonly [check: Severity, repeats: Severity])[];
  const rows: readonly {
    given: string;
    monitor: MonitorSpec;
    seen: Seen;
    then: string;
    mails: readonly string[];
  }[] = [
    {
      given: 'a resource that warns for a while',
      monitor: load,
      seen: ['warning', 'warning', 'ok'],
      then: 'the warning and its end are mailed',
      mails: ['PROBLEM【警告】+0', 'RECOVERED【復旧】+600'],
    },
    {
      given: 'a resource that warns, is critical, warns, and is well',
      monitor: load,
      seen: ['warning', 'critical', 'warning', 'ok'],
      then: 'what eased is not mailed, and one recovery ends all',
      mails: ['PROBLEM【警告】+0', 'UPDATE【続報】+300', 'RECOVERED【復旧】+900'],
    },
    {
      given: 'a resource that eases to a warning and is critical again',
      monitor: load,
      seen: ['critical', 'warning', 'critical', 'ok'],
      then: 'it is one alert',
      mails: ['PROBLEM【障害】+0', 'RECOVERED【復旧】+900'],
    },
    {
      given: 'a resource that eases to a warning, is well, and warns anew',
      monitor: load,
      seen: ['critical', 'warning', 'ok', 'warning', 'ok'],
      then: 'the new warning is a problem of its own',
      mails: ['PROBLEM【障害】+0', 'RECOVERED【復旧】+600', 'PROBLEM【警告】+900', 'RECOVERED【復旧】+1200'],
    },
    {
      given: 'a slow page',
      monitor: page,
      seen: ['warning', 'warning', 'ok'],
      then: 'it is confirmed like a failure before it is mailed',
      mails: ['PROBLEM【警告】+150', 'RECOVERED【復旧】+360'],
    },
    {
      given: 'a slow page that is quick at a repeat',
      monitor: page,
      seen: [['warning', 'ok'], 'ok'],
      then: 'nobody is told',
      mails: [],
    },
    {
      given: 'a slow page whose repeats fail',
      monitor: page,
      seen: [['warning', 'critical'], 'critical', 'ok'],
      then: 'it is a failure',
      mails: ['PROBLEM【障害】+150', 'RECOVERED【復旧】+360'],
    },
    {
      given: 'a page that fails once and is only slow at the repeats',
      monitor: page,
      seen: [['critical', 'warning'], 'warning', 'ok'],
      then: 'it is a warning',
      mails: ['PROBLEM【警告】+150', 'RECOVERED【復旧】+360'],
    },
    {
      given: 'a slow page that fails later',
      monitor: page,
      seen: ['warning', 'critical', 'warning', 'ok'],
      then: 'the failure is confirmed and mailed as an update',
      mails: ['PROBLEM【警告】+150', 'UPDATE【続報】+330', 'RECOVERED【復旧】+540'],
    },
    {
      given: 'a slow page that fails for one check only',
      monitor: page,
      seen: ['warning', ['critical', 'warning'], 'warning', 'ok'],
      then: 'the warning is not told again',
      mails: ['PROBLEM【警告】+150', 'RECOVERED【復旧】+540'],
    },
    {
      given: 'a slow page that fails for one check only, and fails for good after that',
      monitor: page,
      seen: ['warning', ['critical', 'warning'], 'critical', 'ok'],
      then: 'the failure that was confirmed is mailed',
      mails: ['PROBLEM【警告】+150', 'UPDATE【続報】+510', 'RECOVERED【復旧】+540'],
    },
  ];
  for (const { given, monitor, seen, then, mails } of rows) {
    it(`given ${given}, when it is mailed, then ${then}`, async () => {
      const world = new World({ start });
      await world.watch([monitor]);
      const minutes = monitor.class === 'resource' ? 5 : 3;
      const first = dueAt('web-1', addSeconds(start, 60), minutes);
      world.script = (_, at) => {
        const seconds = secondsBetween(first, at);
        const round = seen[Math.floor(seconds / (minutes * 60))];
        if (seconds < 0 || round === undefined) return 'ok';
        return typeof round === 'string' ? round : (round[seconds % (minutes * 60) === 0 ? 0 : 1] ?? 'ok');
      };
      await world.advance(3_600);
      const labels = world
        .mailsTo(customer)
        // These servers have no log-in and nobody to call: what is told of that is not what is looked at here.
        .filter(({ state }) => state !== 'RESPONSE')
        .map(({ state, text, at }) => `${state}${/【.+?】/.exec(text)?.[0]}+${secondsBetween(first, at)}`);
      expect(labels).toEqual(mails);
      expect(await world.stores.incidents.openIncidents()).toEqual([]);
      await world.close();
    });
  }

  it('given a server whose failures are answered with a first response, when it warns, then the mail says that nothing is repaired for it', async () => {
    const texts: string[] = [];
    for (const severity of ['warning', 'critical'] as const) {
      const world = new World({ start });
      await world.watch([load]);
      world.script = () => severity;
      await world.advance(600);
      texts.push(
        ...world
          .mailsTo(customer)
          .filter(({ state }) => state === 'PROBLEM')
          .map(({ text }) => text.replaceAll(/\s/g, '')),
      );
      await world.close();
    }
    expect(texts).toHaveLength(2);
    expect(texts[0]).toContain('警告の段階では復旧作業は行わず');
    expect(texts[0]).not.toContain('一次対応');
    expect(texts[1]).toContain('一次対応');
  });
});

describe('checks that could not be carried out', () => {
  it('given a monitor that is unknown for hours, when time passes, then no customer is mailed and operators are told once', async () => {
    const world = new World({ start });
    await world.watch([web]);
    world.script = troubled([{ ...web, from: due, to: addSeconds(due, 4 * 3_600), severity: 'unknown' }]);
    await world.advance(5 * 3_600);
    expect(world.mailsTo(customer)).toEqual([]);
    expect(world.mailsTo(operator).map(({ subject }) => subject)).toEqual([
      expect.stringContaining('1 checks could not be carried out'),
    ]);
    await world.close();
  });

  it('given a single unknown check, when the next one is well, then nobody is told', async () => {
    const world = new World({ start });
    await world.watch([web]);
    world.script = troubled([{ ...web, from: due, to: addSeconds(due, 100), severity: 'unknown' }]);
    await world.advance(3_600);
    expect(world.mails).toEqual([]);
    await world.close();
  });

  it('given a failure whose repeats cannot be carried out, when they can again, then it is confirmed by two failed repeats', async () => {
    const world = new World({ start });
    await world.watch([web]);
    world.script = troubled([
      { ...web, from: due },
      { ...web, from: addSeconds(due, 30), to: addSeconds(due, 330), severity: 'unknown' },
    ]);
    await world.advance(1_800);
    // Unknown at +60 … +300; failed at +360 and +420; the window of 30 s; the mail.
    expect(told(world, due)).toEqual(['PROBLEM +450']);
    await world.close();
  });

  it('given a failure that can never be judged again, when an hour is over, then operators are told and the detection ends', async () => {
    const world = new World({ start });
    await world.watch([web]);
    world.script = troubled([
      { ...web, from: due },
      { ...web, from: addSeconds(due, 30), severity: 'unknown' },
    ]);
    await world.advance(2 * 3_600);
    expect(world.mailsTo(customer)).toEqual([]);
    expect(world.mailsTo(operator).map(({ subject }) => subject)).toEqual(
      expect.arrayContaining([expect.stringContaining('A failure could not be judged: acme.web-1.http-1')]),
    );
    await world.close();
  });
});

describe('our own way out', () => {
  const fleet: MonitorSpec[] = Array.from({ length: 12 }, (_, n) => ({
    server: `web-${n}`,
    monitor: 'http',
  }));

  it('given it breaks for twenty minutes, when every server seems to fail, then no customer is mailed, alerts are held, and operators are told of the break and of its end', async () => {
    const world = new World({ start });
    await world.watch(fleet);
    await world.advance(600);
    world.wayOutWorks = false;
    await world.advance(1_200);
    world.wayOutWorks = true;
    await world.advance(3_600);
    expect(world.mailsTo(customer)).toEqual([]);
    const subjects = world.mailsTo(operator).map(({ subject }) => subject);
    expect(subjects.filter((subject) => subject.includes('Our way out is down'))).toHaveLength(1);
    expect(subjects.filter((subject) => subject.includes('Our way out works again'))).toHaveLength(1);
    expect(await world.stores.incidents.openIncidents()).toEqual([]);
    await world.close();
  });

  it('given it breaks and a server fails for good meanwhile, when it works again, then that server is alerted', async () => {
    const world = new World({ start });
    await world.watch(fleet);
    await world.advance(600);
    world.wayOutWorks = false;
    const broken = new Date(world.clock.now()).toISOString();
    world.script = troubled([{ server: 'web-3', monitor: 'http', from: broken }]);
    await world.advance(1_200);
    expect(world.mailsTo(customer)).toEqual([]);
    world.wayOutWorks = true;
    await world.advance(600);
    expect(world.mailsTo(customer).map(({ state, incident }) => `${state} ${incident}`)).toEqual([
      'PROBLEM acme.web-3-1',
    ]);
    await world.close();
  });

  it('given it works, when every server fails at once, then every server is alerted in time', async () => {
    const world = new World({ start });
    await world.watch(fleet);
    world.script = () => 'critical';
    await world.advance(600);
    const mails = world.mailsTo(customer);
    expect(mails.map(({ state }) => state)).toEqual(fleet.map(() => 'PROBLEM'));
    expect(new Set(mails.map(({ incident }) => incident)).size).toBe(fleet.length);
    await world.close();
  });
});

describe('the schedule', () => {
  it('given an event that is delivered twice, when the service is down, then one detection and one mail', async () => {
    const world = new World({ start });
    await world.watch([web]);
    world.script = troubled([{ ...web, from: due }]);
    await world.advanceTo(due);
    expect(await world.deliver(due)).toMatchObject({ skipped: 'swept before', checked: 0 });
    await world.advance(1_200);
    expect(told(world, due)).toEqual(['PROBLEM +150']);
    await world.close();
  });

  it('given an event that comes minutes late, when newer ones were swept, then it does nothing', async () => {
    const world = new World({ start });
    await world.watch([web]);
    await world.advanceTo(addSeconds(due, 300));
    world.script = () => 'critical';
    expect(await world.deliver(due)).toMatchObject({ skipped: 'swept before', checked: 0 });
    await world.close();
  });

  it('given two deliveries of an event at the same moment, when the service is down, then one detection and one mail', async () => {
    const world = new World({ start });
    await world.watch([web]);
    world.script = troubled([{ ...web, from: due }]);
    await world.advanceTo(addSeconds(due, -1));
    await Promise.all([world.deliver(due), world.deliver(due), world.deliver(due)]);
    await world.advance(1_200);
    expect(told(world, due)).toEqual(['PROBLEM +150']);
    await world.close();
  });

  it('given four shards, when an hour passes, then every monitor is checked in each interval, by one shard only', async () => {
    const world = new World({ start, shards: 4 });
    const specs: MonitorSpec[] = Array.from({ length: 40 }, (_, n) => ({
      server: `s-${n}`,
      monitor: 'http',
    }));
    await world.watch(specs);
    await world.advance(3_600);
    for (const { server, monitor } of specs) {
      const points = await world.metrics.read({
        account: 'acme',
        server,
        monitor,
        from: start,
        to: addSeconds(start, 3_601),
      });
      expect(points).toHaveLength(20);
    }
    expect(world.reports.reduce((sum, { checked }) => sum + checked, 0)).toBe(40 * 20);
    await world.close();
  });

  it('given two shards, when servers of both fail, then each is alerted once', async () => {
    const world = new World({ start, shards: 2 });
    const specs: MonitorSpec[] = Array.from({ length: 10 }, (_, n) => ({
      server: `s-${n}`,
      monitor: 'http',
    }));
    await world.watch(specs);
    world.script = () => 'critical';
    await world.advance(900);
    expect(
      world
        .mailsTo(customer)
        .map(({ incident }) => incident)
        .sort(),
    ).toEqual(specs.map(({ server }) => `acme.${server}-1`).sort());
    await world.close();
  });
});
