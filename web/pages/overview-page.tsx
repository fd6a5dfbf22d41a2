import { useEffect, useRef } from 'preact/hooks';
import type { AnnouncementView } from '../../core/api/announcements.ts';
import type { OccurrenceView } from '../../core/api/maintenances.ts';
import type { Overview, ServerSummary } from '../../core/api/servers.ts';
import type { Standing } from '../../core/standing.ts';
import { useNow } from '../clock.ts';
import { numberText } from '../format.ts';
import { useLive } from '../live.ts';
import { announce } from '../parts/announcer.tsx';
import { IncidentRow } from '../parts/incident-row.tsx';
import { Empty, Loaded } from '../parts/loaded.tsx';
import { StandingMark } from '../parts/mark.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { ComingServerRow, ServerRow } from '../parts/server-row.tsx';
import { Ago, Span, Time } from '../parts/time.tsx';
import { usePortal } from '../portal.ts';
import { overview, servers } from '../resources.ts';
import { standings } from '../standings.ts';
import { common } from '../words/common.ts';
import { overviewWords } from '../words/overview-words.ts';
import { useWords } from '../words/words.ts';

/** `/`: whether all is well, and if not, what is being done. */
export function OverviewPage() {
  const words = useWords(overviewWords);
  const { me } = usePortal();
  const live = useLive(overview);
  return (
    <>
      <PageHead title={words.title} beside={<span class="beside">{me.account?.name}</span>} />
      <Loaded live={live}>{(data) => <Shown data={data} />}</Loaded>
    </>
  );
}

function Shown({ data }: { data: Overview }) {
  const words = useWords(overviewWords);
  const portal = usePortal();
  if (data.servers === 0)
    return (
      <Empty title={words.noServers}>
        <p>{words.noServersBody}</p>
      </Empty>
    );
  // A server with an incident stands with it above.
  const named = new Set(data.openIncidents.map(({ server }) => server));
  const others = data.troubled.filter(({ id }) => !named.has(id));
  return (
    <>
      <Verdict data={data} />
      {data.openIncidents.length > 0 && (
        <section aria-labelledby="open-incidents">
          <h2 id="open-incidents">{words.incidents}</h2>
          <ul class="rows">
            {data.openIncidents.map((incident) => (
              <IncidentRow key={incident.id} incident={incident} />
            ))}
          </ul>
        </section>
      )}
      {data.servers <= fewServers ? (
        <AllServers data={data} />
      ) : (
        others.length > 0 && (
          <section aria-labelledby="troubled">
            <h2 id="troubled">{named.size === 0 ? words.servers : words.otherServers}</h2>
            <ServerRows all={others.slice(0, troubledShown)} />
            {others.length > troubledShown && (
              <p>
                <a href={portal.to('/servers?standing=not-ok')}>{words.allUneasy}</a>
              </p>
            )}
          </section>
        )
      )}
      <div class="columns">
        <Announcements all={data.announcements} />
        <Maintenance all={data.maintenance} />
        <Closed data={data} />
      </div>
    </>
  );
}

const troubledShown = 12;
/** So many fit on a page that is glanced at; of more servers only those that are not OK are shown. */
const fewServers = 20;

/** Their names are asked for once; how they stand comes with every overview. */
function AllServers({ data }: { data: Overview }) {
  const words = useWords(overviewWords);
  const live = useLive(servers({ limit: fewServers }), 0);
  const uneasy = new Map(data.troubled.map((server) => [server.id, server]));
  const calm = (live.data?.items ?? [])
    .filter(({ id }) => !uneasy.has(id))
    .map((server): ServerSummary => ({ ...server, standing: 'ok', troubled: [] }));
  const isComing = live.data === undefined && live.error === undefined;
  const coming = isComing ? data.servers - data.troubled.length : 0;
  if (data.troubled.length + calm.length + coming === 0) return null;
  return (
    <section aria-labelledby="servers" aria-busy={isComing}>
      <h2 id="servers">{words.allServers}</h2>
      <ServerRows all={[...data.troubled, ...calm]} coming={coming} />
    </section>
  );
}

interface ServerRowsProps {
  readonly all: readonly ServerSummary[];
  /** Rows whose place is kept, so that what stands below does not jump when they come. */
  readonly coming?: number;
}

const ServerRows = ({ all, coming = 0 }: ServerRowsProps) => (
  <ul class="rows">
    {all.map((server) => (
      <li key={server.id}>
        <ServerRow server={server} />
      </li>
    ))}
    {Array.from({ length: coming }, (_, place) => (
      <li key={place} aria-hidden="true">
        <ComingServerRow />
      </li>
    ))}
  </ul>
);

