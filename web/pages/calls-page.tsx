import type { CallView } from '../../core/api/operators.ts';
import type { Standing } from '../../core/standing.ts';
import { now } from '../clock.ts';
import { durationText, secondsBetween } from '../format.ts';
import { usePages } from '../pages-of-list.ts';
import { Empty } from '../parts/loaded.tsx';
import { StandingMark } from '../parts/mark.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { PagedTable } from '../parts/paged-table.tsx';
import { TimeWithSeconds } from '../parts/time.tsx';
import { usePortal } from '../portal.ts';
import { calls } from '../resources.ts';
import { changeQuery, useQuery } from '../router.ts';
import { operatorWords } from '../words/operator-words.ts';
import { useWords } from '../words/words.ts';

/** `/operator/calls?day=2026-11-21` */
export function CallsPage() {
  const { calls: words } = useWords(operatorWords);
  const portal = usePortal();
  const today = now().slice(0, 10);
  const day = useQuery().get('day') ?? today;
  const pages = usePages((cursor) => calls({ day, ...(cursor === undefined ? {} : { cursor }) }));
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <div class="filters">
        <label class="inline-field">
          {words.day}
          <input
            type="date"
            value={day}
            max={today}
            required
            onChange={({ currentTarget: { value } }) => changeQuery({ day: value === today ? '' : value })}
          />
        </label>
      </div>
      <PagedTable
        label={words.title}
        pages={pages}
        keyOf={({ id }) => id}
        empty={
          <Empty title={words.none}>
            <p>{words.noneBody}</p>
          </Empty>
        }
        columns={[
          {
            head: words.placed,
            cell: ({ placedAt, preparedAt }) => <TimeWithSeconds at={placedAt ?? preparedAt} />,
          },
          {
            head: words.to,
            cell: ({ to, phone }) => (
              <>
                {to} <span class="quiet">{phone}</span>
              </>
            ),
          },
          { head: words.purpose, cell: ({ purpose }) => words.purposes[purpose] },
          { head: words.result, cell: (call) => <Result call={call} /> },
          {
            head: words.lasted,
            isNumber: true,
            cell: ({ placedAt, endedAt }) =>
              placedAt === undefined || endedAt === undefined
                ? '–'
                : durationText(secondsBetween(placedAt, endedAt), portal),
          },
          {
            head: words.incident,
            cell: ({ incident }) => (
              <a href={`/accounts/${accountOf(incident)}/incidents/${encodeURIComponent(incident)}`}>
                {incident}
              </a>
            ),
          },
        ]}
      />
    </>
  );
}

/** Ids of incidents begin with the account's, which has no dots. */
const accountOf = (incident: string): string => encodeURIComponent(incident.split('.', 1)[0] ?? '');

const standingOf: Readonly<Record<NonNullable<CallView['end']>, Standing>> = {
  accepted: 'ok',
  'no-key': 'warning',
  unanswered: 'warning',
  declined: 'warning',
  failed: 'critical',
  held: 'maintenance',
  recovered: 'paused',
  skipped: 'paused',
  stopped: 'paused',
};

function Result({ call: { end, state, fault } }: { call: CallView }) {
  const { calls: words } = useWords(operatorWords);
  const standing = end === undefined ? 'confirming' : standingOf[end];
  return (
    <>
      <span class={`standing tone-${standing}`}>
        <StandingMark standing={standing} />
        {end === undefined ? words.states[state] : words.ends[end]}
      </span>
      {fault !== undefined && <p class="quiet">{fault}</p>}
    </>
  );
}
