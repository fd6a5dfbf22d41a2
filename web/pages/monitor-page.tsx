import { useState } from 'preact/hooks';
import type { BoundView, MonitorView, ServerView } from '../../core/api/servers.ts';
import { now } from '../clock.ts';
import { GraphBoard } from '../graph/graph-board.tsx';
import { unitOf, valueText } from '../graph/unit.ts';
import { useLive } from '../live.ts';
import { announce } from '../parts/announcer.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Refusal } from '../parts/failure.tsx';
import { IncidentRow } from '../parts/incident-row.tsx';
import { Empty, Loaded } from '../parts/loaded.tsx';
import { StandingMark, StandingTag } from '../parts/mark.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Time } from '../parts/time.tsx';
import { usePortal } from '../portal.ts';
import { monitorPause, server as serverResource } from '../resources.ts';
import type { PageProps } from '../router.ts';
import { common } from '../words/common.ts';
import { type GraphWords, graphWords } from '../words/graph-words.ts';
import { serverWords } from '../words/server-words.ts';
import { useWords } from '../words/words.ts';

/** `/servers/:server/monitors/:monitor`: one monitored item, large. */
export function MonitorPage({ params }: PageProps) {
  const words = useWords(serverWords);
  const portal = usePortal();
  const [serverId, id] = [params.server ?? '', params.monitor ?? ''];
  const live = useLive(serverResource(serverId));
  const monitor = live.data?.monitors.find((one) => one.id === id);
  const ofServer = portal.to(`/servers/${encodeURIComponent(serverId)}`);
  return (
    <>
      <PageHead
        title={id}
        above={[
          { label: words.servers, href: portal.to('/servers') },
          { label: live.data?.name ?? serverId, href: ofServer },
        ]}
        beside={monitor !== undefined && <StandingTag standing={monitor.standing} />}
        lead={
          monitor !== undefined && (
            <>
              {words.checks[monitor.check] ?? monitor.check} · {monitor.target}
            </>
          )
        }
      />
      <Loaded live={live}>
        {(server) =>
          monitor === undefined ? (
            <Empty title={words.noMonitor}>
              <p>{words.noMonitorBody}</p>
              <a href={ofServer}>{words.backToServer}</a>
            </Empty>
          ) : (
            <Shown server={server} monitor={monitor} refresh={live.refresh} />
          )
        }
      </Loaded>
    </>
  );
}

interface ShownProps {
  readonly server: ServerView;
  readonly monitor: MonitorView;
  readonly refresh: () => void;
}

function Shown({ server, monitor, refresh }: ShownProps) {
  const words = useWords(serverWords);
  const portal = usePortal();
  const incidents = server.incidents.filter(({ alerts }) =>
    alerts.some((alert) => alert.monitor === monitor.id),
  );
  return (
    <>
      {monitor.standing !== 'ok' && monitor.summary !== undefined && (
        <section class={`banner tone-${monitor.standing}`} aria-label={words.lastChange}>
          <StandingMark standing={monitor.standing} />
          <div>
            <p>{monitor.summary[portal.language]}</p>
            {monitor.since !== undefined && (
              <p class="quiet">
                {words.since}: <Time at={monitor.since} />
              </p>
            )}
            {server.incident !== undefined && incidents.some(({ id }) => id === server.incident) && (
              <p>
                <a href={portal.to(`/incidents/${encodeURIComponent(server.incident)}`)}>
                  {words.openIncidentMore}
                </a>
              </p>
            )}
          </div>
        </section>
      )}
      <Pause server={server.id} monitor={monitor} refresh={refresh} />
      {/* A job that reports measures nothing. */}
      {(monitor.check !== 'heartbeat' || monitor.latest !== undefined) && (
        <GraphBoard server={server.id} monitor={monitor.id} />
      )}
      <div class="columns">
        <Settings monitor={monitor} />
        {monitor.heartbeatUrl !== undefined && <Heartbeat url={monitor.heartbeatUrl} />}
        <section class="stack" aria-labelledby="incidents">
          <h2 id="incidents">{words.incidents}</h2>
          {incidents.length === 0 ? (
            <p class="quiet">{words.noIncidents}</p>
          ) : (
            <ul class="rows">
              {incidents.slice(0, 6).map((incident) => (
                <IncidentRow key={incident.id} incident={incident} />
              ))}
            </ul>
          )}
        </section>
      </div>
    </>
  );
}

