import { Logger } from '@aws-lambda-powertools/logger';
import { z } from 'zod';
import type { Account } from '../../core/account.ts';
import { actionName } from '../../core/action/action-words.ts';
import { offeredActions } from '../../core/action/offered-actions.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { type MailDraft, recordMail } from '../../core/incident/next-step.ts';
import type { Evidence } from '../../core/incident/timeline.ts';
import { type Instant, instant } from '../../core/instant.ts';
import { renderIncidentMail } from '../../core/mail/incident-mail.ts';
import type { OutgoingMail } from '../../core/mail/outgoing-mail.ts';
import type { Server } from '../../core/server.ts';
import type { Settings } from '../../core/settings.ts';
import type { Language, Text } from '../../core/text.ts';
import {
  environment,
  mailSender,
  metricStore,
  onFirstEvent,
  secretStore,
  stores,
} from '../../platform/environment.ts';
import { assetsIn, createPngRenderer } from '../../platform/graph/render-png.ts';
import type { ContactStore } from '../../platform/store/contact-store.ts';
import type { IncidentStore } from '../../platform/store/incident-store.ts';
import type { MonitorStore } from '../../platform/store/monitor-store.ts';
import { ActionLinks } from '../actions/action-link.ts';
import { accountAt } from '../contacts/account-at.ts';
import { changeIncident } from '../incident/change-incident.ts';
import { type AlertGraphs, alertGraphs, type GraphPorts } from './alert-graphs.ts';
import { type Attempt, enqueueAll, type MailPorts, readSettings, sendAll } from './deliver.ts';
import { giveUp } from './give-up.ts';
import { operatorMails } from './tell-operators.ts';

const alertKeys = z.array(z.string()).max(1000);

const sendEvent = z.strictObject({
  incident: z.string().min(1).max(100),
  mail: z.strictObject({
    number: z.int().positive(),
    kind: z.enum(['problem', 'update', 'recovery', 'partial-recovery', 'response']),
    failing: alertKeys,
    recovered: alertKeys,
    stillFailing: alertKeys,
    messages: z.array(z.string()).max(1000),
  }) satisfies z.ZodType<MailDraft>,
  at: instant,
});

export interface SendIncidentMailPorts extends MailPorts {
  readonly monitors: MonitorStore;
  readonly incidents: IncidentStore;
  readonly contacts: Pick<ContactStore, 'contactChange'>;
  /** Makes the links of the operators' copies; without it there are none. */
  readonly links?: Pick<ActionLinks, 'url'>;
  /** Whether customers can be called at all. @default true */
  readonly hasTelephone?: boolean;
  /** Draws the graphs of resource alerts; without it there are none. */
  readonly graphs?: GraphPorts;
}

/**
 * Sends one mail of an incident to every contact who wants alert mail, each in their language. All of them lie in
 * the outbox before the incident remembers the mail, and the incident remembers it before the first one leaves: a
 * crash at any point repeats at worst the one that was being sent.
 *
 * Operators get a copy with links, in a thread of its own. A copy that does not leave holds up no customer's mail: the
 * schedule sends it on.
 *
 * @throws when a mail is still pending, so that the workflow's Retry acts; what has left is not sent again
 */
export function createSendIncidentMail(
  ports: SendIncidentMailPorts,
): (event: unknown) => Promise<{ sent: number }> {
  return async (event) => {
    const { incident: id, mail: draft, at } = sendEvent.parse(event);
    const incident = await ports.incidents.incident(id);
    if (incident === undefined) throw new Error(`incident ${id} is not in the table`);
    const settings = await readSettings(ports.monitors, ports.portalUrl);

    const about = await readAbout(ports, incident, draft, at);
    const stored = await enqueueAll(ports.outbox, await writeMails(settings, about));
    const copies = await enqueueAll(ports.outbox, await writeCopies(ports, settings, about));
    await changeIncident(ports.incidents, id, (now) => recordMail(now, draft));
    await ports.incidents.addTimeline([
      {
        incident: id,
        at,
        key: `mail-${draft.number}`,
        kind: 'mailed',
        summary: mailedText(draft, stored.length),
      },
    ]);
    if (stored.length === 0) await tellNobodyIsMailed(ports, settings, incident, at);

    const due = stored.filter(isDue);
    const attempts = await sendAll(ports, settings, due, { sender: 'task', at });
    const ofCopies = await sendAll(ports, settings, copies.filter(isDue), { sender: 'task', at });
    const refused = [...attempts, ...ofCopies].flatMap((one) => (one.end === 'refused' ? [one.mail] : []));
    if (refused.length > 0) await giveUp(ports, settings, refused, at);
    const left = due.length - attempts.filter(isSettled).length;
    if (left > 0) {
      throw new Error(
        `mail ${draft.number} of incident ${id}: ${left} of ${stored.length} are pending; the outbox keeps them`,
      );
    }
    return { sent: stored.filter((mail) => mail.state === 'sent').length + attempts.filter(isSent).length };
  };
}

const isDue = (mail: OutgoingMail): boolean => mail.state === 'pending' && mail.takenBy !== 'schedule';
const isSent = ({ end }: Attempt): boolean => end === 'sent';
const isSettled = ({ end }: Attempt): boolean => end === 'sent' || end === 'elsewhere' || end === 'refused';

/** What the mails of one number say alike. */
interface About {
  readonly incident: Incident;
  readonly draft: MailDraft;
  readonly at: Instant;
  readonly account: Account | undefined;
  readonly server: Pick<Server, 'id' | 'name'>;
  readonly evidence: Evidence | undefined;
  readonly canCall: boolean;
  readonly graphsIn: (language: Language) => Promise<AlertGraphs>;
}

