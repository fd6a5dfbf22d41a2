import type { AuditView } from '../../core/api/audit.ts';
import type { PageOf } from '../../core/api/problem.ts';
import type { Standing } from '../../core/standing.ts';
import type { Resource } from '../api.ts';
import { usePages } from '../pages-of-list.ts';
import { changeQuery, useQuery } from '../router.ts';
import { administrationWords } from '../words/administration-words.ts';
import { useWords } from '../words/words.ts';
import { Empty } from './loaded.tsx';
import { StandingMark } from './mark.tsx';
import { PageHead } from './page-head.tsx';
import { PagedTable } from './paged-table.tsx';
import { Time } from './time.tsx';

interface AuditListProps {
  readonly title: string;
  readonly audit: (query: { from?: string; to?: string; cursor?: string }) => Resource<PageOf<AuditView>>;
  /** Named where changes of several accounts stand together. */
  readonly isAccountNamed?: boolean;
}

/** Who changed what. */
export function AuditList({ title, audit, isAccountNamed = false }: AuditListProps) {
  const { audit: words } = useWords(administrationWords);
  const query = useQuery();
  const from = query.get('from') ?? '';
  const to = query.get('to') ?? '';
  const pages = usePages((cursor) =>
    audit({
      ...(from === '' ? {} : { from: startOf(from) }),
      ...(to === '' ? {} : { to: endOf(to) }),
      ...(cursor === undefined ? {} : { cursor }),
    }),
  );
  return (
    <>
      <PageHead title={title} lead={words.lead} />
      <div class="filters">
        <label class="inline-field">
          {words.from}
          <input
            type="date"
            value={from}
            onChange={({ currentTarget }) => changeQuery({ from: currentTarget.value })}
          />
        </label>
        <label class="inline-field">
          {words.to}
          <input
            type="date"
            value={to}
            onChange={({ currentTarget }) => changeQuery({ to: currentTarget.value })}
          />
        </label>
      </div>
      <PagedTable
        label={title}
        pages={pages}
        keyOf={({ id }) => id}
        empty={
          <Empty title={words.none}>
            <p>{words.noneBody}</p>
          </Empty>
        }
        columns={[
          { head: words.at, cell: ({ at }) => <Time at={at} /> },
          {
            head: words.who,
            cell: ({ who }) => (
              <>
                {who.name} <span class="quiet">{words.kinds[who.kind]}</span>
              </>
            ),
          },
          ...(isAccountNamed
            ? [{ head: words.account, cell: ({ account }: AuditView) => account ?? '–' }]
            : []),
          {
            head: words.deed,
            cell: (one) => <Deed entry={one} />,
          },
          { head: words.outcome, cell: ({ outcome }) => <Outcome outcome={outcome} /> },
        ]}
      />
    </>
  );
}

/** Days of the reader's own device. */
const startOf = (day: string): string => new Date(`${day}T00:00:00.000`).toISOString();
const endOf = (day: string): string => new Date(`${day}T23:59:59.999`).toISOString();

function Deed({ entry: { deed, target, before, after } }: { entry: AuditView }) {
  const { audit: words } = useWords(administrationWords);
  return (
    <>
      <code>{deed}</code> {target}
      {(before !== undefined || after !== undefined) && (
        <details class="change">
          <summary>{words.details}</summary>
          <Side name={words.before} value={before} />
          <Side name={words.after} value={after} />
        </details>
      )}
    </>
  );
}

const Side = ({ name, value }: { name: string; value: unknown }) =>
  value === undefined ? null : (
    <>
      <p class="quiet">{name}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
    </>
  );

const standingOf: Readonly<Record<AuditView['outcome'], Standing>> = {
  begun: 'unknown',
  done: 'ok',
  refused: 'paused',
  failed: 'critical',
};

function Outcome({ outcome }: { outcome: AuditView['outcome'] }) {
  const { audit: words } = useWords(administrationWords);
  return (
    <span class={`standing tone-${standingOf[outcome]}`}>
      <StandingMark standing={standingOf[outcome]} />
      {words.outcomes[outcome]}
    </span>
  );
}
