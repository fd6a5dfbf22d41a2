import type { Incident } from '../incident/incident.ts';
import { addMessages } from '../incident/respond.ts';
import type { CallsEnd, ResponseMessage } from '../incident/response.ts';
import type { Instant } from '../instant.ts';
import type { Text } from '../text.ts';
import { type Call, type CallEnd, maskedPhone } from './call.ts';

/** What the contacts are told by mail when the calls have ended; nothing when there was no more need. */
export function messagesOf(
  end: CallsEnd['end'],
  round: number,
  at: Instant,
  { by, paused = [] }: { readonly by?: string | undefined; readonly paused?: readonly string[] },
): ResponseMessage[] {
  switch (end) {
    case 'accepted':
      return [{ key: `reached-${round}`, at, kind: 'reached', ...(by !== undefined && { person: by }) }];
    case 'exhausted':
    case 'nobody-to-call':
      return [{ key: `nobody-reached-${round}`, at, kind: 'nobody-reached', monitors: [...paused] }];
    case 'recovered':
    case 'held':
    case 'skipped':
      return [];
  }
}

/** Who accepted, of the calls of a round. */
export const acceptedCall = (calls: readonly Call[], round: number): Call | undefined =>
  calls.find((one) => one.purpose === 'escalation' && one.round === round && one.accepted === true);

/** The line of the timeline when a call is placed. */
export const placedText = ({ to }: Pick<Call, 'to'>): Text => ({
  en: `Calling ${to.name} (${maskedPhone(to.phone)}).`,
  ja: `${to.name} (${maskedPhone(to.phone)}) に電話をかけています。`,
});

/** The line of the timeline when a call has ended. */
export function endedText({ to, fault }: Pick<Call, 'to' | 'fault'>, end: CallEnd): Text {
  const who = `${to.name} (${maskedPhone(to.phone)})`;
  const why = fault === undefined ? '' : `: ${fault}`;
  const texts: Record<CallEnd, Text> = {
    accepted: { en: `${who} heard the report and confirmed.`, ja: `${who} が報告を聞き、確認しました。` },
    'no-key': {
      en: `Somebody or an answering machine picked up for ${who} and pressed no key.`,
      ja: `${who}: 応答がありましたが、確認の操作がありませんでした (留守番電話の可能性があります)。`,
    },
    unanswered: { en: `${who} did not answer.`, ja: `${who} は応答しませんでした。` },
    declined: { en: `${who} declined the call or was busy.`, ja: `${who}: 着信拒否または話し中でした。` },
    failed: { en: `${who} could not be called${why}.`, ja: `${who} に電話をかけられませんでした${why}。` },
    recovered: {
      en: `Recovered while it rang: the call to ${who} was ended.`,
      ja: `呼び出し中に復旧したため、${who} への電話を終えました。`,
    },
    held: {
      en: `Announced maintenance began while it rang: the call to ${who} was ended.`,
      ja: `呼び出し中に予定のメンテナンスが始まったため、${who} への電話を終えました。`,
    },
    skipped: {
      en: `Calls are skipped by an operator: the call to ${who} was ended.`,
      ja: `運用担当が電話連絡を省略したため、${who} への電話を終えました。`,
    },
    stopped: { en: `The call to ${who} was stopped.`, ja: `${who} への電話を中止しました。` },
  };
  return texts[end];
}

/** The line of the timeline when the calls have ended. */
export function callsEndText(end: CallsEnd['end'], by?: string): Text {
  const texts: Record<CallsEnd['end'], Text> = {
    accepted: { en: `${by ?? 'A contact'} was reached.`, ja: `${by ?? '担当者'} に連絡がつきました。` },
    exhausted: {
      en: 'Nobody was reached by telephone; the contacts are mailed, and the failing monitors are paused until they recover.',
      ja: '電話ではどなたにも連絡がつきませんでした。担当者にメールで知らせ、異常のある監視項目を復旧まで一時停止します。',
    },
    recovered: { en: 'Recovered; nobody is called any more.', ja: '復旧したため、電話連絡を終えました。' },
    held: {
      en: 'In announced maintenance nobody is called; what still fails after it is told then.',
      ja: '予定のメンテナンス中は電話連絡を行いません。終了後も異常が続く場合に改めて連絡します。',
    },
    skipped: { en: 'An operator ended the calls.', ja: '運用担当が電話連絡を終えました。' },
    'nobody-to-call': {
      en: 'There is no telephone number to call; the contacts are told by mail only.',
      ja: '電話をかけられる番号がないため、メールのみで知らせます。',
    },
  };
  return texts[end];
}

/** What the operators are told when the customer was not reached; undefined when they need not know. */
export function operatorNoticeOf(
  incident: string,
  end: CallsEnd['end'],
  calls: readonly Call[],
): { subject: Text; body: Text } | undefined {
  if (end !== 'exhausted' && end !== 'nobody-to-call') return undefined;
  const lines = (language: 'ja' | 'en') =>
    calls.map((call) => endedText(call, call.end ?? 'failed')[language]).join('\n');
  const allFailed = calls.length > 0 && calls.every((one) => one.end === 'failed');
  if (end === 'nobody-to-call') {
    return {
      subject: { en: `Nobody can be called: ${incident}`, ja: `電話連絡先がありません: ${incident}` },
      body: {
        en: 'The account has no contact with a telephone number, or no telephone service is set up (CALL_PROVIDER). The contacts are told by mail only. Reach the customer in another way, and add a number to the inventory.',
        ja: 'このお客様には電話番号のある担当者がいないか、電話サービスが設定されていません (CALL_PROVIDER)。担当者にはメールのみで知らせます。ほかの手段でお客様へ連絡し、電話番号を登録してください。',
      },
    };
  }
  return {
    subject: allFailed
      ? { en: `No call could be placed: ${incident}`, ja: `電話を一件も発信できませんでした: ${incident}` }
      : { en: `Nobody was reached: ${incident}`, ja: `電話でどなたにも連絡がつきませんでした: ${incident}` },
    body: {
      en: `${lines('en')}\n${allFailed ? 'Every call failed: look at the telephone service, its quotas and the numbers. ' : ''}The contacts are mailed, and the failing monitors are paused until they recover.`,
      ja: `${lines('ja')}\n${allFailed ? 'すべての発信に失敗しました。電話サービスの設定、上限、電話番号を確認してください。' : ''}担当者にメールで知らせ、異常のある監視項目を復旧まで一時停止しました。`,
    },
  };
}

/**
 * The incident with a key that came when its round had ended without one: whoever pressed it knows, and is not called again.
 * While the round goes on its workflow finds the key by itself.
 */
export function withLateAcceptance(incident: Incident, call: Call): Incident {
  const { purpose, round, to } = call;
  const { response } = incident;
  const at = call.endedAt ?? call.placedAt ?? call.preparedAt;
  const isLate =
    purpose === 'escalation' &&
    response?.rounds === round &&
    response.running === undefined &&
    response.calls !== undefined &&
    response.calls.end !== 'accepted';
  if (!isLate) return incident;
  const calls: CallsEnd = { end: 'accepted', at, by: to.name };
  return addMessages(
    { ...incident, response: { ...response, calls } },
    messagesOf('accepted', round, at, { by: to.name }),
  );
}
