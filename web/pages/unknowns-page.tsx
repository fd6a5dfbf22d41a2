import { usePages } from '../pages-of-list.ts';
import { Empty } from '../parts/loaded.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { PagedTable } from '../parts/paged-table.tsx';
import { Ago } from '../parts/time.tsx';
import { usePortal } from '../portal.ts';
import { unknowns } from '../resources.ts';
import { operatorWords } from '../words/operator-words.ts';
import { useWords } from '../words/words.ts';

/** `/operator/unknowns`: what we cannot check, and why. */
export function UnknownsPage() {
  const { unknowns: words } = useWords(operatorWords);
  const { language } = usePortal();
  const pages = usePages((cursor) => unknowns(cursor === undefined ? {} : { cursor }));
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <PagedTable
        label={words.title}
        pages={pages}
        keyOf={({ account, server, monitor }) => `${account}.${server}.${monitor}`}
        empty={
          <Empty title={words.none}>
            <p>{words.noneBody}</p>
          </Empty>
        }
        columns={[
          {
            head: words.monitor,
            cell: ({ account, server, monitor, check }) => (
              <>
                <a href={`/accounts/${encodeURIComponent(account)}/servers/${encodeURIComponent(server)}`}>
                  {server} / {monitor}
                </a>{' '}
                <span class="quiet">{check}</span>
              </>
            ),
          },
          { head: words.account, cell: ({ account }) => account },
          { head: words.since, cell: ({ since }) => <Ago at={since} /> },
          { head: words.why, cell: ({ summary }) => summary?.[language] ?? '–' },
        ]}
      />
    </>
  );
}
