import { describe, expect, it } from 'vitest';
import type { Contact } from '../../../core/account.ts';
import type { Incident } from '../../../core/incident/incident.ts';
import { type IncidentMailInput, renderIncidentMail } from '../../../core/mail/incident-mail.ts';
import {
  account,
  disk,
  draftOf,
  evidence,
  https,
  incidentOf,
  jones,
  mysql,
  server,
  settings,
  wellAgain,
  yamada,
} from './example-incident.ts';

type Case = Pick<IncidentMailInput, 'incident' | 'draft' | 'evidence'>;

const mailFor = (contact: Contact, what: Case) =>
  renderIncidentMail({ account, server, settings, contact, ...what });

const problem: Case = {
  incident: incidentOf([https]),
  draft: draftOf({ kind: 'problem', failing: ['https-3'] }),
  evidence,
};
const severalProblems: Case = {
  incident: incidentOf([https, mysql, disk], 'managed'),
  draft: draftOf({ kind: 'problem', failing: ['https-3', 'disk-root-2', 'mysql-1'] }),
  evidence: {
    ...evidence,
    status: 'failed',
    reason: { ja: 'SSH の認証に失敗しました。', en: 'The SSH log-in was refused.' },
    sections: [],
  },
};
const warning: Case = {
  incident: incidentOf([disk], 'respond'),
  draft: draftOf({ kind: 'problem', failing: ['disk-root-2'] }),
};
const update: Case = {
  incident: incidentOf([https, mysql], 'respond'),
  draft: draftOf({ kind: 'update', number: 2, failing: ['mysql-1'], stillFailing: ['https-3'] }),
  evidence: { ...evidence, status: 'not-configured', sections: [] },
};
const partialRecovery: Case = {
  incident: incidentOf([wellAgain(https, 725), mysql]),
  draft: draftOf({ kind: 'partial-recovery', number: 3, recovered: ['https-3'], stillFailing: ['mysql-1'] }),
};
const recovery: Case = {
  incident: incidentOf([wellAgain(https, 725)]),
  draft: draftOf({ kind: 'recovery', number: 2, recovered: ['https-3'] }),
};

const textOf = (contact: Contact, what: Case) => {
  const { subject, text } = mailFor(contact, what);
  return `\nSubject: ${subject}\n\n${text}`;
};

