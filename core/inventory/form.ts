/**
 * The inventory as people write it: which keys there are, and what each is for. What a key may hold comes from the
 * entities. Descriptions are phrases that follow "give": messages, the JSON Schema and the manual say them alike.
 */
import { z } from 'zod';
import { account, contact } from '../account.ts';
import { businessCalendar } from '../calendar/business-calendar.ts';
import { minutesOf } from '../calendar/zone.ts';
import { monitorId, runbookId, secretRef } from '../ids.ts';
import { toInstant } from '../instant.ts';
import { monitor, monitorResponse, timing } from '../monitor.ts';
import { engineer, rota, shift } from '../on-call/rota.ts';
import { standardRunbookIds } from '../runbook/standard.ts';
import { defaultMaxConnections, server, snmpAccess, sshAccess } from '../server.ts';
import { settings } from '../settings.ts';
import { knownNames } from './nearest.ts';

const told = <S extends z.ZodType>(schema: S, description: string, ...examples: unknown[]): S =>
  schema.meta({ description, ...(examples.length > 0 ? { examples } : {}) });

// Names stand in the subjects of mails, where a line break would begin a new header. Written without \p{Cc}, which
// editors that read the JSON Schema do not all know.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it keeps out
const noControlCharacters = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/;
const oneLine = (schema: z.ZodString) =>
  schema.regex(noControlCharacters, 'write it on one line, without control characters');
const name = oneLine(z.string().min(1).max(80));
const port = z.int().min(1).max(65_535);

const phone = contact.shape.phone.unwrap();

export const engineerForm = z.strictObject({
  id: told(engineer.shape.id, 'a short name that shifts and overrides name the engineer by', 'sato'),
  name: told(name, 'the name of the engineer', 'Jiro Sato'),
  mail: told(engineer.shape.mail, 'the one mail address of the engineer', 'sato@msp.example'),
  phone: told(phone, 'the one phone number, in E.164 form', '+819012345678').optional(),
  language: told(engineer.shape.language, 'the language of pages: ja or en', 'ja'),
});

const clock = (description: string, example: string) => told(shift.shape.from, description, example);
const engineerIds = told(
  shift.shape.engineers,
  'a list of ids of engineers, in the order in which they are paged',
  ['sato', 'kato'],
);

export const shiftForm = z.strictObject({
  days: told(shift.shape.days, 'a list of the days on which it begins: mon, tue, wed, thu, fri, sat, sun', [
    'mon',
    'tue',
  ]),
  from: clock('the time at which it begins, in quotes', '18:00'),
  to: clock('the time at which it ends, in quotes; before from, it is that of the next day', '09:00'),
  engineers: engineerIds,
});

/** People write their own zone; what is kept is UTC. */
const moment = (description: string) =>
  told(
    z.iso
      .datetime({ offset: true, error: 'write date, time and zone, for example 2026-12-31T09:00:00+09:00' })
      .transform(toInstant),
    description,
    '2026-12-31T09:00:00+09:00',
  );

export const overrideForm = z
  .strictObject({
    from: moment('the time from which it holds, with its zone'),
    to: moment('the time at which it ends, with its zone'),
    engineer: told(engineer.shape.id, 'the id of the engineer who is paged first', 'sato'),
  })
  .refine(({ from, to }) => from < to, {
    error: 'is not after from; give the end of the turn',
    path: ['to'],
  });

