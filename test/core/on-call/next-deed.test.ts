import { describe, expect, it } from 'vitest';
import { defaultCalendar } from '../../../core/calendar/business-calendar.ts';
import type { Call } from '../../../core/call/call.ts';
import { alertKey, type Incident } from '../../../core/incident/incident.ts';
import { addSeconds } from '../../../core/instant.ts';
import { type Holds, noHolds } from '../../../core/maintenance/hold.ts';
import { type DeedInput, nextDeed } from '../../../core/on-call/next-deed.ts';
import type { Engineer } from '../../../core/on-call/rota.ts';
import {
  beginSecondResponse,
  type Page,
  type SecondResponse,
} from '../../../core/on-call/second-response.ts';
import { disk, https } from '../mail/example-incident.ts';

/** Tuesday, 10:30 in Tokyo. */
const at = '2026-11-24T01:30:00.000Z';
const sato: Engineer = { id: 'sato', name: '佐藤', mail: 'sato@msp.example', language: 'ja' };
const later = (seconds: number) => addSeconds(at, seconds);

const failing: Incident = {
  id: 'acme.web-1-7',
  account: 'acme',
  server: 'web-1',
  number: 7,
  plan: 'managed',
  state: 'open',
  openedAt: at,
  leader: alertKey(https),
  alerts: { [alertKey(https)]: { ...https, problemMail: 1 } },
  mails: 1,
  news: 5,
  version: 9,
};
const well: Incident = {
  ...failing,
  alerts: { [alertKey(https)]: { ...https, problemMail: 1, wellAt: at, recoveryMail: 2 } },
  mails: 2,
};
const closed: Incident = { ...well, state: 'closed', closedAt: at };

const begun = beginSecondResponse('acme.web-1-7', at);
const page = (number: number, seconds: number, more: Partial<Page> = {}): Page => ({
  number,
  lap: 1,
  at: later(seconds),
  to: { kind: 'engineer', ...sato },
  isOut: true,
  ...more,
});
const told = (count: number, seconds: number) => ({ told: { count, at: later(seconds) } });
const taken = { acknowledged: { by: '佐藤', at } };
const report = { cause: 'c', actions: 'a', prevention: 'p', author: '佐藤', at };
const message = { key: 'cause-report', at, kind: 'cause-report' as const, body: 'text' };

const call = (more: Partial<Call>): Call => ({
  id: 'acme.web-1-7-page-1',
  incident: 'acme.web-1-7',
  purpose: 'page',
  round: 1,
  number: 1,
  to: { name: '佐藤', phone: '+815012345678', language: 'ja' },
  report: 'r',
  state: 'placed',
  preparedAt: at,
  version: 1,
  ...more,
});

interface Case {
  readonly given: string;
  readonly incident?: Incident;
  readonly second?: Partial<SecondResponse>;
  readonly failed?: DeedInput['failed'];
  readonly holds?: Holds;
  readonly calls?: readonly Call[];
  readonly at?: string;
  readonly want: unknown;
}