describe('the whole mail in Japanese, as plain text', () => {
  it('given a failed service, then the problem mail says what, since when, what was found and what comes next', () => {
    expect(textOf(yamada, problem)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori PROBLEM] acme web-1 https — https://shop.acme.example/ に接続を拒否されました

      【障害】web-1（受注サーバー）で https の異常を確認しました。

      株式会社アクメ
      山田 太郎 様

      監視対象のサーバーで異常を確認しましたので、お知らせいたします。

      ■ 異常のある監視項目（1 件）
      ● https / 種別 http / サービス nginx [異常]
        状況  https://shop.acme.example/ に接続を拒否されました
        発生  2026-11-21(土) 03:12:05 日本標準時
              （2026-11-20 18:12:05 UTC）
        確認  2026-11-21(土) 03:14:06 日本標準時
              （2026-11-20 18:14:06 UTC）

      ■ 今後の対応
      ご契約のプラン（監視通知）では、復旧作業はお客様にお願いしております。当社は
      監視を続け、復旧を確認しましたらメールでお知らせいたします。

      ■ お客様ポータル
      https://portal.msp.example/incidents/acme.web-1-7

      ■ サーバーで収集した情報
      2026-11-21(土) 03:14:40 日本標準時（2026-11-20 18:14:40 UTC）にサーバーへ
      ログインして収集しました。

      稼働時間と負荷: uptime
      |  03:14:40 up 12 days,  4:02,  0 users,  load average: 0.31, 0.28, 0.22

      サービス nginx の状態: systemctl status --no-pager nginx
      | × nginx.service - A high performance web server and a reverse proxy server
      |      Loaded: loaded (/usr/lib/systemd/system/nginx.service; enabled; preset: enabled)
      |      Active: failed (Result: exit-code) since Sat 2026-11-21 03:11:58 JST; 2min ago
      | nginx: [emerg] bind() to 0.0.0.0:443 failed (98: Address already in use)
      （終了コード 3、長いため、以降を省略しています）

      -- 
      障害番号 acme.web-1-7（1 通目）
      このメールは Mimamori が自動で送信しています。
      "
    `);
  });
  it('given three problems and a refused log-in, then the highest priority comes first', () => {
    expect(textOf(yamada, severalProblems)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori PROBLEM] acme web-1 mysql +2 — web-1:3306 は 5 秒以内に応答しませんでした

      【障害】web-1（受注サーバー）で 3 件の異常を確認しました: mysql、https、
      disk-root

      株式会社アクメ
      山田 太郎 様

      監視対象のサーバーで異常を確認しましたので、お知らせいたします。

      ■ 異常のある監視項目（3 件）
      ● mysql / サービス mysqld [異常]
        状況  web-1:3306 は 5 秒以内に応答しませんでした
        発生  2026-11-21(土) 03:12:25 日本標準時
              （2026-11-20 18:12:25 UTC）
        確認  2026-11-21(土) 03:14:25 日本標準時
              （2026-11-20 18:14:25 UTC）

      ● https / 種別 http / サービス nginx [異常]
        状況  https://shop.acme.example/ に接続を拒否されました
        発生  2026-11-21(土) 03:12:05 日本標準時
              （2026-11-20 18:12:05 UTC）
        確認  2026-11-21(土) 03:14:06 日本標準時
              （2026-11-20 18:14:06 UTC）

      ● disk-root / 種別 disk [警告]
        状況  / の使用率は 84.2 %（警告しきい値 80 %）
        発生  2026-11-21(土) 03:12:05 日本標準時
              （2026-11-20 18:12:05 UTC）

      ■ 今後の対応
      ご契約のプラン（フルマネージド）により、ただいまから手順書に沿った復旧作業を
      行います。復旧を確認しましたらメールでお知らせいたします。復旧しない場合も、
      お電話でご連絡できる番号のご登録がないため、メールのみでお知らせいたします。
      そのうえで、当社のエンジニアが復旧に向けて対応いたします。

      ■ お客様ポータル
      https://portal.msp.example/incidents/acme.web-1-7

      ■ サーバーで収集した情報
      サーバーから情報を収集できませんでした。SSH の認証に失敗しました。

      -- 
      障害番号 acme.web-1-7（1 通目）
      このメールは Mimamori が自動で送信しています。
      "
    `);
  });
  it('given a warning alone, then it says so', () => {
    expect(textOf(yamada, warning)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori PROBLEM] acme web-1 disk-root — / の使用率は 84.2 %（警告しきい値 80 %）

      【警告】web-1（受注サーバー）で disk-root が警告の状態です。

      株式会社アクメ
      山田 太郎 様

      監視対象のサーバーで警告の状態を確認しましたので、お知らせいたします。

      ■ 警告の状態にある監視項目（1 件）
      ● disk-root / 種別 disk [警告]
        状況  / の使用率は 84.2 %（警告しきい値 80 %）
        発生  2026-11-21(土) 03:12:05 日本標準時
              （2026-11-20 18:12:05 UTC）

      ■ 今後の対応
      警告の段階では復旧作業は行わず、メールでお知らせしております。監視を続け、正
      常な値に戻りましたらメールでお知らせいたします。

      ■ お客様ポータル
      https://portal.msp.example/incidents/acme.web-1-7

      ■ サーバーで収集した情報
      今回は、サーバーから情報を収集していません。

      -- 
      障害番号 acme.web-1-7（1 通目）
      このメールは Mimamori が自動で送信しています。
      "
    `);
  });
  it('given a later problem, then the update names the new one first', () => {
    expect(textOf(yamada, update)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori UPDATE] acme web-1 mysql — web-1:3306 は 5 秒以内に応答しませんでした

      【続報】web-1（受注サーバー）で新たに mysql の異常を確認しました。

      株式会社アクメ
      山田 太郎 様

      お知らせ済みの障害について、新たな異常を確認しましたので、お知らせいたしま
      す。

      ■ 新たに異常を確認した監視項目（1 件）
      ● mysql / サービス mysqld [異常]
        状況  web-1:3306 は 5 秒以内に応答しませんでした
        発生  2026-11-21(土) 03:12:25 日本標準時
              （2026-11-20 18:12:25 UTC）
        確認  2026-11-21(土) 03:14:25 日本標準時
              （2026-11-20 18:14:25 UTC）

      ■ お知らせ済みで、異常が続いている監視項目（1 件）
      ● https / 種別 http / サービス nginx [異常]
        状況  https://shop.acme.example/ に接続を拒否されました
        発生  2026-11-21(土) 03:12:05 日本標準時
              （2026-11-20 18:12:05 UTC）
        確認  2026-11-21(土) 03:14:06 日本標準時
              （2026-11-20 18:14:06 UTC）

      ■ 今後の対応
      ご契約のプラン（一次対応）により、ただいまから手順書に沿った復旧作業を行いま
      す。復旧を確認しましたらメールでお知らせいたします。復旧しない場合も、お電話
      でご連絡できる番号のご登録がないため、メールのみでお知らせいたします。

      ■ お客様ポータル
      https://portal.msp.example/incidents/acme.web-1-7

      ■ サーバーで収集した情報
      このサーバーにはログインの設定がないため、情報は収集していません。

      -- 
      障害番号 acme.web-1-7（2 通目）
      このメールは Mimamori が自動で送信しています。
      "
    `);
  });
  it('given one of two recovered, then the mail says what is well and what is not', () => {
    expect(textOf(yamada, partialRecovery)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori PARTLY-RECOVERED] acme web-1 https — 復旧しました（1 件は継続中）

      【一部復旧】web-1（受注サーバー）の https が復旧しました。1 件の異常は続いて
      います。

      株式会社アクメ
      山田 太郎 様

      お知らせした異常の一部について、復旧を確認いたしました。

      ■ 復旧した監視項目（1 件）
      ● https / 種別 http / サービス nginx [復旧]
        現在の状況  https://shop.acme.example/ はステータス 200 を 48 ms で返しま
                    した
        発生        2026-11-21(土) 03:12:05 日本標準時
                    （2026-11-20 18:12:05 UTC）
        復旧        2026-11-21(土) 03:24:10 日本標準時
                    （2026-11-20 18:24:10 UTC）
        継続時間    12分5秒

      ■ お知らせ済みで、異常が続いている監視項目（1 件）
      ● mysql / サービス mysqld [異常]
        状況  web-1:3306 は 5 秒以内に応答しませんでした
        発生  2026-11-21(土) 03:12:25 日本標準時
              （2026-11-20 18:12:25 UTC）
        確認  2026-11-21(土) 03:14:25 日本標準時
              （2026-11-20 18:14:25 UTC）

      ■ 今後の対応
      異常が続いている監視項目について引き続き監視し、復旧を確認しましたらメールで
      お知らせいたします。

      ■ お客様ポータル
      https://portal.msp.example/incidents/acme.web-1-7

      -- 
      障害番号 acme.web-1-7（3 通目）
      このメールは Mimamori が自動で送信しています。
      "
    `);
  });
  it('given everything recovered, then the mail says how long it lasted', () => {
    expect(textOf(yamada, recovery)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori RECOVERED] acme web-1 https — 復旧しました（継続時間 12分5秒）

      【復旧】web-1（受注サーバー）の https が復旧しました。

      株式会社アクメ
      山田 太郎 様

      お知らせした異常について、復旧を確認いたしました。

      ■ 復旧した監視項目（1 件）
      ● https / 種別 http / サービス nginx [復旧]
        現在の状況  https://shop.acme.example/ はステータス 200 を 48 ms で返しま
                    した
        発生        2026-11-21(土) 03:12:05 日本標準時
                    （2026-11-20 18:12:05 UTC）
        復旧        2026-11-21(土) 03:24:10 日本標準時
                    （2026-11-20 18:24:10 UTC）
        継続時間    12分5秒

      ■ 今後の対応
      この障害についてのお知らせは以上です。監視は続けておりますので、再び異常を確
      認した場合は新たな障害としてお知らせいたします。

      ■ お客様ポータル
      https://portal.msp.example/incidents/acme.web-1-7

      -- 
      障害番号 acme.web-1-7（2 通目）
      このメールは Mimamori が自動で送信しています。
      "
    `);
  });
});

