import { useState } from 'preact/hooks';
import type { ReportView } from '../../core/api/reports.ts';
import { durationText, numberText } from '../format.ts';
import { useLive } from '../live.ts';
import { Refusal } from '../parts/failure.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { StandingMark } from '../parts/mark.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { usePortal } from '../portal.ts';
import { report, reportFile, reports } from '../resources.ts';
import { changeQuery, useQuery } from '../router.ts';
import { saveFile } from '../save-file.ts';
import { common } from '../words/common.ts';
import { reportWords } from '../words/report-words.ts';
import { useWords } from '../words/words.ts';

/** A report is of the past, but for the month that goes on. */
const everyMs = 300_000;

/** `/reports?month=2026-10`: a month's report; the last whole month without. */
export function ReportsPage() {
  const words = useWords(reportWords);
  const months = useLive(reports, everyMs);
  const wished = useQuery().get('month');
  const known = months.data?.months ?? [];
  const month = known.find((one) => one === wished) ?? known[1] ?? known[0];
  return (
    <>
      <PageHead
        title={words.title}
        lead={words.lead}
        actions={month !== undefined && <SavePdf month={month} />}
      />
      <Loaded live={months}>
        {() =>
          month === undefined ? null : (
            <>
              <MonthChoice months={known} month={month} />
              <Month key={month} month={month} />
            </>
          )
        }
      </Loaded>
    </>
  );
}

/** `October 2026`, `2026年10月` */
const monthName = (month: string, language: string): string =>
  new Intl.DateTimeFormat(language, { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );

function MonthChoice({ months, month }: { months: readonly string[]; month: string }) {
  const words = useWords(reportWords);
  const { language } = usePortal();
  return (
    <p class="inline-field">
      <label for="month">{words.month}</label>
      <select
        id="month"
        class="month-choice"
        value={month}
        onChange={({ currentTarget }) => changeQuery({ month: currentTarget.value }, { push: true })}
      >
        {months.map((one) => (
          <option key={one} value={one}>
            {monthName(one, language)}
          </option>
        ))}
      </select>
    </p>
  );
}

function SavePdf({ month }: { month: string }) {
  const words = useWords(reportWords);
  const shared = useWords(common);
  const { api, language } = usePortal();
  const [isSaving, setSaving] = useState(false);
  const [error, setError] = useState<Error>();
  const save = async () => {
    if (isSaving) return;
    setSaving(true);
    setError(undefined);
    try {
      saveFile(await api.file(reportFile(month, language)), `mimamori-${month}.pdf`);
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)));
    } finally {
      setSaving(false);
    }
  };
  return (
    <>
      <button type="button" class="button" aria-disabled={isSaving} onClick={() => void save()}>
        {isSaving ? shared.act.working : words.pdf}
      </button>
      {error !== undefined && <Refusal error={error} />}
    </>
  );
}

function Month({ month }: { month: string }) {
  const live = useLive(report(month), everyMs);
  return <Loaded live={live}>{(data) => <Shown report={data} />}</Loaded>;
}

function Shown({ report: data }: { report: ReportView }) {
  const words = useWords(reportWords);
  return (
    <>
      {data.isPartial && <p class="quiet">{words.partial}</p>}
      <Servers report={data} />
      <Promises report={data} />
      {data.objectives.length > 0 && <Objectives report={data} />}
      <Incidents report={data} />
    </>
  );
}

interface PartProps {
  readonly report: ReportView;
}

interface AvailabilityLine {
  readonly server: string;
  readonly name: string;
  readonly monitor: string | undefined;
  readonly note: string;
  readonly percent: number;
  readonly downSeconds: number | undefined;
  readonly failures: number | undefined;
}

function Servers({ report: { servers } }: PartProps) {
  const words = useWords(reportWords);
  const portal = usePortal();
  const lines = servers.flatMap(({ id, name, availabilityPercent, monitors, others }): AvailabilityLine[] => [
    {
      server: id,
      name,
      monitor: undefined,
      note: monitors.length === 0 ? words.allWell(others) : words.others(others),
      percent: availabilityPercent,
      downSeconds: undefined,
      failures: undefined,
    },
    ...monitors.map((one) => ({
      server: id,
      name,
      monitor: one.id,
      note: one.id,
      percent: one.availabilityPercent,
      downSeconds: one.downSeconds,
      failures: one.failures,
    })),
  ]);
  return (
    <section class="stack" aria-labelledby="availability">
      <h2 id="availability">{words.servers}</h2>
      <Table
        label={words.servers}
        items={lines}
        keyOf={({ server, monitor }) => `${server} ${monitor ?? ''}`}
        columns={[
          {
            head: words.server,
            cell: ({ server, name, monitor }) =>
              monitor === undefined ? (
                <a href={portal.to(`/servers/${encodeURIComponent(server)}`)}>{name}</a>
              ) : (
                <span class="quiet">{name}</span>
              ),
          },
          { head: words.monitors, cell: ({ note }) => note },
          { head: words.availability, cell: ({ percent }) => percentText(percent, portal), isNumber: true },
          {
            head: words.downtime,
            cell: ({ downSeconds }) => (downSeconds === undefined ? '–' : durationText(downSeconds, portal)),
            isNumber: true,
          },
          { head: words.failures, cell: ({ failures }) => failures ?? '–', isNumber: true },
        ]}
      />
      <p class="quiet">{words.how}</p>
    </section>
  );
}

