import type { DeskCall } from '../../connect/call-book.ts';
import { type Html, html, nothing } from '../html.ts';
import { emptyState, livePart, type Page } from '../layout.ts';
import { incidentPath } from '../portal-path.ts';
import { type ShownState, stateMark } from '../state-mark.ts';
import { agoTag, since, type View } from '../view.ts';

export interface PhoneView {
  /** Newest last. */
  readonly calls: readonly DeskCall[];
  readonly names: ReadonlyMap<string, string>;
}

const listed = 30;
const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];

/** `/phone`: the telephone that rings on one machine. */
export function phonePage(phone: PhoneView, view: View): Page {
  const { phone: words } = view.words;
  return {
    title: words.title,
    section: 'phone',
    main: html`<h1>${words.title}</h1>
<p class="lead">${words.intro}</p>
<p class="phone-tools" hidden data-ringing-title="${words.titleRinging}">
<button type="button" class="button button-plain" data-sound aria-pressed="false" data-on="${words.soundOff}" data-off="${words.soundOn}">${words.soundOn}</button>
<button type="button" class="button button-plain" data-voice aria-pressed="false" data-on="${words.voiceOff}" data-off="${words.voiceOn}">${words.voiceOn}</button>
</p>
<div class="phone-stage" data-phone data-always>${livePart('phone', 1, phonePart(phone, view), view)}</div>`,
  };
}

export function phonePart({ calls, names }: PhoneView, view: View): Html {
  const { phone: words } = view.words;
  const open = calls.filter(({ disconnectedMs }) => disconnectedMs === undefined);
  const earlier = calls.filter(({ disconnectedMs }) => disconnectedMs !== undefined).slice(-listed);
  const said = open
    .filter(({ state }) => state === 'ringing')
    .map((call) => words.ringing(calleeOf(call, names)))
    .join(' ');
  return html`<p class="visually-hidden" data-announce>${said}</p>
<section class="phone-now">${
    open.length === 0 ? silence(view) : open.map((call) => openCall(call, calleeOf(call, names), view))
  }</section>
<section class="phone-earlier" aria-labelledby="earlier-calls"><h2 id="earlier-calls">${words.earlier}</h2>${
    earlier.length === 0
      ? html`<p class="quiet">${words.noEarlier}</p>`
      : html`<ul class="rows">${earlier.toReversed().map((call) => earlierCall(call, calleeOf(call, names), view))}</ul>`
  }</section>`;
}

const calleeOf = ({ to }: DeskCall, names: PhoneView['names']): string => names.get(to) ?? to;

function silence(view: View): Html {
  const { phone: words } = view.words;
  const demo = view.hasFleet ? html`<a class="button" href="/fleet">${words.silentDemo}</a>` : nothing;
  return emptyState(words.silentTitle, words.silentBody, demo);
}

function openCall(call: DeskCall, callee: string, view: View): Html {
  const { phone: words } = view.words;
  const { id, state, to, initiatedMs, connectedMs } = call;
  const isRinging = state === 'ringing';
  const began = new Date(connectedMs ?? initiatedMs).toISOString();
  const lasts = since(began, view);
  return html`<article class="call call-${state}" id="call-${id}" aria-labelledby="callee-${id}"${isRinging ? html` data-ringing` : nothing}>
<div class="call-head">${handset}<div>
<h2 id="callee-${id}">${callee}</h2>
<p class="call-sub">${callee === to ? nothing : html`<span class="call-number">${to}</span> `}<span>${isRinging ? words.ringsFor(lasts) : words.connectedFor(lasts)}</span></p>
</div></div>
${isRinging ? nothing : conversation(call, view)}
<div class="call-deeds">${
    isRinging
      ? html`${deed(`/local/calls/${id}/answer`, `answer-${id}`, 'button-answer', words.answer, words.answerLabel(callee))}
${deed(`/local/calls/${id}/decline`, `decline-${id}`, 'button-break', words.decline, words.declineLabel(callee))}`
      : deed(
          `/local/calls/${id}/decline`,
          `decline-${id}`,
          'button-break',
          words.hangUp,
          words.hangUpLabel(callee),
        )
  }${call.attributes.incident === undefined ? nothing : incidentLink(call.attributes.incident, view)}</div>
</article>`;
}

