import { Logger } from '@aws-lambda-powertools/logger';
import { z } from 'zod';
import {
  type ReportReminder,
  reminderNotice,
  renderReportReminder,
} from '../../core/cause-report/reminder-mail.ts';
import { type Instant, instant } from '../../core/instant.ts';
import type { OutgoingMail } from '../../core/mail/outgoing-mail.ts';
import type { Engineer } from '../../core/on-call/rota.ts';
import type { SecondResponse } from '../../core/on-call/second-response.ts';
import type { Settings } from '../../core/settings.ts';
import { mailSender, onFirstEvent, stores } from '../../platform/environment.ts';
import { enqueueAll, type MailPorts, readSettings, sendAll } from '../mail/deliver.ts';
import { operatorMails } from '../mail/tell-operators.ts';
import { changeSecondResponse } from './change-second-response.ts';
import { type Duty, dutyAt } from './duty.ts';
import { type EngineerLinks, engineerLinksFromEnvironment } from './engineer-links.ts';
import type { OnCallPorts } from './on-call-ports.ts';

const remindEvent = z.strictObject({
  incident: z.string(),
  recoveredAt: instant,
  number: z.int().positive(),
  due: instant,
  at: instant,
});

export interface RemindPorts extends Omit<OnCallPorts, 'workflows'>, MailPorts {
  readonly monitors: OnCallPorts['monitors'];
  readonly links: EngineerLinks;
}

/**
 * Asks the engineer for the cause report, or reminds of it, and lets the operators know. Who took the incident writes it;
 * when nobody did, it is for whoever is on call now. A repeat sends nothing twice.
 */
export function createRemindOfReport(ports: RemindPorts): (event: unknown) => Promise<Record<string, never>> {
  return async (event) => {
    const { incident: id, recoveredAt, number, due, at } = remindEvent.parse(event);
    const incident = await ports.incidents.incident(id);
    const second = await ports.onCall.secondResponse(id);
    if (incident === undefined || second === undefined) throw new Error(`incident ${id} is not in the table`);
    if (second.report !== undefined) return {};

    const settings = await readSettings(ports.monitors);
    const duty = dutyAt(settings, at);
    const engineer = authorOf(second, settings, duty);
    const reminder = { incident, recoveredAt, due, number, timeZone: duty.calendar.timeZone };
    const mails = await enqueueAll(ports.outbox, await mailsOf(ports, reminder, engineer, settings, at));
    const pending = mails.filter((mail) => mail.state === 'pending' && mail.takenBy !== 'schedule');
    await sendAll(ports, settings, pending, { sender: 'task', at });

    const { subject } = reminderNotice(reminder, engineer?.name);
    await ports.incidents.addTimeline([
      {
        incident: id,
        at,
        key: `cause-report-reminder-${recoveredAt}-${number}`,
        kind: 'response',
        ...(engineer !== undefined && { by: engineer.name }),
        summary: subject,
      },
    ]);
    await changeSecondResponse(ports.onCall, id, (now) =>
      now.reminders?.recoveredAt === recoveredAt && now.reminders.count >= number
        ? undefined
        : { ...now, reminders: { recoveredAt, count: number } },
    );
    return {};
  };
}

function authorOf(
  { acknowledged }: SecondResponse,
  { onCall }: Settings,
  { engineers }: Duty,
): Engineer | undefined {
  if (acknowledged === undefined) return engineers[0];
  return onCall?.engineers.find(({ name }) => name === acknowledged.by);
}

async function mailsOf(
  { links }: RemindPorts,
  reminder: ReportReminder,
  engineer: Engineer | undefined,
  settings: Settings,
  at: Instant,
): Promise<OutgoingMail[]> {
  const { incident, recoveredAt, number } = reminder;
  const thread = `cause-report.${incident.id}.${recoveredAt}`;
  const notice = { key: `${thread}.${number}`, at, ...reminderNotice(reminder, engineer?.name) };
  // The operators need not hear that somebody has been asked; they must when nobody could be.
  const toOperators = number > 1 || engineer === undefined ? operatorMails(notice, settings) : [];
  if (engineer === undefined) return toOperators;
  const url = await links.writeReport(incident.id, engineer.name, at);
  return [
    {
      thread,
      number,
      to: engineer.mail,
      toName: engineer.name,
      at,
      ...renderReportReminder(reminder, engineer, settings, url),
      state: 'pending',
      attempts: 0,
    },
    ...toOperators,
  ];
}

export const handler = onFirstEvent(() => {
  const log = new Logger({ serviceName: 'remind-of-report' });
  return createRemindOfReport({
    ...stores(),
    sender: mailSender(),
    links: engineerLinksFromEnvironment(log),
    log,
  });
});
