import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contact } from '../../../core/account.ts';
import { defaultCalendar } from '../../../core/calendar/business-calendar.ts';
import type { ContactChange } from '../../../core/contacts/contact-change.ts';
import {
  contactsAt,
  expediteChange,
  pendingAt,
  requestChange,
  withoutPending,
} from '../../../core/contacts/contacts-at.ts';

const contact = (name: string, more: Partial<Contact> = {}): Contact => ({
  name,
  mail: `${name}@acme.example`,
  language: 'ja',
  alertMail: true,
  ...more,
});
const sato = contact('sato');
const suzuki = contact('suzuki', { phone: '+819011110002' });
const smith = contact('smith', { language: 'en' });
const account = (...contacts: Contact[]) => ({ id: 'acme', contacts });
/** Wall clock of Tokyo. */
const tokyo = (time: string): string => new Date(`${time}:00+09:00`).toISOString();
const asked = (at: string, ...contacts: Contact[]) => ({ contacts, by: 'Tanaka', at });

/** Asked for on Wednesday at 14:00, in effect on Thursday at 14:00. */
const change = requestChange(
  account(sato),
  undefined,
  asked(tokyo('2026-11-18T14:00'), suzuki, sato),
  defaultCalendar,
);

describe('when a change of contacts takes effect', () => {
  const rows = [
    { given: 'a Wednesday in business hours', at: '2026-11-18T14:00', then: '2026-11-19T14:00' },
    { given: 'a Wednesday after hours', at: '2026-11-18T20:00', then: '2026-11-20T10:00' },
    { given: 'the Friday before a long weekend', at: '2026-11-20T14:00', then: '2026-11-24T14:00' },
    { given: 'the Saturday of that weekend', at: '2026-11-21T09:00', then: '2026-11-25T10:00' },
    { given: 'the last business day of the year', at: '2026-12-28T17:00', then: '2027-01-04T17:00' },
  ];
  for (const { given, at, then } of rows) {
    it(`given ${given}, when it is asked for, then it is in effect from ${then}`, () =>
      expect(
        requestChange(account(sato), undefined, asked(tokyo(at), smith), defaultCalendar).effectiveAt,
      ).toBe(tokyo(then)));
  }
});

describe('who is mailed and called', () => {
  const rows: readonly {
    given: string;
    when: string;
    then: string;
    of?: ReturnType<typeof account>;
    change?: ContactChange;
    at: string;
    want: readonly Contact[];
    pending?: boolean;
  }[] = [
    {
      given: 'no change',
      when: 'it is asked',
      then: 'the inventory tells',
      at: '2026-11-19T14:00',
      want: [sato],
    },
    {
      given: 'a change',
      when: 'its day is not over',
      then: 'the contacts are those of before',
      change,
      at: '2026-11-19T13:59',
      want: [sato],
      pending: true,
    },
    {
      given: 'a change',
      when: 'its day is over',
      then: 'it holds, in its order',
      change,
      at: '2026-11-19T14:00',
      want: [suzuki, sato],
    },
    {
      given: 'a change in effect',
      when: 'an apply has brought other contacts',
      then: 'the apply stands over it',
      of: account(smith),
      change,
      at: '2026-11-19T14:00',
      want: [smith],
    },
    {
      given: 'a change on its way',
      when: 'an apply has brought other contacts',
      then: 'it is none any more',
      of: account(smith),
      change,
      at: '2026-11-18T15:00',
      want: [smith],
    },
    {
      given: 'a change',
      when: 'an apply has changed the order alone',
      then: 'the apply stands over it, as the order is that of the calls',
      of: account(smith, sato),
      change: { ...change, over: [sato, smith] },
      at: '2026-11-19T14:00',
      want: [smith, sato],
    },
    {
      given: 'a change that an operator let through',
      when: 'it is asked right after',
      then: 'it holds',
      change: expediteChange(change, tokyo('2026-11-18T15:00')),
      at: '2026-11-18T15:00',
      want: [suzuki, sato],
    },
  ];
  for (const { given, when, then, of = account(sato), change: its, at, want, pending = false } of rows) {
    it(`given ${given}, when ${when}, then ${then}`, () => {
      expect(contactsAt(of, its, tokyo(at))).toEqual(want);
      expect(pendingAt(of, its, tokyo(at)) !== undefined).toBe(pending);
    });
  }

  it('given a change in effect, when another is asked for, then the first holds until the second takes effect', () => {
    const second = requestChange(
      account(sato),
      change,
      asked(tokyo('2026-11-24T14:00'), smith),
      defaultCalendar,
    );
    expect(second.version).toBe(change.version + 1);
    expect(contactsAt(account(sato), second, tokyo('2026-11-25T13:59'))).toEqual([suzuki, sato]);
    expect(contactsAt(account(sato), second, tokyo('2026-11-25T14:00'))).toEqual([smith]);
  });

  it('given a change in effect, when another is taken back, then the first holds on', () => {
    const second = requestChange(
      account(sato),
      change,
      asked(tokyo('2026-11-24T14:00'), smith),
      defaultCalendar,
    );
    const at = tokyo('2026-11-24T15:00');
    const left = withoutPending(second, at);
    expect(contactsAt(account(sato), left, at)).toEqual([suzuki, sato]);
    expect(left?.version).toBe(second.version + 1);
    expect(pendingAt(account(sato), left, at)).toBeUndefined();
  });

  it('given a first change, when it is taken back, then nothing is left of it', () =>
    expect(withoutPending(change, tokyo('2026-11-18T15:00'))).toBeUndefined());

  it('given any changes one after the other, when time passes, then the contacts change only when one takes effect', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ hours: fc.integer({ min: 0, max: 200 }), to: fc.constantFrom(sato, suzuki, smith) }),
          {
            minLength: 1,
            maxLength: 6,
          },
        ),
        (asks) => {
          let at = Date.parse(tokyo('2026-11-18T14:00'));
          let stored: ContactChange | undefined;
          for (const { hours, to } of asks) {
            at += hours * 3_600_000;
            const now = new Date(at).toISOString();
            const before = contactsAt(account(sato), stored, now);
            stored = requestChange(account(sato), stored, asked(now, to), defaultCalendar);
            expect(contactsAt(account(sato), stored, now)).toEqual(before);
            expect(contactsAt(account(sato), stored, stored.effectiveAt)).toEqual([to]);
          }
        },
      ),
    ));
});
