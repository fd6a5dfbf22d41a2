import type { Announcement } from '../../../core/announcement/announcement.ts';
import { announcementRequest, announcementView } from '../../../core/api/announcements.ts';
import { pageOf, pageQuery } from '../../../core/api/problem.ts';
import { isOperator } from '../../../core/identity/scopes.ts';
import type { ApiRoutes, Asked } from '../api-routes.ts';
import { audited } from '../audited.ts';
import { examples } from '../examples.ts';
import { newId } from '../new-token.ts';
import { nothingHere, Refusal, unprocessable } from '../refusal.ts';
import { changedMeanwhile, ifMatchHeader, ifMatchIfWanted, matchVersion, versionTag } from '../versions.ts';
import { defined } from './audit.ts';

const { announcement: example } = examples;
const { id: _id, createdAt: _created, updatedAt: _updated, version: _version, ...requestExample } = example;
const params = { announcement: announcementView.shape.id.meta({ example: example.id }) };

const list = {
  method: 'get',
  path: '/announcements',
  tag: 'Announcements',
  summary: 'Failures and maintenance of ours, and other notices, the latest begin first',
  description:
    'Operators see withdrawn ones too. A part may have fewer than `limit`; the list goes on while there is `next`.',
  scope: 'read',
  query: pageQuery.shape,
  answer: { json: pageOf(announcementView).meta({ id: 'AnnouncementList' }), example: { items: [example] } },
} as const;

/** 障害・メンテナンス情報: what the MSP tells all customers. */
export function addAnnouncementRoutes(routes: ApiRoutes): void {
  routes.everybody({ ...list, id: 'listAnnouncements' }, readList);
  // Where operators look at an account, its pages ask below it.
  routes.operatorsOfAccount({ ...list, id: 'listAnnouncementsOfAccount' }, readList);

  routes.everybody(
    {
      method: 'get',
      path: '/announcements/{announcement}',
      id: 'getAnnouncement',
      tag: 'Announcements',
      summary: 'One announcement',
      scope: 'read',
      params,
      answer: { json: announcementView, example },
    },
    async (asked) => {
      const found = await known(asked);
      if (found.withdrawnAt !== undefined && !isOperator(asked.principal)) throw nothingHere();
      return answerOf(found);
    },
  );

  routes.operators(
    {
      method: 'post',
      path: '/announcements',
      id: 'announce',
      tag: 'Announcements',
      summary: 'Announces something to all customers',
      scope: 'announcements',
      body: { schema: announcementRequest, example: requestExample },
      answer: { json: announcementView, status: 201, example },
    },
    async (asked) => {
      const { ports, at, body } = asked;
      judge(body);
      const made: Announcement = { ...body, id: newId(), createdAt: at, updatedAt: at, version: 1 };
      await audited(asked, { deed: 'announcement.make', target: made.id }, async () => {
        if (!(await ports.announcements.replaceAnnouncement(made)))
          throw new Error(`announcement id ${made.id} was taken`);
        return { value: undefined, after: shortened(made) };
      });
      return answerOf(made);
    },
  );

  routes.operators(
    {
      method: 'put',
      path: '/announcements/{announcement}',
      id: 'changeAnnouncement',
      tag: 'Announcements',
      summary: 'Changes an announcement: what is known by now, or its end',
      scope: 'announcements',
      params,
      headers: ifMatchHeader,
      body: { schema: announcementRequest, example: requestExample },
      refusals: [409, 412, 428],
      answer: { json: announcementView, example: { ...example, version: 2 } },
    },
    async (asked) => {
      const { at, body } = asked;
      const before = await standing(asked);
      matchVersion(asked.header('if-match'), before.version);
      judge(body);
      const { until: _before, ...kept } = before;
      return write(asked, 'change', before, { ...kept, ...body, updatedAt: at, version: before.version + 1 });
    },
  );

  routes.operators(
    {
      method: 'delete',
      path: '/announcements/{announcement}',
      id: 'withdrawAnnouncement',
      tag: 'Announcements',
      summary: 'Takes an announcement back: customers see it no longer',
      scope: 'announcements',
      params,
      headers: ifMatchIfWanted,
      refusals: [409, 412],
      answer: {
        json: announcementView,
        example: { ...example, withdrawnAt: '2026-11-21T03:04:05.000Z', version: 2 },
      },
    },
    async (asked) => {
      const { at } = asked;
      const before = await standing(asked);
      matchVersion(asked.header('if-match'), before.version, { isRequired: false });
      const after = { ...before, withdrawnAt: at, updatedAt: at, version: before.version + 1 };
      return write(asked, 'withdraw', before, after);
    },
  );
}

async function readList({
  ports,
  principal,
  query,
}: Pick<Asked<Record<never, never>, typeof pageQuery.shape>, 'ports' | 'principal' | 'query'>): Promise<{
  value: { items: Announcement[]; next?: string };
}> {
  const { items, next } = await ports.announcements.announcements(defined(query));
  return {
    value: {
      items: items.filter(({ withdrawnAt }) => withdrawnAt === undefined || isOperator(principal)),
      ...(next !== undefined && { next }),
    },
  };
}

type OfOne = Pick<Asked<typeof params>, 'ports' | 'principal' | 'at' | 'params'>;

async function known({ ports, params: { announcement: id } }: OfOne): Promise<Announcement> {
  const found = await ports.announcements.announcement(id);
  if (found === undefined) throw nothingHere();
  return found;
}

async function standing(asked: OfOne): Promise<Announcement> {
  const found = await known(asked);
  if (found.withdrawnAt !== undefined)
    throw new Refusal(409, 'it was withdrawn and stays as it was; announce another', { reason: 'withdrawn' });
  return found;
}

function judge({ from, until }: Pick<Announcement, 'from' | 'until'>): void {
  if (until !== undefined && until <= from)
    throw unprocessable([
      {
        field: 'until',
        message: `the end ${until} is not after the begin ${from}; leave it out while it is not known`,
      },
    ]);
}

async function write(asked: OfOne, deed: string, before: Announcement, after: Announcement) {
  await audited(
    asked,
    { deed: `announcement.${deed}`, target: before.id, before: shortened(before) },
    async () => {
      if (!(await asked.ports.announcements.replaceAnnouncement(after))) throw changedMeanwhile();
      return { value: undefined, after: shortened(after) };
    },
  );
  return answerOf(after);
}

const answerOf = (value: Announcement) => ({
  value,
  headers: { etag: versionTag(value.version, value) },
});

const mostShown = 800;

/** For the trail, which has no room for two long texts in two languages. */
const shortened = ({ body: { ja, en }, ...one }: Announcement) => ({
  ...one,
  body: { ja: cut(ja), en: cut(en) },
});
const cut = (text: string): string => (text.length <= mostShown ? text : `${text.slice(0, mostShown)}…`);
