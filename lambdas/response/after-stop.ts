import { Logger } from '@aws-lambda-powertools/logger';
import { z } from 'zod';
import { acceptedCall, messagesOf } from '../../core/call/escalation-end.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { noteBegun, noteEnded, type RoundEnd } from '../../core/incident/respond.ts';
import { noteStopped } from '../../core/incident/stop-incident.ts';
import { type Instant, toInstant } from '../../core/instant.ts';
import type { Text } from '../../core/text.ts';
import { callPort, onFirstEvent, stores, workflows } from '../../platform/environment.ts';
import type { EndCallPorts } from '../call/end-call.ts';
import { hangUpRound } from '../call/hang-up-round.ts';
import { changeIncident } from '../incident/change-incident.ts';
import { wakeIncident } from '../incident/record-recovery.ts';
import { type TellOperators, tellOperatorsFromEnvironment } from '../mail/tell-operators.ts';
import { type EndPorts, endInterrupted } from './end-first-response.ts';

/** @see Step Functions Developer Guide, "Automating event delivery with EventBridge": status changes of executions */
const statusChange = z.object({
  time: z.iso.datetime(),
  detail: z.object({
    executionArn: z.string(),
    stateMachineArn: z.string(),
    name: z.string(),
    status: z.enum(['ABORTED', 'FAILED', 'TIMED_OUT']),
    /** Absent when it is too long for an event. */
    input: z.string().nullish(),
  }),
});
type StatusChange = z.output<typeof statusChange>['detail'];

const executionInput = z.object({ incident: z.string(), round: z.int().positive().optional() });

export interface AfterStopPorts extends EndPorts, EndCallPorts {
  readonly tellOperators: TellOperators;
}

interface Stop {
  readonly incident: string;
  readonly round: number;
  readonly name: string;
  readonly status: StatusChange['status'];
  readonly at: Instant;
  /** Of the timeline line and the notice: once for each time that the execution was ended. */
  readonly key: string;
}

/** A round that fails again and again is not begun anew for ever. */
const mostRounds = 10;

/**
 * Puts in order what an execution leaves behind that was ended from outside, or by an error that it did not catch: the
 * server is free, what was being done is left to people, and the incident goes on. An event may come twice.
 */
export function createAfterStop(ports: AfterStopPorts): (event: unknown) => Promise<Record<string, never>> {
  return async (event) => {
    const { detail, time } = statusChange.parse(event);
    const machine = detail.stateMachineArn.slice(detail.stateMachineArn.lastIndexOf(':mimamori-') + 10);
    const tidy = tidiers[machine];
    if (tidy === undefined)
      throw new Error(`nothing is known of what ${detail.stateMachineArn} leaves behind`);
    const { incident, round = 0 } = executionInput.parse(JSON.parse(detail.input ?? 'null'));
    const { name, status } = detail;
    // An event that comes again has the time it had.
    const key = `${name}-${status.toLowerCase()}-${time}`;
    await tidy(ports, { incident, round, name, status, at: toInstant(time), key });
    return {};
  };
}

type Tidy = (ports: AfterStopPorts, stop: Stop) => Promise<void>;

const tidiers: Readonly<Record<string, Tidy>> = {
  incident: afterIncident,
  'first-response': afterFirstResponse,
  escalation: afterEscalation,
  'second-response': afterSecondResponse,
};

async function afterFirstResponse(ports: AfterStopPorts, stop: Stop): Promise<void> {
  const { incident, round, name, status, at } = stop;
  await writeLine(ports, stop, {
    en: 'The first response was stopped. What is not well is left to people.',
    ja: '一次対応が停止されました。復旧していないものは担当者の対応に移ります。',
  });
  const reason = status === 'ABORTED' ? 'stopped' : 'fault';
  await endInterrupted(ports, incident, { round, holder: name, at }, reason);
  if (status !== 'ABORTED')
    await tell(ports, stop, 'What it worked on is left to people.', 'お客様への連絡に進みます。');
}

