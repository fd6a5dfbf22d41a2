import { useState } from 'preact/hooks';
import type { IncidentView } from '../../core/api/incidents.ts';
import { durationText, secondsBetween } from '../format.ts';
import { courseOf } from '../incident-course.ts';
import { useLive } from '../live.ts';
import { Chips } from '../parts/chips.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { StandingMark, StandingTag } from '../parts/mark.tsx';
import { OperatorActions } from '../parts/operator-actions.tsx';
import { Output } from '../parts/output.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Lasting, Time, TimeWithSeconds } from '../parts/time.tsx';
import { usePortal } from '../portal.ts';
import { incident as incidentResource } from '../resources.ts';
import type { PageProps } from '../router.ts';
import { common } from '../words/common.ts';
import { incidentWords } from '../words/incident-words.ts';
import { useWords } from '../words/words.ts';

/** Lines that the API gives at most. */
const timelineMost = 1000;

/** `/incidents/:incident`: what happened, what was done about it, and what happens next. */
export function IncidentPage({ params }: PageProps) {
  const words = useWords(incidentWords);
  const portal = usePortal();
  const id = params.incident ?? '';
  const live = useLive(incidentResource(id));
  const { data } = live;
  const number = /-([0-9]+)$/.exec(id)?.[1] ?? id;
  return (
    <>
      <PageHead
        title={data === undefined ? words.title(number) : `${data.serverName}: ${words.title(number)}`}
        above={[
          { label: words.list.title, href: portal.to('/incidents') },
          ...(data === undefined
            ? []
            : [{ label: data.serverName, href: portal.to(`/servers/${encodeURIComponent(data.server)}`) }]),
        ]}
      />
      <Loaded live={live}>{(view) => <Shown incident={view} onDone={live.refresh} />}</Loaded>
    </>
  );
}

interface ShownProps {
  readonly incident: IncidentView;
  readonly onDone: () => void;
}

function Shown({ incident, onDone }: ShownProps) {
  const words = useWords(incidentWords);
  const { isOperator } = usePortal();
  return (
    <>
      <Now incident={incident} />
      {isOperator && incident.state === 'open' && (
        <section class="stack" aria-labelledby="actions">
          <h2 id="actions">{words.actions}</h2>
          <OperatorActions incident={incident} onDone={onDone} />
        </section>
      )}
      <div class="columns">
        <Alerts incident={incident} />
        <Course incident={incident} />
      </div>
      <Timeline incident={incident} />
      <Collected incident={incident} />
      <Mails incident={incident} />
      {isOperator && <Executions incident={incident} />}
    </>
  );
}

