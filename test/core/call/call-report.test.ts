import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callReport } from '../../../core/call/call-report.ts';
import { spokenText, spokenTime } from '../../../core/call/spoken-text.ts';
import type { Alert, Incident } from '../../../core/incident/incident.ts';

const at = '2026-11-20T18:12:05.000Z';

const alert = (changes: Partial<Alert> = {}): Alert => ({
  monitor: 'http',
  episode: 1,
  check: 'http',
  severity: 'critical',
  priority: 3,
  failingSince: at,
  joinedAt: at,
  summary: { en: 'status 503, wanted 200 to 299', ja: 'ステータス 503 (期待値 200〜299)' },
  dedupSeconds: 30,
  collectSeconds: 30,
  problemMail: 1,
  unrepaired: { at, reason: 'tried-all' },
  ...changes,
});

const incidentWith = (...alerts: Alert[]): Incident => ({
  id: 'acme.web-1-1',
  account: 'acme',
  server: 'web-1',
  number: 1,
  plan: 'respond',
  state: 'open',
  openedAt: at,
  leader: 'http-1',
  alerts: Object.fromEntries(alerts.map((one) => [`${one.monitor}-${one.episode}`, one])),
  mails: 1,
  news: 1,
  version: 1,
});

const say = (
  incident: Incident,
  language: 'ja' | 'en',
  names: Partial<Record<'account' | 'server', string>> = {},
) =>
  callReport({
    incident,
    account: { name: names.account ?? 'アクメ商事', timeZone: 'Asia/Tokyo' },
    server: { name: names.server ?? 'web-1' },
    settings: { mailFromName: 'みまもり運用センター' },
    language,
  });

const repaired = alert({
  attempts: [
    {
      number: 1,
      runbook: 'restart-web',
      version: '1',
      at,
      outcome: 'not-repaired',
      summary: {
        en: 'It is not well yet. nginx was restarted and still answers 503.',
        ja: '復旧していません。nginx を再起動しましたが、503 のままです。',
      },
    },
  ],
});

describe('what is said', () => {
  it('given a failure that a repair did not mend, when it is reported in Japanese, then everything that counts is said, by the clock of the account', () => {
    expect(say(incidentWith(repaired), 'ja')).toBe(
      'こちらは、みまもり運用センターの監視システムです。アクメ商事様のサーバー、web-1で、障害を検知しました。監視項目、http。ステータス 503 (期待値 200〜299)。11月21日 3時12分（日本標準時）から続いています。一次対応を実施しました。復旧していません。nginx を再起動しましたが、503 のままです。この連絡を確認された方は、電話機の、1を、押してください。',
    );
  });

  it('given the same, when it is reported in English, then it says the same', () => {
    expect(say(incidentWith(repaired), 'en')).toBe(
      'This is the monitoring system of みまもり運用センター. There is a failure on the server web-1 of アクメ商事. Monitor http: status 503, wanted 200 to 299. It has been failing since November 21, 03:12 Japan Standard Time. We tried a first response. It is not well yet. nginx was restarted and still answers 503. If you have heard this report, press 1 on your telephone.',
    );
  });

  const reasons = [
    { reason: 'no-runbook', en: 'There is no procedure with which we could repair it.' },
    { reason: 'guarded', en: 'It comes back after each repair, so we have stopped repairing it.' },
    { reason: 'no-access', en: 'We could not log in to the server for a first response.' },
    { reason: 'host-key', en: 'The server has another host key than before, so we did not log in.' },
    { reason: 'operator', en: 'Our operators want you to know.' },
    { reason: 'fault', en: 'A fault of ours kept us from finishing the first response.' },
  ] as const;
  for (const { reason, en } of reasons)
    it(`given an alert that was left to people as ${reason}, when it is reported, then that is said`, () => {
      expect(say(incidentWith(alert({ unrepaired: { at, reason } })), 'en')).toContain(en);
    });

  it('given one alert that is well and five that are not, when they are reported, then the well one is not named and the rest are counted', () => {
    const well = alert({ monitor: 'smtp', wellAt: at });
    const failing = ['a', 'b', 'c', 'd', 'e'].map((monitor) => alert({ monitor }));
    const report = say(incidentWith(well, ...failing), 'en');
    expect(report).not.toContain('smtp');
    expect(report).toContain('There are 2 more failures.');
  });

  it('given a zone that is not known, when a time is said, then it is UTC’s', () => {
    expect(spokenTime(at, 'Mars/Olympus', 'en')).toBe('November 20, 18:12 Coordinated Universal Time');
  });
});

describe('hostile names', () => {
  const cases = [
    {
      given: 'markup',
      text: '<speak><break time="9s"/></speak> & "x"',
      said: 'speak break time= 9s / /speak x',
    },
    {
      given: 'a reference of the contact flow',
      text: '$.Attributes.secret ${x}',
      said: '.Attributes.secret x',
    },
    { given: 'control characters and line ends', text: 'a\u0000b\nc\u001b[31m', said: 'a b c 31m' },
    { given: 'text that is turned round', text: 'web\u202egpj.exe', said: 'web gpj.exe' },
    { given: 'half a character', text: 'x\ud83d', said: 'x' },
  ];
  for (const { given, text, said } of cases)
    it(`given ${given}, when it is to be spoken, then it is harmless`, () => {
      expect(spokenText(text, 60)).toBe(said);
    });

  it('given any names and summaries, when they are reported, then the report is short, in one line, and free of what acts', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.string({ unit: 'grapheme', maxLength: 4000 }),
        fc.constantFrom('ja', 'en'),
        fc.integer({ min: 1, max: 6 }),
        (name, summary, language, count) => {
          const text = { ja: summary, en: summary };
          const alerts = Array.from({ length: count }, (_, index) =>
            alert({
              monitor: `m${index}`,
              service: name,
              summary: text,
              attempts: [
                { number: 1, runbook: 'r', version: '1', at, outcome: 'not-repaired', summary: text },
              ],
            }),
          );
          const report = say(incidentWith(...alerts), language as 'ja' | 'en', {
            account: name,
            server: name,
          });
          expect(report.length).toBeLessThanOrEqual(840);
          expect(report).not.toMatch(/[<>&$\\{}\p{Cc}\p{Zl}\p{Zp}]/u);
          expect(report.isWellFormed()).toBe(true);
          expect(report).toMatch(
            language === 'ja' ? /1を、押してください。$/ : /press 1 on your telephone\.$/,
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});