async function afterEscalation(ports: AfterStopPorts, stop: Stop): Promise<void> {
  const { incident: id, round, status, at } = stop;
  await writeLine(ports, stop, {
    en: 'Calling the contacts was stopped.',
    ja: '担当者への電話連絡が停止されました。',
  });
  // A person who stops the calls wants none; after a fault of ours they are begun anew, but not for ever.
  const isOver = status === 'ABORTED' || round >= mostRounds;
  await hangUpRound(ports, id, round, at);
  await changeIncident(ports.incidents, id, (now) => noteBegun(now, 'escalation', round, at));
  const accepted = acceptedCall(await ports.calls.calls(id), round)?.to.name;
  const { incident } = await changeIncident(ports.incidents, id, (now) =>
    noteEnded(now, round, endOfCalls(round, accepted, isOver, at)),
  );
  await wakeIncident(ports.workflows, incident);
  if (status === 'ABORTED') return;
  if (isOver)
    await tell(
      ports,
      stop,
      'Nobody is called any more: call the customer by hand.',
      '以後は発信しません。お客様へ手動で連絡してください。',
    );
  else await tell(ports, stop, 'The calls are begun anew.', '発信をやり直します。');
}

/** Who has confirmed a call is not called again, whatever became of the execution. */
function endOfCalls(round: number, by: string | undefined, isOver: boolean, at: Instant): RoundEnd {
  if (by !== undefined)
    return { calls: { end: 'accepted', at, by }, messages: messagesOf('accepted', round, at, { by }) };
  return isOver ? { calls: { end: 'skipped', at } } : {};
}

async function afterSecondResponse(ports: AfterStopPorts, stop: Stop): Promise<void> {
  // A redrive goes on in the wait that was stopped: news lets it look at once, whatever that wait's time was.
  await changeIncident(ports.incidents, stop.incident, (now) => ({
    ...now,
    news: now.news + 1,
    version: now.version + 1,
  }));
  await writeLine(ports, stop, {
    en: "The engineers' response was stopped. Nobody is paged any more.",
    ja: 'エンジニア対応のワークフローが停止されました。以後の呼び出しは行われません。',
  });
  await tell(
    ports,
    stop,
    'Nobody is paged and no cause report is waited for. Redrive it, or see to the incident by hand.',
    '呼び出しも原因報告書の待機も行われません。実行を再開するか、手動で対応してください。',
  );
}

async function afterIncident(ports: AfterStopPorts, stop: Stop): Promise<void> {
  const { incident: id, at } = stop;
  const { incident, changed } = await changeIncident(ports.incidents, id, (now) => noteStopped(now, at));
  // A repeat of the event finds it stopped, and mends a first try that was cut off; what was redriven stays as it is.
  if (!changed && incident.stoppedAt === undefined) return;
  await writeLine(ports, stop, {
    en: 'The workflow of this incident was stopped. Nothing more is done or mailed for it; the next failure of the server opens a new incident.',
    ja: 'この障害のワークフローが停止されました。以後の対応とメールは行われません。このサーバーの次の障害は新しい障害として扱います。',
  });
  await release(ports, incident);
  await wakeIncident(ports.workflows, incident);
  await tell(
    ports,
    stop,
    'Nothing more is done or mailed for it. Redrive it to go on; the next failure of the server opens a new incident.',
    '以後の対応とメールは行われません。続行するには実行を再開してください。このサーバーの次の障害は新しい障害として扱います。',
  );
}

/** A first response that still runs sees with its next step that its incident is over, and frees the server itself. */
async function release({ responses }: AfterStopPorts, incident: Incident): Promise<void> {
  if (incident.response?.running?.stage === 'first-response') return;
  const latest = await responses.latestRepair(incident.id);
  if (latest !== undefined) await responses.releaseLock(incident, latest.holder);
}

async function writeLine({ incidents }: AfterStopPorts, { incident, at, key, status }: Stop, text: Text) {
  const kind = status === 'ABORTED' ? 'operator' : 'response';
  await incidents.addTimeline([{ incident, at, key: `ended-${key}`, kind, summary: text }]);
}

async function tell(
  { tellOperators }: AfterStopPorts,
  { name, at, key, status }: Stop,
  en: string,
  ja: string,
) {
  await tellOperators({
    key: `execution-ended.${key}`,
    at,
    subject: {
      en: `Workflow ended (${status}): ${name}`,
      ja: `ワークフローが終了しました(${status}): ${name}`,
    },
    body: {
      en: `The execution ${name} was ended before it was done. ${en}`,
      ja: `実行 ${name} は完了する前に終了しました。${ja}`,
    },
  });
}

export const handler = onFirstEvent(() => {
  const log = new Logger({ serviceName: 'after-stop' });
  return createAfterStop({
    ...stores(),
    workflows: workflows(),
    telephone: callPort(),
    tellOperators: tellOperatorsFromEnvironment(log),
    log,
  });
});