/** What goes on at this moment, in one sentence, before everything else. */
function Now({ incident }: { incident: IncidentView }) {
  const words = useWords(incidentWords);
  const shared = useWords(common);
  const portal = usePortal();
  const isOpen = incident.state === 'open';
  const standing = isOpen ? incident.severity : 'ok';
  const end = incident.closedAt ?? incident.openedAt;
  const facts: readonly (readonly [string, preact.ComponentChildren])[] = [
    [words.began, <Time key="began" at={incident.failingSince} />],
    isOpen
      ? [words.lasting, <Lasting key="lasting" from={incident.failingSince} />]
      : [words.lasted, durationText(secondsBetween(incident.failingSince, end), portal)],
    [words.plan, shared.plan[incident.plan]],
    ...(isOpen || incident.acknowledgedBy !== undefined
      ? ([[words.onIt, incident.acknowledgedBy ?? words.nobody]] as const)
      : []),
  ];
  return (
    <section class={`incident-now tone-${standing}`} aria-label={shared.stage[incident.stage]}>
      <StandingMark standing={standing} />
      <div class="incident-now-said">
        <p class="incident-stage">{shared.stage[incident.stage]}</p>
        <p>{words.next[incident.stage]}</p>
        <dl class="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  );
}

function Alerts({ incident: { alerts, server } }: { incident: IncidentView }) {
  const words = useWords(incidentWords);
  const portal = usePortal();
  return (
    <section class="stack" aria-labelledby="alerts">
      <h2 id="alerts">{words.alerts}</h2>
      <ul class="notes">
        {alerts.map((alert) => (
          <li key={alert.key}>
            <p class="note-head">
              <StandingTag standing={alert.wellAt === undefined ? alert.severity : 'ok'} />
              <a
                href={portal.to(
                  `/servers/${encodeURIComponent(server)}/monitors/${encodeURIComponent(alert.monitor)}`,
                )}
              >
                {alert.monitor}
              </a>
            </p>
            <p>{alert.summary[portal.language]}</p>
            {alert.wellAt !== undefined && alert.wellSummary !== undefined && (
              <p class="quiet">{alert.wellSummary[portal.language]}</p>
            )}
            <p class="quiet">
              {words.failingSince} <Time at={alert.failingSince} />
              {' · '}
              {alert.wellAt === undefined ? (
                words.stillFailing
              ) : (
                <>
                  {words.recoveredAt} <Time at={alert.wellAt} />
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
      <p>
        <a href={portal.to(`/servers/${encodeURIComponent(server)}`)}>{words.graphs}</a>
      </p>
    </section>
  );
}

function Course({ incident }: { incident: IncidentView }) {
  const words = useWords(incidentWords);
  const portal = usePortal();
  return (
    <section class="stack" aria-labelledby="course">
      <h2 id="course">{words.course}</h2>
      <ol class="course">
        {courseOf(incident).map(({ step, at }) => (
          <li key={step} class={`course-${step}`}>
            <span class="course-step">{words.steps[step]}</span>
            <span class="course-at">
              <TimeWithSeconds at={at} />
              {step !== 'failed' && (
                <span class="quiet">
                  {' '}
                  {words.after(durationText(secondsBetween(incident.failingSince, at), portal))}
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Timeline({ incident: { timeline } }: { incident: IncidentView }) {
  const words = useWords(incidentWords);
  const portal = usePortal();
  const [order, setOrder] = useState('oldest');
  const entries = order === 'oldest' ? timeline : timeline.toReversed();
  return (
    <section class="stack" aria-labelledby="timeline">
      <div class="page-head-line">
        <h2 id="timeline">{words.timeline}</h2>
        {timeline.length > 5 && (
          <Chips
            label={words.timeline}
            choices={[
              { id: 'oldest', name: words.oldestFirst },
              { id: 'newest', name: words.newestFirst },
            ]}
            chosen={order}
            choose={setOrder}
          />
        )}
      </div>
      {timeline.length === 0 && <p class="quiet">{words.noTimeline}</p>}
      {timeline.length >= timelineMost && <p class="quiet">{words.cutTimeline}</p>}
      <ol class="timeline">
        {entries.map(({ key, at, kind, summary, by, command }) => (
          <li key={key} class={`timeline-entry timeline-${kind}`}>
            <span class="timeline-at">
              <TimeWithSeconds at={at} />
            </span>
            <div class="timeline-said">
              <p class="timeline-head">
                <span class="timeline-kind">{words.kinds[kind]}</span>
                {by !== undefined && <span class="quiet">{words.by(by)}</span>}
              </p>
              <p>{summary[portal.language]}</p>
              {command !== undefined && (
                <>
                  <p class="quiet">{words.runbook(command.runbook, command.version)}</p>
                  <Output
                    line={command.line}
                    exitCode={command.exitCode}
                    output={command.output}
                    truncated={command.truncated}
                  />
                </>
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What was seen on the server before each mail; that of the newest one is open. */
function Collected({ incident: { evidence } }: { incident: IncidentView }) {
  const words = useWords(incidentWords);
  const { language } = usePortal();
  return (
    <section class="stack" aria-labelledby="evidence">
      <h2 id="evidence">{words.evidence}</h2>
      {evidence.length === 0 && <p class="quiet">{words.noEvidence}</p>}
      {evidence.toReversed().map(({ number, at, status, reason, sections }, place) => (
        <details class="evidence" key={number} open={place === 0}>
          <summary>
            {words.evidenceFor(number)}{' '}
            <span class="quiet">
              <Time at={at} /> · {words.evidenceStatus[status]}
            </span>
          </summary>
          {reason !== undefined && <p class="quiet">{reason[language]}</p>}
          {sections.map(({ title, command, exitCode, output, truncated }) => (
            <Output
              key={`${command} ${title.en}`}
              title={title[language]}
              line={command}
              exitCode={exitCode}
              output={output}
              truncated={truncated}
            />
          ))}
        </details>
      ))}
    </section>
  );
}

function Mails({ incident: { mails } }: { incident: IncidentView }) {
  const words = useWords(incidentWords);
  const columns: readonly Column<IncidentView['mails'][number]>[] = [
    { head: words.mailSubject, cell: ({ subject }) => subject },
    { head: words.mailTo, cell: ({ to }) => to },
    { head: words.mailAt, cell: ({ at }) => <Time at={at} /> },
    { head: words.mailState, cell: ({ state }) => words.mailStates[state] ?? state },
  ];
  return (
    <section class="stack" aria-labelledby="mails">
      <h2 id="mails">{words.mails}</h2>
      {mails.length === 0 ? (
        <p class="quiet">{words.noMails}</p>
      ) : (
        <Table
          label={words.mails}
          columns={columns}
          items={mails}
          keyOf={({ at, to, subject }) => `${at} ${to} ${subject}`}
        />
      )}
    </section>
  );
}

function Executions({ incident: { executions = [] } }: { incident: IncidentView }) {
  const words = useWords(incidentWords);
  if (executions.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="executions">
      <h2 id="executions">{words.executions}</h2>
      <Table
        label={words.executions}
        columns={[
          { head: words.execution, cell: ({ name, url }) => <a href={url}>{name}</a> },
          { head: words.step, cell: ({ step, status }) => step ?? status },
        ]}
        items={executions}
        keyOf={({ name, machine }) => `${machine} ${name}`}
      />
    </section>
  );
}
