import { Logger } from '@aws-lambda-powertools/logger';
import { z } from 'zod';
import type { Call, Callee } from '../../core/call/call.ts';
import { callReport } from '../../core/call/call-report.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { instant } from '../../core/instant.ts';
import type { OutgoingMail } from '../../core/mail/outgoing-mail.ts';
import { isFailing } from '../../core/on-call/next-deed.ts';
import { pageCallId } from '../../core/on-call/page-call.ts';
import { deskPage, type PageInput, renderPage } from '../../core/on-call/page-mail.ts';
import type { Page } from '../../core/on-call/second-response.ts';
import type { Settings } from '../../core/settings.ts';
import type { Text } from '../../core/text.ts';
import type { CallPort } from '../../platform/calls/call-port.ts';
import { callPort, environment, mailSender, onFirstEvent, stores } from '../../platform/environment.ts';
import type { CallStore } from '../../platform/store/call-store.ts';
import { enqueueAll, type MailPorts, readSettings, sendAll } from '../mail/deliver.ts';
import { operatorMails } from '../mail/tell-operators.ts';
import { changeSecondResponse } from './change-second-response.ts';
import { dutyAt } from './duty.ts';
import { type EngineerLinks, engineerLinksFromEnvironment } from './engineer-links.ts';
import type { OnCallPorts } from './on-call-ports.ts';

const pageEvent = z.strictObject({ incident: z.string(), number: z.int().positive(), at: instant });

export interface PageEngineerPorts extends Omit<OnCallPorts, 'workflows'>, MailPorts {
  readonly monitors: OnCallPorts['monitors'];
  readonly calls: CallStore;
  readonly telephone: Pick<CallPort, 'canCall'>;
  readonly links: EngineerLinks;
}

/**
 * Pages whom `next-page` has chosen: sends the mail, and writes down the call that the workflow then places. A repeat
 * changes nothing. It does nothing when somebody has taken the incident, or it is well, in the meantime.
 */
export function createPageEngineer(
  ports: PageEngineerPorts,
): (event: unknown) => Promise<Record<string, never>> {
  return async (event) => {
    const { incident: id, number, at } = pageEvent.parse(event);
    const incident = await ports.incidents.incident(id);
    const second = await ports.onCall.secondResponse(id);
    const page = second?.pages.find((one) => one.number === number);
    if (incident === undefined || page === undefined || page.isOut) return {};
    if (second?.acknowledged !== undefined || !isFailing(incident)) return {};

    const settings = await readSettings(ports.monitors, ports.portalUrl);
    const input = await inputOf(ports, incident, settings, page);
    const mails = await enqueueAll(ports.outbox, await mailsOf(ports, input, settings, page));
    const due = mails.filter((mail) => mail.state === 'pending' && mail.takenBy !== 'schedule');
    // What does not leave now is sent by the schedule, and the telephone rings meanwhile.
    await sendAll(ports, settings, due, { sender: 'task', at });

    const callee = ports.telephone.canCall ? calleeOf(page, settings) : undefined;
    if (callee !== undefined) await ports.calls.replaceCall(preparedCall(input, page, callee));
    await ports.incidents.addTimeline([
      {
        incident: id,
        at: page.at,
        key: `engineers-page-${number}`,
        kind: 'page',
        summary: pagedText(page, callee !== undefined),
      },
    ]);
    await changeSecondResponse(ports.onCall, id, (now) =>
      now.pages.some((one) => one.number === number && !one.isOut)
        ? { ...now, pages: now.pages.map((one) => (one.number === number ? { ...one, isOut: true } : one)) }
        : undefined,
    );
    return {};
  };
}

async function inputOf(
  { monitors }: PageEngineerPorts,
  incident: Incident,
  settings: Settings,
  { number, at }: Page,
): Promise<PageInput> {
  const account = (await monitors.account(incident.account)) ?? {
    id: incident.account,
    name: incident.account,
    timeZone: 'Asia/Tokyo',
  };
  const server = (await monitors.server(incident)) ?? { id: incident.server, name: incident.server };
  return { incident, account, server, settings, number, at };
}

/** In a thread of its own for each incident, so that the pages of a night stand together. */
async function mailsOf(
  { links }: PageEngineerPorts,
  input: PageInput,
  settings: Settings,
  { to, number, at }: Page,
): Promise<OutgoingMail[]> {
  const { id } = input.incident;
  if (to.kind === 'desk') {
    const isRotaEmpty = dutyAt(settings, at).engineers.length === 0;
    return operatorMails({ key: `page.${id}.${number}`, at, ...deskPage(input, isRotaEmpty) }, settings);
  }
  const url = await links.acknowledge(id, to.name, number, at);
  return [
    {
      thread: `page.${id}`,
      number,
      to: to.mail,
      toName: to.name,
      at,
      ...renderPage(input, to, url),
      state: 'pending',
      attempts: 0,
    },
  ];
}

function calleeOf({ to }: Page, { operators, desk }: Settings): Callee | undefined {
  const { name, phone, language } =
    to.kind === 'desk' ? { name: deskName, phone: desk?.phone, language: operators.language } : to;
  return phone === undefined ? undefined : { name, phone, language };
}

function preparedCall(input: PageInput, { number, lap, at }: Page, to: Callee): Call {
  const { id } = input.incident;
  return {
    id: pageCallId(id, number),
    incident: id,
    purpose: 'page',
    round: lap,
    number,
    to,
    report: callReport({ ...input, language: to.language }),
    state: 'prepared',
    preparedAt: at,
    version: 1,
  };
}

/** How the desk is called where an engineer has a name; who presses the key there acknowledges by it. */
export const deskName = '運用デスク / Operators’ desk';

function pagedText({ to }: Page, isCalled: boolean): Text {
  const name =
    to.kind === 'desk' ? { ja: '運用デスク', en: 'the operators’ desk' } : { ja: to.name, en: to.name };
  return isCalled
    ? { ja: `${name.ja} をメールと電話で呼び出しました。`, en: `Paged ${name.en} by mail and telephone.` }
    : { ja: `${name.ja} をメールで呼び出しました。`, en: `Paged ${name.en} by mail.` };
}

export const handler = onFirstEvent(() => {
  const log = new Logger({ serviceName: 'page-engineer' });
  return createPageEngineer({
    ...stores(),
    sender: mailSender(),
    telephone: callPort(),
    portalUrl: environment('PORTAL_URL'),
    links: engineerLinksFromEnvironment(log),
    log,
  });
});
