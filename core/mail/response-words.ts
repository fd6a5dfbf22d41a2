import type { ResponseMessage } from '../incident/response.ts';
import type { Language } from '../text.ts';

/** How a failure that a first response does not mend is told: why there is no call, where there is none. */
export type CallProspect = 'call' | 'no-phone' | 'reached-before' | 'without-calls';

/** The sentences about the plan's response: what begins, what was done, what the customer is asked for. */
export interface ResponseWords {
  readonly label: string;
  readonly headline: Readonly<
    Record<ResponseMessage['kind'], (server: string, person: string | undefined) => string>
  > & { readonly several: (server: string) => string };
  readonly subjectEnd: Readonly<Record<ResponseMessage['kind'], string>>;
  readonly heading: Readonly<Record<ResponseMessage['kind'], string>>;
  readonly intro: {
    readonly response: string;
    readonly causeReport: string;
    readonly repaired: string;
  };
  reached(person: string | undefined, time: string): string;
  nobodyReached(time: string): string;
  readonly nobodyToCall: string;
  paused(monitors: string): string;
  readonly resumes: string;
  engaged(person: string | undefined, time: string): string;
  written(person: string | undefined, time: string): string;
  /** Where an update has no words of an engineer. */
  stillAtWork(person: string | undefined, time: string): string;
  readonly bodyCut: string;
  readonly fact: { readonly attempt: string; readonly repairedBy: string };
  attempt(runbook: string, summary: string): string;
  attemptAt(time: string): string;
  readonly next: {
    firstResponse(prospect: CallProspect): string;
    managed(prospect: CallProspect): string;
    readonly engineersAreOnIt: string;
    readonly engineersFollow: string;
    readonly yours: string;
    readonly checkServer: string;
    readonly reportFollows: string;
    readonly reported: string;
  };
}