const cases: Case[] = [
  { given: 'nothing was done yet', want: { deed: 'page', number: 1 } },
  {
    given: 'the first page is out',
    second: { pages: [page(1, 0)] },
    want: { deed: 'tell', about: 'engaged', number: 1 },
  },
  {
    given: 'a page that could not be sent',
    second: { pages: [page(1, 0, { isOut: false })] },
    at: later(300),
    want: { deed: 'page', number: 1 },
  },
  {
    given: 'a page that has just failed',
    second: { pages: [page(1, 0, { isOut: false })] },
    failed: ['page'],
    want: { deed: 'tell', about: 'engaged', number: 1 },
  },
  {
    given: 'a page that has just failed, and the customer was told',
    second: { pages: [page(1, 0, { isOut: false })], ...told(1, 0) },
    failed: ['page'],
    want: { deed: 'wait', for: 'acknowledgement', news: 5, seconds: 120 },
  },
  {
    given: 'the page and the word to the customer are out',
    second: { pages: [page(1, 0)], ...told(1, 0) },
    at: later(30),
    want: { deed: 'wait', for: 'acknowledgement', news: 5, seconds: 570 },
  },
  {
    given: 'nobody acknowledged for ten minutes',
    second: { pages: [page(1, 0)], ...told(1, 0) },
    at: later(600),
    want: { deed: 'page', number: 2 },
  },
  {
    given: 'an engineer has taken it',
    second: { pages: [page(1, 0)], ...told(1, 0), ...taken },
    at: later(600),
    want: { deed: 'wait', for: 'recovery', news: 5, seconds: 3000 },
  },
  {
    given: 'an hour has passed since the customer heard of it',
    second: { pages: [page(1, 0)], ...told(1, 0), ...taken },
    at: later(3600),
    want: { deed: 'tell', about: 'update', number: 2 },
  },
  {
    given: 'an update that was not mailed yet',
    incident: {
      ...failing,
      messages: [{ key: 'engineers-update-2', at, kind: 'engineers-update' }],
    },
    second: { ...told(2, 0), ...taken },
    at: later(3600),
    want: { deed: 'wait', for: 'recovery', news: 5, seconds: 3600 },
  },
  {
    given: 'it goes on for more than a day',
    second: { ...told(25, 24 * 3600), ...taken },
    at: later(26 * 3600),
    want: { deed: 'wait', for: 'recovery', news: 5, seconds: 4 * 3600 },
  },
  {
    given: 'it is well again, and nobody has taken it',
    incident: well,
    second: { pages: [page(1, 0)] },
    at: later(900),
    want: { deed: 'remind', recoveredAt: at, number: 1, due: '2026-11-25T09:00:00.000Z' },
  },
  {
    given: 'only a warning is left',
    incident: {
      ...well,
      alerts: { ...well.alerts, [alertKey(disk)]: { ...disk, severity: 'warning', problemMail: 1 } },
    },
    at: later(900),
    want: { deed: 'remind', recoveredAt: at, number: 1, due: '2026-11-25T09:00:00.000Z' },
  },
  {
    given: 'the report was asked for',
    incident: closed,
    second: { ...taken, reminders: { recoveredAt: at, count: 1 } },
    want: { deed: 'wait', for: 'report', news: 5, seconds: 21_600 },
  },
  {
    given: 'the report was asked for, and it could not be reminded of',
    incident: closed,
    second: { ...taken, reminders: { recoveredAt: at, count: 1 } },
    failed: ['remind'],
    at: '2026-11-25T09:00:00.000Z',
    want: { deed: 'wait', for: 'report', news: 5, seconds: 120 },
  },
  {
    given: 'the report is late by two days, of which nothing was reminded',
    incident: closed,
    second: { ...taken, reminders: { recoveredAt: at, count: 1 } },
    at: '2026-11-27T09:00:00.000Z',
    want: { deed: 'remind', recoveredAt: at, number: 5, due: '2026-11-25T09:00:00.000Z' },
  },
  {
    given: 'another failure of the same incident ended since the report was asked for',
    incident: closed,
    second: { ...taken, reminders: { recoveredAt: later(-7200), count: 3 } },
    want: { deed: 'remind', recoveredAt: at, number: 1, due: '2026-11-25T09:00:00.000Z' },
  },
  {
    given: 'a report was submitted',
    incident: closed,
    second: { ...taken, report },
    want: { deed: 'tell', about: 'report', number: 1 },
  },
  {
    given: 'a report that an open incident has to tell',
    incident: { ...well, messages: [message] },
    second: { ...taken, report },
    want: { deed: 'wait', for: 'mail', news: 5, seconds: 60 },
  },
  {
    given: 'a report that a closed incident has to tell',
    incident: { ...closed, messages: [{ ...message, key: 'engineers-engaged', mail: 2 }, message] },
    second: { ...taken, report },
    want: {
      deed: 'mail',
      mail: {
        number: 3,
        kind: 'response',
        failing: [],
        recovered: [],
        stillFailing: [],
        messages: ['cause-report'],
      },
    },
  },
  {
    given: 'a report that was mailed',
    incident: { ...closed, messages: [{ ...message, mail: 3 }] },
    second: { ...taken, report },
    want: { deed: 'end' },
  },
  {
    given: 'the call of a page was written down',
    second: { pages: [page(1, 0)] },
    calls: [call({ state: 'prepared' })],
    want: { deed: 'ring', call: 'acme.web-1-7-page-1' },
  },
  {
    given: 'a call that may ring since a crash',
    second: { pages: [page(1, 0)] },
    calls: [call({ state: 'placing', placedAt: at })],
    at: later(10),
    want: { deed: 'ring', call: 'acme.web-1-7-page-1' },
  },
  {
    given: 'a call that rings',
    second: { pages: [page(1, 0)], ...told(1, 0) },
    calls: [call({ state: 'placed', placedAt: at })],
    at: later(10),
    want: { deed: 'wait', for: 'acknowledgement', news: 5, seconds: 20 },
  },
  {
    given: 'a call that rang for thirty seconds',
    second: { pages: [page(1, 0)], ...told(1, 0) },
    calls: [call({ state: 'placed', placedAt: at })],
    at: later(30),
    want: { deed: 'hang-up', call: 'acme.web-1-7-page-1', end: 'unanswered' },
  },
  {
    given: 'a number that cannot be called',
    second: { pages: [page(1, 0)], ...told(1, 0) },
    calls: [call({ state: 'placing', placedAt: at, fault: 'no such number' })],
    want: { deed: 'hang-up', call: 'acme.web-1-7-page-1', end: 'failed' },
  },
  {
    given: 'a call that was picked up and is listened to',
    second: { pages: [page(1, 0)], ...told(1, 0) },
    calls: [call({ state: 'placed', placedAt: at, connectedAt: later(20) })],
    at: later(40),
    want: { deed: 'wait', for: 'acknowledgement', news: 5, seconds: 70 },
  },
  {
    given: 'a call that rings when another engineer has taken it',
    second: { pages: [page(1, 0)], ...told(1, 0), ...taken },
    calls: [call({ state: 'placed', placedAt: at })],
    at: later(10),
    want: { deed: 'hang-up', call: 'acme.web-1-7-page-1', end: 'stopped' },
  },
  {
    given: 'a call that rings when it is well again',
    incident: well,
    second: { pages: [page(1, 0)] },
    calls: [call({ state: 'placed', placedAt: at })],
    at: later(10),
    want: { deed: 'hang-up', call: 'acme.web-1-7-page-1', end: 'recovered' },
  },
  {
    given: 'a call that is listened to when it is well again',
    incident: well,
    second: { pages: [page(1, 0)], reminders: { recoveredAt: at, count: 1 } },
    calls: [call({ state: 'placed', placedAt: at, connectedAt: later(20) })],
    at: later(40),
    want: { deed: 'wait', for: 'report', news: 5, seconds: 70 },
  },
  {
    given: 'a call of the escalation',
    second: { pages: [page(1, 0)], ...told(1, 0) },
    calls: [call({ purpose: 'escalation', state: 'placed', placedAt: at })],
    at: later(30),
    want: { deed: 'wait', for: 'acknowledgement', news: 5, seconds: 570 },
  },
  {
    given: 'an operator stopped the incident while it failed',
    incident: { ...failing, state: 'closed', closedAt: at, stoppedAt: at },
    at: later(3600),
    want: { deed: 'wait', for: 'recovery', news: 5, seconds: 21_600 },
  },
  {
    given: 'an incident that was stopped a week ago',
    incident: { ...failing, state: 'closed', closedAt: at, stoppedAt: at },
    at: later(7 * 24 * 3600),
    want: { deed: 'end' },
  },
  { given: 'it has ended', second: { endedAt: at }, want: { deed: 'end' } },
];

describe('what the engineers’ workflow does next', () => {
  for (const {
    given,
    incident = failing,
    second = {},
    failed = [],
    calls = [],
    holds = noHolds,
    at: now = at,
    want,
  } of cases) {
    it(`given ${given}, when it is looked at, then ${JSON.stringify(want)}`, () => {
      const state = { ...begun, ...second };
      const input = {
        incident,
        second: state,
        calls,
        onCall: [sato],
        calendar: defaultCalendar,
        failed,
        holds,
        at: now,
      };
      expect(nextDeed(input)).toEqual(want);
    });
  }
});
