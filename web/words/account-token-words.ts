import type { InBoth } from './in-both.ts';

const en = {
  title: 'API tokens',
  lead: 'For your own programs: read servers, graphs and incidents, announce maintenance. A token is shown once, when it is made.',
};

const ja: typeof en = {
  title: 'APIトークン',
  lead: 'お客様のプログラムから、サーバー・グラフ・障害の参照やメンテナンスの登録ができます。トークンは作成時に一度だけ表示されます。',
};

export const accountTokenWords: InBoth<typeof en> = { en, ja };