describe('the whole mail in English, as plain text', () => {
  it('given a failed service, then the problem mail says what, since when, what was found and what comes next', () => {
    expect(textOf(jones, problem)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori PROBLEM] acme web-1 https — https://shop.acme.example/ refused the connection

      PROBLEM: https is failing on web-1 (受注サーバー).

      To Mary Jones, 株式会社アクメ

      We have confirmed a problem on a server that we watch for you.

      ■ What is failing
      ● https / http check / service nginx [critical]
        Observed   https://shop.acme.example/ refused the connection
        Since      Sat 2026-11-21 03:12:05 Japan Standard Time
                   (2026-11-20 18:12:05 UTC)
        Confirmed  Sat 2026-11-21 03:14:06 Japan Standard Time
                   (2026-11-20 18:14:06 UTC)

      ■ What happens next
      On your plan (monitoring) the repair is yours to carry out. We keep checking
      and will mail you when it has recovered.

      ■ Customer portal
      https://portal.msp.example/incidents/acme.web-1-7

      ■ What we collected on the server
      Collected by logging in at Sat 2026-11-21 03:14:40 Japan Standard Time
      (2026-11-20 18:14:40 UTC).

      Uptime and load: uptime
      |  03:14:40 up 12 days,  4:02,  0 users,  load average: 0.31, 0.28, 0.22

      Status of the service nginx: systemctl status --no-pager nginx
      | × nginx.service - A high performance web server and a reverse proxy server
      |      Loaded: loaded (/usr/lib/systemd/system/nginx.service; enabled; preset: enabled)
      |      Active: failed (Result: exit-code) since Sat 2026-11-21 03:11:58 JST; 2min ago
      | nginx: [emerg] bind() to 0.0.0.0:443 failed (98: Address already in use)
      (exit code 3; the rest is left out, as it is long)

      -- 
      Incident acme.web-1-7, mail 1
      Sent automatically by Mimamori.
      "
    `);
  });
  it('given three problems and a refused log-in, then the highest priority comes first', () => {
    expect(textOf(jones, severalProblems)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori PROBLEM] acme web-1 mysql +2 — web-1:3306 gave no answer within 5 s

      PROBLEM: 3 monitors are failing on web-1 (受注サーバー): mysql, https and
      disk-root

      To Mary Jones, 株式会社アクメ

      We have confirmed a problem on a server that we watch for you.

      ■ What is failing (3)
      ● mysql / service mysqld [critical]
        Observed   web-1:3306 gave no answer within 5 s
        Since      Sat 2026-11-21 03:12:25 Japan Standard Time
                   (2026-11-20 18:12:25 UTC)
        Confirmed  Sat 2026-11-21 03:14:25 Japan Standard Time
                   (2026-11-20 18:14:25 UTC)

      ● https / http check / service nginx [critical]
        Observed   https://shop.acme.example/ refused the connection
        Since      Sat 2026-11-21 03:12:05 Japan Standard Time
                   (2026-11-20 18:12:05 UTC)
        Confirmed  Sat 2026-11-21 03:14:06 Japan Standard Time
                   (2026-11-20 18:14:06 UTC)

      ● disk-root / disk check [warning]
        Observed  / is 84.2 % full (warning at 80 %)
        Since     Sat 2026-11-21 03:12:05 Japan Standard Time
                  (2026-11-20 18:12:05 UTC)

      ■ What happens next
      On your plan (fully managed) we now begin with our runbook for this failure.
      We will mail you when it has recovered. If it does not recover, we tell you
      by mail only, as there is no telephone number of yours that we can call. Our
      engineers then work on it until it is well.

      ■ Customer portal
      https://portal.msp.example/incidents/acme.web-1-7

      ■ What we collected on the server
      Nothing could be collected on the server. The SSH log-in was refused.

      -- 
      Incident acme.web-1-7, mail 1
      Sent automatically by Mimamori.
      "
    `);
  });
  it('given a warning alone, then it says so', () => {
    expect(textOf(jones, warning)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori PROBLEM] acme web-1 disk-root — / is 84.2 % full (warning at 80 %)

      WARNING: disk-root is at warning level on web-1 (受注サーバー).

      To Mary Jones, 株式会社アクメ

      Something on a server that we watch for you has reached its warning level.

      ■ What is at warning level
      ● disk-root / disk check [warning]
        Observed  / is 84.2 % full (warning at 80 %)
        Since     Sat 2026-11-21 03:12:05 Japan Standard Time
                  (2026-11-20 18:12:05 UTC)

      ■ What happens next
      A warning is told by mail only; no repair is started for it. We keep
      checking and will mail you when the value is back to normal.

      ■ Customer portal
      https://portal.msp.example/incidents/acme.web-1-7

      ■ What we collected on the server
      Nothing was collected on the server this time.

      -- 
      Incident acme.web-1-7, mail 1
      Sent automatically by Mimamori.
      "
    `);
  });
  it('given a later problem, then the update names the new one first', () => {
    expect(textOf(jones, update)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori UPDATE] acme web-1 mysql — web-1:3306 gave no answer within 5 s

      UPDATE: mysql is now failing too on web-1 (受注サーバー).

      To Mary Jones, 株式会社アクメ

      There is more to the incident we mailed you about earlier.

      ■ What is failing now
      ● mysql / service mysqld [critical]
        Observed   web-1:3306 gave no answer within 5 s
        Since      Sat 2026-11-21 03:12:25 Japan Standard Time
                   (2026-11-20 18:12:25 UTC)
        Confirmed  Sat 2026-11-21 03:14:25 Japan Standard Time
                   (2026-11-20 18:14:25 UTC)

      ■ Mailed earlier and still failing (1)
      ● https / http check / service nginx [critical]
        Observed   https://shop.acme.example/ refused the connection
        Since      Sat 2026-11-21 03:12:05 Japan Standard Time
                   (2026-11-20 18:12:05 UTC)
        Confirmed  Sat 2026-11-21 03:14:06 Japan Standard Time
                   (2026-11-20 18:14:06 UTC)

      ■ What happens next
      On your plan (first response) we now begin with our runbook for this
      failure. We will mail you when it has recovered. If it does not recover, we
      tell you by mail only, as there is no telephone number of yours that we can
      call.

      ■ Customer portal
      https://portal.msp.example/incidents/acme.web-1-7

      ■ What we collected on the server
      Nothing was collected: no log-in is set up for this server.

      -- 
      Incident acme.web-1-7, mail 2
      Sent automatically by Mimamori.
      "
    `);
  });
  it('given one of two recovered, then the mail says what is well and what is not', () => {
    expect(textOf(jones, partialRecovery)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori PARTLY-RECOVERED] acme web-1 https — recovered, 1 still failing

      PARTLY RECOVERED: https recovered on web-1 (受注サーバー). 1 monitor is
      still failing.

      To Mary Jones, 株式会社アクメ

      Some of what we mailed you about earlier has recovered.

      ■ What has recovered
      ● https / http check / service nginx [recovered]
        Now        status 200 from https://shop.acme.example/ after 48 ms
        Since      Sat 2026-11-21 03:12:05 Japan Standard Time
                   (2026-11-20 18:12:05 UTC)
        Recovered  Sat 2026-11-21 03:24:10 Japan Standard Time
                   (2026-11-20 18:24:10 UTC)
        Lasted     12 min 5 s

      ■ Mailed earlier and still failing (1)
      ● mysql / service mysqld [critical]
        Observed   web-1:3306 gave no answer within 5 s
        Since      Sat 2026-11-21 03:12:25 Japan Standard Time
                   (2026-11-20 18:12:25 UTC)
        Confirmed  Sat 2026-11-21 03:14:25 Japan Standard Time
                   (2026-11-20 18:14:25 UTC)

      ■ What happens next
      We keep checking what is still failing and will mail you when it has
      recovered.

      ■ Customer portal
      https://portal.msp.example/incidents/acme.web-1-7

      -- 
      Incident acme.web-1-7, mail 3
      Sent automatically by Mimamori.
      "
    `);
  });
  it('given everything recovered, then the mail says how long it lasted', () => {
    expect(textOf(jones, recovery)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori RECOVERED] acme web-1 https — recovered after 12 min 5 s

      RECOVERED: https recovered on web-1 (受注サーバー).

      To Mary Jones, 株式会社アクメ

      What we mailed you about earlier has recovered.

      ■ What has recovered
      ● https / http check / service nginx [recovered]
        Now        status 200 from https://shop.acme.example/ after 48 ms
        Since      Sat 2026-11-21 03:12:05 Japan Standard Time
                   (2026-11-20 18:12:05 UTC)
        Recovered  Sat 2026-11-21 03:24:10 Japan Standard Time
                   (2026-11-20 18:24:10 UTC)
        Lasted     12 min 5 s

      ■ What happens next
      This is the last mail about this incident. We keep checking; if anything
      fails again, you will hear of it as a new incident.

      ■ Customer portal
      https://portal.msp.example/incidents/acme.web-1-7

      -- 
      Incident acme.web-1-7, mail 2
      Sent automatically by Mimamori.
      "
    `);
  });
});

