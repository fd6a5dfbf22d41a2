import { type Alert, byPriority, type Incident, openAlerts } from '../incident/incident.ts';
import type { MailDraft } from '../incident/next-step.ts';
import type { RepairAttempt, ResponseMessage } from '../incident/response.ts';
import type { Instant } from '../instant.ts';
import type { Language } from '../text.ts';
import type { Block, Fact, Tone } from './document.ts';
import { oneLine } from './neutralise.ts';
import { type CallProspect, responseWords } from './response-words.ts';

/** Repairs of one alert that a mail lists, the newest. */
const attemptsShown = 3;
const maxSummary = 400;
/** Of what an engineer wrote. */
const bodyLimits = { characters: 20_000, lines: 200, line: 1000 };

/** Messages of the response that a mail tells, oldest first. */
export const messagesOf = ({ messages = [] }: Incident, draft: MailDraft): readonly ResponseMessage[] =>
  messages.filter(({ key }) => draft.messages.includes(key));

/** One heading for each thing that the response has to tell. */
export function messageBlocks(
  incident: Incident,
  messages: readonly ResponseMessage[],
  language: Language,
  timeOf: (at: Instant) => string,
): Block[] {
  return messages.flatMap((message) => [
    { kind: 'heading', text: responseWords[language].heading[message.kind] },
    ...paragraphsOf(incident, message, language, timeOf).map(
      (text): Block => ({ kind: 'paragraph', text: text.trim() }),
    ),
  ]);
}

function paragraphsOf(
  { response }: Incident,
  message: ResponseMessage,
  language: Language,
  timeOf: (at: Instant) => string,
): string[] {
  const words = responseWords[language];
  const person = nameOf(message);
  const time = timeOf(message.at);
  switch (message.kind) {
    case 'reached':
      return [words.reached(person, time)];
    case 'nobody-reached': {
      const monitors = (message.monitors ?? []).slice(0, 40).map((one) => oneLine(one, 40));
      const calls =
        response?.calls?.end === 'nobody-to-call' ? words.nobodyToCall : words.nobodyReached(time);
      if (monitors.length === 0) return [calls];
      return [calls, words.paused(monitors.join(language === 'ja' ? '、' : ', ')), words.resumes];
    }
    case 'engineers-engaged':
      return [words.engaged(person, time)];
    case 'engineers-update':
      if (message.body === undefined) return [words.stillAtWork(person, time)];
      return [words.written(person, time), ...bodyOf(message, words.bodyCut)];
    case 'cause-report':
      return [words.written(person, time), ...bodyOf(message, words.bodyCut)];
  }
}

const nameOf = ({ person }: ResponseMessage): string | undefined =>
  person === undefined ? undefined : oneLine(person, 80);

function bodyOf({ body = '' }: ResponseMessage, cut: string): string[] {
  const lines = body
    .slice(0, bodyLimits.characters)
    .split(/\r\n|\n|\r/)
    .map((line) => oneLine(line, bodyLimits.line))
    .filter((line) => line !== '');
  const isCut = lines.length > bodyLimits.lines || body.length > bodyLimits.characters;
  return [...lines.slice(0, bodyLimits.lines), ...(isCut ? [cut] : [])];
}

/** The headline and the end of the subject of a mail that tells of the response alone. */
export function responseHeadline(
  messages: readonly ResponseMessage[],
  server: string,
  language: Language,
): { readonly tone: Tone; readonly label: string; readonly text: string; readonly subjectEnd: string } {
  const { headline, subjectEnd, label } = responseWords[language];
  const kinds = new Set(messages.map(({ kind }) => kind));
  const first = [...messages].sort((a, b) => weight(a) - weight(b))[0];
  if (first === undefined)
    return { tone: 'notice', label, text: headline.several(server), subjectEnd: label };
  const text = kinds.size === 1 ? headline[first.kind](server, nameOf(first)) : headline.several(server);
  return { tone: tones[first.kind], label, text, subjectEnd: subjectEnd[first.kind] };
}

const tones: Readonly<Record<ResponseMessage['kind'], Tone>> = {
  'nobody-reached': 'problem',
  reached: 'warning',
  'engineers-engaged': 'warning',
  'engineers-update': 'warning',
  'cause-report': 'notice',
};
/** What the reader must act on comes first. */
const weight = ({ kind }: ResponseMessage): number => Object.keys(tones).indexOf(kind);

/** What was tried for an alert: one line for each repair, the newest few. */
export function attemptFacts(
  { attempts = [], wellAt }: Alert,
  language: Language,
  timeOf: (at: Instant) => string,
): Fact[] {
  const words = responseWords[language];
  return attempts.slice(-attemptsShown).map((one) => {
    const isMend = wellAt !== undefined && one.outcome === 'repaired';
    return {
      label: isMend ? words.fact.repairedBy : words.fact.attempt,
      value: oneLine(words.attempt(one.runbook, one.summary[language]), maxSummary),
      detail: words.attemptAt(timeOf(one.at)),
    };
  });
}

/** True when each of these is well by a repair of ours. */
export const areRepaired = (alerts: readonly Alert[]): boolean =>
  alerts.length > 0 && alerts.every(({ attempts = [] }) => lastOf(attempts)?.outcome === 'repaired');

const lastOf = (attempts: readonly RepairAttempt[]): RepairAttempt | undefined => attempts.at(-1);

/**
 * What happens next on a plan with a response, or after it; undefined where the plain sentences hold.
 *
 * @param canCall whether there is a number to call, and a service to call by
 */
export function nextOfResponse(
  incident: Incident,
  draft: MailDraft,
  language: Language,
  canCall: boolean,
): string | undefined {
  const { plan, response } = incident;
  if (plan === 'notify') return undefined;
  const { next } = responseWords[language];
  const messages = messagesOf(incident, draft);
  const has = (kind: ResponseMessage['kind']): boolean => messages.some((one) => one.kind === kind);
  const open = openAlerts(incident).filter(({ severity }) => severity === 'critical');
  if (open.length === 0) {
    if (has('cause-report')) return next.reported;
    const engineersCame = plan === 'managed' && response?.secondResponse !== undefined;
    const isReported = (incident.messages ?? []).some(({ kind }) => kind === 'cause-report');
    return engineersCame && !isReported && draft.kind !== 'update' ? next.reportFollows : undefined;
  }
  if (plan === 'managed' && response?.secondResponse !== undefined) return next.engineersAreOnIt;
  // A failure of which nothing was tried yet begins with its first response, whatever happened about the others.
  if (byPriority(open).some(({ unrepaired }) => unrepaired === undefined)) {
    const prospect = prospectOf(incident, canCall);
    return plan === 'managed' ? next.managed(prospect) : next.firstResponse(prospect);
  }
  if (plan === 'managed') return next.engineersFollow;
  return has('nobody-reached') ? next.checkServer : next.yours;
}

function prospectOf({ response }: Incident, canCall: boolean): CallProspect {
  if (response?.calls?.end === 'accepted') return 'reached-before';
  if (response?.skipCalls === true) return 'without-calls';
  return canCall ? 'call' : 'no-phone';
}