/** The one sentence that a worried person came for, and what it rests on. */
function Verdict({ data }: { data: Overview }) {
  const portal = usePortal();
  const words = useWords(overviewWords);
  const shared = useWords(common);
  const { standing, sentence } = verdictOf(data, words, (value) => numberText(value, portal));
  const said = useRef(sentence);
  useEffect(() => {
    if (said.current !== sentence) announce(sentence);
    said.current = sentence;
  }, [sentence]);
  return (
    <section class={`verdict tone-${standing}`} aria-label={words.counts}>
      <StandingMark standing={standing} />
      <div class="verdict-said">
        <p class="verdict-sentence">{sentence}</p>
        <p class="verdict-basis">
          {data.checkedAt === undefined ? (
            words.neverChecked
          ) : (
            <>
              {words.checked} <Ago at={data.checkedAt} />
            </>
          )}
        </p>
      </div>
      <ul class="counts">
        {standings.map((one) => {
          const count = data.counts[one] ?? 0;
          return count === 0 ? null : (
            <li key={one}>
              <a class={`count tone-${one}`} href={portal.to(`/servers?standing=${one}`)}>
                <StandingMark standing={one} />
                <span class="count-number">{numberText(count, portal)}</span>
                <span class="count-word">{shared.standing[one]}</span>
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function verdictOf(
  { servers, counts, openIncidents }: Overview,
  words: (typeof overviewWords)['en'],
  text: (value: number) => string,
): { standing: Standing; sentence: string } {
  const of = (standing: Standing) => counts[standing] ?? 0;
  const troubled = of('critical') + of('warning') + of('unknown');
  const sentence = words.troubled(text(troubled), text(servers));
  if (of('critical') > 0 || openIncidents.some(({ severity }) => severity === 'critical'))
    return { standing: 'critical', sentence };
  if (of('warning') > 0) return { standing: 'warning', sentence };
  if (of('unknown') > 0) return { standing: 'unknown', sentence };
  if (of('confirming') > 0)
    return { standing: 'confirming', sentence: words.confirming(text(of('confirming'))) };
  if (of('ok') < servers) return { standing: 'ok', sentence: words.quiet };
  return { standing: 'ok', sentence: servers === 1 ? words.oneWell : words.allWell(text(servers)) };
}

function Maintenance({ all }: { all: readonly OccurrenceView[] }) {
  const words = useWords(overviewWords);
  const portal = usePortal();
  const now = useNow();
  return (
    <section aria-labelledby="maintenance">
      <h2 id="maintenance">{words.maintenance}</h2>
      {all.length === 0 ? (
        <p class="quiet">{words.noMaintenance}</p>
      ) : (
        <ul class="notes">
          {all.map((one) => (
            <li key={`${one.id} ${one.from}`}>
              <p class="note-head">
                {one.from <= now ? (
                  <span class="standing tone-maintenance">
                    <StandingMark standing="maintenance" />
                    {words.now}
                  </span>
                ) : (
                  <span class="quiet">{words.next}</span>
                )}
                <Span from={one.from} until={one.until} />
              </p>
              <p>{one.reason}</p>
              <p class="quiet">
                {one.scope === 'account'
                  ? words.wholeAccount
                  : one.scope
                      .map(({ server }) => server)
                      .slice(0, 5)
                      .join(', ')}
                {one.scope !== 'account' &&
                  one.scope.length > 5 &&
                  ` ${words.moreAlerts(one.scope.length - 5)}`}
              </p>
            </li>
          ))}
        </ul>
      )}
      <p>
        <a href={portal.to('/maintenance')}>{words.announceMaintenance}</a>
      </p>
    </section>
  );
}

function Announcements({ all }: { all: readonly AnnouncementView[] }) {
  const words = useWords(overviewWords);
  const portal = usePortal();
  return (
    <section aria-labelledby="announcements">
      <h2 id="announcements">{words.announcements}</h2>
      {all.length === 0 ? (
        <p class="quiet">{words.noAnnouncements}</p>
      ) : (
        <ul class="notes">
          {all.map((one) => (
            <li key={one.id}>
              <p class="note-head">
                <span class={`badge badge-${one.kind}`}>{words.kinds[one.kind]}</span>
                <Time at={one.from} />
              </p>
              <p>
                <a href={portal.to('/announcements')}>{one.title[portal.language]}</a>
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Closed({ data }: { data: Overview }) {
  const words = useWords(overviewWords);
  const portal = usePortal();
  return (
    <section aria-labelledby="closed">
      <h2 id="closed">{words.closed}</h2>
      {data.closedIncidents.length === 0 ? (
        <p class="quiet">{words.noClosed}</p>
      ) : (
        <ul class="rows">
          {data.closedIncidents.map((incident) => (
            <IncidentRow key={incident.id} incident={incident} />
          ))}
        </ul>
      )}
      <p>
        <a href={portal.to('/incidents')}>{words.allIncidents}</a>
      </p>
    </section>
  );
}
