import type { Language } from '../text.ts';

/** The sentences of incident mails about failures and recoveries; those about the response are in response-words.ts. */
export interface IncidentWords {
  readonly label: {
    problem: string;
    warning: string;
    update: string;
    partlyRecovered: string;
    recovered: string;
  };
  readonly headline: {
    problem(server: string, monitors: string, count: number): string;
    warning(server: string, monitors: string, count: number): string;
    update(server: string, monitors: string, count: number): string;
    partlyRecovered(server: string, monitors: string, stillFailing: number): string;
    recovered(server: string, monitors: string): string;
    allRecovered(server: string): string;
  };
  /** `https, mysql and 3 more` */
  list(names: readonly string[], more: number): string;
  server(id: string, name: string): string;
  address(account: string, contact: string): readonly string[];
  /** Of the operators' copy. */
  readonly operators: { address(account: string): readonly string[]; heading: string; note: string };
  readonly intro: {
    problem: string;
    warning: string;
    update: string;
    partlyRecovered: string;
    recovered: string;
  };
  readonly heading: {
    failing(count: number): string;
    warning(count: number): string;
    newlyFailing(count: number): string;
    stillFailing(count: number): string;
    recovered(count: number): string;
    next: string;
    evidence: string;
  };
  readonly badge: { critical: string; warning: string; recovered: string };
  monitor(monitor: string, check: string, service: string | undefined): string;
  readonly fact: {
    observed: string;
    failingSince: string;
    confirmed: string;
    recoveredAt: string;
    lasted: string;
    nowObserved: string;
    wellAlready: string;
  };
  inUtc(time: string): string;
  moreItems(count: number): string;
  readonly next: {
    warningsOnly: string;
    notify: string;
    /** Nothing is left to do but to watch. */
    watching: string;
    partlyRecovered: string;
    recovered: string;
  };
  readonly evidence: {
    collectedAt(time: string): string;
    partial(reason: string): string;
    failed(reason: string): string;
    notConfigured(reason: string): string;
    missing: string;
    exitCode(code: number): string;
    cut: string;
    note(parts: readonly string[]): string;
    sectionsLeftOff(count: number): string;
  };
  readonly portal: string;
  footer(sender: string, incident: string, mail: number): readonly string[];
  readonly subjectEnd: { recovered(lasted: string): string; stillFailing(count: number): string };
}

