import { useState } from 'preact/hooks';
import { actionEffect, actionName, refusalTexts } from '../../core/action/action-words.ts';
import type { IncidentView } from '../../core/api/incidents.ts';
import type { ActionKind } from '../../core/incident/operator-deed.ts';
import { ApiError } from '../api.ts';
import { usePortal } from '../portal.ts';
import { incidentActions } from '../resources.ts';
import { operatorWords } from '../words/operator-words.ts';
import { useWords } from '../words/words.ts';
import { announce } from './announcer.tsx';
import { Dialog, Field } from './dialog.tsx';

interface Offered {
  readonly action: ActionKind;
  /** The alert and runbook, or the monitor, that it is about. */
  readonly subject: string;
}

const kinds: readonly ActionKind[] = [
  'acknowledge',
  'run-runbook',
  'escalate',
  'skip-calls',
  'pause',
  'resume',
  'resolve',
];
/** They cannot be taken back, or wake somebody. */
const dangerous: readonly ActionKind[] = ['escalate', 'skip-calls', 'resolve', 'run-runbook'];

interface OperatorActionsProps {
  readonly incident: Pick<IncidentView, 'id' | 'actions'>;
  /** Something was done: what is shown is no longer so. */
  readonly onDone: () => void;
}

/** What an operator can do on an incident now, each asked for before it is done. */
export function OperatorActions({ incident, onDone }: OperatorActionsProps) {
  const { incidents: words } = useWords(operatorWords);
  const { language } = usePortal();
  const [chosen, setChosen] = useState<Offered>();
  const offered = (incident.actions ?? []).flatMap(({ action, subject }) => {
    const kind = kinds.find((one) => one === action);
    return kind === undefined ? [] : [{ action: kind, subject }];
  });
  if (offered.length === 0) return <p class="quiet">{words.noActions}</p>;
  return (
    <>
      <ul class="action-list">
        {offered.map((one) => (
          <li key={`${one.action} ${one.subject}`}>
            <button type="button" class="button button-plain button-small" onClick={() => setChosen(one)}>
              {actionName(one.action, one.subject)[language]}
            </button>
          </li>
        ))}
      </ul>
      {chosen !== undefined && (
        <ActionDialog
          incident={incident.id}
          offered={chosen}
          close={() => setChosen(undefined)}
          onDone={onDone}
        />
      )}
    </>
  );
}

interface ActionDialogProps {
  readonly incident: string;
  readonly offered: Offered;
  readonly close: () => void;
  readonly onDone: () => void;
}

function ActionDialog({ incident, offered: { action, subject }, close, onDone }: ActionDialogProps) {
  const { incidents: words } = useWords(operatorWords);
  const { api, language } = usePortal();
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  // One key for the dialog: a second try after a lost answer does nothing twice.
  const [key] = useState(() => crypto.randomUUID());
  const name = actionName(action, subject)[language];
  const act = async () => {
    const body = bodyOf({ action, subject }, until, reason);
    await api.send(incidentActions(incident), { method: 'POST', body, key }).catch((error: unknown) => {
      throw spoken(error, language);
    });
    announce(words.done(name));
    onDone();
  };
  return (
    <Dialog
      title={name}
      effect={actionEffect(action, subject)[language]}
      deed={name}
      isDangerous={dangerous.includes(action)}
      act={act}
      close={close}
    >
      {action === 'pause' && (
        <>
          <Field label={words.until} hint={words.untilHint}>
            {(id, hintId) => (
              <input
                id={id}
                aria-describedby={hintId}
                type="datetime-local"
                required
                value={until}
                onInput={({ currentTarget }) => setUntil(currentTarget.value)}
              />
            )}
          </Field>
          <Field label={words.reason} hint={words.reasonHint}>
            {(id, hintId) => (
              <input
                id={id}
                aria-describedby={hintId}
                required
                maxLength={150}
                value={reason}
                onInput={({ currentTarget }) => setReason(currentTarget.value)}
              />
            )}
          </Field>
        </>
      )}
    </Dialog>
  );
}

function bodyOf({ action, subject }: Offered, until: string, reason: string): object {
  const [alert, runbook] = subject.split('/');
  if (action === 'run-runbook') return { action, alert, runbook };
  if (action === 'pause')
    return { action, monitor: subject, until: new Date(until).toISOString(), reason: reason.trim() };
  if (action === 'resume') return { action, monitor: subject };
  return { action };
}

/** A refusal in the reader's language, where the API names the rule. */
function spoken(error: unknown, language: 'ja' | 'en'): unknown {
  if (!(error instanceof ApiError) || error.problem?.reason === undefined) return error;
  const { reason } = error.problem;
  const text = Object.entries(refusalTexts).find(([name]) => name === reason)?.[1];
  if (text === undefined) return error;
  return new ApiError(error.message, {
    status: 409,
    problem: { ...error.problem, errors: [], detail: text[language] },
  });
}
