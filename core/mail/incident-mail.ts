import type { Account, Contact } from '../account.ts';
import { type Alert, alertKey, byPriority, type Incident } from '../incident/incident.ts';
import type { MailDraft } from '../incident/next-step.ts';
import type { Evidence } from '../incident/timeline.ts';
import { type Instant, secondsBetween } from '../instant.ts';
import type { Server } from '../server.ts';
import type { Settings } from '../settings.ts';
import type { Language, Text } from '../text.ts';
import type { Block, Fact, MailPicture, RenderedMail } from './document.ts';
import { type IncidentWords, incidentWords } from './incident-words.ts';
import { duration, isUtc, localTime, utcTime } from './local-time.ts';
import { headerValue, oneLine, outputLines } from './neutralise.ts';
import { incidentUrl } from './portal-link.ts';
import { renderHtml } from './render-html.ts';
import { renderText } from './render-text.ts';
import {
  areRepaired,
  attemptFacts,
  messageBlocks,
  messagesOf,
  nextOfResponse,
  responseHeadline,
} from './response-blocks.ts';
import { responseWords } from './response-words.ts';

export interface IncidentMailInput {
  readonly incident: Incident;
  readonly draft: MailDraft;
  readonly account: Pick<Account, 'id' | 'name' | 'timeZone'>;
  readonly server: Pick<Server, 'id' | 'name'>;
  readonly contact: Pick<Contact, 'name' | 'language'>;
  /** What was collected for this mail; absent when nothing was tried. */
  readonly evidence?: Evidence | undefined;
  readonly settings: Pick<Settings, 'mailFromName' | 'portalUrl'>;
  /** Whether the customer can be called: a number is known, and a service to call by. @default false */
  readonly canCall?: boolean;
  /** Graphs of monitors that fail, shown below what is said of them. */
  readonly pictures?: readonly { readonly monitor: string; readonly picture: MailPicture }[];
  /** Makes it the operators' copy: what they may do, each by a page of its own. Never of a mail to a customer. */
  readonly operatorLinks?: readonly { readonly text: Text; readonly url: string }[];
}

/** Its value marks a copy for operators. */
export const audienceHeader = 'X-Mimamori-Audience';

/** Never translated: customers filter their mail by these words. */
const states: Readonly<Record<MailDraft['kind'], string>> = {
  problem: 'PROBLEM',
  update: 'UPDATE',
  'partial-recovery': 'PARTLY-RECOVERED',
  recovery: 'RECOVERED',
  response: 'RESPONSE',
};

/** A mail names so many monitors; an incident of a server with hundreds still makes a mail that can be read. */
const maxItems = 20;
const maxHeadlineNames = 3;
const maxSummary = 400;
/** What a mail takes of the evidence; together with its escapes it stays below what mail clients cut off (about 100 kB). */
const evidenceLimits = {
  sections: 16,
  charactersPerSection: 2500,
  linesPerSection: 45,
  charactersInAll: 16_000,
};

/**
 * Writes one mail of an incident for one contact, in the contact's language. The most important line comes first.
 * Names, summaries and evidence are hostile: nothing in them reaches a header, or acts in the text or the HTML.
 */
