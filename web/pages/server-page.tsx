import type { MonitorView, ServerView } from '../../core/api/servers.ts';
import { useNow } from '../clock.ts';
import { GraphBoard } from '../graph/graph-board.tsx';
import { latestFigures } from '../graph/latest-figures.ts';
import { valueLabel } from '../graph/value-label.ts';
import { useLive } from '../live.ts';
import { IncidentRow } from '../parts/incident-row.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { StandingMark, StandingTag } from '../parts/mark.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Ago, Lasting, Span, Time } from '../parts/time.tsx';
import { usePortal } from '../portal.ts';
import { server as serverResource } from '../resources.ts';
import type { PageProps } from '../router.ts';
import { standings } from '../standings.ts';
import { common } from '../words/common.ts';
import { graphWords } from '../words/graph-words.ts';
import { serverWords } from '../words/server-words.ts';
import { useWords } from '../words/words.ts';

/** `/servers/:server`: how a server is, what is measured on it, and what happened to it. */
export function ServerPage({ params }: PageProps) {
  const words = useWords(serverWords);
  const shared = useWords(common);
  const portal = usePortal();
  const id = params.server ?? '';
  const live = useLive(serverResource(id));
  const { data } = live;
  return (
    <>
      <PageHead
        title={data?.name ?? id}
        above={[{ label: words.servers, href: portal.to('/servers') }]}
        beside={data !== undefined && <StandingTag standing={data.standing} />}
        lead={
          data !== undefined && (
            <>
              {data.address} · {shared.plan[data.plan]}
            </>
          )
        }
      />
      <Loaded live={live}>{(server) => <Shown server={server} />}</Loaded>
    </>
  );
}

function Shown({ server }: { server: ServerView }) {
  const words = useWords(serverWords);
  return (
    <>
      <OpenIncident server={server} />
      <section class="stack" aria-labelledby="monitors">
        <h2 id="monitors">{words.monitors}</h2>
        {server.monitors.length === 0 ? (
          <p class="quiet">{words.noMonitors}</p>
        ) : (
          <Monitors server={server.id} monitors={server.monitors} />
        )}
      </section>
      <GraphBoard server={server.id} />
      <div class="columns">
        <Incidents server={server} />
        <Maintenance server={server} />
        <Access server={server} />
      </div>
    </>
  );
}

/** What is wrong now comes before everything else. */
function OpenIncident({ server }: { server: ServerView }) {
  const words = useWords(serverWords);
  const shared = useWords(common);
  const portal = usePortal();
  const open = server.incidents.find(({ id }) => id === server.incident);
  if (server.incident === undefined) return null;
  const standing = open?.severity ?? 'critical';
  return (
    <section class={`banner tone-${standing}`} aria-labelledby="open-incident">
      <StandingMark standing={standing} />
      <div>
        <h2 id="open-incident">
          {words.openIncident}
          {open !== undefined && (
            <span class="banner-beside">
              {shared.stage[open.stage]} · <Lasting from={open.failingSince} />
            </span>
          )}
        </h2>
        {open?.alerts.slice(0, 3).map((alert) => (
          <p key={alert.key}>
            {alert.monitor}: {alert.summary[portal.language]}
          </p>
        ))}
        <p>
          <a href={portal.to(`/incidents/${encodeURIComponent(server.incident)}`)}>
            {words.openIncidentMore}
          </a>
        </p>
      </div>
    </section>
  );
}

