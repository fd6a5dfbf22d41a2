import type { Stage } from '../../core/incident/next-step.ts';
import type { Pause } from '../../core/monitor.ts';
import type { Language } from '../../core/text.ts';
import { type PhoneWords, phoneWords } from './phone/words.ts';
import { type WorkflowWords, workflowWords } from './workflows/words.ts';

/** The sentences of the one machine's pages. */
export interface Words {
  readonly nav: {
    servers: string;
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
  readonly servers: {
    title: string;
    allWell(count: number): string;
    someFail(failing: number, count: number): string;
    someConfirming(confirming: number): string;
    lastSweep: string;
    noSweep: string;
    emptyTitle: string;
    emptyBody: string;
    openIncidents: string;
    monitors: string;
    monitor: string;
    stateColumn: string;
    lastSeen: string;
    since: string;
    openIncident: string;
    notYetChecked: string;
    range(from: number, to: number, all: number): string;
    tryIt: string;
  };
  readonly server: {
    access: string;
    address: string;
    plan: string;
    account: string;
    everyMinutes(minutes: number): string;
    check: string;
    seen: string;
    incidents: string;
    noIncidents: string;
    neverFailed: string;
    unknownSince(time: string): string;
    /** Checked and drawn, and not acted on; with when that ends and why. */
    paused(pause: Pause, until: string): string;
  };
  readonly incident: {
    title(number: number): string;
    open: string;
    closed: string;
    opened: string;
    lasted: string;
    ongoing: string;
    alerts: string;
    failingSince: string;
    confirmedAt: string;
    recoveredAt: string;
    stillFailing: string;
    timeline: string;
    noTimeline: string;
    mails: string;
    noMails: string;
    evidence: string;
    noEvidence: string;
    evidenceFor(mail: number): string;
    evidenceStatus: { collected: string; partial: string; failed: string; 'not-configured': string };
    exitCode(code: number): string;
    cut: string;
    workflow: string;
    stages: Readonly<Record<Stage, string>>;
    kinds: {
      joined: string;
      collected: string;
      mailed: string;
      recovered: string;
      withdrawn: string;
      response: string;
      command: string;
      call: string;
      page: string;
      operator: string;
      closed: string;
    };
  };
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
    feedKinds: { mail: string; workflowStarted: string; workflowEnded: string };
    plans: { notify: string; respond: string; managed: string };
    readMail: string;
    seeIncident: string;
    couldNot: string;
  };
}

const ja: Words = {
  nav: {
    servers: 'サーバー',
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
  servers: {
    title: 'サーバー',
    allWell: (count) => `${count} 台のサーバーはすべて正常です`,
    someFail: (failing, count) => `${count} 台中 ${failing} 台で障害が発生しています`,
    someConfirming: (confirming) => `${confirming} 件の監視項目を確認しています`,
    lastSweep: '最後の巡回:',
    noSweep: '最初の巡回は 1 分以内に始まります',
    emptyTitle: '監視対象ホストがまだありません',
    emptyBody: 'インベントリー（YAML）に書いて適用すると、次の巡回から監視を始めます。',
    openIncidents: '対応中の障害',
    monitors: '監視項目',
    monitor: '監視項目',
    stateColumn: '状態',
    lastSeen: '直近の値',
    since: '変化',
    openIncident: '障害',
    notYetChecked: '初回の監視を待っています',
    range: (from, to, all) => `${all} 台中 ${from}〜${to} 台目`,
    tryIt: 'デモのサーバーを停止してみる',
  },
  server: {
    access: '監視対象',
    address: 'アドレス',
    plan: 'プラン',
    account: 'お客様',
    everyMinutes: (minutes) => `${minutes} 分ごと`,
    check: '監視種別',
    seen: '最後の変化',
    incidents: '障害の履歴',
    noIncidents: 'このサーバーに障害の記録はありません。',
    neverFailed: '異常が確認されたことはありません。',
    unknownSince: (time) => `監視側の理由により確認できていません（${time} から）`,
    paused: ({ by, reason }, until) =>
      `通知と対応を停止中${until === '' ? (by === 'escalation' ? '（復旧すると自動的に再開）' : '') : `（${until} まで）`}: ${reason}`,
  },
  incident: {
    title: (number) => `障害 ${number}`,
    open: '対応中',
    closed: '終了',
    opened: '発生',
    lasted: '継続時間',
    ongoing: '継続中',
    alerts: 'アラート',
    failingSince: '最初の失敗',
    confirmedAt: '確定',
    recoveredAt: '復旧',
    stillFailing: '継続中',
    timeline: '経過',
    noTimeline: '経過の記録はまだありません。',
    mails: '送信したメール',
    noMails: 'まだメールは送られていません。確定した異常をまとめるため、30 秒ほど待ってから送ります。',
    evidence: '収集した情報',
    noEvidence: 'まだ情報は収集されていません。メールの直前にサーバーへログインして収集します。',
    evidenceFor: (mail) => `メール ${mail} のための収集`,
    evidenceStatus: {
      collected: '収集済み',
      partial: '一部のみ',
      failed: '収集できず',
      'not-configured': 'ログイン設定なし',
    },
    exitCode: (code) => `終了コード ${code}`,
    cut: '長いため途中まで',
    workflow: 'ワークフローを見る',
    stages: { 'first-response': '一次対応', escalation: '電話連絡', 'second-response': 'エンジニアの対応' },
    kinds: {
      joined: '異常を確定',
      collected: '情報収集',
      mailed: 'メール',
      recovered: '復旧',
      withdrawn: '監視対象外',
      response: '対応',
      command: 'コマンド実行',
      call: '電話',
      page: '担当者の呼び出し',
      operator: 'オペレーターの操作',
      closed: '終了',
    },
  },
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
    feedKinds: { mail: 'メール', workflowStarted: 'ワークフロー開始', workflowEnded: 'ワークフロー終了' },
    plans: {
      notify: '検知してメールで知らせます。',
      respond: 'メールで知らせ、一次対応のため運用担当者に通知します。',
      managed: 'メールで知らせ、復旧までの対応のため運用担当者に通知します。',
    },
    readMail: 'メールを読む',
    seeIncident: '障害を見る',
    couldNot: '操作できませんでした',
  },
};

