import type { TimelineEntry } from '../../core/incident/timeline.ts';
import type { Language } from '../../core/text.ts';
import { type PhoneWords, phoneWords } from './phone/words.ts';
import { type WorkflowWords, workflowWords } from './workflows/words.ts';

/** The sentences of the one machine's pages. */
export interface Words {
  readonly nav: {
    portal: string;
    mail: string;
    phone: string;
    workflows: string;
    fleet: string;
    label: string;
  };
  readonly skip: string;
  readonly tagline: string;
  /** Name of the other language, in that language. */
  readonly switchLanguage: string;
  clockSpeed(speed: number): string;
  readonly clockSpeedHint: string;
  timesIn(zone: string): string;
  readonly live: { on: string; lost: string };
  readonly state: {
    ok: string;
    confirming: string;
    warning: string;
    critical: string;
    unknown: string;
    pending: string;
  };
  readonly stateColumn: string;
  readonly plan: { notify: string; respond: string; managed: string };
  ago(time: string): string;
  readonly older: string;
  readonly newest: string;
  readonly previous: string;
  readonly next: string;
  readonly notFound: { title: string; body: string };
  readonly failed: { title: string; body(reference: string): string };
  readonly refused: { title: string; body: string };
  readonly back: string;
  readonly mail: {
    title: string;
    emptyTitle: string;
    emptyBody: string;
    inThread(count: number): string;
    thread: string;
    from: string;
    to: string;
    at: string;
    language: string;
    noSubject: string;
    views: { html: string; text: string; headers: string };
    noHtml: string;
    noText: string;
    download: string;
    incident: string;
    frame: string;
    oneOf(place: number, count: number): string;
  };
  readonly workflows: WorkflowWords;
  readonly phone: PhoneWords;
  readonly fleet: {
    title: string;
    intro: string;
    tryIt: string;
    break: string;
    mend: string;
    breakLabel(service: string, server: string): string;
    mendLabel(service: string, server: string): string;
    up: string;
    broken: string;
    expectation(from: string, to: string): string;
    steps: { broken: string; noticed: string; confirmed: string; mailed: string; recovering: string };
    stepDone: string;
    stepNow: string;
    stepNext: string;
    feed: string;
    feedEmpty: string;
    timelineKinds: Readonly<Record<TimelineEntry['kind'], string>>;
    feedKinds: { mail: string; workflowStarted: string; workflowEnded: string };
    plans: { notify: string; respond: string; managed: string };
    readMail: string;
    seeIncident: string;
    couldNot: string;
  };
}

const ja: Words = {
  nav: {
    portal: 'ポータル',
    mail: 'メール',
    phone: '電話',
    workflows: 'ワークフロー',
    fleet: 'デモ',
    label: 'ページ',
  },
  skip: '本文へ移動',
  tagline: '24時間365日の監視',
  switchLanguage: 'English',
  clockSpeed: (speed) => `時計 ${speed} 倍速`,
  timesIn: (zone) => `時刻は ${zone} で表示しています`,
  clockSpeedHint: '監視の間隔や待ち時間は、この倍率で早く進みます。',
  live: { on: '自動更新中', lost: '接続が切れました。再接続しています…' },
  state: {
    ok: '正常',
    confirming: '確認中',
    warning: '警告',
    critical: '異常',
    unknown: '不明',
    pending: '確認待ち',
  },
  stateColumn: '状態',
  plan: { notify: '監視通知', respond: '一次対応', managed: 'フルマネージド' },
  ago: (time) => `${time}前`,
  older: '以前のものへ',
  newest: '最新へ戻る',
  previous: '前へ',
  next: '次へ',
  notFound: {
    title: 'ページが見つかりません',
    body: 'アドレスが正しいかご確認いただくか、上のメニューからお選びください。古いメールや実行は、件数の上限を超えると削除されます。',
  },
  failed: {
    title: 'ページを表示できませんでした',
    body: (reference) =>
      `しばらくしてから再度お試しください。続く場合は、ターミナルのログで番号 ${reference} をご確認ください。`,
  },
  refused: {
    title: '操作を受け付けませんでした',
    body: 'この操作は、この画面のボタンからのみ行えます。ページを開き直してからお試しください。',
  },
  back: '戻る',
  mail: {
    title: 'メール',
    emptyTitle: 'まだメールはありません',
    emptyBody:
      '障害が確定すると、ここにアラートメールが届きます。起動時にメールの中継先を指定しない限り、外部には送信されません。',
    inThread: (count) => `${count} 通`,
    thread: 'このスレッドのメール',
    from: '差出人',
    to: '宛先',
    at: '受信',
    language: '言語',
    noSubject: '（件名なし）',
    views: { html: 'HTML', text: 'テキスト', headers: 'ヘッダー' },
    noHtml: 'このメールに HTML はありません。「テキスト」をご覧ください。',
    noText: 'このメールにテキストはありません。「HTML」をご覧ください。',
    download: '.eml をダウンロード',
    incident: '障害',
    frame: 'メールの本文',
    oneOf: (place, count) => `${count} 通中 ${place} 通目`,
  },
  workflows: workflowWords.ja,
  phone: phoneWords.ja,
  fleet: {
    title: 'デモ',
    intro:
      'この 3 台は、このマシンで動く模擬サーバーです。プロトコルは本物です。停止すると、検知、再確認、情報収集、メール、復旧までの流れをそのままご覧いただけます。',
    tryIt: 'デモのサーバーを停止してみる',
    break: '停止する',
    mend: '復旧する',
    breakLabel: (service, server) => `${server} の ${service} を停止する`,
    mendLabel: (service, server) => `${server} の ${service} を復旧する`,
    up: '動作中',
    broken: '停止中',
    expectation: (from, to) => `停止からメールまで ${from}〜${to}`,
    steps: {
      broken: '停止',
      noticed: '検知',
      confirmed: '確定',
      mailed: 'メール',
      recovering: '復旧しました。次の監視で正常を確認し、復旧メールを送ります。',
    },
    stepDone: '済み',
    stepNow: '進行中',
    stepNext: 'これから',
    feed: 'いま起きていること',
    feedEmpty: 'まだ何も起きていません。サービスをひとつ停止してみてください。',
    timelineKinds: {
      joined: '異常を確定',
      collected: '情報収集',
      mailed: 'メール',
      recovered: '復旧',
      withdrawn: '監視対象外',
      response: '対応',
      command: 'コマンド実行',
      call: '電話',
      page: '担当者の呼び出し',
      operator: '運用担当の操作',
      closed: '終了',
    },
    feedKinds: { mail: 'メール', workflowStarted: 'ワークフロー開始', workflowEnded: 'ワークフロー終了' },
    plans: {
      notify: '検知してメールで知らせます。',
      respond: 'メールで知らせ、SSH で一次対応を行い、直らなければ電話します。',
      managed: '一次対応と電話に加え、エンジニアが復旧まで対応します。',
    },
    readMail: 'メールを読む',
    seeIncident: '障害を見る',
    couldNot: '操作できませんでした',
  },
};

