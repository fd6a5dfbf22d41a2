import type { IncidentSummary } from '../../core/api/incidents.ts';
import type { Standing } from '../../core/standing.ts';
import { durationText, secondsBetween } from '../format.ts';
import { usePortal } from '../portal.ts';
import { common } from '../words/common.ts';
import { overviewWords } from '../words/overview-words.ts';
import { useWords } from '../words/words.ts';
import { StandingMark } from './mark.tsx';
import { Lasting, Time } from './time.tsx';

interface IncidentRowProps {
  readonly incident: IncidentSummary;
  /** Named where incidents of several accounts stand together. */
  readonly isAccountNamed?: boolean;
}

/** One incident as an entry of a list. */
export const IncidentRow = (props: IncidentRowProps) => (
  <li>
    <IncidentLine {...props} />
  </li>
);

/** One incident: which server, what fails, and what is being done now. */
export function IncidentLine({ incident, isAccountNamed = false }: IncidentRowProps) {
  const portal = usePortal();
  const words = useWords(common);
  const own = useWords(overviewWords);
  const isOpen = incident.state === 'open';
  const [first, ...others] = incident.alerts;
  const path = `/incidents/${encodeURIComponent(incident.id)}`;
  const href =
    portal.isOperator && portal.account === undefined
      ? `/accounts/${encodeURIComponent(incident.account)}${path}`
      : portal.to(path);
  return (
    <a class="row" href={href}>
      <StandingMark standing={isOpen ? standingOf(incident) : 'ok'} />
      <span class="row-main">
        <span class="row-title">
          {isAccountNamed && <span class="quiet">{incident.account} / </span>}
          {incident.serverName}
          <span class="visually-hidden">
            {' '}
            {isOpen ? words.standing[standingOf(incident)] : words.stage.closed}
          </span>
        </span>
        {first !== undefined && (
          <span class="row-text">
            <span class="row-monitor">{first.monitor}</span> {first.summary[portal.language]}
            {others.length > 0 && <span class="quiet"> {own.moreAlerts(others.length)}</span>}
          </span>
        )}
        {isOpen && <span class={`stage stage-${incident.stage}`}>{words.stage[incident.stage]}</span>}
      </span>
      <span class="row-end">
        {isOpen ? (
          <>
            <Lasting from={incident.failingSince} />
            <span class="quiet">{words.priority(incident.priority)}</span>
          </>
        ) : (
          <>
            <Time at={incident.closedAt ?? incident.openedAt} />
            <span class="quiet">
              {own.lasted(
                durationText(
                  secondsBetween(incident.failingSince, incident.closedAt ?? incident.openedAt),
                  portal,
                ),
              )}
            </span>
          </>
        )}
      </span>
    </a>
  );
}

const standingOf = ({ severity }: IncidentSummary): Standing => severity;
