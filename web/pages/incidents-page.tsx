import { usePages } from '../pages-of-list.ts';
import { Chips } from '../parts/chips.tsx';
import { IncidentLine } from '../parts/incident-row.tsx';
import { Empty } from '../parts/loaded.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { PagedList } from '../parts/paged-list.tsx';
import { incidents } from '../resources.ts';
import { changeQuery, useQuery } from '../router.ts';
import { incidentWords } from '../words/incident-words.ts';
import { useWords } from '../words/words.ts';

const states = ['open', 'closed'] as const;
const pageLength = 50;

/** `/incidents`: all of the account, the newest first; `?state=open`, `?server=web-1`. */
export function IncidentsPage() {
  const { list: words } = useWords(incidentWords);
  const query = useQuery();
  const state = states.find((one) => one === query.get('state'));
  const server = query.get('server') ?? '';
  const pages = usePages((cursor) =>
    incidents({
      limit: pageLength,
      ...(state !== undefined && { state }),
      ...(server !== '' && { server }),
      ...(cursor !== undefined && { cursor }),
    }),
  );
  const isFiltered = state !== undefined || server !== '';
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <div class="filters">
        <Chips
          label={words.states}
          choices={[
            { id: '', name: words.all },
            { id: 'open', name: words.open },
            { id: 'closed', name: words.closed },
          ]}
          chosen={state ?? ''}
          choose={(id) => changeQuery({ state: id })}
        />
        {server !== '' && (
          <p>
            {words.ofServer(server)}{' '}
            <button
              type="button"
              class="button button-plain button-small"
              onClick={() => changeQuery({ server: undefined })}
            >
              {words.allServers}
            </button>
          </p>
        )}
      </div>
      <PagedList
        pages={pages}
        keyOf={({ id }) => id}
        row={(incident) => <IncidentLine incident={incident} />}
        empty={
          <Empty title={isFiltered ? words.noneFound : words.none}>
            <p>{isFiltered ? words.noneFoundBody : words.noneBody}</p>
          </Empty>
        }
      />
    </>
  );
}