/** Two decimals, and never a full hundred for what is less. */
const percentText = (value: number, portal: ReturnType<typeof usePortal>): string =>
  `${numberText(value < 100 ? Math.min(value, 99.99) : 100, portal, 2)} %`;

function Promises({ report: { promises } }: PartProps) {
  const words = useWords(reportWords);
  const portal = usePortal();
  const time = (seconds: number | undefined) => (seconds === undefined ? '–' : durationText(seconds, portal));
  return (
    <section class="stack" aria-labelledby="promises">
      <h2 id="promises">{words.promises}</h2>
      {promises.length === 0 ? (
        <p class="quiet">{words.noPromises}</p>
      ) : (
        <Table
          label={words.promises}
          items={promises}
          keyOf={({ what }) => what}
          columns={[
            { head: words.promises, cell: ({ what }) => words.promise[what] },
            { head: words.promised, cell: ({ promisedSeconds }) => time(promisedSeconds), isNumber: true },
            {
              head: words.kept,
              cell: ({ promisedSeconds, kept, count }) =>
                promisedSeconds === undefined ? (
                  '–'
                ) : (
                  <Verdict isGood={kept === count} word={words.keptOf(kept, count)} />
                ),
            },
            { head: words.median, cell: ({ medianSeconds }) => time(medianSeconds), isNumber: true },
            { head: words.worst, cell: ({ worstSeconds }) => time(worstSeconds), isNumber: true },
          ]}
        />
      )}
    </section>
  );
}

const Verdict = ({ isGood, word }: { isGood: boolean; word: string }) => (
  <span class={`standing tone-${isGood ? 'ok' : 'warning'}`}>
    <StandingMark standing={isGood ? 'ok' : 'warning'} />
    {word}
  </span>
);

function Objectives({ report: { objectives } }: PartProps) {
  const words = useWords(reportWords);
  const portal = usePortal();
  return (
    <section class="stack" aria-labelledby="objectives">
      <h2 id="objectives">{words.objectives}</h2>
      <Table
        label={words.objectives}
        items={objectives}
        keyOf={({ server, monitor = '', kind }) => `${server} ${monitor} ${kind}`}
        columns={[
          {
            head: words.server,
            cell: ({ server, monitor }) => (monitor === undefined ? server : `${server} / ${monitor}`),
          },
          { head: words.objectives, cell: ({ kind }) => words.objective[kind] },
          {
            head: words.objectiveAt,
            cell: ({ objectiveSeconds }) => durationText(objectiveSeconds, portal),
            isNumber: true,
          },
          {
            head: words.measured,
            cell: ({ worstSeconds }) =>
              worstSeconds === undefined ? words.notMeasured : durationText(worstSeconds, portal),
            isNumber: true,
          },
          {
            head: words.kept,
            cell: ({ isMet }) =>
              isMet === undefined ? '–' : <Verdict isGood={isMet} word={isMet ? words.met : words.missed} />,
          },
        ]}
      />
    </section>
  );
}

function Incidents({ report: { incidents, moreIncidents } }: PartProps) {
  const words = useWords(reportWords);
  const portal = usePortal();
  const time = (seconds: number | undefined) => (seconds === undefined ? '–' : durationText(seconds, portal));
  return (
    <section class="stack" aria-labelledby="incidents">
      <h2 id="incidents">{words.incidents}</h2>
      {incidents.length === 0 ? (
        <p class="quiet">{words.noIncidents}</p>
      ) : (
        <Table
          label={words.incidents}
          items={incidents}
          keyOf={({ id }) => id}
          columns={[
            {
              head: words.server,
              cell: ({ id, serverName, alerts }) => (
                <>
                  <a href={portal.to(`/incidents/${encodeURIComponent(id)}`)}>{serverName}</a>{' '}
                  <span class="quiet">{alerts.map(({ monitor }) => monitor).join(', ')}</span>
                </>
              ),
            },
            { head: words.began, cell: ({ failingSince }) => <Time at={failingSince} /> },
            { head: words.mailAfter, cell: ({ mailAfterSeconds }) => time(mailAfterSeconds), isNumber: true },
            {
              head: words.responseAfter,
              cell: ({ firstResponseAfterSeconds }) => time(firstResponseAfterSeconds),
              isNumber: true,
            },
            {
              head: words.callAfter,
              cell: ({ firstCallAfterSeconds }) => time(firstCallAfterSeconds),
              isNumber: true,
            },
            {
              head: words.wellAfter,
              cell: ({ recoveredAfterSeconds }) =>
                recoveredAfterSeconds === undefined
                  ? words.goesOn
                  : durationText(recoveredAfterSeconds, portal),
              isNumber: true,
            },
          ]}
        />
      )}
      {moreIncidents > 0 && <p class="quiet">{words.more(moreIncidents)}</p>}
    </section>
  );
}