export const responseWords: Readonly<Record<Language, ResponseWords>> = {
  ja: {
    label: '対応状況',
    headline: {
      reached: (server, person) =>
        person === undefined
          ? `${server}の障害について、お電話でご連絡いたしました。`
          : `${server}の障害について、${person} 様にお電話でご連絡いたしました。`,
      'nobody-reached': (server) =>
        `${server}の障害について、お電話ではどなたにもご連絡できていません。ご確認をお願いいたします。`,
      'engineers-engaged': (server) => `${server}の障害に、当社のエンジニアが対応いたします。`,
      'engineers-update': (server) => `${server}の障害について、対応の経過をお知らせいたします。`,
      'cause-report': (server) => `${server}の障害について、原因をご報告いたします。`,
      several: (server) => `${server}の障害について、対応状況をお知らせいたします。`,
    },
    subjectEnd: {
      reached: 'お電話でご連絡しました',
      'nobody-reached': 'ご確認をお願いいたします（お電話ではご連絡できていません）',
      'engineers-engaged': 'エンジニアが対応いたします',
      'engineers-update': '対応の経過',
      'cause-report': '原因のご報告',
    },
    heading: {
      reached: 'お電話でのご連絡',
      'nobody-reached': 'お電話でのご連絡',
      'engineers-engaged': 'エンジニアによる対応',
      'engineers-update': '対応の経過',
      'cause-report': '原因のご報告',
    },
    intro: {
      response: 'お知らせ済みの障害について、その後の対応状況をお知らせいたします。',
      causeReport: 'お知らせした障害について、原因と再発防止のご提案をご報告いたします。',
      repaired: 'お知らせした異常について、当社の一次対応により復旧したことを確認いたしました。',
    },
    reached: (person, time) =>
      `${time}に、${person === undefined ? 'ご担当者様' : `${person} 様`}にお電話で障害の内容をお伝えいたしました。ほかの皆様へのお電話は控え、このメールでお知らせいたします。`,
    nobodyReached: (time) =>
      `ご登録の電話番号に順にお電話いたしましたが、${time}の時点で、どなたにもお話しできておりません。`,
    nobodyToCall:
      'お電話でご連絡できる番号のご登録がないため、お電話は差し上げておりません。メールのみでお知らせいたします。',
    paused: (monitors) => `この障害への対応が重ならないよう、次の監視項目を一時停止しました: ${monitors}`,
    resumes:
      '一時停止中も確認とグラフの記録は続けております。復旧を確認しますと監視は自動で再開し、メールでお知らせいたします。再開のお手続きは必要ありません。',
    engaged: (person, time) =>
      `${person === undefined ? `${time}に、当番のエンジニアを呼び出しました。` : `${time}より、当社のエンジニア（担当: ${person}）が対応しております。`}障害は続いておりますので、経過をメールでお知らせいたします。`,
    written: (person, time) =>
      `${person === undefined ? '当社エンジニア' : `エンジニア ${person}`}（${time}）`,
    stillAtWork: (person, time) =>
      `${time}の時点で、障害は続いております。${person === undefined ? '当社のエンジニアが対応を続けております。' : `エンジニア ${person} が対応を続けております。`}`,
    bodyCut: '長いため、以降を省略しています。',
    fact: { attempt: '一次対応', repairedBy: '実施した対応' },
    attempt: (runbook, summary) => `手順書 ${runbook}: ${summary}`,
    attemptAt: (time) => `（${time}）`,
    next: {
      firstResponse: (prospect) =>
        `ご契約のプラン（一次対応）により、ただいまから手順書に沿った復旧作業を行います。復旧を確認しましたらメールでお知らせいたします。${prospects.ja[prospect]}`,
      managed: (prospect) =>
        `ご契約のプラン（フルマネージド）により、ただいまから手順書に沿った復旧作業を行います。復旧を確認しましたらメールでお知らせいたします。${prospects.ja[prospect]}そのうえで、当社のエンジニアが復旧に向けて対応いたします。`,
      engineersAreOnIt:
        '当社のエンジニアが復旧に向けて対応しております。経過と復旧は、メールでお知らせいたします。',
      engineersFollow:
        '続いて、当社のエンジニアが復旧に向けて対応いたします。経過と復旧は、メールでお知らせいたします。',
      yours:
        '恐れ入りますが、この後の復旧作業はお客様にお願いしております。当社は監視を続け、復旧を確認しましたらメールでお知らせいたします。',
      checkServer:
        '恐れ入りますが、サーバーの状態をご確認のうえ、復旧作業をお願いいたします。復旧を確認しましたらメールでお知らせいたします。',
      reportFollows:
        '原因のご報告と再発防止のご提案は、翌営業日の業務時間内にメールでお送りいたします。監視は続けております。',
      reported:
        'この障害についてのお知らせは以上です。ご不明な点がございましたら、サポート窓口までお問い合わせください。監視は続けております。',
    },
  },
  en: {
    label: 'RESPONSE',
    headline: {
      reached: (server, person) =>
        person === undefined
          ? `We told you by telephone of the incident on ${server}.`
          : `We told ${person} by telephone of the incident on ${server}.`,
      'nobody-reached': (server) =>
        `Please look at ${server}: we have not reached any of you by telephone about its incident.`,
      'engineers-engaged': (server) => `Our engineers take up the incident on ${server}.`,
      'engineers-update': (server) => `How the work on the incident on ${server} is going.`,
      'cause-report': (server) => `What caused the incident on ${server}.`,
      several: (server) => `Where we stand with the incident on ${server}.`,
    },
    subjectEnd: {
      reached: 'told by telephone',
      'nobody-reached': 'please look at it: nobody was reached by telephone',
      'engineers-engaged': 'our engineers take it up',
      'engineers-update': 'progress',
      'cause-report': 'cause report',
    },
    heading: {
      reached: 'Our call',
      'nobody-reached': 'Our calls',
      'engineers-engaged': 'Our engineers',
      'engineers-update': 'Progress',
      'cause-report': 'Cause report',
    },
    intro: {
      response: 'This is what we have done since our last mail about this incident.',
      causeReport: 'This is what caused the incident, and what we propose so that it does not happen again.',
      repaired: 'What we mailed you about earlier is well again after our first response.',
    },
    reached: (person, time) =>
      `We told ${person ?? 'one of you'} by telephone what is failing (${time}). We call nobody else about it; everyone gets this mail.`,
    nobodyReached: (time) =>
      `We called your telephone numbers one after the other and could speak to nobody (${time}).`,
    nobodyToCall: 'There is no telephone number of yours that we can call, so we tell you by mail only.',
    paused: (monitors) =>
      `So that nothing is done twice about this failure, we have paused these monitors: ${monitors}`,
    resumes:
      'They are still checked and drawn. When they are well again they resume by themselves and we will mail you; you need not do anything for that.',
    engaged: (person, time) =>
      `${person === undefined ? `We called in our engineer on duty at ${time}.` : `${person} of our engineers has been working on it since ${time}.`} The failure goes on; we will mail you how it is going.`,
    written: (person, time) => `${person === undefined ? 'Our engineers' : `${person}, engineer`} (${time})`,
    stillAtWork: (person, time) =>
      `The failure goes on (${time}). ${person === undefined ? 'Our engineers are' : `${person}, engineer, is`} still working on it.`,
    bodyCut: 'The rest is left out, as it is long.',
    fact: { attempt: 'First response', repairedBy: 'What we did' },
    attempt: (runbook, summary) => `runbook ${runbook}: ${summary}`,
    attemptAt: (time) => `(${time})`,
    next: {
      firstResponse: (prospect) =>
        `On your plan (first response) we now begin with our runbook for this failure. We will mail you when it has recovered. ${prospects.en[prospect]}`,
      managed: (prospect) =>
        `On your plan (fully managed) we now begin with our runbook for this failure. We will mail you when it has recovered. ${prospects.en[prospect]} Our engineers then work on it until it is well.`,
      engineersAreOnIt:
        'Our engineers are working on it. We will mail you how it is going, and when it has recovered.',
      engineersFollow:
        'Our engineers take it up next. We will mail you how it is going, and when it has recovered.',
      yours:
        'From here the repair is yours to carry out. We keep checking and will mail you when it has recovered.',
      checkServer:
        'Please look at the server and carry out the repair. We keep checking and will mail you when it has recovered.',
      reportFollows:
        'The cause and what we propose against it will reach you by mail within the next business day. We keep checking.',
      reported:
        'This is the last mail about this incident. If anything is unclear, please ask our support desk. We keep checking.',
    },
  },
};

const prospects: Readonly<Record<Language, Readonly<Record<CallProspect, string>>>> = {
  ja: {
    call: '復旧しない場合は、ご登録の電話番号に順にお電話いたします。',
    'no-phone':
      '復旧しない場合も、お電話でご連絡できる番号のご登録がないため、メールのみでお知らせいたします。',
    'reached-before':
      '復旧しない場合は、すでにお電話でご連絡済みのため、お電話は差し上げず、メールでお知らせいたします。',
    'without-calls': '復旧しない場合は、お電話は差し上げず、メールでお知らせいたします。',
  },
  en: {
    call: 'If it does not recover, we call your telephone numbers one after the other.',
    'no-phone':
      'If it does not recover, we tell you by mail only, as there is no telephone number of yours that we can call.',
    'reached-before':
      'If it does not recover, we tell you by mail and do not call again, as we have reached you by telephone already.',
    'without-calls': 'If it does not recover, we tell you by mail; we do not call.',
  },
};
