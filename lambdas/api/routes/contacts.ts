import type { Contact } from '../../../core/account.ts';
import { type ContactsView, contactsRequest, contactsView } from '../../../core/api/contacts.ts';
import { defaultCalendar } from '../../../core/calendar/business-calendar.ts';
import type { ContactChange } from '../../../core/contacts/contact-change.ts';
import {
  areSameContacts,
  contactsAt,
  expediteChange,
  pendingAt,
  requestChange,
  withoutPending,
} from '../../../core/contacts/contacts-at.ts';
import { judgeContacts } from '../../../core/contacts/judge-contacts.ts';
import type { Instant } from '../../../core/instant.ts';
import type { AccountView } from '../account-view.ts';
import type { ApiRoutes, AskedOfAccount } from '../api-routes.ts';
import { audited } from '../audited.ts';
import { Refusal, unprocessable } from '../refusal.ts';
import { changedMeanwhile, ifMatchHeader, ifMatchIfWanted, matchVersion, versionTag } from '../versions.ts';

const hanako = {
  name: 'Hanako Suzuki',
  mail: 'suzuki@acme.example',
  phone: '+81312345678',
  language: 'ja',
  alertMail: true,
} as const;
const desk = { name: 'Night desk', mail: 'night@acme.example', language: 'en', alertMail: true } as const;
const pending = {
  contacts: [desk, hanako],
  requestedAt: '2026-11-20T03:00:00.000Z',
  requestedBy: 'Hanako Sato',
  effectiveAt: '2026-11-24T03:00:00.000Z',
};
const example = { contacts: [hanako], pending, version: 1 };
const settled = { contacts: [desk, hanako], version: 2 };

/** 担当者: whom an account's mails and calls go to. A change takes effect one business day later. */
export function addContactRoutes(routes: ApiRoutes): void {
  routes.account(
    {
      method: 'get',
      path: '/contacts',
      id: 'getContacts',
      tag: 'Contacts',
      summary: 'Contacts in calling order, and the change that is on its way',
      scope: 'contacts',
      answer: { json: contactsView, example },
    },
    async (asked) => answerOf(asked, await asked.view.contactChange()),
  );

  routes.account(
    {
      method: 'put',
      path: '/contacts',
      id: 'changeContacts',
      tag: 'Contacts',
      summary: 'Asks for other contacts; they take effect one business day later',
      description:
        'It takes the place of a change that is still on its way. Contacts are called in their order.',
      scope: 'contacts',
      headers: ifMatchHeader,
      body: { schema: contactsRequest, example: { contacts: pending.contacts } },
      refusals: [409, 412, 428],
      answer: { json: contactsView, status: 202, example },
    },
    async (asked) => {
      const {
        ports,
        view,
        principal,
        at,
        body: { contacts },
      } = asked;
      const stored = await readChange(asked);
      const problems = judgeContacts(contacts);
      if (problems.length > 0) throw unprocessable(problems);
      const now = contactsAt(view.account, stored, at);
      const waiting = pendingAt(view.account, stored, at);
      if (areSameContacts(waiting?.contacts ?? now, contacts))
        throw new Refusal(409, 'the contacts are these already, or will be; nothing was changed', {
          reason: 'unchanged',
        });
      const calendar = (await ports.monitors.settings())?.calendar ?? defaultCalendar;
      const after = requestChange(view.account, stored, { contacts, by: principal.name, at }, calendar);
      const before = waiting === undefined ? { contacts: now } : { contacts: now, pending: waiting.contacts };
      return write(asked, 'change', before, after);
    },
  );

  routes.account(
    {
      method: 'delete',
      path: '/contacts/pending',
      id: 'withdrawContactChange',
      tag: 'Contacts',
      summary: 'Takes back the change that is on its way',
      scope: 'contacts',
      headers: ifMatchIfWanted,
      refusals: [409, 412],
      answer: { json: contactsView, example: { contacts: [hanako], version: 0 } },
    },
    (asked) => drop(asked, 'withdraw'),
  );

  routes.operatorsOfAccount(
    {
      method: 'post',
      path: '/contacts/pending/expedite',
      id: 'expediteContactChange',
      tag: 'Contacts',
      summary: 'Lets the change that is on its way take effect now',
      scope: 'contacts',
      headers: ifMatchHeader,
      refusals: [409, 412, 428],
      answer: { json: contactsView, example: settled },
    },
    async (asked) => {
      const { view, at } = asked;
      const waiting = pendingOf(asked, await readChange(asked));
      const before = { contacts: contactsAt(view.account, waiting, at), pending: waiting.contacts };
      return write(asked, 'expedite', before, expediteChange(waiting, at));
    },
  );

  routes.operatorsOfAccount(
    {
      method: 'post',
      path: '/contacts/pending/reject',
      id: 'rejectContactChange',
      tag: 'Contacts',
      summary: 'Drops the change that is on its way',
      scope: 'contacts',
      headers: ifMatchIfWanted,
      refusals: [409, 412],
      answer: { json: contactsView, example: { contacts: [hanako], version: 0 } },
    },
    (asked) => drop(asked, 'reject'),
  );
}

