import { describe, expect, it } from 'vitest';
import { differ } from '../../../core/inventory/difference.ts';
import { notesOn, renderNotes } from '../../../core/inventory/notes.ts';
import { type ParsedInventory, parseInventory } from '../../../core/inventory/parse-inventory.ts';
import { renderProblem } from '../../../core/inventory/problem.ts';
import { renderDifference } from '../../../core/inventory/render-difference.ts';
import { checkTypes } from '../../../lambdas/probe/checks/registry.ts';

const ssh =
  'ssh: {user: mimamori, key: acme/key, hostKey: SHA256:k3yqJbM8xkzS7f0T4m5lVxkq2nNQG8d1a9sWcRtYuIo}';
const snmp = 'snmp: {version: 2c, community: acme/snmp}';

/** Settings stand from line 2 on. */
const withSettings = (...lines: readonly string[]): string =>
  [
    'settings:',
    ...lines.map((line) => `  ${line}`),
    '  mailFrom: noc@msp.example',
    '  operators: {mail: [desk@msp.example]}',
  ].join('\n');

interface Fleet {
  readonly plan?: string;
  readonly access?: string;
  readonly contact?: string;
  readonly defaults?: string;
  readonly settings?: string;
}

/** The monitor stands in line 9. */
const withMonitor = (
  monitor: string,
  {
    plan = 'respond',
    access = `${ssh}, ${snmp}`,
    contact = ', phone: +81312345678',
    defaults = '{}',
    settings = '{}',
  }: Fleet = {},
): string =>
  [
    `settings: {mailFrom: noc@msp.example, operators: {mail: [desk@msp.example]}, ${settings.slice(1, -1)}}`,
    `defaults: ${defaults}`,
    'accounts:',
    '  - id: acme',
    '    name: Acme',
    `    contacts: [{name: A, mail: a@acme.example${contact}}]`,
    '    servers:',
    `      - {id: web-1, address: www.acme.example, plan: ${plan}${access === '' ? '' : `, ${access}`}, monitors: [`,
    `        ${monitor}`,
    '        ]}',
  ].join('\n');

const parse = (text: string): ParsedInventory => parseInventory([{ name: 'acme.yaml', text }], checkTypes);
const messagesOf = (text: string): string[] => {
  const parsed = parse(text);
  return parsed.ok ? [] : parsed.problems.map(renderProblem);
};
const inventoryOf = (text: string) => {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(renderProblem).join('\n'));
  return parsed.inventory;
};
const responseOf = (monitor: string, fleet?: Fleet) =>
  inventoryOf(withMonitor(monitor, fleet)).monitors[0]?.response;

