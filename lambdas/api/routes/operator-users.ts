import { auditView } from '../../../core/api/audit.ts';
import { madeUser, userRequest, userView } from '../../../core/api/operators.ts';
import { pageOf, pageQuery } from '../../../core/api/problem.ts';
import { type User, user as userForm } from '../../../core/identity/principal.ts';
import { makePassword } from '../../../platform/directory/make-password.ts';
import {
  addPerson,
  disablePerson,
  enablePerson,
  type PersonChange,
  type PersonRefusal,
  removePerson,
} from '../../people/change-people.ts';
import type { ApiRoutes, Asked } from '../api-routes.ts';
import { audited } from '../audited.ts';
import { nothingHere, Refusal, unprocessable } from '../refusal.ts';
import { auditExample, auditQuery, defined } from './audit.ts';

const person = {
  mail: 'taro@acme.example',
  name: 'Taro Yamada',
  role: 'customer',
  account: 'acme',
  language: 'ja',
} as const;
const example = {
  ...person,
  subject: '6f1c2d3e-0b4a-4c5d-8e9f-a0b1c2d3e4f5',
  createdAt: '2026-11-21T03:04:05.000Z',
};
const params = { subject: userForm.shape.subject.meta({ example: example.subject }) };
const common = { tag: 'Administration', scope: 'users' } as const;

/** Who may sign in, for administrators. */
export function addOperatorUserRoutes(routes: ApiRoutes): void {
  routes.administrators(
    {
      ...common,
      method: 'get',
      path: '/operator/users',
      id: 'listUsers',
      summary: 'Everybody who may sign in, sorted by mail address',
      query: {
        ...pageQuery.shape,
        account: userForm.shape.account.meta({ description: 'Those of one account.', example: 'acme' }),
      },
      answer: { json: pageOf(userView).meta({ id: 'UserList' }), example: { items: [example] } },
    },
    async ({ ports, query: { account, ...page } }) => ({
      value:
        account === undefined
          ? await ports.identity.allUsers(defined(page))
          : await ports.identity.users(account, defined(page)),
    }),
  );

  routes.administrators(
    {
      ...common,
      method: 'post',
      path: '/operator/users',
      id: 'addUser',
      summary: 'Lets somebody in; their first password is shown this once',
      description:
        'Nobody is mailed: tell them the password yourself. It counts for a week and is replaced at the first sign-in, where a second factor is set up too.',
      body: { schema: userRequest, example: person },
      refusals: [409],
      answer: { json: madeUser, status: 201, example: { ...example, password: 'h7Kma-Wq4xB-…' } },
    },
    async (asked) => {
      const {
        ports,
        at,
        body: { account, ...body },
      } = asked;
      const password = makePassword();
      const given = {
        ...body,
        ...(account !== undefined && { account }),
        password,
        mustChangePassword: true,
      };
      const made = await changed(asked, 'create', { mail: body.mail, account }, () =>
        addPerson(ports, given, at),
      );
      if (made === undefined) throw new Error(`${body.mail} was added without a record`);
      return { value: { ...made, password } };
    },
  );

  routes.administrators(
    {
      ...common,
      method: 'delete',
      path: '/operator/users/{subject}',
      id: 'removeUser',
      summary: 'Forgets somebody: they may sign in no more',
      params,
      refusals: [409],
      answer: 'nothing',
    },
    async (asked) => {
      await changeKnown(asked, 'remove', ({ ports }, subject) => removePerson(ports, subject));
      return { value: undefined };
    },
  );

  routes.administrators(
    {
      ...common,
      method: 'post',
      path: '/operator/users/{subject}/disable',
      id: 'disableUser',
      summary: 'Keeps somebody out from the next request on',
      params,
      refusals: [409],
      answer: { json: userView, example: { ...example, disabledAt: '2026-11-21T03:04:05.000Z' } },
    },
    async (asked) => ({
      value: recordOf(
        await changeKnown(asked, 'disable', ({ ports, at }, subject) => disablePerson(ports, subject, at)),
      ),
    }),
  );

  routes.administrators(
    {
      ...common,
      method: 'post',
      path: '/operator/users/{subject}/enable',
      id: 'enableUser',
      summary: 'Lets somebody in again who was kept out',
      params,
      refusals: [409],
      answer: { json: userView, example },
    },
    async (asked) => ({
      value: recordOf(
        await changeKnown(asked, 'enable', ({ ports }, subject) => enablePerson(ports, subject)),
      ),
    }),
  );

  routes.administrators(
    {
      ...common,
      method: 'get',
      path: '/operator/audit',
      id: 'listChangesOfAll',
      summary: 'Who changed what, of all accounts and of the MSP, the newest first; kept 400 days',
      query: auditQuery,
      answer: { json: pageOf(auditView).meta({ id: 'AuditList' }), example: auditExample },
    },
    async ({ ports, query }) => ({ value: await ports.audit.auditOfAll(defined(query)) }),
  );
}

type OfUser = Asked<typeof params>;
type Changer = Pick<OfUser, 'ports' | 'principal' | 'at'>;

async function changeKnown(
  asked: OfUser,
  deed: string,
  change: (asked: OfUser, subject: string) => Promise<PersonChange>,
) {
  const {
    ports,
    principal,
    params: { subject },
  } = asked;
  const before = await ports.identity.user(subject);
  if (before === undefined) throw nothingHere();
  if (subject === principal.id)
    throw new Refusal(409, 'this is yourself; let another administrator do it', { reason: 'yourself' });
  return changed(asked, deed, before, () => change(asked, subject));
}

/** @returns the record as it is afterwards; undefined when there is none any more */
function changed(
  { ports, principal, at }: Changer,
  deed: string,
  one: User | { readonly mail: string; readonly account: string | undefined },
  change: () => Promise<PersonChange>,
) {
  const { mail: target, account } = one;
  const before = 'subject' in one ? one : undefined;
  return audited({ ports, principal, at, account }, { deed: `user.${deed}`, target, before }, async () => {
    const result = await change();
    if (result.end === 'refused') throw refusalOf(result.reason);
    return { value: result.after, after: result.after };
  });
}

function recordOf(record: Awaited<ReturnType<typeof changeKnown>>) {
  if (record === undefined) throw new Error('somebody was changed and has no record');
  return record;
}

function refusalOf(reason: PersonRefusal): Refusal {
  switch (reason) {
    case 'unknown':
      return nothingHere();
    case 'account-missing':
      return unprocessable(
        [{ field: 'account', message: 'a customer belongs to an account; give its id' }],
        reason,
      );
    case 'account-unknown':
      return unprocessable(
        [{ field: 'account', message: 'there is no such account; look at its id' }],
        reason,
      );
    case 'account-unwanted':
      return unprocessable(
        [{ field: 'account', message: 'people of the MSP belong to none; leave it out' }],
        reason,
      );
    case 'mail-taken':
      return new Refusal(409, 'somebody signs in by this mail address already; nothing was changed', {
        reason,
      });
    case 'last-administrator':
      return new Refusal(409, 'this is the last administrator; add another first', { reason });
  }
}
