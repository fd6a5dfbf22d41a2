import { reportList, reportView } from '../../../core/api/reports.ts';
import { month, monthsUntil } from '../../../core/report/month.ts';
import { language } from '../../../core/text.ts';
import { readReport } from '../../report/read-report.ts';
import { reportPdf } from '../../report/report-pdf.ts';
import type { ApiRoutes, AskedOfAccount } from '../api-routes.ts';
import { examples } from '../examples.ts';
import { nothingHere } from '../refusal.ts';

/** As long as incidents and measurements are kept. */
const monthsKept = 13;

const example = {
  account: { id: 'acme', name: 'Acme' },
  month: '2026-10',
  from: '2026-09-30T15:00:00.000Z',
  to: '2026-10-31T15:00:00.000Z',
  timeZone: 'Asia/Tokyo',
  isPartial: false,
  servers: [
    {
      id: 'web-1',
      name: 'Web server',
      availabilityPercent: 99.93,
      monitors: [
        {
          id: 'https',
          check: 'https',
          availabilityPercent: 99.93,
          downSeconds: 1860,
          maintenanceSeconds: 0,
          failures: 1,
        },
      ],
      others: 5,
    },
  ],
  moreIncidents: 0,
  incidents: [{ ...examples.incidentSummary, mailAfterSeconds: 205, recoveredAfterSeconds: 1860 }],
  promises: [
    {
      what: 'mail-liveness',
      promisedSeconds: 375,
      count: 1,
      kept: 1,
      medianSeconds: 205,
      worstSeconds: 205,
    },
  ],
  objectives: [],
};

/** Monthly reports, as data and as PDF. */
export function addReportRoutes(routes: ApiRoutes): void {
  routes.account(
    {
      method: 'get',
      path: '/reports',
      id: 'listReports',
      tag: 'Reports',
      summary: 'Months that have a report, the newest first; the first of them goes on',
      scope: 'read',
      answer: { json: reportList, example: { months: ['2026-11', '2026-10'] } },
    },
    async ({ view, at }) => ({
      value: { months: monthsUntil(at, view.account.timeZone, monthsKept) },
    }),
  );

  routes.account(
    {
      method: 'get',
      path: '/reports/{month}',
      id: 'getReport',
      tag: 'Reports',
      summary: 'The report of one month',
      scope: 'read',
      params: { month },
      passing: ['to'],
      answer: { json: reportView, example },
    },
    async (asked) => ({ value: await wantedReport(asked) }),
  );

  routes.account(
    {
      method: 'get',
      path: '/reports/{month}/pdf',
      id: 'getReportPdf',
      tag: 'Reports',
      summary: 'The report of one month as a PDF',
      scope: 'read',
      params: { month },
      query: {
        language: language.optional().meta({ description: 'That of the person who asks, without it.' }),
      },
      answer: { file: 'application/pdf', description: 'A4 pages' },
    },
    async (asked) => {
      const report = await wantedReport(asked);
      const { at, user, query, params, account, ports } = asked;
      const bytes = await reportPdf(report, {
        language: query.language ?? user?.language ?? 'ja',
        at,
        font: await ports.reportFont(),
      });
      return {
        value: bytes,
        headers: { 'content-disposition': `attachment; filename="${account}-${params.month}.pdf"` },
      };
    },
  );
}

async function wantedReport({
  view,
  params,
  at,
}: Pick<AskedOfAccount<{ month: typeof month }>, 'view' | 'params' | 'at'>) {
  const known = monthsUntil(at, view.account.timeZone, monthsKept).includes(params.month);
  const report = known ? await readReport(view, params.month, at) : undefined;
  if (report === undefined) throw nothingHere();
  return report;
}