it('given a recovery, then the HTML is this', () => {
  expect(mailFor(jones, recovery).html).toMatchInlineSnapshot(`
    "<!doctype html>
    <html lang="en" style="color-scheme:light dark">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="supported-color-schemes" content="light dark">
    <title>[Mimamori RECOVERED] acme web-1 https — recovered after 12 min 5 s</title>
    </head>
    <body style="margin:0;padding:0;font:16px/1.6 -apple-system,'Segoe UI','Hiragino Sans','Noto Sans JP','Noto Sans CJK JP',Meiryo,sans-serif;overflow-wrap:anywhere">
    <div style="max-width:640px;margin:0 auto;padding:16px">
    <div style="background:#1b6e3c;color:#fff;border-radius:8px;padding:12px 16px">
    <div style="font-size:13px;font-weight:700;letter-spacing:.06em">RECOVERED</div>
    <h1 style="margin:2px 0 0;font-size:20px;line-height:1.4">https recovered on web-1 (受注サーバー).</h1>
    </div>
    <p style="margin:16px 0 0">To Mary Jones, 株式会社アクメ</p>
    <p style="margin:8px 0">What we mailed you about earlier has recovered.</p>
    <h2 style="margin:28px 0 8px;font-size:16px;line-height:1.4">What has recovered</h2>
    <div style="margin:8px 0;padding:10px 14px;border-left:4px solid #1b6e3c;background:rgba(128,128,128,.12);border-radius:0 6px 6px 0">
    <div style="font-weight:700">https / http check / service nginx <span style="display:inline-block;padding:0 8px;border-radius:10px;background:#1b6e3c;color:#fff;font-size:12px;line-height:20px">recovered</span></div>
    <div style="margin-top:4px"><span style="font-size:13px;opacity:.75">Now</span><br>status 200 from https://shop.acme.example/ after 48 ms</div>
    <div style="margin-top:4px"><span style="font-size:13px;opacity:.75">Since</span><br>Sat 2026-11-21 03:12:05 Japan Standard Time <span style="display:inline-block;font-size:13px;opacity:.75">(2026-11-20 18:12:05 UTC)</span></div>
    <div style="margin-top:4px"><span style="font-size:13px;opacity:.75">Recovered</span><br>Sat 2026-11-21 03:24:10 Japan Standard Time <span style="display:inline-block;font-size:13px;opacity:.75">(2026-11-20 18:24:10 UTC)</span></div>
    <div style="margin-top:4px"><span style="font-size:13px;opacity:.75">Lasted</span><br>12 min 5 s</div>
    </div>
    <h2 style="margin:28px 0 8px;font-size:16px;line-height:1.4">What happens next</h2>
    <p style="margin:8px 0">This is the last mail about this incident. We keep checking; if anything fails again, you will hear of it as a new incident.</p>
    <p style="margin:16px 0 0"><a href="https://portal.msp.example/incidents/acme.web-1-7" style="display:inline-block;padding:10px 18px;border-radius:6px;background:#345995;color:#fff;text-decoration:none;font-weight:700">Customer portal</a></p>
    <div style="margin:32px 0 0;padding:12px 0 0;border-top:1px solid rgba(128,128,128,.4);font-size:13px;opacity:.75">Incident acme.web-1-7, mail 2<br>Sent automatically by Mimamori.</div>
    </div>
    </body>
    </html>
    "
  `);
});

