import type { Role } from '../../core/identity/principal.ts';
import type { Language } from '../../core/text.ts';
import { type Html, html, nothing } from '../pages/html.ts';
import { signInWords } from './words.ts';

export interface PageOf {
  readonly language: Language;
  readonly title: string;
  readonly main: Html;
  /** Where the page stands in the other language; absent where it stands in none. */
  readonly otherLanguage?: string;
  /** Whether the page sends its form by itself. */
  readonly script?: string;
}

/** Nothing but our own style and form; the page of signing out has a script of ours besides. */
export const signInPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const document = async ({ language, title, main, otherLanguage, script }: PageOf): Promise<string> =>
  String(
    await html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="description" content="${signInWords[language].lead}">
<title>${title} · Mimamori</title>
<link rel="icon" href="/oidc/assets/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/oidc/assets/sign-in.css">${
      script === undefined
        ? nothing
        : html`
<script src="/oidc/assets/${script}" defer></script>`
    }
</head>
<body>
<header><p class="brand" translate="no">Mimamori <span lang="ja">見守り</span></p>${
      otherLanguage === undefined
        ? nothing
        : html`<a href="${otherLanguage}" lang="${other(language)}" hreflang="${other(language)}">${signInWords[other(language)].thisLanguage}</a>`
    }</header>
<main>
${main}
</main>
</body>
</html>
`,
  );

const other = (language: Language): Language => (language === 'ja' ? 'en' : 'ja');

/** Somebody of the demo, offered to whoever looks around. */
export interface DemoPerson {
  readonly username: string;
  readonly name: string;
  readonly role: Role;
}

export interface SignInForm {
  readonly language: Language;
  readonly action: string;
  /** As it was typed before. */
  readonly mail?: string;
  readonly fault?: string;
  readonly otherLanguage?: string;
  readonly demo: readonly DemoPerson[];
}

export function signInPage({ language, action, mail = '', fault, demo, otherLanguage }: SignInForm): PageOf {
  const words = signInWords[language];
  return {
    language,
    title: words.signIn,
    ...(otherLanguage !== undefined && { otherLanguage }),
    main: html`<h1>${words.signIn}</h1>
<p class="quiet">${words.lead}</p>
${faultBox(fault)}
<form method="post" action="${action}">
<label for="mail">${words.mail}</label>
<input id="mail" name="mail" type="text" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="254" value="${mail}"${describedBy(fault)}${mail === '' ? html` autofocus` : nothing}>
<label for="password">${words.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256"${describedBy(fault)}${mail === '' ? nothing : html` autofocus`}>
<button type="submit">${words.signIn}</button>
</form>${demoPeople(language, action, demo)}`,
  };
}

function demoPeople(language: Language, action: string, demo: readonly DemoPerson[]): Html {
  if (demo.length === 0) return nothing;
  const words = signInWords[language];
  return html`
<section aria-labelledby="demo"><h2 id="demo">${words.demoTitle}</h2>
<p class="quiet">${words.demoLead}</p>
${demo.map(
  ({ username, name, role }) => html`<form method="post" action="${action}">
<button class="other" type="submit" name="demo" value="${username}">${name} <span class="quiet">${words.roles[role]}</span></button>
</form>
`,
)}</section>`;
}

export interface ChangeForm {
  readonly language: Language;
  readonly action: string;
  readonly mail: string;
  readonly fault?: string;
}

/** Asks for a new password beside the one to begin with, which nothing keeps between two requests. */
export function changePage({ language, action, mail, fault }: ChangeForm): PageOf {
  const words = signInWords[language];
  return {
    language,
    title: words.changeTitle,
    main: html`<h1>${words.changeTitle}</h1>
<p class="quiet">${words.changeLead}</p>
${faultBox(fault)}
<form method="post" action="${action}">
<label for="mail">${words.mail}</label>
<input id="mail" name="mail" type="text" autocomplete="username" readonly value="${mail}">
<label for="password">${words.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256" autofocus${describedBy(fault)}>
<label for="new-password">${words.newPassword}</label>
<input id="new-password" name="new-password" type="password" autocomplete="new-password" required minlength="12" maxlength="256" aria-describedby="hint">
<p class="quiet" id="hint">${words.newPasswordHint}</p>
<button type="submit">${words.change}</button>
</form>`,
  };
}

/** Says what happened and leads back to the portal. */
export const wordPage = (language: Language, title: string, body: string): PageOf => ({
  language,
  title,
  main: html`<h1>${title}</h1>
<p>${body}</p>
<p><a class="button" href="/">${signInWords[language].toPortal}</a></p>`,
});

/** @param secret the provider's own proof that the form is its own */
export function signOutPage(language: Language, action: string, secret: string, byItself: boolean): PageOf {
  const words = signInWords[language];
  return {
    language,
    title: words.signOutTitle,
    main: html`<h1>${words.signOutTitle}</h1>
<p class="quiet">${words.signOutLead}</p>
<form id="sign-out" method="post" action="${action}">
<input type="hidden" name="xsrf" value="${secret}">
<button type="submit" name="logout" value="yes">${words.signOut}</button>
</form>
<p><a href="/">${words.stay}</a></p>`,
    ...(byItself && { script: 'sign-out.js' }),
  };
}

const faultBox = (fault: string | undefined): Html =>
  fault === undefined ? nothing : html`<p class="fault" id="fault" role="alert">${fault}</p>`;

const describedBy = (fault: string | undefined): Html =>
  fault === undefined ? nothing : html` aria-describedby="fault"`;
