import { actionEffect, actionName, deedSummary, refusalTexts } from '../../core/action/action-words.ts';
import type { ActionRefusal } from '../../core/action/operator-action.ts';
import { type Incident, openAlerts } from '../../core/incident/incident.ts';
import type { ActionKind, OperatorDeed } from '../../core/incident/operator-deed.ts';
import { localTime } from '../../core/mail/local-time.ts';
import type { Language } from '../../core/text.ts';
import type { HttpResponse } from '../http/exchange.ts';
import { type Html, html, page } from './page.ts';

/** How long a pause may be chosen to last, in minutes. */
export const pauseMinutes = [30, 60, 240, 480, 1440, 4320, 10_080] as const;

/** What a page of an action is about. */
export interface ActionView {
  readonly language: Language;
  readonly action: ActionKind;
  readonly subject: string;
  readonly incident: Incident;
  /** Of the account. */
  readonly timeZone: string;
  readonly serverName: string;
}

const alertsShown = 10;

/** Asks before anything is done. */
export async function askPage(
  view: ActionView,
  { fault, name = '', reason = '' }: { fault?: string; name?: string; reason?: string } = {},
): Promise<HttpResponse> {
  const { language, action, subject } = view;
  const w = words[language];
  const strong = action === 'resolve' || action === 'escalate';
  return page({
    status: fault === undefined ? 200 : 422,
    language,
    title: actionName(action, subject)[language],
    main: html`<p>${actionEffect(action, subject)[language]}</p>
${about(view)}
${fault === undefined ? '' : html`<p class="fault" role="alert">${fault}</p>`}
<form method="post" action="?lang=${language}">
<label for="name">${w.name}</label>
<input id="name" name="name" required maxlength="40" autocomplete="name" value="${name}">
<span class="quiet">${w.nameHint}</span>
${action === 'pause' ? pauseFields(language, reason) : ''}
<button class="${strong ? 'strong' : 'plain'}">${actionName(action, subject)[language]}</button>
</form>`,
  });
}

function pauseFields(language: Language, reason: string): Html {
  const w = words[language];
  return html`<label for="for">${w.pauseFor}</label>
<select id="for" name="for">${pauseMinutes.map(
    (minutes) =>
      html`<option value="${minutes}"${minutes === 60 ? html` selected` : ''}>${w.length(minutes)}</option>`,
  )}</select>
<label for="reason">${w.reason}</label>
<input id="reason" name="reason" required maxlength="150" autocomplete="off" value="${reason}">`;
}

function about({ language, incident, timeZone, serverName }: ActionView): Html {
  const w = words[language];
  const open = openAlerts(incident);
  const time = (at: string) => localTime(at, timeZone, language);
  return html`<dl>
<dt>${w.incident}</dt><dd>${incident.id} (${incident.state === 'open' ? w.open : w.closed})</dd>
<dt>${w.server}</dt><dd>${incident.account} / ${incident.server}${serverName === incident.server ? '' : ` (${serverName})`}</dd>
<dt>${w.since}</dt><dd>${time(incident.openedAt)}</dd>
<dt>${w.failing}</dt><dd>${
    open.length === 0
      ? w.nothing
      : html`<ul>${open
          .slice(0, alertsShown)
          .map(
            (one) => html`<li><strong>${one.monitor}</strong> ${one.summary[language].slice(0, 300)}</li>`,
          )}</ul>`
  }</dd>
</dl>`;
}

/** Says that it was done, now or before. */
export function donePage(view: ActionView, deed: OperatorDeed, isNow: boolean): Promise<HttpResponse> {
  const { language, timeZone } = view;
  const w = words[language];
  return page({
    status: 200,
    language,
    title: isNow ? w.done : w.doneBefore,
    main: html`<p>${deedSummary({ ...deed, ...(deed.until !== undefined && { until: localTime(deed.until, timeZone, language) }) })[language]}</p>
<p>${w.byAt(deed.by, localTime(deed.at, timeZone, language))}</p>
${about(view)}
<p class="quiet">${w.onTimeline}</p>`,
  });
}

export function refusedPage(view: ActionView, refusal: ActionRefusal): Promise<HttpResponse> {
  const { language, action, subject } = view;
  return page({
    status: 409,
    language,
    title: words[language].notDone,
    main: html`<p>${actionName(action, subject)[language]}: ${refusalTexts[refusal][language]}</p>
${about(view)}`,
  });
}

export type Trouble = 'invalid' | 'expired' | 'method' | 'type' | 'large' | 'failed';

