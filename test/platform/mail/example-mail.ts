import type { OutgoingMail } from '../../../core/mail/outgoing-mail.ts';

export const sender = { mailFrom: 'alerts@msp.example', mailFromName: '見守りセンター' };

export const example: OutgoingMail = {
  thread: 'acme.web-1-7',
  number: 1,
  to: 'yamada@acme.example',
  toName: '山田 太郎',
  at: '2026-11-20T18:14:40.000Z',
  subject: '[Mimamori PROBLEM] acme web-1 https — https://shop.acme.example/ に接続を拒否されました',
  text: '【障害】web-1（受注サーバー）で https の異常を確認しました。\n\n.先頭の点\n-- \n障害番号 acme.web-1-7\n',
  html: '<!doctype html>\n<p>【障害】web-1（受注サーバー）で https の異常を確認しました。</p>\n',
  headers: { 'X-Mimamori-State': 'PROBLEM', 'Auto-Submitted': 'auto-generated', 'Content-Language': 'ja' },
  state: 'pending',
  attempts: 0,
};