describe('headers', () => {
  const cases = [
    { kind: 'problem', what: problem, state: 'PROBLEM', monitor: 'https' },
    {
      kind: 'problem of several',
      what: severalProblems,
      state: 'PROBLEM',
      monitor: 'mysql, https, disk-root',
    },
    { kind: 'update', what: update, state: 'UPDATE', monitor: 'mysql' },
    { kind: 'partial recovery', what: partialRecovery, state: 'PARTLY-RECOVERED', monitor: 'https' },
    { kind: 'recovery', what: recovery, state: 'RECOVERED', monitor: 'https' },
  ] as const;
  for (const { kind, what, state, monitor } of cases) {
    it(`given a mail of the kind ${kind}, then a filter finds state, account, server, incident and monitor`, () => {
      for (const contact of [yamada, jones]) {
        expect(mailFor(contact, what).headers).toEqual({
          'X-Mimamori-State': state,
          'X-Mimamori-Account': 'acme',
          'X-Mimamori-Server': 'web-1',
          'X-Mimamori-Incident': 'acme.web-1-7',
          'X-Mimamori-Monitor': monitor,
          'Content-Language': contact.language,
          'Auto-Submitted': 'auto-generated',
          'X-Auto-Response-Suppress': 'All',
        });
      }
    });
  }
});