/** What a link cannot do; nothing of what exists is told to who has no valid one. */
export function troublePage(language: Language, trouble: Trouble, reference = ''): Promise<HttpResponse> {
  const { title, body } = words[language].trouble[trouble];
  return page({
    status: statuses[trouble],
    language,
    title,
    main: html`<p>${body}${reference === '' ? '' : ` (${reference})`}</p>`,
    ...(trouble === 'method' && { headers: { allow: 'GET, HEAD, POST' } }),
  });
}

const statuses: Readonly<Record<Trouble, number>> = {
  invalid: 404,
  expired: 410,
  method: 405,
  type: 415,
  large: 413,
  failed: 500,
};

export const nameMissing: Readonly<Record<Language, string>> = {
  ja: 'あなたの名前を入力してください。操作の記録に残します。',
  en: 'Give your name; it is kept with the record of the action.',
};
export const reasonMissing: Readonly<Record<Language, string>> = {
  ja: '一時停止の理由を入力し、期間を選んでください。',
  en: 'Give the reason for the pause, and choose how long.',
};

const words = {
  ja: {
    name: 'あなたの名前',
    nameHint: '障害の記録に、操作した人として残ります。',
    pauseFor: '一時停止する期間',
    reason: '理由',
    length: (minutes: number): string =>
      minutes < 60 ? `${minutes} 分` : minutes < 1440 ? `${minutes / 60} 時間` : `${minutes / 1440} 日`,
    incident: '障害番号',
    server: 'サーバー',
    since: '発生',
    failing: '未復旧',
    nothing: 'なし',
    open: '対応中',
    closed: '終了',
    done: '実行しました',
    doneBefore: 'すでに実行されています',
    byAt: (by: string, at: string): string => `${by}（${at}）`,
    onTimeline: 'この操作は障害の記録に残りました。このページは閉じてかまいません。',
    notDone: '実行できませんでした',
    trouble: {
      invalid: {
        title: 'このリンクは使えません',
        body: 'リンクが途中で切れていないか確認してください。何も変更していません。',
      },
      expired: {
        title: 'このリンクは期限切れです',
        body: 'リンクはメールの送信から72時間有効です。新しいメールのリンクを使うか、ワークフローの画面で操作してください。何も変更していません。',
      },
      method: { title: 'この方法では開けません', body: 'メールのリンクをブラウザーで開いてください。' },
      type: {
        title: '受け付けられない形式です',
        body: 'このページのフォームから送信してください。何も変更していません。',
      },
      large: { title: '入力が長すぎます', body: '短くして送信し直してください。何も変更していません。' },
      failed: {
        title: '処理に失敗しました',
        body: '1分ほどおいて、もう一度お試しください。同じ操作が二重に行われることはありません。',
      },
    },
  },
  en: {
    name: 'Your name',
    nameHint: 'Kept on the timeline of the incident as who did it.',
    pauseFor: 'Pause for',
    reason: 'Reason',
    length: (minutes: number): string => {
      const [count, unit] =
        minutes < 60
          ? [minutes, 'minute']
          : minutes < 1440
            ? [minutes / 60, 'hour']
            : [minutes / 1440, 'day'];
      return `${count} ${unit}${count === 1 ? '' : 's'}`;
    },
    incident: 'Incident',
    server: 'Server',
    since: 'Since',
    failing: 'Still failing',
    nothing: 'nothing',
    open: 'open',
    closed: 'closed',
    done: 'Done',
    doneBefore: 'Done already',
    byAt: (by: string, at: string): string => `By ${by}, ${at}.`,
    onTimeline: 'It is on the timeline of the incident. You may close this page.',
    notDone: 'Not done',
    trouble: {
      invalid: {
        title: 'This link cannot be used',
        body: 'Look whether it was cut off on its way. Nothing was changed.',
      },
      expired: {
        title: 'This link has expired',
        body: 'Links are good for 72 hours from their mail. Use one of a newer mail, or act in the console of the workflows. Nothing was changed.',
      },
      method: { title: 'It cannot be opened in this way', body: 'Open the link of the mail in a browser.' },
      type: {
        title: 'This is not the form of this page',
        body: 'Send it by the form of this page. Nothing was changed.',
      },
      large: { title: 'This is too long', body: 'Make it shorter and send it again. Nothing was changed.' },
      failed: {
        title: 'Something went wrong here',
        body: 'Try again in a minute. The same action is never done twice.',
      },
    },
  },
};