describe('the first response of a monitor', () => {
  const byType: readonly [string, string | undefined][] = [
    ['host', undefined],
    ['ssh', undefined],
    ['tls', undefined],
    ['{check: heartbeat, everyMinutes: 60}', undefined],
    ['agent', 'restart-agent'],
    ['mysql', 'restart-mysql'],
    ['postgres', 'restart-postgresql'],
    ['http', 'restart-web'],
    ['https', 'restart-web'],
    ['smtp', 'restart-mail-transfer'],
    ['imap', 'restart-mailbox'],
    ['pop3', 'restart-mailbox'],
    ['{check: dns, name: acme.example}', 'restart-dns'],
    ['ftp', 'restart-ftp'],
    ['{check: tcp, port: 8080}', undefined],
    ['{check: process, name: queue}', undefined],
    ['disk', 'free-disk-space'],
    ['memory', 'collect-load'],
    ['cpu', 'collect-load'],
    ['load', 'collect-load'],
    ['traffic', 'collect-load'],
  ];
  it.each(byType)('given %s, when nothing else is said, then it is %s', (monitor, standard) =>
    expect(responseOf(monitor)?.standard).toBe(standard),
  );

  it('given every check type, when they are counted, then each was looked at', () => {
    const seen = byType.map(([monitor]) => /check: (\w+)/.exec(monitor)?.[1] ?? monitor);
    const others = Object.keys(checkTypes).filter((name) => !seen.includes(name));
    expect(others).toEqual(Object.keys(checkTypes).filter((name) => checkTypes[name]?.plans !== undefined));
  });

  const guard = { repairs: 3, periodHours: 24, holdMinutes: 30 };
  const rows = [
    {
      given: 'the plan notify',
      monitor: 'https',
      fleet: { plan: 'notify' },
      then: undefined,
    },
    {
      given: 'a runbook of its own',
      monitor: '{check: tcp, port: 443, runbook: restart-web}',
      then: { custom: [], standard: 'restart-web', parameters: {}, guard },
    },
    {
      given: 'none',
      monitor: '{check: https, runbook: none}',
      then: undefined,
    },
    {
      given: 'a named service',
      monitor: '{check: tcp, port: 8080, service: tomcat.service}',
      then: { custom: [], standard: 'restart-service', parameters: { service: 'tomcat' }, guard },
    },
    {
      given: 'a named service of a web server',
      monitor: '{check: https, service: nginx}',
      then: { custom: [], standard: 'restart-web', parameters: { unit: 'nginx' }, guard },
    },
    {
      given: 'a parameter beside a named service',
      monitor: '{check: https, service: php-fpm, runbookParameters: {unit: nginx}}',
      then: { custom: [], standard: 'restart-web', parameters: { unit: 'nginx' }, guard },
    },
    {
      given: 'a unit that is a timer',
      monitor: '{check: process, name: backup, service: backup.timer}',
      then: undefined,
    },
    {
      given: 'a limit of repairs',
      monitor: '{check: https, repairLimit: {repairs: 1, holdMinutes: 60}}',
      then: {
        custom: [],
        standard: 'restart-web',
        parameters: {},
        guard: { repairs: 1, periodHours: 24, holdMinutes: 60 },
      },
    },
    {
      given: 'a limit of repairs over a default one',
      monitor: '{check: https, repairLimit: {repairs: 1}}',
      fleet: { defaults: '{checks: {https: {repairLimit: {repairs: 9, periodHours: 48}}}}' },
      then: {
        custom: [],
        standard: 'restart-web',
        parameters: {},
        guard: { repairs: 1, periodHours: 48, holdMinutes: 30 },
      },
    },
    {
      given: 'runbooks of the account on the plan managed',
      monitor: '{check: host, customRunbooks: [acme-failover], runbookParameters: {side: b}}',
      fleet: { plan: 'managed' },
      then: { custom: ['acme-failover'], parameters: { side: 'b' }, guard },
    },
    {
      given: 'default runbooks of the account on another plan',
      monitor: 'https',
      fleet: { defaults: '{checks: {https: {customRunbooks: [acme-failover]}}}' },
      then: { custom: [], standard: 'restart-web', parameters: {}, guard },
    },
  ] as const;
  for (const { given, monitor, then, ...rest } of rows) {
    it(`given ${given}, when it is compiled, then it has that`, () =>
      expect(responseOf(monitor, 'fleet' in rest ? rest.fleet : {})).toEqual(then));
  }

  const faults = [
    {
      given: 'a misspelt runbook',
      monitor: '{check: https, runbook: restart-wbe}',
      message:
        'monitors[0].runbook is "restart-wbe"; did you mean restart-web? known values are collect-load, free-disk-space, restart-agent, restart-dns, restart-ftp, restart-mail-transfer, restart-mailbox, restart-mysql, restart-postgresql, restart-service, restart-web, none',
    },
    {
      given: 'a service to restart that nothing names',
      monitor: '{check: tcp, port: 8080, runbook: restart-service}',
      message:
        'monitors[0].runbook is "restart-service", and nothing says which service; give service: nginx.service to the monitor, or runbookParameters with service',
    },
    {
      given: 'a parameter that is a command',
      monitor: '{check: https, runbookParameters: {unit: nginx; reboot}}',
      message:
        'monitors[0].runbookParameters.unit is "nginx; reboot"; give the name of one service, for example nginx',
    },
    {
      given: 'a parameter that is an option',
      monitor: '{check: https, runbookParameters: {unit: --force}}',
      message:
        'monitors[0].runbookParameters.unit is "--force"; give the name of one service, for example nginx',
    },
    {
      given: 'a path that leads out of its directory',
      monitor: '{check: disk, runbookParameters: {mount: /var/../etc}}',
      message:
        'monitors[0].runbookParameters.mount is "/var/../etc"; give an absolute path of letters, digits and . _ @ + -, for example /var/log',
    },
    {
      given: 'a parameter there is not',
      monitor: '{check: https, runbookParameters: {untit: nginx}}',
      message:
        'monitors[0].runbookParameters.untit is no parameter of restart-web; did you mean unit? known parameters are unit',
    },
    {
      given: 'a parameter of a runbook that has none',
      monitor: '{check: cpu, runbookParameters: {unit: nginx}}',
      message: 'monitors[0].runbookParameters.unit collect-load has no parameters; take it out',
    },
    {
      given: 'a runbook of the account on another plan',
      monitor: '{check: https, customRunbooks: [acme-failover]}',
      message:
        'monitors[0].customRunbooks is for the plan managed, and the server has respond; take it out, or change the plan',
    },
    {
      given: 'a standard runbook among those of the account',
      monitor: '{check: https, customRunbooks: [restart-web]}',
      plan: 'managed',
      message:
        'monitors[0].customRunbooks[0] is "restart-web", a standard runbook; write it as runbook: restart-web',
    },
    {
      given: 'a runbook of the account twice',
      monitor: '{check: https, customRunbooks: [acme-a, acme-a]}',
      plan: 'managed',
      message: 'monitors[0].customRunbooks[1] is "acme-a", which is there before; take one of them out',
    },
    {
      given: 'a limit that is none',
      monitor: '{check: https, repairLimit: {repairs: 0}}',
      message:
        'monitors[0].repairLimit.repairs is 0; give the number of repairs in the period after which people are called at once, 1 to 20',
    },
  ];
  for (const { given, monitor, message, plan = 'respond' } of faults) {
    it(`given ${given}, when the inventory is read, then that is told`, () =>
      expect(messagesOf(withMonitor(monitor, { plan }))).toEqual([`acme.yaml:9: ${message}`]));
  }

  it('given another runbook, when it is planned, then the difference shows it', () => {
    const before = inventoryOf(withMonitor('{check: https, service: nginx}'));
    const after = inventoryOf(withMonitor('{check: https, service: nginx, runbook: none}'));
    expect(renderDifference(differ(before, after))).toContain('response.standard: "restart-web" -> none');
  });
});

