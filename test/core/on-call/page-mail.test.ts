import { describe, expect, it } from 'vitest';
import { reminderNotice, renderReportReminder } from '../../../core/cause-report/reminder-mail.ts';
import { alertKey, type Incident } from '../../../core/incident/incident.ts';
import { deskPage, type PageInput, renderPage } from '../../../core/on-call/page-mail.ts';
import { account, disk, failedAt, https, server, settings } from '../mail/example-incident.ts';

const attempts = [
  {
    number: 1,
    runbook: 'restart-web',
    version: '0123456789ab',
    at: failedAt,
    outcome: 'not-repaired' as const,
    summary: { ja: '再起動しましたが復旧していません', en: 'restarted, not well' },
  },
];
const incident: Incident = {
  id: 'acme.web-1-7',
  account: 'acme',
  server: 'web-1',
  number: 7,
  plan: 'managed',
  state: 'open',
  openedAt: failedAt,
  leader: alertKey(https),
  alerts: {
    [alertKey(https)]: { ...https, attempts },
    [alertKey(disk)]: { ...disk, severity: 'warning' },
  },
  mails: 1,
  news: 1,
  version: 1,
};
const input: PageInput = { incident, account, server, settings, number: 2, at: failedAt };
const url = 'https://actions.example/operator/actions/k1.abc.def';

describe('the mail of a page', () => {
  it('given a failure, when an engineer is paged in Japanese, then it says what, where, since when, what was tried, and by when to take it', () => {
    const { subject, text, headers } = renderPage(input, { name: '佐藤', language: 'ja' }, url);
    expect(subject).toBe('[Mimamori PAGE] acme web-1 https — 当番の呼び出し');
    expect(headers['X-Mimamori-State']).toBe('PAGE');
    for (const part of [
      '受注サーバー の障害に対応してください。',
      '佐藤 さんは当番です。10 分以内に対応を受け付けてください。',
      url,
      'https://shop.acme.example/ に接続を拒否されました',
      '2026-11-21(土) 03:12:05',
      '再起動しましたが復旧していません',
      '障害番号 acme.web-1-7（呼び出し 2 回目）',
    ])
      expect(text.replaceAll('\n', '')).toContain(part);
    // A warning is none of the engineer's failures.
    expect(text).not.toContain(disk.monitor);
  });

  it('given no link, when an engineer is paged in English, then the mail has all but the link', () => {
    const { subject, text } = renderPage(input, { name: 'Jones', language: 'en' });
    expect(subject).toBe('[Mimamori PAGE] acme web-1 https — you are on call');
    expect(text).toContain('Jones, you are on call. Acknowledge within 10 minutes');
    expect(text).not.toContain('/operator/actions/');
  });

  it('given names and summaries that act, when they are mailed, then none of them reaches a header or the HTML as markup', () => {
    const evil = '<script>alert(1)</script>\r\nBcc: x@evil.example\u202e';
    const alert = { ...https, summary: { ja: evil, en: evil } };
    const rendered = renderPage(
      {
        ...input,
        incident: { ...incident, alerts: { [alertKey(https)]: alert } },
        server: { id: 'web-1', name: evil },
      },
      { name: evil, language: 'en' },
      'javascript:alert(1)',
    );
    expect(rendered.html).not.toContain('<script>');
    expect(rendered.html).not.toContain('javascript:');
    expect(JSON.stringify(rendered.headers) + rendered.subject).not.toMatch(/\\r|\\n|[\r\n]|\u202e/);
    expect(rendered.text).not.toMatch(/^Bcc:/m);
  });

  const desks = [
    {
      given: 'silent engineers',
      isRotaEmpty: false,
      want: 'Every engineer on call was paged and none has acknowledged.',
    },
    { given: 'an empty rota', isRotaEmpty: true, want: 'No engineer is on call now.' },
  ];
  for (const { given, isRotaEmpty, want } of desks) {
    it(`given ${given}, when the desk is paged, then it reads why, and what to do`, () => {
      const { subject, body } = deskPage(input, isRotaEmpty);
      expect(subject.en).toBe('No engineer has taken incident acme.web-1-7');
      expect(body.en.split('\n')[0]).toBe(want);
      expect(body.en).toContain('Reach somebody who can work on it');
    });
  }
});

describe('the reminder of a cause report', () => {
  const reminder = {
    incident,
    recoveredAt: '2026-11-24T02:00:00.000Z',
    due: '2026-11-25T09:00:00.000Z',
    timeZone: 'Asia/Tokyo',
  };
  const titles = [
    { number: 1, want: 'Please write the cause report: acme.web-1-7' },
    { number: 2, want: 'The cause report is due soon: acme.web-1-7' },
    { number: 3, want: 'The cause report is due now: acme.web-1-7' },
    { number: 4, want: 'The cause report is late: acme.web-1-7' },
    { number: 9, want: 'The cause report is late: acme.web-1-7' },
  ];
  for (const { number, want } of titles) {
    it(`given reminder ${number}, when it is written, then it says "${want}" and by when`, () => {
      const mail = renderReportReminder(
        { ...reminder, number },
        { name: 'Jones', language: 'en' },
        settings,
        url,
      );
      expect(mail.subject).toBe(`[Mimamori REPORT] ${want}`);
      expect(mail.text.replaceAll('\n', ' ')).toContain('Due: Wed 2026-11-25 18:00:00 Japan Standard Time.');
      expect(mail.text).toContain(url);
      expect(reminderNotice({ ...reminder, number }, 'Jones').subject.en).toBe(want);
    });
  }

  it('given an incident that nobody took, when operators read of its report, then they are asked to find somebody', () => {
    const { body } = reminderNotice({ ...reminder, number: 1 }, undefined);
    expect(body.en).toContain('No engineer has taken the incident; find one who writes the report.');
    expect(body.ja).toContain('担当者を決めてください。');
  });
});