describe('details', () => {
  const onPlan = (plan: Incident['plan']) =>
    mailFor(jones, { ...problem, incident: incidentOf([https], plan) }).text;

  it('given the plans, then each says who repairs', () => {
    const begins = 'we now begin with our runbook for this failure';
    expect(onPlan('notify')).toContain('the repair is yours to carry out');
    expect(onPlan('notify')).not.toContain(begins);
    for (const plan of ['respond', 'managed'] as const)
      expect(onPlan(plan).replaceAll('\n', ' ')).toContain(begins);
    expect(onPlan('managed').replaceAll('\n', ' ')).toContain('Our engineers then work on it');
  });

  it('given five problems, when the subject is read, then it names the first and counts the others', () => {
    const alerts = ['e', 'd', 'c', 'b', 'a'].map((monitor, index) => ({
      ...https,
      monitor,
      priority: 9 - index,
    }));
    const { subject, text } = mailFor(jones, {
      incident: incidentOf(alerts),
      draft: draftOf({ kind: 'problem', failing: alerts.map(({ monitor }) => `${monitor}-3`) }),
    });
    expect(subject).toBe(
      '[Mimamori PROBLEM] acme web-1 a +4 — https://shop.acme.example/ refused the connection',
    );
    expect(text).toMatch(/^PROBLEM: 5 monitors are failing on web-1 \(受注サーバー\): a, b, c and 2 more\n/);
  });

  it('given an account whose wall clock is UTC, then no time is written twice', () => {
    const { text } = renderIncidentMail({
      server,
      settings,
      contact: jones,
      ...problem,
      account: { ...account, timeZone: 'Etc/UTC' },
    });
    expect(text).toContain('  Since      2026-11-20 18:12:05 UTC\n  Confirmed  2026-11-20 18:14:06 UTC\n');
  });

  it('given an alert that recovered while the mail was under way, then the mail says so', () => {
    const { text } = mailFor(jones, { ...problem, incident: incidentOf([wellAgain(https, 150)]) });
    expect(text).toContain('● https / http check / service nginx [recovered]\n');
    expect(text).toContain('  Already recovered  Sat 2026-11-21 03:14:35 Japan Standard Time\n');
  });

  it('given no portal, or one that is no web address, then there is no link', () => {
    for (const portalUrl of [undefined, 'javascript:alert(1)', 'https://a b']) {
      const given = { mailFromName: 'Mimamori', ...(portalUrl !== undefined && { portalUrl }) };
      const { text, html } = renderIncidentMail({
        account,
        server,
        contact: jones,
        settings: given,
        ...problem,
      });
      expect(text).not.toContain('portal');
      expect(html).not.toContain('<a ');
    }
  });

  it('given two hundred problems and evidence of a megabyte, then the mail stays below what clients cut off', () => {
    const alerts = Array.from({ length: 200 }, (_, index) => ({ ...https, monitor: `m-${index}` }));
    const [section] = evidence.sections;
    if (section === undefined) throw new Error('the example has no section');
    const sections = Array.from({ length: 40 }, () => ({ ...section, output: 'x '.repeat(13_000) }));
    const { text, html } = mailFor(jones, {
      incident: incidentOf(alerts),
      draft: draftOf({ kind: 'problem', failing: alerts.map(({ monitor }) => `${monitor}-3`) }),
      evidence: { ...evidence, sections },
    });
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
    expect(text).toContain('And 180 more.\n');
    expect(text).toContain('(the rest is left out, as it is long)\n');
    expect(text).toMatch(/The output of 3[0-9] more commands is left out to keep this mail short\.\n/);
  });
});
