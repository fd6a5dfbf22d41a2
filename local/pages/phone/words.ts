import type { Language } from '../../../core/text.ts';
import type { CallState } from '../../connect/call-book.ts';

/** The sentences of the desk phone. */
export interface PhoneWords {
  readonly title: string;
  readonly intro: string;
  readonly soundOn: string;
  readonly soundOff: string;
  readonly voiceOn: string;
  readonly voiceOff: string;
  readonly silentTitle: string;
  readonly silentBody: string;
  readonly silentDemo: string;
  ringing(callee: string): string;
  ringsFor(time: string): string;
  connectedFor(time: string): string;
  readonly answer: string;
  readonly decline: string;
  readonly hangUp: string;
  answerLabel(callee: string): string;
  declineLabel(callee: string): string;
  hangUpLabel(callee: string): string;
  readonly keypad: string;
  key(key: string): string;
  readonly pressOne: string;
  readonly said: string;
  readonly talking: string;
  readonly earlier: string;
  readonly noEarlier: string;
  readonly states: Readonly<Record<CallState, string>>;
  readonly answeredWithKey: string;
  readonly answeredWithoutKey: string;
  pressed(keys: string): string;
  readonly report: string;
  readonly incident: string;
  readonly titleRinging: string;
  readonly shortcut: string;
  readonly ringsElsewhere: string;
}

export const phoneWords: Readonly<Record<Language, PhoneWords>> = {
  ja: {
    title: '電話',
    intro:
      'このパソコンでは、担当者の電話の代わりにこの電話が鳴ります。1 を押すと、対応を引き受けたことになります。',
    soundOn: '着信音を鳴らす',
    soundOff: '着信音を止める',
    voiceOn: '音声で読み上げる',
    voiceOff: '読み上げを止める',
    silentTitle: '着信はありません',
    silentBody: '応急対応で復旧しなかったとき、担当者に順番に電話します。',
    silentDemo: 'デモで何かを壊す',
    ringing: (callee) => `${callee} への電話が鳴っています`,
    ringsFor: (time) => `呼び出し中 ${time}`,
    connectedFor: (time) => `通話中 ${time}`,
    answer: '電話に出る',
    decline: '拒否する',
    hangUp: '電話を切る',
    answerLabel: (callee) => `${callee} への電話に出る`,
    declineLabel: (callee) => `${callee} への電話を拒否する`,
    hangUpLabel: (callee) => `${callee} への電話を切る`,
    keypad: 'キーパッド',
    key: (key) => `${key} を押す`,
    pressOne: '対応する',
    said: '電話の音声',
    talking: '少しお待ちください…',
    earlier: 'これまでの電話',
    noEarlier: 'まだ電話はありません。',
    states: { ringing: '呼び出し中', answered: '応答', declined: '拒否', unanswered: '応答なし' },
    answeredWithKey: '応答(キー操作あり)',
    answeredWithoutKey: '応答(キー操作なし)',
    pressed: (keys) => `押したキー: ${keys}`,
    report: '電話で伝えた内容',
    incident: '障害を見る',
    titleRinging: '☎ 着信中',
    shortcut: 'キーボードの数字キーでも押せます。',
    ringsElsewhere: '電話が鳴っています。',
  },
  en: {
    title: 'Phone',
    intro:
      "On one machine this phone rings in place of your contacts' phones. Whoever presses 1 takes the failure on.",
    soundOn: 'Turn the ring tone on',
    soundOff: 'Turn the ring tone off',
    voiceOn: 'Read reports aloud',
    voiceOff: 'Stop reading aloud',
    silentTitle: 'No call at the moment',
    silentBody: 'When first response did not help, contacts are called here, one after the other.',
    silentDemo: 'Break something in the demo',
    ringing: (callee) => `A call for ${callee} is ringing`,
    ringsFor: (time) => `Ringing for ${time}`,
    connectedFor: (time) => `Connected for ${time}`,
    answer: 'Answer',
    decline: 'Decline',
    hangUp: 'Hang up',
    answerLabel: (callee) => `Answer the call for ${callee}`,
    declineLabel: (callee) => `Decline the call for ${callee}`,
    hangUpLabel: (callee) => `Hang up the call for ${callee}`,
    keypad: 'Keypad',
    key: (key) => `Press ${key}`,
    pressOne: 'I take it',
    said: 'What the call says',
    talking: 'One moment…',
    earlier: 'Earlier calls',
    noEarlier: 'There was no call yet.',
    states: { ringing: 'Ringing', answered: 'Answered', declined: 'Declined', unanswered: 'Not answered' },
    answeredWithKey: 'Answered, key pressed',
    answeredWithoutKey: 'Answered, no key',
    pressed: (keys) => `Keys pressed: ${keys}`,
    report: 'What was said',
    incident: 'See the incident',
    titleRinging: '☎ Ringing',
    shortcut: 'The number keys of your keyboard work too.',
    ringsElsewhere: 'A phone is ringing.',
  },
};