function conversation(call: DeskCall, view: View): Html {
  const { phone: words } = view.words;
  const { id, said, listensUntilMs, attributes } = call;
  const latest = said.at(-1) ?? words.talking;
  // The report stays in sight when only a reminder of the key was said after it.
  const [first] = said;
  const listens = listensUntilMs !== undefined;
  return html`<div class="call-talk">
<div class="call-said" lang="${attributes.language ?? view.language}" role="group" aria-label="${words.said}">${
    first === undefined || first === latest ? nothing : html`<p class="call-said-first">${first}</p>`
  }<p data-speak="${id}-${said.length}">${latest}</p></div>
<div class="keypad-box"><div class="keypad" role="group" aria-label="${words.keypad}"${listens ? html` data-keys` : nothing}>${keys.map(
    (key) =>
      html`<form method="post" action="/local/calls/${id}/answer?digit=${encodeURIComponent(key)}" data-inline><button id="key-${id}-${keyId(key)}" class="key${key === '1' ? ' key-one' : ''}" data-key="${key}" aria-label="${words.key(key)}"${listens ? nothing : html` disabled`}>${key}${
        key === '1' ? html`<span class="key-word">${words.pressOne}</span>` : nothing
      }</button></form>`,
  )}</div><p class="quiet keypad-hint" hidden data-scripted>${words.shortcut}</p></div>
</div>`;
}

const keyId = (key: string): string => ({ '*': 'star', '#': 'hash' })[key] ?? key;

const deed = (action: string, id: string, kind: string, label: string, spoken: string): Html =>
  html`<form method="post" action="${action}" data-inline><button id="${id}" class="button ${kind}" aria-label="${spoken}">${label}</button></form>`;

const incidentLink = (incident: string, view: View): Html =>
  html`<a class="call-incident" href="${incidentPath(incident)}">${view.words.phone.incident}</a>`;

const marks: Readonly<Record<DeskCall['state'], ShownState>> = {
  ringing: 'confirming',
  answered: 'ok',
  declined: 'critical',
  unanswered: 'warning',
};

function earlierCall(call: DeskCall, callee: string, view: View): Html {
  const { phone: words } = view.words;
  const { id, state, to, initiatedMs, said, keys: pressed, attributes } = call;
  // Whoever picks up without a key has not taken it on: an answering machine picks up too.
  const mark = state === 'answered' && pressed === '' ? 'warning' : marks[state];
  const label =
    state === 'answered'
      ? pressed === ''
        ? words.answeredWithoutKey
        : words.answeredWithKey
      : words.states[state];
  return html`<li class="row call-row"><details id="past-${id}"><summary>
<span class="state state-${mark}">${stateMark(mark)}${label}</span>
<span class="row-main"><span class="subject">${callee}</span>${callee === to ? nothing : html`<span class="row-sub">${to}</span>`}</span>
<span class="row-end">${agoTag(new Date(initiatedMs).toISOString(), view)}</span>
</summary>
<div class="call-past"><h3>${words.report}</h3>
<p lang="${attributes.language ?? view.language}">${said.length === 0 ? (attributes.report ?? '') : said.join(' / ')}</p>
<p class="quiet">${pressed === '' ? nothing : html`${words.pressed(pressed)} `}${attributes.incident === undefined ? nothing : incidentLink(attributes.incident, view)}</p></div>
</details></li>`;
}

const handset = html`<svg class="handset" viewBox="0 0 24 24" width="48" height="48" aria-hidden="true"><circle class="handset-disc" cx="12" cy="12" r="12"/><path class="handset-line" d="M8.1 6.2c.5-.3 1.100-.1 1.400.4l1 1.900c.3.5.1 1.100-.3 1.500l-.8.700c.7 1.500 1.900 2.700 3.400 3.400l.7-.8c.4-.4 1-.6 1.500-.3l1.900 1c.5.3.7.9.4 1.400l-.7 1.300c-.3.5-.8.7-1.400.6-4.600-.9-8.200-4.500-9.100-9.100-.1-.6.1-1.100.6-1.400z"/></svg>`;