describe('checks of the plan managed', () => {
  const fileAge = '{check: file-age, path: /backup, ageHours: {critical: 26}}';
  const plugin = '{check: command, command: [/opt/check_x, -w, "5"]}';

  it('given a check that logs in, when it is compiled, then the probe has the access, and no other monitor carries it', () => {
    const { monitors } = inventoryOf(
      withMonitor(`${fileAge}, ${plugin}, {check: command, id: by-snmp, extend: backup}, https`, {
        plan: 'managed',
      }),
    );
    expect(monitors.map(({ id, target }) => [id, Object.keys(target).sort()])).toEqual([
      ['file-age', ['address', 'reach', 'snmp', 'ssh']],
      ['command', ['address', 'reach', 'snmp', 'ssh']],
      ['by-snmp', ['address', 'reach', 'snmp']],
      ['https', ['address', 'reach', 'snmp']],
    ]);
    expect(monitors[0]?.target.ssh).toEqual({
      user: 'mimamori',
      key: 'acme/key',
      hostKey: 'SHA256:k3yqJbM8xkzS7f0T4m5lVxkq2nNQG8d1a9sWcRtYuIo',
      port: 22,
    });
  });

  it('given a runbook for it, when it is compiled, then that is its first response', () =>
    expect(
      responseOf(
        '{check: file-age, path: /backup, ageHours: {critical: 26}, customRunbooks: [acme-backup]}',
        { plan: 'managed' },
      ),
    ).toMatchObject({ custom: ['acme-backup'] }));

  const faults = [
    {
      given: 'the plan respond',
      monitor: fileAge,
      fleet: {},
      message:
        'monitors[0].check is "file-age", which is for the plan managed, and the server has respond; take it out, or change the plan',
    },
    {
      given: 'no ssh',
      monitor: plugin,
      fleet: { plan: 'managed', access: snmp },
      message:
        'monitors[0].check is "command", which logs in to the server, and the server has no ssh; give ssh with user, key and hostKey to the server or to defaults.server',
    },
    {
      given: 'an extend without snmp',
      monitor: '{check: command, extend: backup}',
      fleet: { plan: 'managed', access: ssh },
      message:
        'monitors[0].check is "command", which asks the server by SNMP, and the server has no snmp; give snmp with version and community to the server or to defaults.server',
    },
    {
      given: 'a command and an extend',
      monitor: '{check: command, extend: backup, command: [/opt/check_x]}',
      fleet: { plan: 'managed' },
      message: 'monitors[0] is incomplete: give command or extend, one of both',
    },
    {
      given: 'a command as one text',
      monitor: '{check: command, command: /opt/check_x -w 5}',
      fleet: { plan: 'managed' },
      message:
        'monitors[0].command is "/opt/check_x -w 5"; give the program and its arguments as a list, as no shell reads them; it runs by SSH, for example ["/usr/lib/nagios/plugins/check_mailq","-w","20","-c","100"]',
    },
    {
      given: 'a program without its path',
      monitor: '{check: command, command: [check_x]}',
      fleet: { plan: 'managed' },
      message:
        'monitors[0].command[0] is "check_x"; begin with the whole path of the program, for example /usr/lib/nagios/plugins/check_load',
    },
    {
      given: 'an argument with a line break',
      monitor: '{check: command, command: [/opt/check_x, "a\\nb"]}',
      fleet: { plan: 'managed' },
      message: 'monitors[0].command[1] is "a\\nb"; write it on one line, without control characters',
    },
    {
      given: 'a file without an objective',
      monitor: '{check: file-age, path: /backup}',
      fleet: { plan: 'managed' },
      message:
        'monitors[0] is incomplete: give ageHours or ageMinutes, one of both, for example ageHours: {critical: 26}',
    },
    {
      given: 'an objective without a bound',
      monitor: '{check: file-age, path: /backup, ageHours: {}}',
      fleet: { plan: 'managed' },
      message: 'monitors[0].ageHours is incomplete: has no bound; give critical, warning or both, in hours',
    },
    {
      given: 'a path that is none',
      monitor: '{check: file-age, path: backup, ageHours: {critical: 26}}',
      fleet: { plan: 'managed' },
      message: 'monitors[0].path is "backup"; write the whole path from its slash',
    },
    {
      given: 'a warning behind the objective',
      monitor: '{check: file-age, path: /backup, ageHours: {warning: 30, critical: 26}}',
      fleet: { plan: 'managed' },
      message:
        'monitors[0].ageHours.warning is 30; warning is not below critical; give a warning that comes first',
    },
  ];
  for (const { given, monitor, fleet, message } of faults) {
    it(`given ${given}, when the inventory is read, then that is told`, () =>
      expect(messagesOf(withMonitor(monitor, fleet))).toEqual([`acme.yaml:9: ${message}`]));
  }

  it('given a default monitor that a plan has not, when the inventory is read, then the server is told how to leave it out', () =>
    expect(messagesOf(withMonitor('host', { defaults: `{server: {monitors: [${fileAge}]}}` }))).toEqual([
      'acme.yaml:8: servers[0] has the default monitor file-age, which is for the plan managed, and the server has respond; write without: [file-age], or change the plan',
    ]));
});

