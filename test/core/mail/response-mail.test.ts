import { describe, expect, it } from 'vitest';
import type { Contact } from '../../../core/account.ts';
import type { Alert, Incident } from '../../../core/incident/incident.ts';
import type { MailDraft } from '../../../core/incident/next-step.ts';
import type { RepairAttempt, Response, ResponseMessage } from '../../../core/incident/response.ts';
import { addSeconds } from '../../../core/instant.ts';
import { type IncidentMailInput, renderIncidentMail } from '../../../core/mail/incident-mail.ts';
import {
  account,
  disk,
  draftOf,
  failedAt,
  https,
  incidentOf,
  jones,
  mysql,
  server,
  settings,
  wellAgain,
  yamada,
} from './example-incident.ts';

type Given = Pick<IncidentMailInput, 'incident' | 'draft' | 'canCall'>;

const mailFor = (contact: Contact, given: Given) =>
  renderIncidentMail({ account, server, settings, contact, ...given });
/** The lines of a paragraph joined again, as its reader takes them. */
const readBy = (contact: Contact, given: Given): string => {
  const { subject, text } = mailFor(contact, given);
  const joint = contact.language === 'ja' ? '' : ' ';
  return `${subject}\n${text.replace(/(\S)\n {0,20}(?=\S)/g, `$1${joint}`)}`;
};
const textOf = (contact: Contact, given: Given): string => {
  const { subject, text } = mailFor(contact, given);
  return `\nSubject: ${subject}\n\n${text}`;
};

const attempt = (outcome: RepairAttempt['outcome'], seconds: number, number = 1): RepairAttempt =>
  ({
    number,
    runbook: 'restart-web',
    at: addSeconds(failedAt, seconds),
    outcome,
    summary:
      outcome === 'repaired'
        ? {
            ja: 'nginx を再起動し、同じ検査で復旧を確認しました。',
            en: 'restarted nginx; the same check is well.',
          }
        : {
            ja: 'nginx を再起動しましたが、検査は失敗のままです。',
            en: 'restarted nginx; the same check still fails.',
          },
  }) as RepairAttempt;
const triedInVain: Alert = {
  ...https,
  problemMail: 1,
  attempts: [attempt('not-repaired', 190)],
  unrepaired: { at: addSeconds(failedAt, 240), reason: 'tried-all' },
};
const message = (kind: ResponseMessage['kind'], more: Partial<ResponseMessage> = {}): ResponseMessage => ({
  key: kind,
  at: addSeconds(failedAt, 600),
  kind,
  ...more,
});

function given(
  plan: Incident['plan'],
  alerts: readonly Alert[],
  draft: Partial<MailDraft> & Pick<MailDraft, 'kind'>,
  {
    response,
    messages = [],
    canCall = true,
  }: { response?: Response; messages?: ResponseMessage[]; canCall?: boolean } = {},
): Given {
  const incident = {
    ...incidentOf(alerts, plan),
    ...(response !== undefined && { response }),
    messages,
  };
  return { incident, draft: draftOf({ messages: messages.map(({ key }) => key), ...draft }), canCall };
}

const repaired = given(
  'respond',
  [{ ...wellAgain(https, 205), problemMail: 1, attempts: [attempt('repaired', 190)] }],
  { kind: 'recovery', number: 2, recovered: ['https-3'] },
);
const nobodyReached = given(
  'respond',
  [triedInVain],
  { kind: 'response', number: 2, stillFailing: ['https-3'] },
  {
    response: { rounds: 2, calls: { end: 'exhausted', at: addSeconds(failedAt, 600) } },
    messages: [message('nobody-reached', { monitors: ['https', 'mysql'] })],
  },
);
const reached = given(
  'respond',
  [triedInVain],
  { kind: 'response', number: 2, stillFailing: ['https-3'] },
  {
    response: { rounds: 2, calls: { end: 'accepted', at: addSeconds(failedAt, 600), by: '山田 太郎' } },
    messages: [message('reached', { person: '山田 太郎' })],
  },
);

