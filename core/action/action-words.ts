import type { ActionKind, OperatorDeed } from '../incident/operator-deed.ts';
import type { Text } from '../text.ts';
import type { ActionRefusal } from './operator-action.ts';

/** A button or link: what is done, in a few words. */
export function actionName(action: ActionKind, subject: string): Text {
  const [alert = '', runbook = ''] = subject.split('/');
  const names: Readonly<Record<ActionKind, Text>> = {
    acknowledge: { ja: '確認済みにする', en: 'Acknowledge' },
    'run-runbook': { ja: `${alert} に手順書 ${runbook} を実行`, en: `Run ${runbook} for ${alert}` },
    escalate: { ja: 'すぐにお客様へ電話する', en: 'Escalate now' },
    'skip-calls': { ja: 'お客様への電話を行わない', en: 'Skip the calls' },
    pause: { ja: `監視項目 ${subject} を一時停止`, en: `Pause ${subject}` },
    resume: { ja: `監視項目 ${subject} を再開`, en: `Resume ${subject}` },
    resolve: { ja: '解決済みにする', en: 'Mark resolved' },
  };
  return names[action];
}

/** What will happen, said before it is asked for. */
export function actionEffect(action: ActionKind, subject: string): Text {
  const [alert = '', runbook = ''] = subject.split('/');
  const effects: Readonly<Record<ActionKind, Text>> = {
    acknowledge: {
      ja: 'あなたがこの障害を把握していることを記録します。自動の対応はそのまま進みます。',
      en: 'It is recorded that you know of this incident. The automatic response goes on as it does.',
    },
    'run-runbook': {
      ja: `アラート ${alert} に対して手順書 ${runbook} をサーバーで実行し、同じ監視項目で復旧を確認します。実行中の対応があれば、その後に行います。繰り返しの制限は適用しません。`,
      en: `Runbook ${runbook} is run on the server for alert ${alert} and verified by the same check, after whatever runs there now. The limit on repeated repairs does not hold it up.`,
    },
    escalate: {
      ja: '自動の復旧作業をやめ、お客様の担当者に順に電話します。以前の電話の結果や、電話を行わない指定は取り消します。',
      en: 'No further repair is tried, and the contacts are called one after the other, also where earlier calls had ended or were to be skipped.',
    },
    'skip-calls': {
      ja: 'この障害について、お客様への電話を行いません。鳴っている電話の後は、次の方へかけません。メールは送信します。',
      en: 'Nobody is called about this incident; after a phone that is ringing the next one stays silent. Mail goes out as before.',
    },
    pause: {
      ja: `監視項目 ${subject} の通知と対応を、指定の日時まで止めます。確認とグラフは続きます。`,
      en: `Monitor ${subject} is neither alerted nor acted on until the time you give. Checks and graphs go on.`,
    },
    resume: {
      ja: `監視項目 ${subject} の一時停止を終えます。失敗が続いている場合は、通常どおり検知します。`,
      en: `The pause of monitor ${subject} ends. What still fails is detected as usual.`,
    },
    resolve: {
      ja: 'この障害の未復旧のアラートをすべて取り下げ、お客様に復旧のメールを送って終了します。異常が続いている監視項目は、新しい障害として検知します。',
      en: 'All open alerts of this incident are withdrawn, the customer gets the recovery mail, and it is closed. A check that still fails is detected anew, as a new incident.',
    },
  };
  return effects[action];
}

/** What an operator did, as the timeline tells it; who and when stand beside it. */
export function deedSummary({ action, subject = '', until, reason }: OperatorDeed): Text {
  const [alert = '', runbook = ''] = subject.split('/');
  const why = reason === undefined ? '' : reason;
  const summaries: Readonly<Record<ActionKind, Text>> = {
    acknowledge: { ja: '障害を確認しました。', en: 'Acknowledged the incident.' },
    'run-runbook': {
      ja: `アラート ${alert} への手順書 ${runbook} の実行を依頼しました。`,
      en: `Asked for runbook ${runbook} to be run for alert ${alert}.`,
    },
    escalate: { ja: 'お客様への電話をすぐに始めるよう指示しました。', en: 'Escalated at once.' },
    'skip-calls': { ja: 'お客様への電話を行わないよう指示しました。', en: 'Skipped the calls.' },
    pause: {
      ja: `監視項目 ${subject} を ${until ?? ''} まで一時停止しました。理由: ${why}`,
      en: `Paused monitor ${subject} until ${until ?? ''}. Reason: ${why}`,
    },
    resume: { ja: `監視項目 ${subject} を再開しました。`, en: `Resumed monitor ${subject}.` },
    resolve: { ja: '解決済みにしました。', en: 'Marked the incident resolved.' },
  };
  return summaries[action];
}

/** Why an action was not done, and what to do instead. */
export const refusalTexts: Readonly<Record<ActionRefusal, Text>> = {
  closed: {
    ja: 'この障害はすでに終了しています。操作の必要はありません。',
    en: 'This incident is closed; there is nothing to do.',
  },
  plan: {
    ja: 'このサーバーのプラン（監視通知）には一次対応と電話が含まれません。',
    en: 'The plan of this server (monitoring) has neither a first response nor calls.',
  },
  'no-open-alert': {
    ja: 'このアラートはすでに復旧しているか、この障害にありません。',
    en: 'This alert is well again, or not one of this incident.',
  },
  'no-such-runbook': {
    ja: 'この監視項目には、その手順書が割り当てられていません。インベントリーの response を確認してください。',
    en: 'The inventory does not give this monitor that runbook; look at response of the monitor.',
  },
  'asked-already': {
    ja: '別の手順書の実行がすでに依頼されています。終わってから依頼してください。',
    en: 'Another runbook was asked for and has not run yet; ask again when it has.',
  },
  'nothing-to-escalate': {
    ja: '電話の対象となる異常のアラートがありません。',
    en: 'No critical alert is open, so there is nothing to call about.',
  },
  'calling-already': {
    ja: 'お客様への電話はすでに始まっています。',
    en: 'The contacts are being called already.',
  },
  'skipped-already': {
    ja: '電話を行わない指定は、すでにされています。',
    en: 'The calls of this incident are skipped already.',
  },
  'acknowledged-already': {
    ja: 'この障害はすでに確認済みです。',
    en: 'This incident has been acknowledged already.',
  },
  'not-watched': {
    ja: 'この監視項目は、現在は監視していません。',
    en: 'This monitor is no longer watched.',
  },
  'not-paused': {
    ja: 'この監視項目は一時停止していません。',
    en: 'This monitor is not paused.',
  },
  'until-out-of-range': {
    ja: '終わりの日時は、今より後で、31日以内を指定してください。',
    en: 'Give an end after now, and within 31 days.',
  },
  'too-many': {
    ja: 'この障害への操作が3日間で60回に達しました。ワークフローの画面で操作してください。',
    en: 'This incident had 60 actions within three days; go on in the console of the workflows.',
  },
};
