import type { Overview } from '../../core/api/servers.ts';
import type { Standing } from '../../core/standing.ts';
import { numberText } from '../format.ts';
import { useLive } from '../live.ts';
import { usePages } from '../pages-of-list.ts';
import { Empty } from '../parts/loaded.tsx';
import { StandingMark } from '../parts/mark.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { PagedList } from '../parts/paged-list.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { ServerRow } from '../parts/server-row.tsx';
import { usePortal } from '../portal.ts';
import { overview, servers } from '../resources.ts';
import { changeQuery, useQuery } from '../router.ts';
import { standings } from '../standings.ts';
import { common } from '../words/common.ts';
import { serversWords } from '../words/servers-words.ts';
import { useWords } from '../words/words.ts';

/** The first is there sooner; who goes on reading is stopped less often. */
const pageLength = { first: 100, further: 200 };

/** `/servers`: every server, searched by name and filtered by how it stands. */
export function ServersPage() {
  const words = useWords(serversWords);
  const query = useQuery();
  const q = query.get('q') ?? '';
  const asked = query.get('standing');
  const standing = asked === notOk ? notOk : standings.find((one) => one === asked);
  const pages = usePages((cursor) =>
    servers({
      limit: cursor === undefined ? pageLength.first : pageLength.further,
      ...(q === '' ? {} : { q }),
      ...(standing === undefined ? {} : { standing: standing === notOk ? uneasy : [standing] }),
      ...(cursor === undefined ? {} : { cursor }),
    }),
  );
  const { data } = useLive(overview);
  const isFiltered = q !== '' || standing !== undefined;
  const all = q === '' && data !== undefined ? countOf(standing, data) : undefined;
  return (
    <>
      <PageHead title={words.title} />
      <div class="filters">
        <SearchField label={words.search} value={q} onSearch={(value) => changeQuery({ q: value })} />
        <StandingFilter chosen={standing} data={data} />
      </div>
      <PagedList
        pages={pages}
        keyOf={({ id }) => id}
        row={(server) => <ServerRow server={server} />}
        all={all}
        empty={
          isFiltered ? (
            <Empty title={words.noneFound}>
              <p>{words.noneFoundBody}</p>
              <button
                type="button"
                class="button button-plain"
                onClick={() => changeQuery({ q: undefined, standing: undefined })}
              >
                {words.takeAway}
              </button>
            </Empty>
          ) : (
            <Empty title={words.none}>
              <p>{words.noneBody}</p>
            </Empty>
          )
        }
      />
    </>
  );
}

/** Every standing but `ok`. */
const notOk = 'not-ok';
const uneasy = standings.filter((one) => one !== 'ok');
type Filter = Standing | typeof notOk | undefined;

function countOf(filter: Filter, { servers: all, counts }: Overview): number {
  if (filter === undefined) return all;
  return filter === notOk ? all - counts.ok : counts[filter];
}

interface StandingFilterProps {
  readonly chosen: Filter;
  readonly data: Overview | undefined;
}

function StandingFilter({ chosen, data }: StandingFilterProps) {
  const words = useWords(serversWords);
  const shared = useWords(common);
  const portal = usePortal();
  const count = (filter: Filter) =>
    data !== undefined && <span class="count-number">{numberText(countOf(filter, data), portal)}</span>;
  const choose = (filter: Filter) => changeQuery({ standing: filter === chosen ? undefined : filter });
  return (
    <fieldset class="chips">
      <legend class="visually-hidden">{words.byStanding}</legend>
      <button
        type="button"
        class="chip"
        aria-pressed={chosen === undefined}
        onClick={() => choose(undefined)}
      >
        {words.all}
        {count(undefined)}
      </button>
      <button type="button" class="chip" aria-pressed={chosen === notOk} onClick={() => choose(notOk)}>
        {words.notOk}
        {count(notOk)}
      </button>
      {standings
        .filter((one) => one === chosen || (data?.counts[one] ?? 0) > 0)
        .map((one) => (
          <button
            key={one}
            type="button"
            class={`chip tone-${one}`}
            aria-pressed={one === chosen}
            title={shared.standingMeans[one]}
            onClick={() => choose(one)}
          >
            <StandingMark standing={one} />
            {shared.standing[one]}
            {count(one)}
          </button>
        ))}
    </fieldset>
  );
}