const en: Words = {
  nav: {
    portal: 'Portal',
    mail: 'Mail',
    phone: 'Phone',
    workflows: 'Workflows',
    fleet: 'Demo',
    label: 'Pages',
  },
  skip: 'Skip to the content',
  tagline: 'Watching over, around the clock',
  switchLanguage: '日本語',
  clockSpeed: (speed) => `Clock ×${speed}`,
  timesIn: (zone) => `Times are shown in ${zone}`,
  clockSpeedHint: 'Intervals and waits pass this many times faster.',
  live: { on: 'Live', lost: 'Connection lost, trying again…' },
  state: {
    ok: 'OK',
    confirming: 'Confirming',
    warning: 'Warning',
    critical: 'Critical',
    unknown: 'Unknown',
    pending: 'Waiting',
  },
  stateColumn: 'State',
  plan: { notify: 'Notify', respond: 'Respond', managed: 'Fully managed' },
  ago: (time) => `${time} ago`,
  older: 'Older',
  newest: 'Back to the newest',
  previous: 'Previous',
  next: 'Next',
  notFound: {
    title: 'There is no such page',
    body: 'Check the address, or choose a page above. Old mails and executions go when there are more than are kept.',
  },
  failed: {
    title: 'This page could not be shown',
    body: (reference) =>
      `Try again in a moment. If it goes on, look for reference ${reference} in the terminal's log.`,
  },
  refused: {
    title: 'That was not done',
    body: "It can be done only with this page's own buttons. Open the page again and try there.",
  },
  back: 'Back',
  mail: {
    title: 'Mail',
    emptyTitle: 'No mail yet',
    emptyBody:
      'When a failure is confirmed, its alert mail arrives here. Nothing leaves this machine unless a mail relay was named at the start.',
    inThread: (count) => `${count} mails`,
    thread: 'Mails of this thread',
    from: 'From',
    to: 'To',
    at: 'Received',
    language: 'Language',
    noSubject: '(no subject)',
    views: { html: 'HTML', text: 'Text', headers: 'Headers' },
    noHtml: 'This mail has no HTML part. Choose Text.',
    noText: 'This mail has no text part. Choose HTML.',
    download: 'Download .eml',
    incident: 'Incident',
    frame: 'Body of the mail',
    oneOf: (place, count) => `${place} of ${count}`,
  },
  workflows: workflowWords.en,
  phone: phoneWords.en,
  fleet: {
    title: 'Demo',
    intro:
      'These three servers are simulated on this machine; the protocols are real. Break something and watch the whole job: detection, confirmation, collected information, one mail, recovery.',
    tryIt: 'Break a demo server and watch',
    break: 'Break',
    mend: 'Mend',
    breakLabel: (service, server) => `Break ${service} on ${server}`,
    mendLabel: (service, server) => `Mend ${service} on ${server}`,
    up: 'Up',
    broken: 'Broken',
    expectation: (from, to) => `From break to mail: ${from} to ${to}`,
    steps: {
      broken: 'Broken',
      noticed: 'Noticed',
      confirmed: 'Confirmed',
      mailed: 'Mailed',
      recovering: 'Mended. The next check sees it well, and the recovery mail follows.',
    },
    stepDone: 'done',
    stepNow: 'now',
    stepNext: 'to come',
    feed: 'What is happening',
    feedEmpty: 'Nothing has happened yet. Break one of the services to see something.',
    timelineKinds: {
      joined: 'Confirmed',
      collected: 'Collected',
      mailed: 'Mailed',
      recovered: 'Recovered',
      withdrawn: 'Withdrawn',
      response: 'Response',
      command: 'Command',
      call: 'Call',
      page: 'Page',
      operator: 'Operator',
      closed: 'Closed',
    },
    feedKinds: { mail: 'Mail', workflowStarted: 'Workflow started', workflowEnded: 'Workflow ended' },
    plans: {
      notify: 'Detects, and tells by mail.',
      respond: 'Tells by mail, repairs by SSH, and calls when that does not help.',
      managed: 'Repairs and calls, and engineers work on it until it is well.',
    },
    readMail: 'Read the mail',
    seeIncident: 'See the incident',
    couldNot: 'That could not be done',
  },
};

export const words: Readonly<Record<Language, Words>> = { ja, en };
