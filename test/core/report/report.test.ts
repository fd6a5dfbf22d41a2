import { describe, expect, it } from 'vitest';
import type { IncidentSummary } from '../../../core/api/incidents.ts';
import type { Alert, Incident } from '../../../core/incident/incident.ts';
import type { TimelineEntry } from '../../../core/incident/timeline.ts';
import { addSeconds, type Instant } from '../../../core/instant.ts';
import type { Maintenance } from '../../../core/maintenance/maintenance.ts';
import { monthRange } from '../../../core/report/month.ts';
import { buildReport, type ReportedIncident, type ReportInput } from '../../../core/report/report.ts';

const { from, to } = monthRange('2026-10', 'Asia/Tokyo');
const day = 86_400;
const at = (days: number, seconds = 0): Instant => addSeconds(from, days * day + seconds);
const text = { ja: '-', en: '-' };

const alert = (changes: Partial<Alert> & Pick<Alert, 'failingSince'>): Alert => ({
  monitor: 'https',
  episode: 1,
  check: 'https',
  severity: 'critical',
  priority: 5,
  joinedAt: addSeconds(changes.failingSince, 120),
  summary: text,
  dedupSeconds: 30,
  collectSeconds: 30,
  ...changes,
});

function reported(
  number: number,
  alerts: readonly Alert[],
  lines: readonly [TimelineEntry['kind'], Instant][] = [],
): ReportedIncident {
  const id = `acme.web-1-${number}`;
  const failingSince = alerts.map((one) => one.failingSince).sort()[0] ?? from;
  const common = { id, account: 'acme', server: 'web-1', plan: 'respond', openedAt: failingSince } as const;
  const incident: Incident = {
    ...common,
    number,
    state: 'open',
    leader: `${alerts[0]?.monitor}-1`,
    alerts: Object.fromEntries(alerts.map((one) => [`${one.monitor}-${one.episode}`, one])),
    mails: 1,
    news: 0,
    version: 1,
  };
  const summary: IncidentSummary = {
    ...common,
    serverName: 'Web 1',
    state: 'open',
    stage: 'waiting',
    severity: 'critical',
    priority: 5,
    failingSince,
    alerts: [],
  };
  return {
    incident,
    summary,
    timeline: lines.map(([kind, when], index) => ({
      incident: id,
      at: when,
      key: `${kind}-${index}`,
      kind,
      summary: text,
    })),
  };
}

const weekend: Maintenance = {
  id: 'aaaaaaaaaaaa',
  account: 'acme',
  scope: [{ server: 'web-1' }],
  from: at(10),
  until: at(11),
  reason: 'kernel',
  createdAt: at(1),
  createdBy: 'Suzuki',
  version: 1,
};

const input = (changes: Partial<ReportInput> = {}): ReportInput => ({
  account: { id: 'acme', name: 'Acme', timeZone: 'Asia/Tokyo' },
  month: '2026-10',
  from,
  to,
  isPartial: false,
  servers: [{ id: 'web-1', name: 'Web 1', monitors: 3, objectives: {} }],
  monitors: new Map([
    [
      'web-1',
      [
        { id: 'https', check: 'https', class: 'liveness', priority: 5 },
        { id: 'disk', check: 'disk', class: 'resource', priority: 8 },
        { id: 'backup', check: 'file-age', class: 'resource', priority: 8 },
      ],
    ],
  ]),
  incidents: [],
  moreIncidents: 0,
  maintenances: [],
  oldestBackups: new Map(),
  ...changes,
});

const serverOf = (changes: Partial<ReportInput>) => buildReport(input(changes)).servers[0];

describe('availability of a month', () => {
  const down = (failingSince: Instant, wellAt?: Instant, more: Partial<Alert> = {}) =>
    alert({ failingSince, ...(wellAt !== undefined && { wellAt }), ...more });
  const cases: readonly {
    given: string;
    then: string;
    changes: Partial<ReportInput>;
    down: number;
    percent: number;
  }[] = [
    {
      given: 'an outage of a day in a month of 31',
      then: 'a 31st is missing',
      changes: { incidents: [reported(1, [down(at(3), at(4))])] },
      down: day,
      percent: (100 * 30) / 31,
    },
    {
      given: 'an outage that began in the month before',
      then: 'only its part in this month counts',
      changes: { incidents: [reported(1, [down(at(-5), at(1))])] },
      down: day,
      percent: (100 * 30) / 31,
    },
    {
      given: 'an outage that has not ended',
      then: 'it counts up to the end of the month',
      changes: { incidents: [reported(1, [down(at(30))])] },
      down: day,
      percent: (100 * 30) / 31,
    },
    {
      given: 'two failures at the same time',
      then: 'the time counts once',
      changes: {
        incidents: [
          reported(1, [down(at(3), at(4))]),
          reported(2, [down(at(3, 3600), at(4), { episode: 2 })]),
        ],
      },
      down: day,
      percent: (100 * 30) / 31,
    },
    {
      given: 'an outage that runs into announced maintenance',
      then: 'the maintenance is left out of both',
      changes: { incidents: [reported(1, [down(at(9), at(11))])], maintenances: [weekend] },
      down: day,
      percent: (100 * 29) / 30,
    },
    {
      given: 'maintenance that was called off',
      then: 'it counts as an outage',
      changes: {
        incidents: [reported(1, [down(at(10), at(11))])],
        maintenances: [{ ...weekend, endedAt: at(5) }],
      },
      down: day,
      percent: (100 * 30) / 31,
    },
  ];
  for (const { given, then, changes, down: seconds, percent } of cases)
    it(`given ${given}, when the report is made, then ${then}`, () => {
      const server = serverOf(changes);
      expect(server?.monitors).toHaveLength(1);
      expect(server?.monitors[0]).toMatchObject({ id: 'https', downSeconds: seconds });
      expect(server?.monitors[0]?.availabilityPercent).toBeCloseTo(percent, 9);
      expect(server?.availabilityPercent).toBeCloseTo(percent, 9);
      expect(server?.others).toBe(2);
    });

  it('given no failure, when the report is made, then the server was there all the time', () =>
    expect(serverOf({})).toMatchObject({ availabilityPercent: 100, monitors: [], others: 3 }));

  it('given a full disk, when the report is made, then the server was there all the time, and the disk is listed', () => {
    const full = down(at(3), at(4), { monitor: 'disk', check: 'disk', priority: 8 });
    const server = serverOf({ incidents: [reported(1, [full])] });
    expect(server).toMatchObject({ availabilityPercent: 100, monitors: [{ id: 'disk', failures: 1 }] });
  });

  it('given a warning, when the report is made, then it is no failure', () =>
    expect(
      serverOf({ incidents: [reported(1, [down(at(3), at(4), { severity: 'warning' })])] })?.monitors,
    ).toEqual([]));
});

