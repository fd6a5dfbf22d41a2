import { type Incident, openAlerts } from '../../core/incident/incident.ts';
import type { Instant } from '../../core/instant.ts';
import { oneLine } from '../../core/mail/neutralise.ts';
import { isFailing } from '../../core/on-call/next-deed.ts';
import type { Language } from '../../core/text.ts';
import type { OnCallStore } from '../../platform/store/on-call-store.ts';
import { type HttpRequest, type HttpResponse, hasType } from '../http/exchange.ts';
import type { IncidentPorts } from '../incident/incident-ports.ts';
import { acknowledgePage } from '../on-call/acknowledge.ts';
import { submitCauseReport } from '../on-call/submit-report.ts';
import { addEngineerUpdate } from '../on-call/take-update.ts';
import type { LinkClaims } from './action-link.ts';
import { troublePage } from './action-pages.ts';
import { type Html, html, page } from './page.ts';

export interface EngineerPorts extends IncidentPorts {
  readonly onCall: OnCallStore;
}

interface View {
  readonly language: Language;
  readonly incident: Incident;
  readonly engineer: string;
  readonly at: Instant;
}

/**
 * The pages behind the links of engineers' mails: to take an incident, to write to the customer while it goes on, and to
 * write the cause report. GET and HEAD ask, and only POST acts; doing it again does no harm.
 */
export async function serveEngineer(
  ports: EngineerPorts,
  request: HttpRequest,
  { kind, incident: id, subject }: LinkClaims,
  language: Language,
): Promise<HttpResponse> {
  const incident = await ports.incidents.incident(id);
  if (incident === undefined) return troublePage(language, 'invalid');
  const view: View = { language, incident, engineer: oneLine(subject, 80), at: request.at };
  if (request.method !== 'POST') return kind === 'report' ? reportPage(ports, view) : takePage(ports, view);
  if (!hasType(request, 'application/x-www-form-urlencoded')) return troublePage(language, 'type');
  if (request.body === undefined) return troublePage(language, 'large');
  const form = new URLSearchParams(request.body);
  if (kind === 'report') return onReport(ports, view, form);
  return form.get('do') === 'update' ? onUpdate(ports, view, form) : onTake(ports, view);
}

/** What can be done from a page's mail: take it, or write once it is one's own. */
async function takePage(ports: EngineerPorts, view: View, fault?: string, text = ''): Promise<HttpResponse> {
  const { language, incident, engineer } = view;
  const w = words[language];
  const taken = (await ports.onCall.secondResponse(incident.id))?.acknowledged;
  if (!isFailing(incident)) return said(view, w.over, w.overBody);
  if (taken === undefined)
    return said(
      view,
      w.take,
      w.takeBody(engineer),
      html`<form method="post" action="?lang=${language}"><input type="hidden" name="do" value="take">
<button class="plain">${w.take}</button></form>`,
    );
  const form = html`${fault === undefined ? '' : html`<p class="fault" role="alert">${fault}</p>`}
<form method="post" action="?lang=${language}"><input type="hidden" name="do" value="update">
<label for="update">${w.update}</label>
<textarea id="update" name="update" required maxlength="4000">${text}</textarea>
<button class="plain">${w.send}</button></form>`;
  const status = fault === undefined ? 200 : 422;
  return said(view, w.taken(taken.by), w.updateBody, taken.by === engineer ? form : html``, status);
}

async function onTake(ports: EngineerPorts, view: View): Promise<HttpResponse> {
  const { language, incident, engineer, at } = view;
  const w = words[language];
  const { outcome } = await acknowledgePage(ports, { incident: incident.id, by: engineer, at });
  if (outcome === 'unknown') return troublePage(language, 'invalid');
  return outcome === 'over' ? said(view, w.over, w.overBody) : takePage(ports, view);
}

async function onUpdate(ports: EngineerPorts, view: View, form: URLSearchParams): Promise<HttpResponse> {
  const { language, incident, engineer: by, at } = view;
  const w = words[language];
  const text = form.get('update') ?? '';
  const taken = (await ports.onCall.secondResponse(incident.id))?.acknowledged;
  // Another's words would go to the customer under this name.
  if (taken?.by !== by) return takePage(ports, view);
  const result = await addEngineerUpdate(ports, { incident: incident.id, by, body: text, at });
  switch (result.outcome) {
    case 'taken':
      return said(view, w.sent, w.sentBody);
    case 'over':
      return said(view, w.over, w.overBody);
    case 'crowded':
      return takePage(ports, view, w.crowded, text);
    case 'refused':
      return takePage(ports, view, `${w.refused} ${result.problems.join('; ')}`, text);
    case 'unknown':
      return troublePage(language, 'invalid');
  }
}

const parts = ['cause', 'actions', 'prevention'] as const;
type Draft = Partial<Record<(typeof parts)[number], string>>;