describe('phone numbers', () => {
  const rows = [
    { number: '"+81312345678"', isGood: true },
    { number: '+14155552671', isGood: true },
    { number: '"03-1234-5678"', isGood: false },
    { number: '"+81 3 1234 5678"', isGood: false },
    { number: '"+0312345678"', isGood: false },
    { number: '"0081312345678"', isGood: false },
    { number: '"+1234567890123456"', isGood: false },
    { number: '"+123456"', isGood: false },
    { number: '"110"', isGood: false },
    { number: '"+81312345678;ext=1"', isGood: false },
  ];
  for (const { number, isGood } of rows) {
    it(`given ${number}, when the inventory is read, then it is ${isGood ? 'taken' : 'refused with the mend'}`, () => {
      const told = messagesOf(withMonitor('host', { contact: `, phone: ${number}` }));
      expect(told).toEqual(
        isGood
          ? []
          : [
              `acme.yaml:6: accounts[0].contacts[0].phone is ${number}; write the number in E.164 form, for example +81312345678`,
            ],
      );
    });
  }
});

describe('the engineers on call', () => {
  const engineers =
    'engineers: [{id: sato, name: Sato, mail: sato@msp.example}, {id: kato, name: Kato, mail: kato@msp.example}]';

  it('given a rota, when it is compiled, then overrides are instants in UTC', () => {
    const { settings } = inventoryOf(
      withSettings(
        'onCall:',
        `  ${engineers}`,
        '  shifts: [{days: [sat, sun], from: "09:00", to: "09:00", engineers: [sato, kato]}]',
        '  overrides: [{from: 2026-12-31T09:00:00+09:00, to: 2027-01-01T00:00:00Z, engineer: kato}]',
      ),
    );
    expect(settings.onCall).toEqual({
      timeZone: 'Asia/Tokyo',
      engineers: [
        { id: 'sato', name: 'Sato', mail: 'sato@msp.example', language: 'ja' },
        { id: 'kato', name: 'Kato', mail: 'kato@msp.example', language: 'ja' },
      ],
      shifts: [{ days: ['sat', 'sun'], from: '09:00', to: '09:00', engineers: ['sato', 'kato'] }],
      overrides: [{ from: '2026-12-31T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z', engineer: 'kato' }],
    });
  });

  const faults = [
    {
      given: 'a shift of somebody unknown',
      line: `onCall: {${engineers}, shifts: [{days: [mon], from: "09:00", to: "18:00", engineers: [saito]}]}`,
      message:
        'settings.onCall.shifts[0].engineers[0] is "saito"; did you mean sato? known engineers are sato, kato',
    },
    {
      given: 'an override of somebody unknown',
      line: `onCall: {${engineers}, overrides: [{from: 2026-12-31T09:00:00+09:00, to: 2027-01-01T09:00:00+09:00, engineer: mori}]}`,
      message: 'settings.onCall.overrides[0].engineer is "mori"; known engineers are sato, kato',
    },
    {
      given: 'an override that ends before it begins',
      line: `onCall: {${engineers}, overrides: [{from: 2026-12-31T09:00:00+09:00, to: 2026-12-30T09:00:00+09:00, engineer: sato}]}`,
      message: 'settings.onCall.overrides[0].to is not after from; give the end of the turn',
    },
    {
      given: 'a time without a zone',
      line: `onCall: {${engineers}, overrides: [{from: 2026-12-31T09:00:00, to: 2027-01-01T09:00:00+09:00, engineer: sato}]}`,
      message:
        'settings.onCall.overrides[0].from is "2026-12-31T09:00:00"; write date, time and zone, for example 2026-12-31T09:00:00+09:00',
    },
    {
      given: 'an engineer twice',
      line: 'onCall: {engineers: [{id: sato, name: A, mail: a@msp.example}, {id: sato, name: B, mail: b@msp.example}]}',
      message:
        'settings.onCall.engineers[1].id is "sato"; another engineer has it; give each an id of its own',
    },
    {
      given: 'a time there is not',
      line: `onCall: {${engineers}, shifts: [{days: [mon], from: "9:00", to: "25:00", engineers: [sato]}]}`,
      message: 'settings.onCall.shifts[0].from is "9:00"; write hours and minutes, from "00:00" to "24:00"',
      more: 'settings.onCall.shifts[0].to is "25:00"; write hours and minutes, from "00:00" to "24:00"',
    },
    {
      given: 'a day there is not',
      line: `onCall: {${engineers}, shifts: [{days: [monday], from: "09:00", to: "18:00", engineers: [sato]}]}`,
      message:
        'settings.onCall.shifts[0].days[0] is "monday"; known values are mon, tue, wed, thu, fri, sat, sun',
    },
    {
      given: 'a desk with a number as people dial it',
      line: 'desk: {phone: "03-1234-5678"}',
      message:
        'settings.desk.phone is "03-1234-5678"; write the number in E.164 form, for example +81312345678',
    },
    {
      given: 'business that ends before it begins',
      line: 'calendar: {hours: {from: "18:00", to: "10:00"}}',
      message: 'settings.calendar.hours is incomplete: from is not before to; give hours of one day',
    },
    {
      given: 'a country whose holidays are not known',
      line: 'calendar: {holidays: germany}',
      message:
        'settings.calendar.holidays is "germany"; write japan, or a list of dates, for example [2026-12-25]',
    },
    {
      given: 'a date there is not',
      line: 'calendar: {holidays: [2026-02-30]}',
      message: 'settings.calendar.holidays[0] is "2026-02-30"; give a date, for example 2026-08-13',
    },
    {
      given: 'a time zone there is not',
      line: 'calendar: {timeZone: "+09:00"}',
      message:
        'settings.calendar.timeZone is "+09:00"; give a name of the IANA time zone database, for example Asia/Tokyo',
    },
  ];
  for (const { given, line, message, more } of faults as readonly {
    given: string;
    line: string;
    message: string;
    more?: string;
  }[]) {
    it(`given ${given}, when the inventory is read, then that is told`, () =>
      expect(messagesOf(withSettings(line))).toEqual(
        [message, more].flatMap((one) => (one === undefined ? [] : `acme.yaml:2: ${one}`)),
      ));
  }
});