describe('the whole mail of a response', () => {
  it('given a repair that held, then the recovery says which runbook, what was done and when', () => {
    expect(textOf(yamada, repaired)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori RECOVERED] acme web-1 https — 復旧しました（継続時間 3分25秒）

      【復旧】web-1（受注サーバー）の https が復旧しました。

      株式会社アクメ
      山田 太郎 様

      お知らせした異常について、当社の一次対応により復旧したことを確認いたしまし
      た。

      ■ 復旧した監視項目（1 件）
      ● https / 種別 http / サービス nginx [復旧]
        現在の状況    https://shop.acme.example/ はステータス 200 を 48 ms で返し
                      ました
        発生          2026-11-21(土) 03:12:05 日本標準時
                      （2026-11-20 18:12:05 UTC）
        復旧          2026-11-21(土) 03:15:30 日本標準時
                      （2026-11-20 18:15:30 UTC）
        継続時間      3分25秒
        実施した対応  手順書 restart-web: nginx を再起動し、同じ検査で復旧を確認し
                      ました。
                      （2026-11-21(土) 03:15:15 日本標準時）

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
    expect(textOf(jones, repaired)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori RECOVERED] acme web-1 https — recovered after 3 min 25 s

      RECOVERED: https recovered on web-1 (受注サーバー).

      To Mary Jones, 株式会社アクメ

      What we mailed you about earlier is well again after our first response.

      ■ What has recovered
      ● https / http check / service nginx [recovered]
        Now          status 200 from https://shop.acme.example/ after 48 ms
        Since        Sat 2026-11-21 03:12:05 Japan Standard Time
                     (2026-11-20 18:12:05 UTC)
        Recovered    Sat 2026-11-21 03:15:30 Japan Standard Time
                     (2026-11-20 18:15:30 UTC)
        Lasted       3 min 25 s
        What we did  runbook restart-web: restarted nginx; the same check is well.
                     (Sat 2026-11-21 03:15:15 Japan Standard Time)

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
  it('given nobody was reached, then the mail says what is paused, how it resumes, and what to do', () => {
    expect(textOf(yamada, nobodyReached)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori RESPONSE] acme web-1 https — ご確認をお願いいたします（お電話ではご連絡できていません）

      【対応状況】web-1（受注サーバー）の障害について、お電話ではどなたにもご連絡
      できていません。ご確認をお願いいたします。

      株式会社アクメ
      山田 太郎 様

      お知らせ済みの障害について、その後の対応状況をお知らせいたします。

      ■ お電話でのご連絡
      ご登録の電話番号に順にお電話いたしましたが、2026-11-21(土) 03:22:05 日本標準
      時（2026-11-20 18:22:05 UTC）の時点で、どなたにもお話しできておりません。

      この障害への対応が重ならないよう、次の監視項目を一時停止しました: https、
      mysql

      一時停止中も確認とグラフの記録は続けております。復旧を確認しますと監視は自動
      で再開し、メールでお知らせいたします。再開のお手続きは必要ありません。

      ■ お知らせ済みで、異常が続いている監視項目（1 件）
      ● https / 種別 http / サービス nginx [異常]
        状況      https://shop.acme.example/ に接続を拒否されました
        発生      2026-11-21(土) 03:12:05 日本標準時
                  （2026-11-20 18:12:05 UTC）
        確認      2026-11-21(土) 03:14:06 日本標準時
                  （2026-11-20 18:14:06 UTC）
        一次対応  手順書 restart-web: nginx を再起動しましたが、検査は失敗のままで
                  す。
                  （2026-11-21(土) 03:15:15 日本標準時）

      ■ 今後の対応
      恐れ入りますが、サーバーの状態をご確認のうえ、復旧作業をお願いいたします。復
      旧を確認しましたらメールでお知らせいたします。

      ■ お客様ポータル
      https://portal.msp.example/incidents/acme.web-1-7

      -- 
      障害番号 acme.web-1-7（2 通目）
      このメールは Mimamori が自動で送信しています。
      "
    `);
    expect(textOf(jones, nobodyReached)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori RESPONSE] acme web-1 https — please look at it: nobody was reached by telephone

      RESPONSE: Please look at web-1 (受注サーバー): we have not reached any of
      you by telephone about its incident.

      To Mary Jones, 株式会社アクメ

      This is what we have done since our last mail about this incident.

      ■ Our calls
      We called your telephone numbers one after the other and could speak to
      nobody (Sat 2026-11-21 03:22:05 Japan Standard Time (2026-11-20 18:22:05
      UTC)).

      So that nothing is done twice about this failure, we have paused these
      monitors: https, mysql

      They are still checked and drawn. When they are well again they resume by
      themselves and we will mail you; you need not do anything for that.

      ■ Mailed earlier and still failing (1)
      ● https / http check / service nginx [critical]
        Observed        https://shop.acme.example/ refused the connection
        Since           Sat 2026-11-21 03:12:05 Japan Standard Time
                        (2026-11-20 18:12:05 UTC)
        Confirmed       Sat 2026-11-21 03:14:06 Japan Standard Time
                        (2026-11-20 18:14:06 UTC)
        First response  runbook restart-web: restarted nginx; the same check still
                        fails.
                        (Sat 2026-11-21 03:15:15 Japan Standard Time)

      ■ What happens next
      Please look at the server and carry out the repair. We keep checking and
      will mail you when it has recovered.

      ■ Customer portal
      https://portal.msp.example/incidents/acme.web-1-7

      -- 
      Incident acme.web-1-7, mail 2
      Sent automatically by Mimamori.
      "
    `);
  });
  it('given somebody was reached, then everybody hears who', () => {
    expect(textOf(yamada, reached)).toMatchInlineSnapshot(`
      "
      Subject: [Mimamori RESPONSE] acme web-1 https — お電話でご連絡しました

      【対応状況】web-1（受注サーバー）の障害について、山田 太郎 様にお電話でご連
      絡いたしました。

      株式会社アクメ
      山田 太郎 様

      お知らせ済みの障害について、その後の対応状況をお知らせいたします。

      ■ お電話でのご連絡
      2026-11-21(土) 03:22:05 日本標準時（2026-11-20 18:22:05 UTC）に、山田 太郎
      様にお電話で障害の内容をお伝えいたしました。ほかの皆様へのお電話は控え、この
      メールでお知らせいたします。

      ■ お知らせ済みで、異常が続いている監視項目（1 件）
      ● https / 種別 http / サービス nginx [異常]
        状況      https://shop.acme.example/ に接続を拒否されました
        発生      2026-11-21(土) 03:12:05 日本標準時
                  （2026-11-20 18:12:05 UTC）
        確認      2026-11-21(土) 03:14:06 日本標準時
                  （2026-11-20 18:14:06 UTC）
        一次対応  手順書 restart-web: nginx を再起動しましたが、検査は失敗のままで
                  す。
                  （2026-11-21(土) 03:15:15 日本標準時）

      ■ 今後の対応
      恐れ入りますが、この後の復旧作業はお客様にお願いしております。当社は監視を続
      け、復旧を確認しましたらメールでお知らせいたします。

      ■ お客様ポータル
      https://portal.msp.example/incidents/acme.web-1-7

      -- 
      障害番号 acme.web-1-7（2 通目）
      このメールは Mimamori が自動で送信しています。
      "
    `);
  });
});

describe('what happens next', () => {
  const problem = { kind: 'problem', failing: ['https-3'] } as const;
  const recovery = { kind: 'recovery', number: 4, recovered: ['https-3'] } as const;
  const well = [{ ...wellAgain(https, 900), problemMail: 1 }];
  const secondResponse = { rounds: 2, secondResponse: { since: failedAt } };
  const cases = [
    {
      when: 'a problem on respond with a number to call',
      what: given('respond', [https], problem),
      en: 'If it does not recover, we call your telephone numbers one after the other.',
      ja: '復旧しない場合は、ご登録の電話番号に順にお電話いたします。',
    },
    {
      when: 'a problem on respond without a number',
      what: given('respond', [https], problem, { canCall: false }),
      en: 'we tell you by mail only, as there is no telephone number of yours that we can call.',
      ja: 'お電話でご連絡できる番号のご登録がないため、メールのみでお知らせいたします。',
    },
    {
      when: 'a problem after the customer was reached',
      what: given(
        'respond',
        [https],
        { ...problem, kind: 'update' },
        {
          response: { rounds: 2, calls: { end: 'accepted', at: failedAt } },
        },
      ),
      en: 'do not call again, as we have reached you by telephone already.',
      ja: 'すでにお電話でご連絡済みのため',
    },
    {
      when: 'a problem of an incident without calls',
      what: given('respond', [https], problem, { response: { rounds: 0, skipCalls: true } }),
      en: 'If it does not recover, we tell you by mail; we do not call.',
      ja: 'お電話は差し上げず、メールでお知らせいたします。',
    },
    {
      when: 'a problem on managed',
      what: given('managed', [https], problem),
      en: 'Our engineers then work on it until it is well.',
      ja: 'そのうえで、当社のエンジニアが復旧に向けて対応いたします。',
    },
    {
      when: 'a new problem while engineers are on it',
      what: given('managed', [https], { ...problem, kind: 'update' }, { response: secondResponse }),
      en: 'Our engineers are working on it.',
      ja: '当社のエンジニアが復旧に向けて対応しております。',
    },
    {
      when: 'nobody is reached on managed',
      what: given(
        'managed',
        [triedInVain],
        { kind: 'response', stillFailing: ['https-3'] },
        {
          messages: [message('nobody-reached')],
        },
      ),
      en: 'Our engineers take it up next.',
      ja: '続いて、当社のエンジニアが復旧に向けて対応いたします。',
    },
    {
      when: 'somebody is reached on respond',
      what: reached,
      en: 'From here the repair is yours to carry out.',
      ja: 'この後の復旧作業はお客様にお願いしております。',
    },
    {
      when: 'a warning on respond',
      what: given('respond', [disk], { kind: 'problem', failing: ['disk-root-2'] }),
      en: 'A warning is told by mail only',
      ja: '警告の段階では復旧作業は行わず',
    },
    {
      when: 'recovery after engineers',
      what: given('managed', well, recovery, { response: secondResponse }),
      en: 'will reach you by mail within the next business day',
      ja: '翌営業日の業務時間内にメールでお送りいたします。',
    },
    {
      when: 'recovery on respond',
      what: given('respond', well, recovery),
      en: 'This is the last mail about this incident.',
      ja: 'この障害についてのお知らせは以上です。',
    },
    {
      when: 'the cause report',
      what: given(
        'managed',
        well,
        { kind: 'response', number: 5 },
        {
          response: secondResponse,
          messages: [
            message('cause-report', { person: '佐藤', body: '証明書の期限切れ。\n\n更新を自動にします。' }),
          ],
        },
      ),
      en: 'please ask our support desk',
      ja: 'サポート窓口までお問い合わせください。',
    },
  ];
  for (const { when, what, en, ja } of cases) {
    it(`given ${when}, then the mail says so in both languages`, () => {
      expect(readBy(jones, what)).toContain(en);
      expect(readBy(yamada, what)).toContain(ja);
    });
  }
});

describe('a mail that tells of the response', () => {
  it('given one with nothing failing any more, then its subject still names account, server and monitor', () => {
    const report = given(
      'managed',
      [{ ...wellAgain(https, 900), problemMail: 1 }],
      { kind: 'response', number: 5 },
      { messages: [message('cause-report', { body: 'x' })] },
    );
    const { subject, headers } = mailFor(jones, report);
    expect(subject).toBe('[Mimamori RESPONSE] acme web-1 https — cause report');
    expect(headers).toMatchObject({ 'X-Mimamori-State': 'RESPONSE', 'X-Mimamori-Monitor': 'https' });
  });

  it('given problems and news of the response together, then the problem comes first and both are told', () => {
    const both = given(
      'managed',
      [triedInVain, mysql],
      { kind: 'update', number: 3, failing: ['mysql-1'], stillFailing: ['https-3'] },
      {
        messages: [
          message('reached', { person: 'Mary Jones' }),
          message('engineers-engaged', { person: 'Sato' }),
        ],
        response: { rounds: 2, secondResponse: { since: failedAt } },
      },
    );
    const text = readBy(jones, both);
    const places = [
      'UPDATE: mysql is now failing too',
      'Our call',
      'We told Mary Jones',
      'Our engineers',
      'Sato of',
    ];
    expect(places.map((place) => text.indexOf(place)).every((place) => place >= 0)).toBe(true);
    expect(text.indexOf('mysql / service')).toBeLessThan(text.indexOf('We told Mary Jones'));
    expect(text).toContain(
      'First response  runbook restart-web: restarted nginx; the same check still fails.',
    );
  });

  it('given several news without a problem, then what the customer must act on makes the subject', () => {
    const several = given(
      'managed',
      [triedInVain],
      { kind: 'response', stillFailing: ['https-3'] },
      { messages: [message('engineers-engaged'), message('nobody-reached', { key: 'n' })] },
    );
    expect(mailFor(jones, several).subject).toBe(
      '[Mimamori RESPONSE] acme web-1 https — please look at it: nobody was reached by telephone',
    );
  });

  it('given no number to call, then it is not said that anybody was called', () => {
    const nobody = given(
      'respond',
      [triedInVain],
      { kind: 'response', stillFailing: ['https-3'] },
      {
        response: { rounds: 2, calls: { end: 'nobody-to-call', at: failedAt } },
        messages: [message('nobody-reached', { monitors: ['https'] })],
      },
    );
    expect(readBy(jones, nobody)).toContain('so we tell you by mail only.');
    expect(readBy(jones, nobody)).not.toContain('We called');
  });

  it('given a hostile name and report, then nothing of them acts in the mail', () => {
    const body = `<script>alert(1)</script>\r\nBcc: x@y.example\n${'長'.repeat(3000)}\n\u202eevil`;
    const hostile = given(
      'managed',
      [triedInVain],
      { kind: 'response', stillFailing: ['https-3'] },
      {
        messages: [
          message('engineers-update', { person: '<b>\r\nX-Evil: 1', body: body + '\nx'.repeat(999) }),
        ],
      },
    );
    const { subject, html, text } = mailFor(jones, hostile);
    expect(subject).toBe('[Mimamori RESPONSE] acme web-1 https — progress');
    expect(html).not.toMatch(/<script|<b>|\u202e/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).toContain('The rest is left out, as it is long.');
    expect(Math.max(...text.split('\n').map((line) => Buffer.byteLength(line)))).toBeLessThan(998);
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
  });
});
