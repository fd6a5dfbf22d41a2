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

const pageLength = 100;

/** `/servers`: every server, searched by name and filtered by how it stands. */
export function ServersPage() {
  const words = useWords(serversWords);
  const query = useQuery();
  const q = query.get('q') ?? '';
  const standing = standings.find((one) => one === query.get('standing'));
  const pages = usePages((cursor) =>
    servers({
      limit: pageLength,
      ...(q === '' ? {} : { q }),
      ...(standing === undefined ? {} : { standing }),
      ...(cursor === undefined ? {} : { cursor }),
    }),
  );
  const { data } = useLive(overview);
  const isFiltered = q !== '' || standing !== undefined;
  const all = q !== '' ? undefined : standing === undefined ? data?.servers : data?.counts[standing];
  return (
    <>
      <PageHead title={words.title} />
      <div class="filters">
        <SearchField label={words.search} value={q} onSearch={(value) => changeQuery({ q: value })} />
        <StandingFilter chosen={standing} counts={data?.counts} all={data?.servers} />
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

interface StandingFilterProps {
  readonly chosen: Standing | undefined;
  readonly counts: Readonly<Record<Standing, number>> | undefined;
  readonly all: number | undefined;
}

function StandingFilter({ chosen, counts, all }: StandingFilterProps) {
  const words = useWords(serversWords);
  const shared = useWords(common);
  const portal = usePortal();
  return (
    <fieldset class="chips">
      <legend class="visually-hidden">{words.byStanding}</legend>
      <button
        type="button"
        class="chip"
        aria-pressed={chosen === undefined}
        onClick={() => changeQuery({ standing: undefined })}
      >
        {words.all}
        {all !== undefined && <span class="count-number">{numberText(all, portal)}</span>}
      </button>
      {standings
        .filter((one) => one === chosen || (counts?.[one] ?? 0) > 0)
        .map((one) => (
          <button
            key={one}
            type="button"
            class={`chip tone-${one}`}
            aria-pressed={one === chosen}
            title={shared.standingMeans[one]}
            onClick={() => changeQuery({ standing: one === chosen ? undefined : one })}
          >
            <StandingMark standing={one} />
            {shared.standing[one]}
            {counts !== undefined && <span class="count-number">{numberText(counts[one], portal)}</span>}
          </button>
        ))}
    </fieldset>
  );
}
