import { numberText } from '../format.ts';
import { usePages } from '../pages-of-list.ts';
import { Empty } from '../parts/loaded.tsx';
import { StandingMark } from '../parts/mark.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { PagedTable } from '../parts/paged-table.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { usePortal } from '../portal.ts';
import { accounts } from '../resources.ts';
import { changeQuery, useQuery } from '../router.ts';
import { operatorWords } from '../words/operator-words.ts';
import { useWords } from '../words/words.ts';

/** `/accounts`: every customer, with a way to what they see. */
export function AccountsPage() {
  const { accounts: words } = useWords(operatorWords);
  const portal = usePortal();
  const q = useQuery().get('q') ?? '';
  const pages = usePages((cursor) =>
    accounts({ ...(q === '' ? {} : { q }), ...(cursor === undefined ? {} : { cursor }) }),
  );
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <div class="filters">
        <SearchField label={words.search} value={q} onSearch={(value) => changeQuery({ q: value })} />
      </div>
      <PagedTable
        label={words.title}
        pages={pages}
        keyOf={({ id }) => id}
        empty={
          <Empty title={q === '' ? words.none : words.noneFound}>{q === '' && <p>{words.noneBody}</p>}</Empty>
        }
        columns={[
          {
            head: words.name,
            cell: ({ id, name, troubled }) => (
              <span class="named">
                <StandingMark standing={troubled === 0 ? 'ok' : 'critical'} />
                <span>
                  <a href={`/accounts/${encodeURIComponent(id)}/`}>{name}</a> <code class="quiet">{id}</code>
                </span>
              </span>
            ),
          },
          { head: words.servers, isNumber: true, cell: ({ servers }) => numberText(servers, portal) },
          { head: words.troubled, isNumber: true, cell: ({ troubled }) => numberText(troubled, portal) },
          {
            head: words.openIncidents,
            isNumber: true,
            cell: ({ openIncidents }) => numberText(openIncidents, portal),
          },
        ]}
      />
    </>
  );
}