describe('what plan notes', () => {
  const onCall =
    '{onCall: {engineers: [{id: sato, name: Sato, mail: sato@msp.example}], shifts: [{days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", engineers: [sato]}]}}';
  const rows = [
    { given: 'all that a plan needs', monitor: 'https', fleet: {}, notes: [] },
    {
      given: 'notify without anything',
      monitor: 'https',
      fleet: { plan: 'notify', access: '', contact: '' },
      notes: [],
    },
    {
      given: 'a first response without ssh',
      monitor: 'https',
      fleet: { access: '' },
      notes: [
        'server acme.web-1 has the plan respond and no ssh: no first response can log in, and people are called at once; give it ssh with user, key and hostKey',
      ],
    },
    { given: 'no ssh where there is no first response', monitor: 'host', fleet: { access: '' }, notes: [] },
    {
      given: 'nobody to call',
      monitor: 'https',
      fleet: { contact: '' },
      notes: [
        'account acme has servers whose plan calls people, and no contact with a phone: it is told by mail alone; give a contact a phone',
      ],
    },
    {
      given: 'managed without engineers',
      monitor: 'https',
      fleet: { plan: 'managed' },
      notes: [
        'servers have the plan managed, and settings.onCall is not there: the operators are told in place of an engineer; give settings.onCall engineers and shifts',
      ],
    },
    {
      given: 'managed with somebody always on call',
      monitor: 'https',
      fleet: { plan: 'managed', settings: onCall },
      notes: [],
    },
    {
      given: 'managed with hours without anybody',
      monitor: 'https',
      fleet: {
        plan: 'managed',
        settings: onCall.replace(', sat, sun', '').replace('24:00', '18:00').replace('00:00', '09:00'),
      },
      notes: [
        "settings.onCall has nobody on call from mon 00:00 to mon 09:00, mon 18:00 to tue 09:00, tue 18:00 to wed 09:00, wed 18:00 to thu 09:00, thu 18:00 to fri 09:00 and 1 more (Asia/Tokyo): the operators' desk takes what happens then; give further shifts",
      ],
    },
  ];
  for (const { given, monitor, fleet, notes } of rows) {
    it(`given ${given}, when it is planned, then ${notes.length === 0 ? 'nothing' : 'that'} is noted`, () =>
      expect(notesOn(inventoryOf(withMonitor(monitor, fleet)))).toEqual(notes));
  }

  it('given notes, when they are rendered, then each has a line of its own', () => {
    expect(renderNotes(['one', 'two'])).toBe('\nnote: one\nnote: two');
    expect(renderNotes([])).toBe('');
  });
});
