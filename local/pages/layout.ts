import { type Html, html, nothing } from './html.ts';
import { type View, withQuery } from './view.ts';

export type Section = 'portal' | 'mail' | 'phone' | 'workflows' | 'fleet';

export interface Page {
  readonly title: string;
  readonly section?: Section;
  readonly main: Html;
}

/** Addresses of the served files, each with a mark of its content, so that browsers may keep them for good. */
export interface AssetUrls {
  readonly style: string;
  /** Of the pages of workflows only. */
  readonly workflows: string;
  /** Of the desk phone only. */
  readonly phone: string;
  readonly phoneScript: string;
  readonly live: string;
  readonly frame: string;
  readonly mark: string;
}

const addresses: Readonly<Record<Section, string>> = {
  portal: '/',
  mail: '/mail',
  phone: '/phone',
  workflows: '/workflows',
  fleet: '/fleet',
};

/** The whole document round a page's content. */
export function document({ title, section, main }: Page, view: View, assets: AssetUrls): Html {
  const { words, language } = view;
  const other = language === 'ja' ? 'en' : 'ja';
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Mimamori</title>
<link rel="icon" href="${assets.mark}" type="image/svg+xml">
<link rel="stylesheet" href="${assets.style}">${
    section === 'workflows'
      ? html`
<link rel="stylesheet" href="${assets.workflows}">`
      : nothing
  }${
    section === 'phone'
      ? html`
<link rel="stylesheet" href="${assets.phone}">
<script src="${assets.phoneScript}" defer></script>`
      : nothing
  }
<script src="${assets.live}" defer></script>
<script src="${assets.frame}" defer></script>
</head>
<body>
<a class="skip" href="#main">${words.skip}</a>
<header class="top">
<div class="top-inner">
<a class="brand" href="/"><img src="${assets.mark}" alt="" width="28" height="28"><span class="brand-name" translate="no">Mimamori</span><span class="brand-sub" lang="ja" translate="no">見守り</span></a>
<nav class="nav" aria-label="${words.nav.label}">${sections(view).map(
    (one) =>
      html`<a href="${addresses[one]}"${one === section ? html` aria-current="page"` : nothing}>${words.nav[one]}</a>`,
  )}</nav>
<div class="tools">
${view.speed === 1 ? nothing : html`<span class="speed" title="${words.clockSpeedHint}">${words.clockSpeed(view.speed)}</span>`}
<a class="language" href="${withQuery(view, { lang: other })}" lang="${other}" hreflang="${other}">${words.switchLanguage}</a>
</div>
</div>
</header>
<main id="main" tabindex="-1">
${main}
</main>
<p class="visually-hidden" role="status" id="announcement"></p>
<footer class="foot"><span translate="no">Mimamori ${view.version}</span><span>${words.timesIn(view.timeZone)}</span></footer>
</body>
</html>
`;
}

const sections = ({ hasFleet }: View): readonly Section[] =>
  hasFleet ? ['fleet', 'mail', 'phone', 'workflows', 'portal'] : ['mail', 'phone', 'workflows', 'portal'];

/**
 * A part that refreshes by itself: the script asks the same address for the fragment again and again.
 * Without a script the page stands as it was loaded.
 */
export const livePart = (name: string, everySeconds: number, content: Html, view: View): Html =>
  html`<div class="live" data-live="${withQuery(view, { fragment: name })}" data-every="${everySeconds}" data-lost="${view.words.live.lost}">${content}</div>`;

/** What could not be shown or done, and what to do. */
export const errorPage = (title: string, body: string): Page => ({
  title,
  main: html`<div class="empty"><h1 class="empty-title">${title}</h1><p>${body}</p></div>`,
});

/** What an empty list says: why it is empty, and what to do. */
export const emptyState = (title: string, body: string, action: Html = nothing): Html =>
  html`<div class="empty"><p class="empty-title">${title}</p><p>${body}</p>${action}</div>`;

export interface Crumb {
  readonly label: string;
  readonly href: string;
}

/** The way back up. */
export const crumbs = (steps: readonly Crumb[], view: View): Html =>
  html`<nav class="crumbs" aria-label="${view.words.back}"><ol>${steps.map(
    ({ label, href }) => html`<li><a href="${href}">${label}</a></li>`,
  )}</ol></nav>`;

/** A column of names and values. */
export const facts = (pairs: readonly (readonly [name: string, value: string | Html])[]): Html =>
  html`<dl class="facts">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