type OfContacts = Pick<AskedOfAccount, 'ports' | 'view' | 'principal' | 'at' | 'account' | 'header'>;

/** @throws Refusal 428 or 412 when what is stored is not what was read */
async function readChange(asked: OfContacts, isRequired = true): Promise<ContactChange | undefined> {
  const { view, header } = asked;
  const stored = await view.contactChange();
  const { headers } = answerOf(asked, stored);
  matchVersion(header('if-match'), stored?.version ?? 0, { isRequired, tag: headers.etag });
  return stored;
}

function pendingOf({ view, at }: OfContacts, stored: ContactChange | undefined): ContactChange {
  const waiting = pendingAt(view.account, stored, at);
  if (waiting === undefined)
    throw new Refusal(409, 'no change is on its way; it has taken effect, or was taken back', {
      reason: 'nothing-pending',
    });
  return waiting;
}

async function drop(asked: OfContacts, deed: 'withdraw' | 'reject') {
  const { view, at } = asked;
  const waiting = pendingOf(asked, await readChange(asked, false));
  const now = contactsAt(view.account, waiting, at);
  const before = { contacts: now, pending: waiting.contacts };
  const left = withoutPending(waiting, at);
  if (left !== undefined) return write(asked, deed, before, left);
  await audited(asked, { deed: `contacts.${deed}`, target: asked.account, before }, async () => {
    if (!(await view.removeContactChange(waiting.version))) throw changedMeanwhile();
    return { value: undefined, after: { contacts: now } };
  });
  return answerOf(asked, undefined);
}

async function write(asked: OfContacts, deed: string, before: unknown, after: ContactChange) {
  const { view, account } = asked;
  await audited(asked, { deed: `contacts.${deed}`, target: account, before }, async () => {
    if (!(await view.replaceContactChange(after))) throw changedMeanwhile();
    const { contacts, effectiveAt } = after;
    return { value: undefined, after: { contacts, effectiveAt } };
  });
  return answerOf(asked, after);
}

function answerOf({ view, at }: { view: AccountView; at: Instant }, change: ContactChange | undefined) {
  const waiting = pendingAt(view.account, change, at);
  const copies = (all: readonly Contact[]) => all.map((one) => ({ ...one }));
  const value: ContactsView = {
    contacts: copies(contactsAt(view.account, change, at)),
    ...(waiting !== undefined && {
      pending: {
        contacts: copies(waiting.contacts),
        requestedAt: waiting.requestedAt,
        requestedBy: waiting.requestedBy,
        effectiveAt: waiting.effectiveAt,
      },
    }),
    version: change?.version ?? 0,
  };
  return { value, headers: { etag: versionTag(value.version, value) } };
}