describe('response times of a month', () => {
  const lines = (mail: number): [TimelineEntry['kind'], Instant][] => [
    ['joined', at(3, 120)],
    ['mailed', at(3, mail)],
    ['mailed', at(3, 9999)],
    ['command', at(3, mail + 20)],
    ['call', at(3, mail + 90)],
  ];

  it('given an incident, when the report is made, then its times count from the first failed check', () => {
    const one = reported(1, [alert({ failingSince: at(3), wellAt: at(3, 1800) })], lines(200));
    expect(buildReport(input({ incidents: [one] })).incidents[0]).toMatchObject({
      mailAfterSeconds: 200,
      firstResponseAfterSeconds: 220,
      firstCallAfterSeconds: 290,
      recoveredAfterSeconds: 1800,
    });
  });

  it('given mails in time and too late, when the report is made, then it says how many were kept and the worst', () => {
    const [inTime, late] = [
      reported(1, [alert({ failingSince: at(3) })], lines(375)),
      reported(2, [alert({ failingSince: at(3) })], lines(376)),
    ];
    expect(buildReport(input({ incidents: [inTime, late] })).promises[0]).toEqual({
      what: 'mail-liveness',
      promisedSeconds: 375,
      count: 2,
      kept: 1,
      medianSeconds: 375,
      worstSeconds: 376,
    });
  });

  it('given a resource, when the report is made, then its own promise counts', () => {
    const full = alert({ failingSince: at(3), monitor: 'disk', check: 'disk' });
    expect(buildReport(input({ incidents: [reported(1, [full], lines(100))] })).promises[0]).toMatchObject({
      what: 'mail-resource',
      promisedSeconds: 315,
      kept: 1,
    });
  });

  it('given a failure that began in maintenance, when the report is made, then its mail is nobody’s delay', () => {
    const held = reported(1, [alert({ failingSince: at(10, 60) })], [['mailed', at(11, 300)]]);
    expect(buildReport(input({ incidents: [held], maintenances: [weekend] })).promises).toEqual([]);
  });
});

describe('objectives', () => {
  const servers = (objectives: ReportInput['servers'][number]['objectives']) => [
    { id: 'web-1', name: 'Web 1', monitors: 3, objectives },
  ];

  it('given an RPO, when backups were older, then it was not met', () =>
    expect(
      buildReport(
        input({ servers: servers({ rpoHours: 24 }), oldestBackups: new Map([['web-1.backup', 1500]]) }),
      ).objectives,
    ).toEqual([
      {
        server: 'web-1',
        monitor: 'backup',
        kind: 'rpo',
        objectiveSeconds: 86_400,
        worstSeconds: 90_000,
        isMet: false,
      },
    ]));

  it('given an RPO, when nothing was measured, then nothing is claimed', () =>
    expect(buildReport(input({ servers: servers({ rpoHours: 24 }) })).objectives).toEqual([
      { server: 'web-1', monitor: 'backup', kind: 'rpo', objectiveSeconds: 86_400 },
    ]));

  it('given an RTO, when the longest recovery was within it, then it was met', () => {
    const incidents = [
      reported(1, [alert({ failingSince: at(3), wellAt: at(3, 600) })]),
      reported(2, [alert({ failingSince: at(5), wellAt: at(5, 3600) })]),
    ];
    expect(buildReport(input({ servers: servers({ rtoMinutes: 60 }), incidents })).objectives).toEqual([
      { server: 'web-1', kind: 'rto', objectiveSeconds: 3600, worstSeconds: 3600, isMet: true },
    ]);
  });

  it('given an RTO, when a failure goes on, then the time up to now counts', () => {
    const incidents = [reported(1, [alert({ failingSince: at(30) })])];
    expect(
      buildReport(input({ servers: servers({ rtoMinutes: 60 }), incidents })).objectives[0],
    ).toMatchObject({
      worstSeconds: day,
      isMet: false,
    });
  });
});
