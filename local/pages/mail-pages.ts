import type { MailThread, StoredMail } from '../mailbox.ts';
import { type Html, html, nothing } from './html.ts';
import { crumbs, emptyState, facts, livePart, type Page } from './layout.ts';
import { mailLanguage, mailStateTag } from './mail-state.ts';
import { incidentPath } from './portal-path.ts';
import { agoTag, timeTag, type View, withQuery } from './view.ts';

export const threadsPerPage = 50;

export type MailTab = 'html' | 'text' | 'headers';

/** `/mail`: one row for each thread to one reader. */
export function inboxPage(threads: readonly MailThread[], before: string | undefined, view: View): Page {
  const { words } = view;
  return {
    title: words.mail.title,
    section: 'mail',
    main: html`<h1>${words.mail.title}</h1>${livePart('inbox', 3, inboxPart(threads, before, view), view)}`,
  };
}

export function inboxPart(threads: readonly MailThread[], before: string | undefined, view: View): Html {
  const { words } = view;
  if (threads.length === 0 && before === undefined) {
    return emptyState(
      words.mail.emptyTitle,
      words.mail.emptyBody,
      view.hasFleet ? html`<a class="button" href="/fleet">${words.fleet.tryIt}</a>` : nothing,
    );
  }
  const last = threads.at(-1);
  return html`<ul class="rows">${threads.map(({ mails, newest }) => threadRow(newest, mails, view))}</ul>
<nav class="paging" aria-label="${words.mail.title}">
${before === undefined ? nothing : html`<a href="/mail">${words.newest}</a>`}
${
  last === undefined || threads.length < threadsPerPage
    ? nothing
    : html`<a rel="next" href="${withQuery(view, { before: last.newest.id })}">${words.older}</a>`
}
</nav>`;
}

const threadRow = (mail: StoredMail, count: number, view: View): Html => html`<li class="row">
<a class="row-link" href="/mail/${mail.id}">
<span class="row-mark">${mailStateTag(mail)}</span>
<span class="row-main"><span class="subject"${langOf(mail)}>${mail.subject || view.words.mail.noSubject}</span>${
  count > 1 ? html` <span class="count">${view.words.mail.inThread(count)}</span>` : nothing
}<span class="row-sub">${mail.to.join(', ')}</span></span>
<span class="row-end">${agoTag(mail.at, view)}</span>
</a>
</li>`;

/** `/mail/<id>`: one mail, with the others of its thread beside it. */
export function mailPage(mail: StoredMail, thread: readonly StoredMail[], tab: MailTab, view: View): Page {
  const { words } = view;
  const subject = mail.subject || words.mail.noSubject;
  return {
    title: subject,
    section: 'mail',
    main: html`${crumbs([{ label: words.mail.title, href: '/mail' }], view)}
<h1 class="subject"${langOf(mail)}>${subject}</h1>
<div class="mail">
<nav class="thread" aria-label="${words.mail.thread}">${livePart('thread', 5, threadPart(mail, thread, view), view)}</nav>
<article class="letter">
${mailFacts(mail, view)}
<div class="tabs">${tabLinks(tab, view)}<a class="tabs-end" href="/mail/${mail.id}/raw" download>${words.mail.download}</a></div>
<div class="letter-body">${mailBody(mail, tab, view)}</div>
</article>
</div>`,
  };
}

export const threadPart = (mail: StoredMail, thread: readonly StoredMail[], view: View): Html =>
  html`<ol>${thread.map(
    (one, place) =>
      html`<li><a href="/mail/${one.id}"${
        one.id === mail.id ? html` aria-current="true"` : nothing
      }>${mailStateTag(one)}<span>${view.words.mail.oneOf(place + 1, thread.length)}</span><span class="quiet">${timeTag(one.at, view)}</span></a></li>`,
  )}</ol>`;

function mailFacts(mail: StoredMail, view: View): Html {
  const { words } = view;
  const incident = mail.headers['x-mimamori-incident'];
  const language = mailLanguage(mail);
  return facts([
    [words.mail.from, mail.headers.from ?? mail.from],
    [words.mail.to, mail.to.join(', ')],
    [words.mail.at, timeTag(mail.at, view)],
    ...(language === undefined ? [] : ([[words.mail.language, language]] as const)),
    ...(incident === undefined
      ? []
      : ([
          [words.mail.incident, html`<a href="${incidentPath(incident, readerOf(mail))}">${incident}</a>`],
        ] as const)),
  ]);
}

const tabLinks = (chosen: MailTab, view: View): Html =>
  html`${(['html', 'text', 'headers'] as const).map(
    (tab) =>
      html`<a href="${withQuery(view, { view: tab })}"${tab === chosen ? html` aria-current="true"` : nothing}>${view.words.mail.views[tab]}</a>`,
  )}`;

function mailBody(mail: StoredMail, tab: MailTab, view: View): Html {
  const { words } = view;
  if (tab === 'headers') {
    return html`<dl class="headers">${Object.entries(mail.headers).map(
      ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
    )}</dl>`;
  }
  if (tab === 'text') {
    return mail.text === ''
      ? html`<p class="quiet">${words.mail.noText}</p>`
      : html`<pre class="mail-text"${langOf(mail)}>${mail.text}</pre>`;
  }
  if (mail.html === '') return html`<p class="quiet">${words.mail.noHtml}</p>`;
  // A stranger's document: no scripts, no forms, nothing from elsewhere; its own answer forbids them too.
  return html`<iframe class="mail-frame" title="${words.mail.frame}" src="/mail/${mail.id}/html" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer" data-fit></iframe>`;
}

/** Operators look at an incident below its account. */
const readerOf = ({ headers }: StoredMail): string | undefined =>
  headers['x-mimamori-audience'] === 'operators' || headers['x-mimamori-state'] === 'PAGE'
    ? headers['x-mimamori-account']
    : undefined;

function langOf(mail: StoredMail): Html {
  const language = mailLanguage(mail);
  return language === undefined ? nothing : html` lang="${language}"`;
}