async function readAbout(
  ports: SendIncidentMailPorts,
  incident: Incident,
  draft: MailDraft,
  at: Instant,
): Promise<About> {
  const { monitors, incidents, contacts, hasTelephone = true } = ports;
  const account = await accountAt({ monitors, contacts }, incident.account, at);
  // A server that left the inventory while its incident was open still has its name in the incident.
  const server = (await monitors.server(incident)) ?? { id: incident.server, name: incident.server };
  const zone = account ?? { timeZone: 'UTC' };
  return {
    incident,
    draft,
    at,
    account,
    server,
    evidence: await incidents.evidence(incident.id, draft.number),
    canCall: hasTelephone && account?.contacts.some(({ phone }) => phone !== undefined) === true,
    graphsIn: await alertGraphs(ports, { incident, draft, account: zone, server, at }),
  };
}

async function writeMails(
  settings: Settings,
  { incident, draft, at, account, graphsIn, ...rest }: About,
): Promise<OutgoingMail[]> {
  if (account === undefined) return [];
  const mails: OutgoingMail[] = [];
  for (const contact of account.contacts.filter((one) => one.alertMail)) {
    const { pictures, files } = await graphsIn(contact.language);
    mails.push({
      thread: incident.id,
      number: draft.number,
      to: contact.mail,
      toName: contact.name,
      at,
      ...renderIncidentMail({ ...rest, incident, draft, account, contact, settings, pictures }),
      ...(files.length > 0 && { pictures: files }),
      state: 'pending',
      attempts: 0,
    });
  }
  return mails;
}

/** The same mail for each operator, with what can be done about it now; none where nothing serves the links. */
async function writeCopies(
  { monitors, links, log }: SendIncidentMailPorts,
  settings: Settings,
  { incident, draft, at, account, graphsIn, ...rest }: About,
): Promise<OutgoingMail[]> {
  if (links === undefined) return [];
  const { id, account: accountId } = incident;
  const offered = offeredActions(incident, await monitors.monitorsOf(incident), at);
  const nonce = `mail-${draft.number}`;
  const operatorLinks = await Promise.all(
    offered.map(async ({ action, subject }) => ({
      text: actionName(action, subject),
      url: await links.url({ kind: action, incident: id, subject, nonce }, at),
    })),
  ).catch((cause: unknown) => {
    // The mail itself matters more than its links.
    log.error('the links of the operators could not be made', { incident: id, cause });
    return [];
  });
  const { language, mail } = settings.operators;
  const { pictures, files } = await graphsIn(language);
  const rendered = renderIncidentMail({
    ...rest,
    incident,
    draft,
    account: account ?? { id: accountId, name: accountId, timeZone: 'UTC' },
    contact: { name: '', language },
    settings,
    operatorLinks,
    pictures,
  });
  return mail.map((to) => ({
    thread: `operators.${id}`,
    number: draft.number,
    to,
    at,
    ...rendered,
    ...(files.length > 0 && { pictures: files }),
    state: 'pending',
    attempts: 0,
  }));
}

/** The customer hears nothing, so the operators must: once for an incident. */
async function tellNobodyIsMailed(
  ports: SendIncidentMailPorts,
  settings: Settings,
  { id, account }: Incident,
  at: Instant,
): Promise<void> {
  const notice = {
    key: `nobody-mailed.${id}`,
    at,
    subject: { ja: `メールの宛先がありません: ${id}`, en: `Nobody to mail: ${id}` },
    body: {
      ja: `障害 ${id} のメールを受け取る担当者が、お客様 ${account} に登録されていません。お客様には通知していません。お客様に電話などで連絡し、インベントリーの contacts に alertMail が true の担当者を追加してください。`,
      en: `No contact of account ${account} gets alert mail, so nobody was told of incident ${id}. Reach the customer in another way, and add a contact with alertMail: true to contacts in the inventory.`,
    },
  };
  const mails = await enqueueAll(ports.outbox, operatorMails(notice, settings));
  await sendAll(ports, settings, mails, { sender: 'task', at });
}

const kindNames: Readonly<Record<MailDraft['kind'], Text>> = {
  problem: { ja: '障害', en: 'problem' },
  update: { ja: '続報', en: 'update' },
  'partial-recovery': { ja: '一部復旧', en: 'partial recovery' },
  recovery: { ja: '復旧', en: 'recovery' },
  response: { ja: '対応状況', en: 'response' },
};

function mailedText({ kind, number }: MailDraft, contacts: number): Text {
  const name = kindNames[kind];
  if (contacts === 0) {
    return {
      ja: `${name.ja}のメール（${number} 通目）を受け取る担当者がいません。`,
      en: `Mail ${number} (${name.en}) had nobody to go to.`,
    };
  }
  return {
    ja: `${name.ja}のメール（${number} 通目）を ${contacts} 名の担当者に送信しました。`,
    en: `Mail ${number} (${name.en}) went out to ${contacts} ${contacts === 1 ? 'contact' : 'contacts'}.`,
  };
}

export const handler = onFirstEvent(() =>
  createSendIncidentMail({
    ...stores(),
    sender: mailSender(),
    portalUrl: environment('PORTAL_URL'),
    links: new ActionLinks(secretStore(), environment('ACTION_URL')),
    hasTelephone: environment('CALL_PROVIDER') !== 'none',
    graphs: {
      series: metricStore,
      render: createPngRenderer(assetsIn(new URL('./', import.meta.url))),
    },
    log: new Logger({ serviceName: 'send-incident-mail' }),
  }),
);
