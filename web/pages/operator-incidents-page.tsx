import { useState } from 'preact/hooks';
import type { IncidentSummary } from '../../core/api/incidents.ts';
import { useLive } from '../live.ts';
import { usePages } from '../pages-of-list.ts';
import { IncidentRow } from '../parts/incident-row.tsx';
import { Empty, Loaded } from '../parts/loaded.tsx';
import { OperatorActions } from '../parts/operator-actions.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { incidentOfAccount, operatorIncidents } from '../resources.ts';
import { operatorWords } from '../words/operator-words.ts';
import { useWords } from '../words/words.ts';

/** `/operator`: the open incidents of all accounts, and what can be done on each. */
export function OperatorIncidentsPage() {
  const { incidents: words } = useWords(operatorWords);
  const pages = usePages((cursor) => operatorIncidents(cursor === undefined ? {} : { cursor }));
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Loaded live={pages.first}>
        {() =>
          pages.items.length === 0 ? (
            <Empty title={words.none}>
              <p>{words.noneBody}</p>
            </Empty>
          ) : (
            <ul class="work">
              {pages.items.map((incident) => (
                <WorkItem key={incident.id} incident={incident} onDone={pages.first.refresh} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}

interface WorkItemProps {
  readonly incident: IncidentSummary;
  readonly onDone: () => void;
}

function WorkItem({ incident, onDone }: WorkItemProps) {
  const { incidents: words } = useWords(operatorWords);
  const [isOpen, setOpen] = useState(false);
  const by = incident.acknowledgedBy;
  return (
    <li class="work-item">
      <ul class="rows">
        <IncidentRow incident={incident} isAccountNamed />
      </ul>
      <div class="work-foot">
        <span class="quiet">{by === undefined ? words.nobody : words.acknowledgedBy(by)}</span>
        <button
          type="button"
          class="button button-plain button-small"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {words.act}
          <span class="visually-hidden">
            {' '}
            {incident.account} / {incident.serverName}
          </span>
        </button>
      </div>
      {isOpen && <WorkDetail incident={incident} onDone={onDone} />}
    </li>
  );
}

function WorkDetail({ incident, onDone }: WorkItemProps) {
  const { incidents: words, workflows: workflowWords } = useWords(operatorWords);
  const live = useLive(incidentOfAccount(incident.account, incident.id));
  return (
    <div class="work-detail">
      <Loaded live={live}>
        {(view) => (
          <>
            <section aria-label={words.actions}>
              <OperatorActions
                incident={view}
                onDone={() => {
                  live.refresh();
                  onDone();
                }}
              />
            </section>
            {(view.executions ?? []).length > 0 && (
              <section>
                <h2 class="small-head">{words.executions}</h2>
                <ul class="steps">
                  {view.executions?.map(({ name, step, status, url }) => (
                    <li key={name}>
                      <a href={url}>{name}</a>{' '}
                      <span class="quiet">{step ?? workflowWords.statuses[status] ?? status}</span>
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </>
        )}
      </Loaded>
    </div>
  );
}
