import type { Role } from '../../core/identity/principal.ts';
import type { Language } from '../../core/text.ts';

/** The sentences of the sign-in on one machine. */
export interface SignInWords {
  /** Name of the language, in it. */
  readonly thisLanguage: string;
  readonly roles: Readonly<Record<Role, string>>;
  readonly signIn: string;
  readonly lead: string;
  readonly mail: string;
  readonly password: string;
  readonly newPassword: string;
  readonly newPasswordHint: string;
  readonly changeTitle: string;
  readonly changeLead: string;
  readonly change: string;
  readonly wrong: string;
  wait(seconds: number): string;
  readonly busy: string;
  readonly weak: string;
  readonly expiredTitle: string;
  readonly expired: string;
  readonly toPortal: string;
  readonly refusedTitle: string;
  readonly refused: string;
  readonly signOutTitle: string;
  readonly signOutLead: string;
  readonly signOut: string;
  readonly stay: string;
  readonly signedOutTitle: string;
  readonly signedOut: string;
  readonly demoTitle: string;
  readonly demoLead: string;
  readonly failedTitle: string;
  readonly failed: string;
}

export const signInWords: Readonly<Record<Language, SignInWords>> = {
  en: {
    thisLanguage: 'English',
    roles: { customer: 'customer', operator: 'operator', administrator: 'administrator' },
    signIn: 'Sign in',
    lead: 'Sign in to see your servers.',
    mail: 'Mail address',
    password: 'Password',
    newPassword: 'New password',
    newPasswordHint: '12 characters or more: small and capital letters, digits and a symbol.',
    changeTitle: 'Choose a password of your own',
    changeLead: 'That was your first password. Choose a new one that only you know.',
    change: 'Save and sign in',
    wrong: 'The mail address and the password do not match. Check both and try again.',
    wait: (seconds) =>
      `Too many wrong passwords. Wait ${seconds === 1 ? 'a second' : `${seconds} seconds`}, then try again.`,
    busy: 'Many people are signing in. Try again in a minute.',
    weak: 'That password is too easy to guess, or the one you had before. Take 12 characters or more: small and capital letters, digits and a symbol.',
    expiredTitle: 'This sign-in has ended',
    expired: 'It was begun too long ago, or finished in another window. Begin again from the portal.',
    toPortal: 'Open the portal',
    refusedTitle: 'This request was refused',
    refused: 'It did not come from a page of this portal. Begin again from the portal.',
    signOutTitle: 'Sign out of Mimamori?',
    signOutLead: 'Your servers are watched all the same. To see them again, sign in again.',
    signOut: 'Sign out',
    stay: 'Stay signed in',
    signedOutTitle: 'You are signed out',
    signedOut: 'You may close this window.',
    demoTitle: 'Demo',
    demoLead: 'Look around as one of these people:',
    failedTitle: 'The sign-in did not work',
    failed: 'Something is wrong on our side. Try again from the portal in a minute.',
  },
  ja: {
    thisLanguage: '日本語',
    roles: { customer: 'お客様', operator: '運用担当', administrator: '管理者' },
    signIn: 'サインイン',
    lead: 'サインインすると、サーバーの状況をご覧いただけます。',
    mail: 'メールアドレス',
    password: 'パスワード',
    newPassword: '新しいパスワード',
    newPasswordHint: '12文字以上で、英字の大文字と小文字、数字、記号を含めてください。',
    changeTitle: 'パスワードを決めてください',
    changeLead: '入力されたのは初回用のパスワードです。ご本人だけが知る新しいパスワードに変更してください。',
    change: '保存してサインイン',
    wrong:
      'メールアドレスとパスワードの組み合わせが正しくありません。両方を確かめて、もう一度お試しください。',
    wait: (seconds) => `パスワードの誤りが続いたため、${seconds}秒待ってからもう一度お試しください。`,
    busy: '現在サインインが混み合っています。1分ほど待ってから、もう一度お試しください。',
    weak: '推測されやすいパスワードか、これまでと同じパスワードです。英字の大文字と小文字、数字、記号を含む12文字以上にしてください。',
    expiredTitle: 'このサインインは終了しています',
    expired: '開始から時間が経ったか、別の画面で完了しています。ポータルからもう一度サインインしてください。',
    toPortal: 'ポータルを開く',
    refusedTitle: 'この操作は受け付けられませんでした',
    refused: 'このポータルの画面から送られたものではありません。ポータルからやり直してください。',
    signOutTitle: 'サインアウトしますか',
    signOutLead: '監視はこのまま続きます。再びご覧になるには、もう一度サインインが必要です。',
    signOut: 'サインアウト',
    stay: 'サインインしたままにする',
    signedOutTitle: 'サインアウトしました',
    signedOut: 'この画面は閉じてかまいません。',
    demoTitle: 'デモ',
    demoLead: '次のいずれかの立場でご覧いただけます。',
    failedTitle: 'サインインできませんでした',
    failed: '当社側に問題が起きています。1分ほど待って、ポータルからもう一度お試しください。',
  },
};
