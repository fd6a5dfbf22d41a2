import type { InBoth } from './in-both.ts';

const en = {
  title: 'Servers',
  search: 'Name, id or address',
  byStanding: 'Show only servers in this state',
  all: 'All',
  notOk: 'Not OK',
  noneFound: 'No matching servers',
  noneFoundBody: 'Search for a part of its name, id or address, or take the filter away.',
  takeAway: 'Show all servers',
  none: 'No servers are watched yet',
  noneBody: 'Our operators enter your servers when the contract begins. Ask them if you expected some here.',
};

const ja: typeof en = {
  title: 'サーバー',
  search: '名前・ID・アドレスで検索',
  byStanding: '状態で絞り込む',
  all: 'すべて',
  notOk: '正常以外',
  noneFound: '該当するサーバーはありません',
  noneFoundBody: '名前・ID・アドレスの一部で検索するか、絞り込みを解除してください。',
  takeAway: 'すべてのサーバーを表示',
  none: '監視中のサーバーはまだありません',
  noneBody: 'ご契約の開始時に運用担当が登録します。表示されるはずの場合は、運用担当にお問い合わせください。',
};

export const serversWords: InBoth<typeof en> = { ja, en };
