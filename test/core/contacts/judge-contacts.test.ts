import { describe, expect, it } from 'vitest';
import type { Contact } from '../../../core/account.ts';
import { judgeContacts } from '../../../core/contacts/judge-contacts.ts';

const contact = (change: Partial<Contact> = {}): Contact => ({
  name: 'Hanako Suzuki',
  mail: 'suzuki@acme.example',
  language: 'ja',
  alertMail: true,
  ...change,
});
const another = contact({ name: 'Night desk', mail: 'night@acme.example' });
const phone = '+81312345678';

describe('judgeContacts', () => {
  const cases = [
    { given: 'two people', contacts: [contact(), another], fields: [] },
    {
      given: 'two people at one telephone',
      contacts: [contact({ phone }), { ...another, phone }],
      fields: [],
    },
    {
      given: 'somebody without alert mail beside one with',
      contacts: [contact({ alertMail: false }), another],
      fields: [],
    },
    { given: 'nobody with alert mail', contacts: [contact({ alertMail: false })], fields: ['contacts'] },
    {
      given: 'an address twice, in other letters',
      contacts: [contact(), { ...another, mail: 'SUZUKI@acme.example' }],
      fields: ['contacts.1.mail'],
    },
    {
      given: 'a person twice at one telephone',
      contacts: [contact({ phone }), contact({ phone, mail: 'other@acme.example' })],
      fields: ['contacts.1.phone'],
    },
    {
      given: 'a name with a line break',
      contacts: [contact({ name: 'A\r\nBcc: x@y.example' })],
      fields: ['contacts.0.name'],
    },
    {
      given: 'a name that turns the line round',
      contacts: [contact({ name: 'A\u202eB' })],
      fields: ['contacts.0.name'],
    },
    { given: 'a name of spaces', contacts: [contact({ name: '  ' })], fields: ['contacts.0.name'] },
    {
      given: 'several faults',
      contacts: [contact({ name: ' A', alertMail: false }), contact({ alertMail: false })],
      fields: ['contacts.0.name', 'contacts.1.mail', 'contacts'],
    },
  ];
  for (const { given, contacts, fields } of cases)
    it(`given ${given}, then ${fields.length === 0 ? 'nothing is wrong' : `${fields.join(', ')} is told`}`, () => {
      expect(judgeContacts(contacts).map(({ field }) => field)).toEqual(fields);
    });

  it('given faults, then each says what and the mend', () => {
    expect(judgeContacts([contact({ alertMail: false }), contact({ alertMail: false })])).toEqual([
      { field: 'contacts.1.mail', message: 'contact 1 has this address; give each contact one of their own' },
      {
        field: 'contacts',
        message: 'nobody gets alert mail; set alertMail for one contact at least',
      },
    ]);
  });
});
