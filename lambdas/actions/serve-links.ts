import {
  actionOf,
  applyAction,
  type OperatorAction,
  operatorAction,
} from '../../core/action/operator-action.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { type ActionKind, operatorName, operatorReason } from '../../core/incident/operator-deed.ts';
import { addSeconds, type Instant } from '../../core/instant.ts';
import { oneLine } from '../../core/mail/neutralise.ts';
import type { Language } from '../../core/text.ts';
import { type HttpRequest, type HttpResponse, hasType } from '../http/exchange.ts';
import { act } from './act.ts';
import type { ActionLinks, LinkClaims } from './action-link.ts';
import {
  type ActionView,
  askPage,
  donePage,
  nameMissing,
  pauseMinutes,
  reasonMissing,
  refusedPage,
  troublePage,
} from './action-pages.ts';
import { type EngineerPorts, serveEngineer } from './engineer-pages.ts';

export interface LinkPorts extends EngineerPorts {
  readonly links: ActionLinks;
}

/** The page behind a link: GET and HEAD ask, and only POST acts. */
export async function serveLink(
  ports: LinkPorts,
  request: HttpRequest,
  token: string,
): Promise<HttpResponse> {
  const language = await languageOf(ports, request);
  const { method, at } = request;
  if (!['GET', 'HEAD', 'POST'].includes(method)) return troublePage(language, 'method');
  const link = await ports.links.read(token, at);
  if (link.end === 'forged') return troublePage(language, 'invalid');
  const { claims } = link;
  const { kind } = claims;
  if (kind === 'take' || kind === 'report') {
    if (link.end === 'expired') return troublePage(language, 'expired');
    return serveEngineer(ports, request, claims, language);
  }
  const incident = await ports.incidents.incident(claims.incident);
  if (incident === undefined) return troublePage(language, 'invalid');
  const view = await viewOf(ports, incident, kind, claims.subject, language);
  const key = keyOf(claims);
  const used = incident.deeds?.find((one) => one.key === key);
  // Who follows a link that was used is told so, even when it has expired since.
  if (used !== undefined && method !== 'POST') return donePage(view, used, false);
  if (link.end === 'expired') return troublePage(language, 'expired');
  return method === 'POST' ? onPost(ports, request, view, key) : onGet(ports, view, key, at);
}

/** Copies to several operators have the same key: of their links one acts. */
const keyOf = ({ kind, subject, nonce }: LinkClaims): string => `${nonce}.${kind}.${subject}`;

async function onGet(
  { monitors }: LinkPorts,
  view: ActionView,
  key: string,
  at: Instant,
): Promise<HttpResponse> {
  const { incident, action: kind, subject } = view;
  const example = actionOf(kind, subject, { until: addSeconds(at, 60), reason: 'x' });
  const action = operatorAction.safeParse(example);
  if (!action.success) return troublePage(view.language, 'invalid');
  const watched = await monitors.monitorsOf(incident);
  const end = applyAction(incident, { action: action.data, key, by: '', at }, watched);
  return end.kind === 'refused' ? refusedPage(view, end.refusal) : askPage(view);
}

async function onPost(
  ports: LinkPorts,
  request: HttpRequest,
  view: ActionView,
  key: string,
): Promise<HttpResponse> {
  const { language } = view;
  if (!hasType(request, 'application/x-www-form-urlencoded')) return troublePage(language, 'type');
  if (request.body === undefined) return troublePage(language, 'large');
  const form = new URLSearchParams(request.body);
  const name = operatorName(form.get('name') ?? '');
  const reason = operatorReason(form.get('reason') ?? '');
  if (name === '') return askPage(view, { fault: nameMissing[language], reason });
  const action = actionFrom(view, form.get('for') ?? '', reason, request.at);
  if (action === undefined) return askPage(view, { fault: reasonMissing[language], name, reason });

  const result = await act(ports, view.incident.id, { action, key, by: name, at: request.at });
  if (result.end === 'unknown') return troublePage(language, 'invalid');
  if (result.end === 'refused') return refusedPage(view, result.refusal);
  const incident = (await ports.incidents.incident(view.incident.id)) ?? view.incident;
  return donePage({ ...view, incident }, result.deed, result.end === 'done');
}

function actionFrom(
  { action: kind, subject }: ActionView,
  minutesGiven: string,
  reason: string,
  at: Instant,
): OperatorAction | undefined {
  const minutes = pauseMinutes.find((one) => String(one) === minutesGiven);
  const until = minutes === undefined ? undefined : addSeconds(at, minutes * 60);
  const parsed = operatorAction.safeParse(actionOf(kind, subject, { until, reason }));
  return parsed.success ? parsed.data : undefined;
}

async function viewOf(
  { monitors }: LinkPorts,
  incident: Incident,
  action: ActionKind,
  subject: string,
  language: Language,
): Promise<ActionView> {
  const account = await monitors.account(incident.account);
  const server = await monitors.server(incident);
  return {
    language,
    action,
    subject,
    incident,
    timeZone: account?.timeZone ?? 'UTC',
    serverName: oneLine(server?.name ?? incident.server, 80),
  };
}

/** The one asked for, or the operators' own. */
async function languageOf({ monitors }: LinkPorts, { query }: HttpRequest): Promise<Language> {
  const wished = query.get('lang');
  if (wished === 'ja' || wished === 'en') return wished;
  return (await monitors.settings())?.operators.language ?? 'ja';
}