export const incidentWords: Readonly<Record<Language, IncidentWords>> = {
  ja: {
    label: {
      problem: '障害',
      warning: '警告',
      update: '続報',
      partlyRecovered: '一部復旧',
      recovered: '復旧',
    },
    headline: {
      problem: (server, monitors, count) =>
        count === 1
          ? `${server}で ${monitors} の異常を確認しました。`
          : `${server}で ${count} 件の異常を確認しました: ${monitors}`,
      warning: (server, monitors, count) =>
        count === 1
          ? `${server}で ${monitors} が警告の状態です。`
          : `${server}で ${count} 件が警告の状態です: ${monitors}`,
      update: (server, monitors, count) =>
        count === 1
          ? `${server}で新たに ${monitors} の異常を確認しました。`
          : `${server}で新たに ${count} 件の異常を確認しました: ${monitors}`,
      partlyRecovered: (server, monitors, stillFailing) =>
        `${server}の ${monitors} が復旧しました。${stillFailing} 件の異常は続いています。`,
      recovered: (server, monitors) => `${server}の ${monitors} が復旧しました。`,
      allRecovered: (server) => `${server}の異常はすべて復旧しました。`,
    },
    list: (names, more) => names.join('、') + (more > 0 ? ` ほか ${more} 件` : ''),
    server: (id, name) => (name === id ? `${id} ` : `${id}（${name}）`),
    address: (account, contact) => [account, `${contact} 様`],
    operators: {
      address: (account) => ['運用担当 各位', `${account} 様へお送りしたメールの写しです。`],
      heading: '運用担当の操作',
      note: 'リンクを開いただけでは何も実行されません。確認のページで名前を入力して実行します。リンクは72時間有効で、それぞれ一度だけ使えます。このメールはお客様に転送しないでください。',
    },
    intro: {
      problem: '監視対象のサーバーで異常を確認しましたので、お知らせいたします。',
      warning: '監視対象のサーバーで警告の状態を確認しましたので、お知らせいたします。',
      update: 'お知らせ済みの障害について、新たな異常を確認しましたので、お知らせいたします。',
      partlyRecovered: 'お知らせした異常の一部について、復旧を確認いたしました。',
      recovered: 'お知らせした異常について、復旧を確認いたしました。',
    },
    heading: {
      failing: (count) => `異常のある監視項目（${count} 件）`,
      warning: (count) => `警告の状態にある監視項目（${count} 件）`,
      newlyFailing: (count) => `新たに異常を確認した監視項目（${count} 件）`,
      stillFailing: (count) => `お知らせ済みで、異常が続いている監視項目（${count} 件）`,
      recovered: (count) => `復旧した監視項目（${count} 件）`,
      next: '今後の対応',
      evidence: 'サーバーで収集した情報',
    },
    badge: { critical: '異常', warning: '警告', recovered: '復旧' },
    monitor: (monitor, check, service) =>
      [
        monitor,
        ...(check === monitor ? [] : [`種別 ${check}`]),
        ...(service === undefined ? [] : [`サービス ${service}`]),
      ].join(' / '),
    fact: {
      observed: '状況',
      failingSince: '発生',
      confirmed: '確認',
      recoveredAt: '復旧',
      lasted: '継続時間',
      nowObserved: '現在の状況',
      wellAlready: 'すでに復旧',
    },
    inUtc: (time) => `（${time}）`,
    moreItems: (count) => `ほか ${count} 件あります。`,
    next: {
      warningsOnly:
        '警告の段階では復旧作業は行わず、メールでお知らせしております。監視を続け、正常な値に戻りましたらメールでお知らせいたします。',
      notify:
        'ご契約のプラン（監視通知）では、復旧作業はお客様にお願いしております。当社は監視を続け、復旧を確認しましたらメールでお知らせいたします。',
      watching: '監視を続け、復旧を確認しましたらメールでお知らせいたします。',
      partlyRecovered:
        '異常が続いている監視項目について引き続き監視し、復旧を確認しましたらメールでお知らせいたします。',
      recovered:
        'この障害についてのお知らせは以上です。監視は続けておりますので、再び異常を確認した場合は新たな障害としてお知らせいたします。',
    },
    evidence: {
      collectedAt: (time) => `${time}にサーバーへログインして収集しました。`,
      partial: (reason) => `一部の情報は収集できませんでした。${reason}`,
      failed: (reason) => `サーバーから情報を収集できませんでした。${reason}`,
      notConfigured: (reason) =>
        `このサーバーにはログインの設定がないため、情報は収集していません。${reason}`,
      missing: '今回は、サーバーから情報を収集していません。',
      exitCode: (code) => `終了コード ${code}`,
      cut: '長いため、以降を省略しています',
      note: (parts) => `（${parts.join('、')}）`,
      sectionsLeftOff: (count) => `メールが長くなるため、ほか ${count} 件の出力を省略しています。`,
    },
    portal: 'お客様ポータル',
    footer: (sender, incident, mail) => [
      `障害番号 ${incident}（${mail} 通目）`,
      `このメールは ${sender} が自動で送信しています。`,
    ],
    subjectEnd: {
      recovered: (lasted) => `復旧しました（継続時間 ${lasted}）`,
      stillFailing: (count) => `復旧しました（${count} 件は継続中）`,
    },
  },
  en: {
    label: {
      problem: 'PROBLEM',
      warning: 'WARNING',
      update: 'UPDATE',
      partlyRecovered: 'PARTLY RECOVERED',
      recovered: 'RECOVERED',
    },
    headline: {
      problem: (server, monitors, count) =>
        count === 1
          ? `${monitors} is failing on ${server}.`
          : `${count} monitors are failing on ${server}: ${monitors}`,
      warning: (server, monitors, count) =>
        count === 1
          ? `${monitors} is at warning level on ${server}.`
          : `${count} monitors are at warning level on ${server}: ${monitors}`,
      update: (server, monitors, count) =>
        count === 1
          ? `${monitors} is now failing too on ${server}.`
          : `${count} more monitors are now failing on ${server}: ${monitors}`,
      partlyRecovered: (server, monitors, stillFailing) =>
        `${monitors} recovered on ${server}. ${stillFailing} ${stillFailing === 1 ? 'monitor is' : 'monitors are'} still failing.`,
      recovered: (server, monitors) => `${monitors} recovered on ${server}.`,
      allRecovered: (server) => `All monitors that failed on ${server} have recovered.`,
    },
    list: (names, more) => {
      if (more > 0) return `${names.join(', ')} and ${more} more`;
      return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
    },
    server: (id, name) => (name === id ? id : `${id} (${name})`),
    address: (account, contact) => [`To ${contact}, ${account}`],
    operators: {
      address: (account) => ['To the operators', `A copy of the mail to the contacts of ${account}.`],
      heading: 'What you can do',
      note: 'Opening a link does nothing yet: a page asks for your name first. Links are good for 72 hours and work once each. Do not forward this mail to a customer.',
    },
    intro: {
      problem: 'We have confirmed a problem on a server that we watch for you.',
      warning: 'Something on a server that we watch for you has reached its warning level.',
      update: 'There is more to the incident we mailed you about earlier.',
      partlyRecovered: 'Some of what we mailed you about earlier has recovered.',
      recovered: 'What we mailed you about earlier has recovered.',
    },
    heading: {
      failing: (count) => (count === 1 ? 'What is failing' : `What is failing (${count})`),
      warning: (count) => (count === 1 ? 'What is at warning level' : `What is at warning level (${count})`),
      newlyFailing: (count) => (count === 1 ? 'What is failing now' : `What is failing now (${count})`),
      stillFailing: (count) => `Mailed earlier and still failing (${count})`,
      recovered: (count) => (count === 1 ? 'What has recovered' : `What has recovered (${count})`),
      next: 'What happens next',
      evidence: 'What we collected on the server',
    },
    badge: { critical: 'critical', warning: 'warning', recovered: 'recovered' },
    monitor: (monitor, check, service) =>
      [
        monitor,
        ...(check === monitor ? [] : [`${check} check`]),
        ...(service === undefined ? [] : [`service ${service}`]),
      ].join(' / '),
    fact: {
      observed: 'Observed',
      failingSince: 'Since',
      confirmed: 'Confirmed',
      recoveredAt: 'Recovered',
      lasted: 'Lasted',
      nowObserved: 'Now',
      wellAlready: 'Already recovered',
    },
    inUtc: (time) => ` (${time})`,
    moreItems: (count) => `And ${count} more.`,
    next: {
      warningsOnly:
        'A warning is told by mail only; no repair is started for it. We keep checking and will mail you when the value is back to normal.',
      notify:
        'On your plan (monitoring) the repair is yours to carry out. We keep checking and will mail you when it has recovered.',
      watching: 'We keep checking and will mail you when it has recovered.',
      partlyRecovered: 'We keep checking what is still failing and will mail you when it has recovered.',
      recovered:
        'This is the last mail about this incident. We keep checking; if anything fails again, you will hear of it as a new incident.',
    },
    evidence: {
      collectedAt: (time) => `Collected by logging in at ${time}.`,
      partial: (reason) => `Some of it could not be collected. ${reason}`,
      failed: (reason) => `Nothing could be collected on the server. ${reason}`,
      notConfigured: (reason) => `Nothing was collected: no log-in is set up for this server. ${reason}`,
      missing: 'Nothing was collected on the server this time.',
      exitCode: (code) => `exit code ${code}`,
      cut: 'the rest is left out, as it is long',
      note: (parts) => `(${parts.join('; ')})`,
      sectionsLeftOff: (count) =>
        `The output of ${count} more ${count === 1 ? 'command is' : 'commands is'} left out to keep this mail short.`,
    },
    portal: 'Customer portal',
    footer: (sender, incident, mail) => [
      `Incident ${incident}, mail ${mail}`,
      `Sent automatically by ${sender}.`,
    ],
    subjectEnd: {
      recovered: (lasted) => `recovered after ${lasted}`,
      stillFailing: (count) => `recovered, ${count} still failing`,
    },
  },
};
