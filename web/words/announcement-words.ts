import type { Announcement } from '../../core/announcement/announcement.ts';
import type { InBoth } from './in-both.ts';

type Kind = Announcement['kind'];

const en = {
  title: 'Announcements',
  lead: 'Failures and maintenance on our side, and what else you should know.',
  none: 'No announcements',
  noneBody: 'When something on our side fails or is about to be worked on, it is told here.',
  kinds: { failure: 'Failure', maintenance: 'Maintenance', information: 'Information' } satisfies Record<
    Kind,
    string
  >,
  zones: 'Concerns',
  everywhere: 'All places',
  updated: 'Last changed',
  withdrawn: 'Withdrawn',
  over: 'Over',
  holds: 'Now',
  coming: 'To come',
  write: {
    title: 'Write announcements',
    lead: 'Every customer sees what is written here, in both languages.',
    add: 'Write an announcement',
    edit: 'Change',
    withdraw: 'Withdraw',
    withdrawEffect: (title: string) => `“${title}” is no longer shown to customers.`,
    kind: 'Kind',
    titleJa: 'Title in Japanese',
    titleEn: 'Title in English',
    bodyJa: 'Text in Japanese',
    bodyEn: 'Text in English',
    zones: 'Places it is about',
    zonesHint: 'Names as customers know them, with commas between; empty for all.',
    from: 'From',
    until: 'Until',
    untilHint: 'Empty while its end is not known.',
    times: (zone: string) => `Times of ${zone}`,
    saved: (title: string) => `Shown to customers: ${title}`,
    withdrawnNow: (title: string) => `Withdrawn: ${title}`,
  },
};

const ja: typeof en = {
  title: 'お知らせ',
  lead: '当社側の障害やメンテナンスなどをお知らせします。',
  none: 'お知らせはありません',
  noneBody: '当社側の障害や作業の予定があるときに、ここに掲載します。',
  kinds: { failure: '障害', maintenance: 'メンテナンス', information: 'ご案内' },
  zones: '対象',
  everywhere: 'すべて',
  updated: '最終更新',
  withdrawn: '取り下げ',
  over: '終了',
  holds: '現在',
  coming: '予定',
  write: {
    title: 'お知らせの作成',
    lead: 'ここに書いた内容は、すべてのお客様に両方の言語で表示されます。',
    add: 'お知らせを作成する',
    edit: '変更',
    withdraw: '取り下げる',
    withdrawEffect: (title) => `「${title}」をお客様に表示しないようにします。`,
    kind: '種類',
    titleJa: '件名（日本語）',
    titleEn: '件名（英語）',
    bodyJa: '本文（日本語）',
    bodyEn: '本文（英語）',
    zones: '対象の場所',
    zonesHint: 'お客様がご存じの名前を、カンマで区切って書きます。空欄はすべてが対象です。',
    from: '開始',
    until: '終了',
    untilHint: '終了時刻が未定の間は空欄にします。',
    times: (zone) => `${zone}の時刻`,
    saved: (title) => `掲載しました: ${title}`,
    withdrawnNow: (title) => `取り下げました: ${title}`,
  },
};

export const announcementWords: InBoth<typeof en> = { en, ja };
