import { describe, expect, it } from 'vitest';
import type { Contact } from '../../../core/account.ts';
import type { ContactChange } from '../../../core/contacts/contact-change.ts';
import { contactDrift } from '../../../core/contacts/contact-drift.ts';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import { renderContactDrift } from '../../../core/inventory/render-difference.ts';

const contact = (name: string): Contact => ({
  name,
  mail: `${name}@acme.example`,
  language: 'ja',
  alertMail: true,
});
const inventory = (...contacts: Contact[]): Inventory => ({
  settings: {
    mailFrom: 'watch@msp.example',
    mailFromName: 'Mimamori',
    operators: { mail: ['desk@msp.example'], language: 'en' },
    referenceEndpoints: [],
  },
  accounts: [{ id: 'acme', name: 'Acme', timeZone: 'Asia/Tokyo', contacts }],
  servers: [],
  monitors: [],
});
const [sato, suzuki, smith] = [contact('sato'), contact('suzuki'), contact('smith')];
const change: ContactChange = {
  account: 'acme',
  contacts: [suzuki],
  requestedAt: '2026-11-18T05:00:00.000Z',
  requestedBy: 'Tanaka\u001b[2J',
  effectiveAt: '2026-11-19T05:00:00.000Z',
  over: [sato],
  version: 1,
};

const rows = [
  { given: 'files as they are applied', applied: [sato], files: [sato], fate: 'kept' },
  { given: 'files with other contacts', applied: [sato], files: [smith], fate: 'dropped' },
  { given: 'files that took the change over', applied: [sato], files: [suzuki], fate: undefined },
  { given: 'an apply that stood over it before', applied: [smith], files: [smith], fate: undefined },
] as const;

describe('contacts that were changed in the portal', () => {
  for (const { given, applied, files, fate } of rows) {
    it(`given ${given}, when they are planned, then the change is ${fate ?? 'no drift'}`, () =>
      expect(
        contactDrift(inventory(...applied), inventory(...files), [change]).map((one) => one.fate),
      ).toEqual(fate === undefined ? [] : [fate]));
  }

  it('given a change of an account that the files do not have, when it is planned, then it goes with the account', () => {
    const without = { ...inventory(sato), accounts: [] };
    expect(contactDrift(inventory(sato), without, [change])).toEqual([]);
    expect(contactDrift(undefined, inventory(sato), [change])).toEqual([]);
  });

  it('given drift, when it is shown, then it says who, since when and what an apply does, and no control character', () => {
    const kept = contactDrift(inventory(sato), inventory(sato), [change]);
    expect(renderContactDrift(kept)).toBe(`

Not in the files:
! account acme: contacts changed by Tanaka\\u{001b}[2J in the portal at 2026-11-18T05:00:00.000Z, in effect from 2026-11-19T05:00:00.000Z; an apply leaves it in force; put it into the files
    contacts[0].name: "sato" -> "suzuki"
    contacts[0].mail: "sato@acme.example" -> "suzuki@acme.example"`);
    expect(renderContactDrift([])).toBe('');
  });
});
