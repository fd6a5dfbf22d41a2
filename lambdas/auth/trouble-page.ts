import type { Language } from '../../core/text.ts';
import { html, page } from '../actions/page.ts';
import type { HttpResponse } from '../http/exchange.ts';
import type { FaultKind } from './oidc-client.ts';

/** What a person may have to be told instead of being signed in. */
export const troubles = ['denied', 'over', 'again', 'unavailable', 'invalid', 'session-over'] as const;
export type Trouble = (typeof troubles)[number] & (FaultKind | 'session-over');

const statusOf: Readonly<Record<Trouble, number>> = {
  denied: 403,
  over: 400,
  again: 401,
  unavailable: 503,
  invalid: 502,
  'session-over': 401,
};

interface TroubleWords {
  readonly title: string;
  readonly body: string;
}

const words: Readonly<
  Record<Language, Readonly<Record<Trouble, TroubleWords>> & { readonly signIn: string }>
> = {
  en: {
    signIn: 'Sign in',
    denied: {
      title: 'You were not signed in',
      body: 'The sign-in was cancelled, or your access has ended. Try again; if it stays so, ask whoever looks after your account.',
    },
    over: {
      title: 'This sign-in is used up',
      body: 'Each sign-in works once, and for ten minutes. If you are signed in already, open the portal; else sign in again.',
    },
    again: { title: 'Please sign in again', body: 'The sign-in was not finished.' },
    unavailable: {
      title: 'Signing in does not work at the moment',
      body: 'The service that checks passwords does not answer. Your servers are watched all the same. Try again in a minute.',
    },
    invalid: {
      title: 'The sign-in was stopped',
      body: 'What came back was not what we expected, so we did not accept it. Try again; if it stays so, tell us.',
    },
    'session-over': {
      title: 'Please sign in again',
      body: 'You signed in too long ago.',
    },
  },
  ja: {
    signIn: 'サインイン',
    denied: {
      title: 'サインインできませんでした',
      body: 'サインインが取り消されたか、ご利用が停止されています。もう一度お試しください。変わらない場合は、担当の管理者にお問い合わせください。',
    },
    over: {
      title: 'このサインインは使用済みです',
      body: 'サインインは10分以内に一度だけ有効です。すでにサインイン済みの場合はポータルを開いてください。そうでない場合は、もう一度サインインしてください。',
    },
    again: { title: 'もう一度サインインしてください', body: 'サインインが完了していません。' },
    unavailable: {
      title: '現在サインインできません',
      body: 'パスワードを確認するサービスが応答していません。サーバーの監視は続いています。1分ほど待って、もう一度お試しください。',
    },
    invalid: {
      title: 'サインインを中止しました',
      body: '届いた内容が正しくないため、受け付けませんでした。もう一度お試しください。変わらない場合はご連絡ください。',
    },
    'session-over': {
      title: 'もう一度サインインしてください',
      body: '前回のサインインから時間が経っています。',
    },
  },
};

const portal = { en: 'Open the portal', ja: 'ポータルを開く' };

/** Says what went wrong and how to go on; never what another sent. */
export function troublePage(trouble: Trouble, language: Language): Promise<HttpResponse> {
  const { [trouble]: told, signIn } = words[language];
  const isFresh = trouble === 'session-over' || trouble === 'again';
  const other = language === 'ja' ? 'en' : 'ja';
  return page({
    status: statusOf[trouble],
    language,
    title: told.title,
    part: 'portal',
    otherLanguage: `/auth/sign-in?problem=${trouble}&lang=${other}`,
    main: html`<p>${told.body}</p>
<p><a class="button" href="/auth/sign-in${isFresh ? '?fresh=1' : ''}">${signIn}</a></p>${
      trouble === 'over'
        ? html`
<p><a href="/">${portal[language]}</a></p>`
        : ''
    }`,
    headers: trouble === 'unavailable' ? { 'retry-after': '60' } : {},
  });
}