function Monitors({ server, monitors }: { server: string; monitors: readonly MonitorView[] }) {
  const words = useWords(serverWords);
  const portal = usePortal();
  // The worst first, then by what is worked on first.
  const inOrder = monitors.toSorted(
    (a, b) => standings.indexOf(a.standing) - standings.indexOf(b.standing) || a.priority - b.priority,
  );
  return (
    <table class="monitors">
      <thead>
        <tr>
          <th scope="col">{words.standing}</th>
          <th scope="col">{words.monitor}</th>
          <th scope="col">{words.latest}</th>
          <th scope="col">{words.since}</th>
        </tr>
      </thead>
      <tbody>
        {inOrder.map((monitor) => (
          <tr key={monitor.id}>
            <td>
              <StandingTag standing={monitor.standing} />
            </td>
            <th scope="row">
              <a
                href={portal.to(
                  `/servers/${encodeURIComponent(server)}/monitors/${encodeURIComponent(monitor.id)}`,
                )}
              >
                {monitor.id}
              </a>
              <span class="quiet">
                {words.checks[monitor.check] ?? monitor.check} · {monitor.target}
              </span>
              <Note monitor={monitor} />
            </th>
            <td class="monitor-latest">
              <Latest monitor={monitor} />
            </td>
            <td class={monitor.since === undefined ? 'monitor-since monitor-never' : 'monitor-since'}>
              {monitor.since === undefined ? (
                <span class="quiet">{words.neverFailed}</span>
              ) : (
                <Time at={monitor.since} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Why a monitor is not well, or not acted on. */
function Note({ monitor: { standing, summary, pause } }: { monitor: MonitorView }) {
  const words = useWords(serverWords);
  const { language } = usePortal();
  if (standing === 'paused' && pause !== undefined)
    return (
      <span class="monitor-note">
        {words.pause.by[pause.by]}: {pause.reason}
        {pause.until !== undefined && (
          <>
            {' '}
            ({words.pause.until} <Time at={pause.until} />)
          </>
        )}
      </span>
    );
  if (standing === 'ok' || summary === undefined) return null;
  return <span class="monitor-note">{summary[language]}</span>;
}

function Latest({ monitor: { latest, check, id } }: { monitor: MonitorView }) {
  const words = useWords(serverWords);
  const ofGraphs = useWords(graphWords);
  const { language } = usePortal();
  if (latest === undefined) return <span class="quiet">{words.notMeasured}</span>;
  const figures = latestFigures(latest.values, language);
  return (
    <>
      {figures.map(({ name, text }) => (
        <span class="monitor-figure" key={name}>
          {text}{' '}
          {(figures.length > 1 || name.includes(':')) && (
            <span class="quiet">
              {valueLabel({ name, monitor: id, needsMonitor: false }, { subject: 'other' }, ofGraphs)}
            </span>
          )}
        </span>
      ))}
      <span class="quiet monitor-at">
        <Ago at={latest.at} />
        {figures.length === 0 && check !== 'heartbeat' && ` · ${ofGraphs.cursor.none}`}
      </span>
    </>
  );
}

function Incidents({ server }: { server: ServerView }) {
  const words = useWords(serverWords);
  const portal = usePortal();
  return (
    <section class="stack" aria-labelledby="incidents">
      <h2 id="incidents">{words.incidents}</h2>
      {server.incidents.length === 0 ? (
        <p class="quiet">{words.noIncidents}</p>
      ) : (
        <ul class="rows">
          {server.incidents.slice(0, 6).map((incident) => (
            <IncidentRow key={incident.id} incident={incident} />
          ))}
        </ul>
      )}
      <p>
        <a href={portal.to(`/incidents?server=${encodeURIComponent(server.id)}`)}>{words.allIncidents}</a>
      </p>
    </section>
  );
}

function Maintenance({ server }: { server: ServerView }) {
  const words = useWords(serverWords);
  const portal = usePortal();
  const now = useNow();
  return (
    <section class="stack" aria-labelledby="maintenance">
      <h2 id="maintenance">{words.maintenance}</h2>
      {server.maintenance.length === 0 ? (
        <p class="quiet">{words.noMaintenance}</p>
      ) : (
        <ul class="notes">
          {server.maintenance.map((one) => (
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
            </li>
          ))}
        </ul>
      )}
      <p>
        <a href={portal.to(`/maintenance/new?server=${encodeURIComponent(server.id)}`)}>{words.announce}</a>
      </p>
    </section>
  );
}

function Access({ server: { access } }: { server: ServerView }) {
  const words = useWords(serverWords);
  const { language } = usePortal();
  return (
    <section class="stack" aria-labelledby="access">
      <h2 id="access">{words.access}</h2>
      {access === undefined ? (
        <p class="quiet">{words.accessNever}</p>
      ) : (
        <>
          <p class={`standing-line tone-${access.isWell ? 'ok' : 'warning'}`}>
            <StandingMark standing={access.isWell ? 'ok' : 'warning'} />
            <span>{access.isWell ? words.accessWell : words.accessLacks}</span>
          </p>
          {access.findings.length > 0 && (
            <ul class="notes">
              {access.findings.map(({ what, mend }) => (
                <li key={what.en}>
                  <p>{what[language]}</p>
                  {mend !== undefined && (
                    <p class="quiet">
                      {words.mend}: {mend[language]}
                    </p>
                  )}
                </li>
              ))}
            </ul>
          )}
          <p class="quiet">
            {words.accessChecked} <Ago at={access.at} />
          </p>
        </>
      )}
    </section>
  );
}