export function renderIncidentMail(input: IncidentMailInput): RenderedMail {
  const { incident, draft, account, server, contact, settings } = input;
  const { language } = contact;
  const words = incidentWords[language];
  const alerts = alertsOf(incident, draft);
  const subject = subjectOf(input, alerts, words);
  const timeOf = clock(account.timeZone, language, words);
  const messages = messageBlocks(incident, messagesOf(incident, draft), language, (at) => {
    const { value, detail = '' } = timeOf(at);
    return `${value}${detail}`;
  });

  const blocks: Block[] = [
    headlineOf(input, alerts, words),
    {
      kind: 'address',
      lines:
        input.operatorLinks === undefined
          ? words.address(oneLine(account.name, 80), oneLine(contact.name, 80))
          : words.operators.address(oneLine(account.name, 80)),
    },
    { kind: 'paragraph', text: introOf(input, alerts, words) },
    ...(draft.kind === 'response' ? messages : []),
    ...itemsOf(
      alerts.failing,
      failingHeading(draft, alerts, words),
      words,
      (one) => failingFacts(one, language, words, timeOf),
      input.pictures,
    ),
    ...itemsOf(alerts.recovered, words.heading.recovered, words, (one) =>
      recoveredFacts(one, language, words, timeOf),
    ),
    ...itemsOf(alerts.stillFailing, words.heading.stillFailing, words, (one) =>
      failingFacts(one, language, words, timeOf),
    ),
    ...(draft.kind === 'response' ? [] : messages),
    ...actionsOf(input, words),
    { kind: 'heading', text: words.heading.next },
    { kind: 'paragraph', text: nextOf(input, alerts, words) },
    ...portalOf(input, words),
    ...evidenceOf(input, words, timeOf),
    {
      kind: 'footer',
      lines: words.footer(oneLine(settings.mailFromName, 80), oneLine(incident.id, 80), draft.number),
    },
  ];
  const document = { language, title: subject, blocks };
  const monitors = subjectAlerts(alerts).map((one) => one.monitor);
  return {
    subject,
    text: renderText(document),
    html: renderHtml(document),
    headers: {
      'X-Mimamori-State': states[draft.kind],
      'X-Mimamori-Account': headerValue(account.id),
      'X-Mimamori-Server': headerValue(server.id),
      'X-Mimamori-Incident': headerValue(incident.id),
      'X-Mimamori-Monitor': headerValue(monitors.slice(0, maxItems).join(', ')),
      ...(input.operatorLinks !== undefined && { [audienceHeader]: 'operators' }),
      'Content-Language': language,
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
  };
}

interface DraftAlerts {
  readonly failing: readonly Alert[];
  readonly recovered: readonly Alert[];
  readonly stillFailing: readonly Alert[];
  readonly all: readonly Alert[];
}

function alertsOf(incident: Incident, draft: MailDraft): DraftAlerts {
  const named = (keys: readonly string[]): Alert[] => {
    const wanted = new Set(keys);
    return byPriority(Object.values(incident.alerts).filter((one) => wanted.has(alertKey(one))));
  };
  return {
    failing: named(draft.failing),
    recovered: named(draft.recovered),
    stillFailing: named(draft.stillFailing),
    all: byPriority(Object.values(incident.alerts)),
  };
}

/** What a mail is first of all about: what fails, or what is well again, or what is being worked on. */
function subjectAlerts({ failing, recovered, stillFailing, all }: DraftAlerts): readonly Alert[] {
  if (failing.length > 0) return failing;
  if (recovered.length > 0) return recovered;
  return stillFailing.length > 0 ? stillFailing : all;
}

/** `[Mimamori PROBLEM] acme web-1 https +4 — connection refused` */
function subjectOf(
  { incident, draft, account, server, contact }: IncidentMailInput,
  alerts: DraftAlerts,
  words: IncidentWords,
): string {
  const [first, ...others] = subjectAlerts(alerts);
  const monitor =
    first === undefined ? '' : ` ${first.monitor}${others.length > 0 ? ` +${others.length}` : ''}`;
  const start = `[Mimamori ${states[draft.kind]}] ${account.id} ${server.id}${monitor}`;
  return oneLine(`${start} — ${subjectEnd(incident, draft, alerts, contact.language, words)}`, 160);
}

function subjectEnd(
  incident: Incident,
  draft: MailDraft,
  alerts: DraftAlerts,
  language: Language,
  words: IncidentWords,
): string {
  const [first] = subjectAlerts(alerts);
  if (draft.kind === 'response')
    return responseHeadline(messagesOf(incident, draft), '', language).subjectEnd;
  if (draft.kind === 'partial-recovery') return words.subjectEnd.stillFailing(alerts.stillFailing.length);
  if (draft.kind === 'recovery') {
    const since = earliest(Object.values(incident.alerts).map((one) => one.failingSince));
    const until = latest(alerts.recovered.flatMap((one) => one.wellAt ?? []));
    if (since === undefined || until === undefined) return words.label.recovered;
    return words.subjectEnd.recovered(duration(secondsBetween(since, until), language));
  }
  return first === undefined ? words.label.problem : oneLine(first.summary[language], 70);
}

function headlineOf(
  { incident, draft, server, contact }: IncidentMailInput,
  alerts: DraftAlerts,
  words: IncidentWords,
): Block {
  const name = words.server(server.id, oneLine(server.name, 80));
  const subjects = subjectAlerts(alerts);
  const names = subjects.slice(0, maxHeadlineNames).map((one) => one.monitor);
  const monitors = words.list(names, subjects.length - names.length);
  const { label, headline } = words;
  switch (draft.kind) {
    case 'problem':
    case 'update': {
      const isWarning = isOnlyWarnings(subjects);
      const kind = draft.kind === 'problem' && isWarning ? 'warning' : draft.kind;
      return {
        kind: 'headline',
        tone: isWarning ? 'warning' : 'problem',
        label: label[kind],
        text: headline[kind](name, monitors, subjects.length),
      };
    }
    case 'response': {
      const { tone, label, text } = responseHeadline(messagesOf(incident, draft), name, contact.language);
      return { kind: 'headline', tone, label, text };
    }
    case 'partial-recovery':
      return {
        kind: 'headline',
        tone: 'warning',
        label: label.partlyRecovered,
        text: headline.partlyRecovered(name, monitors, alerts.stillFailing.length),
      };
    case 'recovery': {
      const onlyThese = Object.keys(incident.alerts).length === 1;
      return {
        kind: 'headline',
        tone: 'recovery',
        label: label.recovered,
        text: onlyThese ? headline.recovered(name, monitors) : headline.allRecovered(name),
      };
    }
  }
}

const isOnlyWarnings = (alerts: readonly Alert[]): boolean =>
  alerts.every((one) => one.severity === 'warning');

function introOf(
  { incident, draft, contact }: IncidentMailInput,
  { failing, recovered }: DraftAlerts,
  { intro }: IncidentWords,
): string {
  const response = responseWords[contact.language].intro;
  switch (draft.kind) {
    case 'problem':
      return isOnlyWarnings(failing) ? intro.warning : intro.problem;
    case 'update':
      return intro.update;
    case 'response': {
      const isReport = messagesOf(incident, draft).every(({ kind }) => kind === 'cause-report');
      return isReport ? response.causeReport : response.response;
    }
    case 'recovery':
      return areRepaired(recovered) ? response.repaired : intro.recovered;
    case 'partial-recovery':
      return intro.partlyRecovered;
  }
}

function failingHeading({ kind }: MailDraft, { failing }: DraftAlerts, { heading }: IncidentWords) {
  if (kind === 'update') return heading.newlyFailing;
  return isOnlyWarnings(failing) ? heading.warning : heading.failing;
}

function itemsOf(
  alerts: readonly Alert[],
  heading: (count: number) => string,
  words: IncidentWords,
  factsOf: (one: Alert) => readonly Fact[],
  pictures: IncidentMailInput['pictures'] = [],
): Block[] {
  if (alerts.length === 0) return [];
  const shown = alerts.slice(0, maxItems);
  const items = shown.flatMap((one): Block[] => {
    const look = lookOf(one);
    const item: Block = {
      kind: 'item',
      tone: look === 'recovered' ? 'recovery' : look === 'warning' ? 'warning' : 'problem',
      title: words.monitor(one.monitor, oneLine(one.check, 40), one.service && oneLine(one.service, 80)),
      badge: words.badge[look],
      facts: factsOf(one),
    };
    const its = pictures.filter(({ monitor }) => monitor === one.monitor);
    return [item, ...its.map(({ picture }): Block => ({ kind: 'picture', picture }))];
  });
  const more = alerts.length - shown.length;
  const rest: Block[] = more > 0 ? [{ kind: 'paragraph', text: words.moreItems(more) }] : [];
  return [{ kind: 'heading', text: heading(alerts.length) }, ...items, ...rest];
}

const lookOf = (one: Alert): keyof IncidentWords['badge'] => {
  if (one.wellAt !== undefined) return 'recovered';
  return one.severity === 'warning' ? 'warning' : 'critical';
};

type TimeOf = (at: Instant) => Pick<Fact, 'value' | 'detail'>;

/** The account's wall clock, and UTC behind it where that differs. */
const clock =
  (timeZone: string, language: Language, words: IncidentWords): TimeOf =>
  (at) => {
    const value = localTime(at, timeZone, language);
    return isUtc(timeZone) ? { value } : { value, detail: words.inUtc(utcTime(at)) };
  };

function failingFacts(one: Alert, language: Language, { fact }: IncidentWords, timeOf: TimeOf): Fact[] {
  const facts: Fact[] = [
    { label: fact.observed, value: oneLine(one.summary[language], maxSummary) },
    { label: fact.failingSince, ...timeOf(one.failingSince) },
  ];
  // A crossed threshold is believed at once, so that both are the same instant.
  if (one.joinedAt !== one.failingSince) facts.push({ label: fact.confirmed, ...timeOf(one.joinedAt) });
  facts.push(...attemptFacts(one, language, (at) => timeOf(at).value));
  // It recovered while this mail was under way; the recovery mail follows.
  if (one.wellAt !== undefined) facts.push({ label: fact.wellAlready, ...timeOf(one.wellAt) });
  return facts;
}

function recoveredFacts(one: Alert, language: Language, { fact }: IncidentWords, timeOf: TimeOf): Fact[] {
  const facts: Fact[] = [];
  if (one.wellSummary !== undefined) {
    facts.push({ label: fact.nowObserved, value: oneLine(one.wellSummary[language], maxSummary) });
  }
  facts.push({ label: fact.failingSince, ...timeOf(one.failingSince) });
  if (one.wellAt !== undefined) {
    facts.push({ label: fact.recoveredAt, ...timeOf(one.wellAt) });
    facts.push({
      label: fact.lasted,
      value: duration(secondsBetween(one.failingSince, one.wellAt), language),
    });
  }
  return [...facts, ...attemptFacts(one, language, (at) => timeOf(at).value)];
}

function nextOf(
  { incident, draft, contact, canCall = false }: IncidentMailInput,
  { failing, stillFailing }: DraftAlerts,
  { next }: IncidentWords,
): string {
  const ofResponse = nextOfResponse(incident, draft, contact.language, canCall);
  if (ofResponse !== undefined) return ofResponse;
  if (draft.kind === 'recovery') return next.recovered;
  if (draft.kind === 'partial-recovery') return next.partlyRecovered;
  const isAboutWarnings = failing.length + stillFailing.length > 0;
  if (isAboutWarnings && isOnlyWarnings([...failing, ...stillFailing])) return next.warningsOnly;
  return incident.plan === 'notify' ? next.notify : next.watching;
}

function actionsOf(
  { operatorLinks = [], contact }: IncidentMailInput,
  { operators }: IncidentWords,
): Block[] {
  if (operatorLinks.length === 0) return [];
  const links = operatorLinks.map(({ text, url }) => ({ text: oneLine(text[contact.language], 120), url }));
  return [
    { kind: 'heading', text: operators.heading },
    { kind: 'actions', links },
    { kind: 'paragraph', text: operators.note },
  ];
}

function portalOf({ incident, settings, operatorLinks }: IncidentMailInput, words: IncidentWords): Block[] {
  const reader = operatorLinks === undefined ? 'customer' : 'operator';
  const url = incidentUrl(settings.portalUrl, incident, reader);
  return url === undefined ? [] : [{ kind: 'link', text: words.portal, url }];
}

function evidenceOf(
  { draft, evidence, contact }: IncidentMailInput,
  words: IncidentWords,
  timeOf: TimeOf,
): Block[] {
  // Nothing is collected for a mail that tells of recoveries alone.
  if (draft.failing.length === 0) return [];
  const heading: Block = { kind: 'heading', text: words.heading.evidence };
  const paragraph = (text: string): Block => ({ kind: 'paragraph', text: text.trim() });
  if (evidence === undefined) return [heading, paragraph(words.evidence.missing)];

  const reason = oneLine(evidence.reason?.[contact.language] ?? '', maxSummary);
  if (evidence.status === 'not-configured') return [heading, paragraph(words.evidence.notConfigured(reason))];
  const outputs = outputsOf(evidence, contact.language, words);
  if (evidence.status === 'failed') return [heading, paragraph(words.evidence.failed(reason)), ...outputs];
  const { value, detail = '' } = timeOf(evidence.at);
  const collected = paragraph(words.evidence.collectedAt(`${value}${detail}`));
  const partial = evidence.status === 'partial' ? [paragraph(words.evidence.partial(reason))] : [];
  return [heading, collected, ...partial, ...outputs];
}

function outputsOf(evidence: Evidence, language: Language, words: IncidentWords): Block[] {
  let room = evidenceLimits.charactersInAll;
  const blocks: Block[] = [];
  for (const section of evidence.sections) {
    if (room <= 0 || blocks.length >= evidenceLimits.sections) break;
    const characters = Math.min(room, evidenceLimits.charactersPerSection);
    const { lines, cut } = outputLines(section.output, { characters, lines: evidenceLimits.linesPerSection });
    room -= lines.reduce((sum, line) => sum + line.length + 1, 0);
    const notes = [
      ...(section.exitCode !== undefined && section.exitCode !== 0
        ? [words.evidence.exitCode(section.exitCode)]
        : []),
      ...(cut || section.truncated ? [words.evidence.cut] : []),
    ];
    blocks.push({
      kind: 'output',
      title: oneLine(section.title[language], 80),
      command: oneLine(section.command, 200),
      lines,
      ...(notes.length > 0 && { note: words.evidence.note(notes) }),
    });
  }
  const leftOff = evidence.sections.length - blocks.length;
  if (leftOff > 0) blocks.push({ kind: 'paragraph', text: words.evidence.sectionsLeftOff(leftOff) });
  return blocks;
}

const earliest = (instants: readonly Instant[]): Instant | undefined => [...instants].sort()[0];
const latest = (instants: readonly Instant[]): Instant | undefined => [...instants].sort().at(-1);