/** Every setting as a sentence's end. */
function Settings({ monitor }: { monitor: MonitorView }) {
  const words = useWords(serverWords);
  const ofGraphs = useWords(graphWords);
  const { language } = usePortal();
  const { intervalMinutes } = monitor;
  return (
    <section class="stack" aria-labelledby="settings">
      <h2 id="settings">{words.settings}</h2>
      <dl class="settings-list">
        <dt>{words.what}</dt>
        <dd>{monitor.target}</dd>
        <dt>{words.class}</dt>
        <dd>{words.classes[monitor.class]}</dd>
        <dt>{words.interval}</dt>
        <dd>{intervalMinutes === 1440 ? words.daily : words.minutes(intervalMinutes)}</dd>
        <dt>{words.bounds}</dt>
        <dd>
          {monitor.bounds.length === 0 ? (
            words.noBounds
          ) : (
            <ul>
              {monitor.bounds.map((bound) => (
                <li key={JSON.stringify(bound)}>{boundText(bound, ofGraphs, language)}</li>
              ))}
            </ul>
          )}
        </dd>
        <dt>{words.priority}</dt>
        <dd>{words.priorityMeans(monitor.priority)}</dd>
        {monitor.service !== undefined && (
          <>
            <dt>{words.service}</dt>
            <dd>
              <code>{monitor.service}</code>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function boundText({ value, level, from, to }: BoundView, words: GraphWords, language: string): string {
  const [kind = '', ...rest] = value.split(':');
  const name = [words.values[kind] ?? kind, ...rest].join(' ');
  const say = (limit: number) => valueText(limit, unitOf(value), language);
  if (from !== undefined && to !== undefined && from <= to)
    return `${name}: ${words.bound.inside(words.bound[level], say(from), say(to))}`;
  const sides = [
    ...(from === undefined ? [] : [words.bound.above(words.bound[level], say(from))]),
    ...(to === undefined ? [] : [words.bound.below(words.bound[level], say(to))]),
  ];
  return `${name}: ${sides.join(', ')}`;
}

function Heartbeat({ url }: { url: string }) {
  const words = useWords(serverWords);
  return (
    <section class="stack" aria-labelledby="heartbeat">
      <h2 id="heartbeat">{words.heartbeat.title}</h2>
      <p>{words.heartbeat.how}</p>
      <p class="copied">
        <code>{url}</code>
        <CopyButton text={url} label={words.heartbeat.copy} />
      </p>
      <p class="quiet">{words.heartbeat.example}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <pre tabIndex={0}>{`curl -fsS -m 10 --retry 5 '${url}'`}</pre>
    </section>
  );
}

const pauseHours = [1, 4, 12, 24, 72, 168];

interface PauseProps {
  readonly server: string;
  readonly monitor: MonitorView;
  readonly refresh: () => void;
}

/** Who paused the monitor and why; operators pause and resume it here. */
function Pause({ server, monitor: { id, pause, standing }, refresh }: PauseProps) {
  const words = useWords(serverWords);
  const shared = useWords(common);
  const { api, isOperator } = usePortal();
  const [reason, setReason] = useState('');
  const [hours, setHours] = useState(4);
  const [isBusy, setBusy] = useState(false);
  const [isMissing, setMissing] = useState(false);
  const [error, setError] = useState<Error>();
  const isPaused = pause !== undefined && standing === 'paused';
  if (!isPaused && !isOperator) return null;

  const send = async (deed: Parameters<typeof api.send>[1], said: string) => {
    setBusy(true);
    setError(undefined);
    try {
      await api.send(monitorPause(server, id), deed);
      announce(said);
      setReason('');
      refresh();
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)));
    } finally {
      setBusy(false);
    }
  };
  const start = (event: SubmitEvent) => {
    event.preventDefault();
    setMissing(reason.trim() === '');
    if (reason.trim() === '') return;
    const body = {
      reason: reason.trim(),
      until: new Date(Date.parse(now()) + hours * 3_600_000).toISOString(),
    };
    void send({ method: 'PUT', body }, words.pause.paused);
  };

  if (isPaused)
    return (
      <section class="banner tone-paused" aria-labelledby="paused">
        <StandingMark standing="paused" />
        <div>
          <h2 id="paused">
            {words.pause.title}
            <span class="banner-beside">
              {words.pause.by[pause.by]} ·{' '}
              {pause.until === undefined ? (
                pause.by === 'escalation' ? (
                  words.pause.untilWell
                ) : (
                  words.pause.openEnd
                )
              ) : (
                <>
                  {words.pause.until} <Time at={pause.until} />
                </>
              )}
            </span>
          </h2>
          <p>{pause.reason}</p>
          <p class="quiet">{words.pause.means}</p>
          {isOperator && (
            <p>
              <button
                type="button"
                class="button button-plain button-small"
                disabled={isBusy}
                onClick={() => void send({ method: 'DELETE' }, words.pause.resumed)}
              >
                {isBusy ? shared.act.working : words.pause.resume}
              </button>
            </p>
          )}
          {error !== undefined && <Refusal error={error} />}
        </div>
      </section>
    );
  return (
    <details class="pause-act">
      <summary>{words.pause.act}</summary>
      <form class="inline-form" onSubmit={start} noValidate>
        <label>
          {words.pause.reason}
          <input
            type="text"
            maxLength={300}
            value={reason}
            aria-invalid={isMissing}
            aria-describedby={isMissing ? 'pause-missing' : undefined}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <label>
          {words.pause.for}
          <select value={hours} onChange={(event) => setHours(Number(event.currentTarget.value))}>
            {pauseHours.map((count) => (
              <option key={count} value={count}>
                {words.pause.hours(count)}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button" disabled={isBusy}>
          {isBusy ? shared.act.working : words.pause.send}
        </button>
        {isMissing && (
          <p class="range-fault" id="pause-missing" role="alert">
            {words.pause.reasonMissing}
          </p>
        )}
        {error !== undefined && <Refusal error={error} />}
      </form>
    </details>
  );
}
