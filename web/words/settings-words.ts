import type { InBoth } from './in-both.ts';

const en = {
  title: 'Settings',
  lead: 'Your account with us, and how you like these pages.',
  account: 'Account',
  id: 'Id',
  zone: 'Time zone',
  zoneHint:
    'Times on all pages, in mails and in reports are those of this zone. Our operators change it for you.',
  servers: 'Servers',
  you: 'You',
  mail: 'Mail address',
  role: 'Role',
  pages: 'These pages',
  more: 'Elsewhere',
  contacts: 'Who is mailed and called',
  addresses: 'What your firewalls let in',
  tokens: 'Tokens for your programs',
  audit: 'Who changed what',
};

const ja: typeof en = {
  title: '設定',
  lead: 'ご契約のアカウントと、画面の表示についての設定です。',
  account: 'アカウント',
  id: 'ID',
  zone: 'タイムゾーン',
  zoneHint: '画面・メール・レポートの時刻は、このタイムゾーンで表示します。変更はオペレーターが承ります。',
  servers: 'サーバー数',
  you: 'お客様',
  mail: 'メールアドレス',
  role: '権限',
  pages: '画面の表示',
  more: 'そのほかの設定',
  contacts: 'メールと電話の連絡先',
  addresses: 'ファイアウォールで許可するアドレス',
  tokens: 'プログラム用のトークン',
  audit: '変更の記録',
};

export const settingsWords: InBoth<typeof en> = { en, ja };