const en: Words = {
  nav: {
    servers: 'Servers',
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
  servers: {
    title: 'Servers',
    allWell: (count) => (count === 1 ? 'The server is well' : `All ${count} servers are well`),
    someFail: (failing, count) =>
      count === 1
        ? 'The server has an open incident'
        : `${failing} of ${count} servers ${failing === 1 ? 'has' : 'have'} an open incident`,
    someConfirming: (confirming) =>
      `${confirming} ${confirming === 1 ? 'monitor is' : 'monitors are'} being confirmed`,
    lastSweep: 'Last sweep',
    noSweep: 'The first sweep comes within a minute',
    emptyTitle: 'No servers are watched yet',
    emptyBody: 'Write them into an inventory (YAML) and apply it; checks begin with the next sweep.',
    openIncidents: 'Open incidents',
    monitors: 'Monitors',
    monitor: 'Monitor',
    stateColumn: 'State',
    lastSeen: 'Last value',
    since: 'Changed',
    openIncident: 'Incident',
    notYetChecked: 'Waiting for the first check',
    range: (from, to, all) => `${from} to ${to} of ${all} servers`,
    tryIt: 'Break a demo server and watch',
  },
  server: {
    access: 'Server',
    address: 'Address',
    plan: 'Plan',
    account: 'Account',
    everyMinutes: (minutes) => `every ${minutes} min`,
    check: 'Check',
    seen: 'Last change',
    incidents: 'Incidents',
    noIncidents: 'No incident of this server is on record.',
    neverFailed: 'Has never failed.',
    unknownSince: (time) => `Could not be checked for a reason of ours since ${time}`,
    paused: ({ by, reason }, until) =>
      `Paused${until === '' ? (by === 'escalation' ? ' until it is well again' : '') : ` until ${until}`}: ${reason}`,
  },
  incident: {
    title: (number) => `Incident ${number}`,
    open: 'Open',
    closed: 'Closed',
    opened: 'Opened',
    lasted: 'Lasted',
    ongoing: 'Ongoing',
    alerts: 'Alerts',
    failingSince: 'First failure',
    confirmedAt: 'Confirmed',
    recoveredAt: 'Recovered',
    stillFailing: 'Still failing',
    timeline: 'Timeline',
    noTimeline: 'Nothing is on the timeline yet.',
    mails: 'Mails',
    noMails: 'No mail yet. Alerts of the same server are gathered for about 30 s before the mail.',
    evidence: 'Collected information',
    noEvidence: 'Nothing collected yet. We log in to the server just before the mail.',
    evidenceFor: (mail) => `Collected for mail ${mail}`,
    evidenceStatus: {
      collected: 'Collected',
      partial: 'In part',
      failed: 'Failed',
      'not-configured': 'No log-in set up',
    },
    exitCode: (code) => `exit code ${code}`,
    cut: 'cut short',
    workflow: 'See the workflow',
    stages: {
      'first-response': 'First response',
      escalation: 'Calls',
      'second-response': "Engineers' response",
    },
    kinds: {
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
  },
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
    feedKinds: { mail: 'Mail', workflowStarted: 'Workflow started', workflowEnded: 'Workflow ended' },
    plans: {
      notify: 'Detects, and tells by mail.',
      respond: 'Tells by mail, and the operators for the first response.',
      managed: 'Tells by mail, and the operators for the response until recovery.',
    },
    readMail: 'Read the mail',
    seeIncident: 'See the incident',
    couldNot: 'That could not be done',
  },
};

export const words: Readonly<Record<Language, Words>> = { ja, en };