export const rotaForm = z
  .strictObject({
    timeZone: told(rota.shape.timeZone, 'the IANA time zone of the shifts', 'Asia/Tokyo'),
    engineers: told(
      z.array(engineerForm).min(1).max(50),
      'a list of the engineers, each with id, name and mail, 50 at most',
    ),
    shifts: told(
      z.array(shiftForm).max(100).default([]),
      'a list of turns that are the same every week, each with days, from, to and engineers',
    ),
    overrides: told(
      z.array(overrideForm).max(500).default([]),
      'a list of turns out of the order, each with from, to and engineer',
    ),
  })
  .superRefine(({ engineers, shifts, overrides }, context) => {
    const ids = engineers.map(({ id }) => id);
    const tell = (path: PropertyKey[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const judgeId = (id: string, path: PropertyKey[]) => {
      if (!ids.includes(id)) tell(path, knownNames(id, 'engineers', ids));
    };
    ids.forEach((id, index) => {
      if (ids.indexOf(id) < index)
        tell(['engineers', index, 'id'], 'another engineer has it; give each an id of its own');
    });
    shifts.forEach((one, index) => {
      one.engineers.forEach((id, place) => {
        judgeId(id, ['shifts', index, 'engineers', place]);
      });
    });
    overrides.forEach((one, index) => {
      judgeId(one.engineer, ['overrides', index, 'engineer']);
    });
  });

const dates = z.array(told(z.iso.date(), 'a date', '2026-08-13')).max(1000);

// As a literal it would be told alone, without the list that may stand in its place.
const japan = z
  .string()
  .regex(/^japan$/, 'write japan, or a list of dates, for example [2026-12-25]')
  .transform(() => 'japan' as const);

export const calendarForm = z.strictObject({
  timeZone: told(businessCalendar.shape.timeZone, 'the IANA time zone of the business hours', 'Asia/Tokyo'),
  businessDays: told(
    businessCalendar.shape.businessDays,
    'a list of the days of business: mon, tue, wed, thu, fri, sat, sun',
    ['mon', 'tue', 'wed', 'thu', 'fri'],
  ),
  hours: told(
    z
      .strictObject({
        from: clock('the time at which business begins, in quotes', '10:00').default('10:00'),
        to: clock('the time at which business ends, in quotes', '18:00').default('18:00'),
      })
      .refine(({ from, to }) => minutesOf(from) < minutesOf(to), {
        error: 'from is not before to; give hours of one day',
      })
      .prefault({}),
    'the business hours, with from and to',
    { from: '10:00', to: '18:00' },
  ),
  holidays: told(
    z.union([japan, dates]).default('japan'),
    "japan for Japan's public holidays and the end of the year, or a list of dates",
    'japan',
    ['2026-12-25'],
  ),
  closedDays: told(dates.default([]), 'a list of further dates without business', ['2026-08-13']),
});

export const settingsForm = z.strictObject({
  mailFrom: told(
    settings.shape.mailFrom,
    'the address that alert mail comes from, one the mail service may send for',
    'monitoring@msp.example',
  ),
  mailFromName: told(oneLine(z.string().max(80)), 'the name beside that address', 'Example MSP').default(
    'Mimamori',
  ),
  operators: told(
    z.strictObject({
      mail: told(
        z
          .array(told(z.email().max(254), 'a mail address', 'desk@msp.example'))
          .min(1)
          .max(10),
        'a list of the mail addresses that are told what operators must know: checks that cannot run, mail that did not leave',
        ['desk@msp.example'],
      ),
      language: told(settings.shape.operators.shape.language, 'the language of mail to operators', 'ja'),
    }),
    'the operators, with mail and language',
  ),
  referenceEndpoints: told(
    settings.shape.referenceEndpoints,
    'a list of places, as host:port, by which the probe tests its own way out (an empty list believes every failure)',
    ['checkip.amazonaws.com:443', 'dns.google:443'],
  ),
  portalUrl: told(
    z.url({ protocol: /^https?$/ }),
    'the address of the portal, which links in mails begin with',
    'https://portal.msp.example',
  ).optional(),
  desk: told(
    z.strictObject({
      phone: told(phone, "the phone number of the operators' desk, in E.164 form", '+81312345678'),
    }),
    "the operators' desk, with phone",
    { phone: '+81312345678' },
  ).optional(),
  onCall: told(rotaForm, 'the engineers on call for the managed plan, with engineers and shifts').optional(),
  calendar: told(calendarForm, 'the business days and hours').optional(),
});

export const contactForm = z.strictObject({
  name: told(name, 'the name of the person or the desk', 'Hanako Suzuki'),
  mail: told(contact.shape.mail, 'the one mail address of the contact', 'suzuki@acme.example'),
  phone: told(contact.shape.phone, 'the one phone number, in E.164 form', '+81312345678'),
  language: told(contact.shape.language, 'the language of mail and calls: ja or en', 'en'),
  alertMail: told(
    contact.shape.alertMail,
    'true or false: whether alert and recovery mail goes to this contact',
    true,
  ),
});

export const accountForm = z.strictObject({
  id: told(
    account.shape.id,
    'a short name of 20 characters at most, which never changes, as history hangs on it',
    'acme',
  ),
  name: told(name, "the customer's name, as mails show it", 'Acme K.K.'),
  timeZone: told(
    account.shape.timeZone,
    'the IANA time zone that times in mails are shown in',
    'Asia/Tokyo',
    'Europe/Berlin',
  ),
  contacts: told(
    z.array(contactForm).max(20).default([]),
    'a list of the people to reach, in calling order, 20 at most',
  ),
});

const snmpPort = told(port, 'the UDP port of the SNMP agent').default(161);

// YAML reads an unquoted 3 as a number; there is only one thing it can mean.
const version3 = z.union([z.literal('3'), z.literal(3).transform(() => '3' as const)]);

const [, v3] = snmpAccess.options;

const snmpV2Form = z.strictObject({
  version: told(z.literal('2c'), 'the version of SNMP: 2c or 3'),
  port: snmpPort,
  community: told(
    secretRef,
    'a reference to the secret that holds the community',
    'acme/web-1-snmp-community',
  ),
});
const snmpV3Form = z.strictObject({
  version: told(version3, 'the version of SNMP: 2c or 3'),
  port: snmpPort,
  user: told(z.string().min(1).max(32), 'the name of the SNMP user', 'mimamori'),
  authProtocol: told(v3.shape.authProtocol, 'the protocol of authentication', 'sha256'),
  authKey: told(
    secretRef,
    'a reference to the secret that holds the authentication password',
    'acme/snmp-auth',
  ),
  privProtocol: told(v3.shape.privProtocol, 'the protocol of encryption', 'aes'),
  privKey: told(secretRef, 'a reference to the secret that holds the encryption password', 'acme/snmp-priv'),
});
/** By version, as a union would tell less of what is wrong. */
export const snmpForms = { '2c': snmpV2Form, '3': snmpV3Form } as const;

export const sshForm = z
  .strictObject({
    port: told(port, 'the TCP port of the SSH server').default(22),
    user: told(z.string().min(1).max(32), 'the name of the user who logs in', 'mimamori'),
    key: told(
      secretRef,
      'a reference to the secret that holds the private key',
      'acme/web-1-ssh-key',
    ).optional(),
    password: told(
      secretRef,
      'a reference to the secret that holds the password',
      'acme/web-1-ssh-password',
    ).optional(),
    hostKey: told(
      sshAccess.shape.hostKey,
      'the fingerprint of the only host key that is trusted, as ssh-keygen -l prints it',
      'SHA256:k3yqJbM8xkzS7f0T4m5lVxkq2nNQG8d1a9sWcRtYuIo',
    ),
  })
  .refine(({ key, password }) => key !== undefined || password !== undefined, {
    error: 'neither key nor password is given; give one of them, a reference to a secret',
  });

/** What a server has beside its access and its monitors. */
export const serverForm = z.strictObject({
  id: told(
    server.shape.id,
    'a short name of 30 characters at most, which never changes, as history hangs on it',
    'web-1',
  ),
  name: told(
    name,
    'the name that mails and the portal show; the id when left out',
    'Web server 1',
  ).optional(),
  address: told(
    server.shape.address,
    'the host name or IP address that is watched',
    'www.acme.example',
    '192.0.2.10',
  ),
  plan: told(
    server.shape.plan,
    'the plan the customer has for this server: notify, respond or managed',
    'notify',
  ),
  reach: told(
    server.shape.reach,
    'the network it is reached by: internet (public addresses), vpn (private ones too) or local (one machine only)',
    'internet',
  ),
  maxConnections: told(
    server.shape.maxConnections.unwrap(),
    `the number of checks of this server that may be under way at once; ${defaultMaxConnections} when left out`,
    8,
  ).optional(),
  rpoHours: told(
    server.shape.rpoHours.unwrap(),
    'the recovery point objective in hours, which the monthly report compares with the age of the last backup (file-age)',
    24,
  ).optional(),
  rtoMinutes: told(
    server.shape.rtoMinutes.unwrap(),
    'the recovery time objective in minutes, which the monthly report compares with the time to each recovery',
    60,
  ).optional(),
});

const guard = monitorResponse.shape.guard.unwrap().shape;

export const repairLimitForm = z.strictObject({
  repairs: told(
    guard.repairs,
    'the number of repairs in the period after which people are called at once',
    3,
  ),
  periodHours: told(guard.periodHours, 'the hours of that period', 24),
  holdMinutes: told(
    guard.holdMinutes,
    'the minutes after a repair within which a failure shows that it did not hold',
    30,
  ),
});

/** What every monitor may have, whatever it checks. */
export const monitorForm = z.strictObject({
  check: told(monitor.shape.check, 'the check type', 'https'),
  id: told(
    monitorId,
    'a short name that no other monitor of the server has and that never changes; the check type when left out',
    'https-shop',
  ).optional(),
  service: told(
    z
      .string()
      .min(1)
      .max(80)
      .regex(/^[A-Za-z0-9@._:\\-]+$/, 'write the name of one systemd unit'),
    'the systemd unit behind it, whose status and journal are collected when it fails',
    'nginx.service',
  ).optional(),
  priority: told(monitor.shape.priority, 'the order of work and of the mail (1 comes first)', 5).optional(),
  intervalMinutes: told(timing.shape.intervalMinutes, 'the minutes from one check to the next', 3).optional(),
  confirmations: told(
    timing.shape.confirmations,
    'the number of failed repeats before a failure is believed',
    2,
  ).optional(),
  confirmationSpacingSeconds: told(
    timing.shape.confirmationSpacingSeconds,
    'the seconds from one repeat to the next',
    60,
  ).optional(),
  dedupSeconds: told(
    timing.shape.dedupSeconds,
    'the seconds to wait for further alerts of the server before the mail',
    30,
  ).optional(),
  collectSeconds: told(
    timing.shape.collectSeconds,
    'the seconds that collecting information may take before the mail',
    30,
  ).optional(),
  timeLimitMs: told(
    monitor.shape.timeLimitMs,
    'the milliseconds after which one check is given up',
    10_000,
  ).optional(),
  runbook: told(
    z.enum([...standardRunbookIds, 'none']),
    'the runbook of first response, or none; that of the check type when left out',
    'restart-web',
  ).optional(),
  customRunbooks: told(
    z.array(runbookId).max(5),
    'a list of runbooks of the account that are tried first, in their order',
    ['acme-restart-shop'],
  ).optional(),
  runbookParameters: told(
    z.record(z.string().max(30), z.string().max(200)).refine((all) => Object.keys(all).length <= 20, {
      error: 'has more than 20 parameters; take some out',
    }),
    "values of the runbooks' parameters by name",
    { unit: 'nginx' },
  ).optional(),
  repairLimit: told(
    repairLimitForm,
    'how often it may be repaired, with repairs, periodHours and holdMinutes',
    {
      repairs: 3,
      periodHours: 24,
      holdMinutes: 30,
    },
  ).optional(),
});

/** Keys that say what a server has, each read in its own way. */
export const serverParts = ['snmp', 'ssh', 'monitors', 'without'] as const;
