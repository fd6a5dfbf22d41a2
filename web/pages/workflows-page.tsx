import type { ExecutionView } from '../../core/api/operators.ts';
import type { Standing } from '../../core/standing.ts';
import { usePages } from '../pages-of-list.ts';
import { Chips } from '../parts/chips.tsx';
import { Empty } from '../parts/loaded.tsx';
import { StandingMark } from '../parts/mark.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { PagedTable } from '../parts/paged-table.tsx';
import { Time } from '../parts/time.tsx';
import { executions } from '../resources.ts';
import { changeQuery, useQuery } from '../router.ts';
import { operatorWords } from '../words/operator-words.ts';
import { useWords } from '../words/words.ts';

const statuses = ['RUNNING', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

/** `/operator/workflows`: what runs and what failed, with the step where each stands. */
export function WorkflowsPage() {
  const { workflows: words } = useWords(operatorWords);
  const query = useQuery();
  const status = query.get('status') ?? 'RUNNING';
  const machine = query.get('machine') ?? '';
  const pages = usePages((cursor) =>
    executions({
      status,
      ...(machine === '' ? {} : { machine }),
      ...(cursor === undefined ? {} : { cursor }),
    }),
  );
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <div class="filters">
        <Chips
          label={words.byStatus}
          choices={statuses.map((id) => ({ id, name: words.statuses[id] ?? id }))}
          chosen={status}
          choose={(id) => changeQuery({ status: id })}
        />
        <Chips
          label={words.byMachine}
          choices={[
            { id: '', name: words.all },
            ...Object.entries(words.machines).map(([id, name]) => ({ id, name })),
          ]}
          chosen={machine}
          choose={(id) => changeQuery({ machine: id })}
        />
      </div>
      <PagedTable
        label={words.title}
        pages={pages}
        keyOf={({ name, machine: of }) => `${of} ${name}`}
        empty={
          <Empty title={words.none}>
            <p>{words.noneBody}</p>
          </Empty>
        }
        columns={[
          {
            head: words.machine,
            cell: ({ name, machine: of, url }) => (
              <>
                <a href={url}>{words.machines[of] ?? of}</a> <code class="quiet">{name}</code>
              </>
            ),
          },
          { head: words.step, cell: ({ step }) => (step === undefined ? '–' : <strong>{step}</strong>) },
          { head: words.status, cell: (one) => <Status execution={one} /> },
          { head: words.started, cell: ({ startedAt }) => <Time at={startedAt} /> },
        ]}
      />
    </>
  );
}

const standingOf: Readonly<Record<string, Standing>> = {
  RUNNING: 'confirming',
  FAILED: 'critical',
  TIMED_OUT: 'warning',
  ABORTED: 'paused',
  SUCCEEDED: 'ok',
};

function Status({ execution: { status } }: { execution: ExecutionView }) {
  const { workflows: words } = useWords(operatorWords);
  const standing = standingOf[status] ?? 'unknown';
  return (
    <span class={`standing tone-${standing}`}>
      <StandingMark standing={standing} />
      {words.statuses[status] ?? status}
    </span>
  );
}
