import { causeReport } from '../../core/cause-report/cause-report.ts';
import type { Instant } from '../../core/instant.ts';
import { isFailing } from '../../core/on-call/next-deed.ts';
import { changeIncident } from '../incident/change-incident.ts';
import { wakeIncident } from '../incident/record-recovery.ts';
import { changeSecondResponse } from './change-second-response.ts';
import type { OnCallPorts } from './on-call-ports.ts';

/** `already`: one was submitted before, and the customer has it or gets it; `too-early`: the failure goes on. */
export type ReportTaken =
  | { readonly outcome: 'taken' | 'too-early' | 'unknown' }
  | { readonly outcome: 'already'; readonly author: string; readonly at: Instant }
  | { readonly outcome: 'refused'; readonly problems: readonly string[] };

/**
 * Takes an engineer's cause report; the workflow mails it to the customer and ends. The first one stands, and the same
 * one sent twice is taken once.
 *
 * @param report of the form {@link causeReport}, as it came from outside
 */
export async function submitCauseReport(
  { incidents, onCall, workflows }: Pick<OnCallPorts, 'incidents' | 'onCall' | 'workflows'>,
  { incident: id, report, at }: { readonly incident: string; readonly report: unknown; readonly at: Instant },
): Promise<ReportTaken> {
  const parsed = causeReport.safeParse(report);
  if (!parsed.success) return { outcome: 'refused', problems: parsed.error.issues.map(problemOf) };
  const incident = await incidents.incident(id);
  if (incident === undefined) return { outcome: 'unknown' };
  if (isFailing(incident)) return { outcome: 'too-early' };

  const stored = await changeSecondResponse(onCall, id, (now) =>
    now.report === undefined ? { ...now, report: { ...parsed.data, at } } : undefined,
  );
  if (stored?.second.report === undefined) return { outcome: 'unknown' };
  const standing = stored.second.report;
  await incidents.addTimeline([
    {
      incident: id,
      at: standing.at,
      key: 'cause-report-submitted',
      kind: 'response',
      by: standing.author,
      summary: {
        ja: `${standing.author} が原因報告を提出しました。`,
        en: `${standing.author} submitted the cause report.`,
      },
    },
  ]);
  // News also when it was stored before: the first try may have been cut off between the write and the waking.
  if (stored.second.endedAt === undefined) {
    const { incident: after } = await changeIncident(incidents, id, (now) => ({
      ...now,
      news: now.news + 1,
      version: now.version + 1,
    }));
    await wakeIncident(workflows, after);
  }
  const { at: _standingAt, ...content } = standing;
  const isSame = JSON.stringify(content) === JSON.stringify(parsed.data);
  return stored.changed || isSame
    ? { outcome: 'taken' }
    : { outcome: 'already', author: standing.author, at: standing.at };
}

const problemOf = ({ path, message }: { path: PropertyKey[]; message: string }): string =>
  path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