async function reportPage(
  ports: EngineerPorts,
  view: View,
  fault?: string,
  draft: Draft = {},
): Promise<HttpResponse> {
  const { language, incident, engineer } = view;
  const w = words[language];
  const report = (await ports.onCall.secondResponse(incident.id))?.report;
  if (report !== undefined) return said(view, w.reported, w.reportedBody(report.author));
  if (isFailing(incident)) return said(view, w.tooEarly, w.tooEarlyBody);
  const fields = parts.map(
    (part) => html`<label for="${part}">${w.part[part]}</label>
<textarea id="${part}" name="${part}" required maxlength="4000">${draft[part] ?? ''}</textarea>`,
  );
  return said(
    view,
    w.write,
    w.writeBody(engineer),
    html`${fault === undefined ? '' : html`<p class="fault" role="alert">${fault}</p>`}
<form method="post" action="?lang=${language}">${fields}
<button class="plain">${w.submit}</button></form>`,
    fault === undefined ? 200 : 422,
  );
}

async function onReport(ports: EngineerPorts, view: View, form: URLSearchParams): Promise<HttpResponse> {
  const { language, incident, engineer: author, at } = view;
  const w = words[language];
  const draft = Object.fromEntries(parts.map((part) => [part, form.get(part) ?? '']));
  const result = await submitCauseReport(ports, { incident: incident.id, report: { ...draft, author }, at });
  if (result.outcome === 'unknown') return troublePage(language, 'invalid');
  if (result.outcome !== 'refused') return reportPage(ports, view);
  return reportPage(ports, view, `${w.refused} ${result.problems.join('; ')}`, draft);
}

function said(
  { language, incident }: View,
  title: string,
  body: string,
  more: Html = html``,
  status = 200,
): Promise<HttpResponse> {
  const w = words[language];
  const open = openAlerts(incident).slice(0, 10);
  return page({
    status,
    language,
    title,
    main: html`<p>${body}</p>
<dl><dt>${w.incident}</dt><dd>${incident.id}</dd>
<dt>${w.server}</dt><dd>${incident.account} / ${incident.server}</dd>
<dt>${w.failing}</dt><dd>${
      open.length === 0
        ? w.nothing
        : html`<ul>${open.map((one) => html`<li><strong>${one.monitor}</strong> ${oneLine(one.summary[language], 300)}</li>`)}</ul>`
    }</dd></dl>
${more}`,
  });
}

const words = {
  ja: {
    incident: '障害番号',
    server: 'サーバー',
    failing: '続いている異常',
    nothing: 'ありません',
    take: '対応を受け付ける',
    takeBody: (name: string) =>
      `${name} さんとして受け付けます。受け付けると、ほかの当番は呼び出されません。`,
    taken: (name: string) => `${name} さんが対応しています`,
    updateBody: '復旧までの経過を、お客様にお知らせできます。',
    update: 'お客様への続報',
    send: '続報を送る',
    sent: '続報を受け付けました',
    sentBody: 'お客様にメールで届きます。',
    crowded: '前の続報がまだ送信されていません。しばらくしてからもう一度お試しください。',
    refused: '受け付けられませんでした。',
    over: '復旧しています',
    overBody: 'この障害はすでに復旧しているか、対応が終了しています。',
    write: '原因報告を書く',
    writeBody: (name: string) => `${name} さんの名前で、お客様にメールで届きます。提出後は変更できません。`,
    part: { cause: '原因', actions: '対応内容', prevention: '再発防止策' },
    submit: '提出する',
    reported: '原因報告は提出済みです',
    reportedBody: (name: string) => `${name} さんの報告をお客様にお送りします。`,
    tooEarly: '障害が続いています',
    tooEarlyBody: '原因報告は、復旧してから提出してください。',
  },
  en: {
    incident: 'Incident',
    server: 'Server',
    failing: 'Failing',
    nothing: 'nothing',
    take: 'Take the incident',
    takeBody: (name: string) => `You take it as ${name}; nobody else on call is paged then.`,
    taken: (name: string) => `${name} has the incident`,
    updateBody: 'The customer can be told how it is going until it is well again.',
    update: 'Update for the customer',
    send: 'Send the update',
    sent: 'The update is on its way',
    sentBody: 'The customer gets it by mail.',
    crowded: 'Earlier updates have not left yet. Try again in a while.',
    refused: 'This could not be taken.',
    over: 'It is well again',
    overBody: 'This failure has ended already, or nobody works on it any more.',
    write: 'Write the cause report',
    writeBody: (name: string) =>
      `It goes to the customer by mail under the name ${name}, and cannot be changed afterwards.`,
    part: { cause: 'Cause', actions: 'What was done', prevention: 'Prevention' },
    submit: 'Submit the report',
    reported: 'The cause report has been submitted',
    reportedBody: (name: string) => `The customer gets the report of ${name}.`,
    tooEarly: 'The failure goes on',
    tooEarlyBody: 'Submit the cause report when it is well again.',
  },
};
