import { useRef, useState } from 'preact/hooks';
import type { Problem } from '../../core/api/problem.ts';
import { fromField, offsetMs, toField } from '../../core/calendar/wall-clock.ts';
import type { Maintenance, MaintenanceRequest } from '../../core/maintenance/maintenance.ts';
import { ApiError } from '../api.ts';
import { now, useNow } from '../clock.ts';
import { durationText, zoneName } from '../format.ts';
import { Chips } from '../parts/chips.tsx';
import { Refusal } from '../parts/failure.tsx';
import { usePortal } from '../portal.ts';
import { common } from '../words/common.ts';
import { maintenanceWords } from '../words/maintenance-words.ts';
import { useWords } from '../words/words.ts';
import { FaultField, Faults, type Told } from './fault-field.tsx';
import { Meaning } from './meaning.tsx';
import { periodText, recurrenceText, wholeDay } from './period-text.ts';
import { RecurrenceFields } from './recurrence-fields.tsx';
import {
  type Drafted,
  drafted,
  type MaintenanceForm as Form,
  type FaultField as Place,
  placeOf,
} from './request-form.ts';
import { ServerChoice } from './server-choice.tsx';

interface MaintenanceFormProps {
  readonly first: Form;
  /** What is changed; a new one is announced without it. */
  readonly before?: Maintenance;
  /** Where Cancel leads. */
  readonly back: string;
  /** Sends it; what it throws is shown at the fields. */
  readonly send: (request: MaintenanceRequest) => Promise<void>;
}

type Refused = NonNullable<Problem['errors']>;

const minuteMs = 60_000;
const offeredMinutes = [30, 60, 120, 240];

/** What is worked on, when, how often and why; beside it the periods that this makes. */
export function MaintenanceForm({ first, before, back, send }: MaintenanceFormProps) {
  const words = useWords(maintenanceWords);
  const shared = useWords(common);
  const portal = usePortal();
  const at = useNow();
  const [form, setForm] = useState(first);
  const [wasTried, setTried] = useState(false);
  const [isSending, setSending] = useState(false);
  const [refused, setRefused] = useState<Refused>([]);
  const [error, setError] = useState<Error>();
  const lastsMs = useRef(lengthOf(first) ?? 120 * minuteMs);
  const reader = { language: portal.language, timeZone: form.zone };
  const hasBegun = before !== undefined && before.from <= at;
  const isSeries = before?.recurrence !== undefined;
  const draft = drafted(form, Date.parse(at), before);

  const change = (changes: Partial<Form>) => {
    setForm({ ...form, ...changes });
    setRefused([]);
    setError(undefined);
  };
  const changeFrom = (from: string) => {
    const fromMs = fromField(from, form.zone);
    // The end goes with the begin, as it does when somebody moves an appointment.
    const until = fromMs === undefined ? form.until : toField(fromMs + lastsMs.current, form.zone);
    change({ from, until });
  };
  const changeUntil = (until: string) => {
    lastsMs.current = lengthOf({ ...form, until }) ?? lastsMs.current;
    change({ until });
  };
  const last = (minutes: number) => {
    const fromMs = form.beginsNow ? Date.parse(now()) : fromField(form.from, form.zone);
    if (fromMs === undefined) return;
    lastsMs.current = minutes * minuteMs;
    change({ until: toField(fromMs + lastsMs.current, form.zone) });
  };
  const told = toldFaults(draft, wasTried, refused, words, portal.language);
  const of = (place: Place): readonly Told[] => told.byPlace.get(place) ?? [];
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isSending) return;
    const { request, faults } = drafted(form, Date.parse(now()), before);
    setTried(true);
    if (request === undefined) {
      focusOn(faults.map(({ field }) => field));
      return;
    }
    setSending(true);
    setRefused([]);
    setError(undefined);
    try {
      await send(request);
    } catch (cause) {
      setSending(false);
      const errors =
        cause instanceof ApiError && [400, 422].includes(cause.status) ? cause.problem?.errors : undefined;
      if (errors === undefined || errors.length === 0) {
        setError(cause instanceof Error ? cause : new Error(String(cause)));
        return;
      }
      setRefused(errors);
      focusOn(errors.map(({ field }) => placeOf(field).field));
    }
  };
  return (
    <form class="maintenance-form" noValidate onSubmit={submit}>
      <div class="maintenance-fields">
        {hasBegun && (
          <p class="note-box" role="note">
            {isSeries ? words.form.begunSeriesNote : words.form.begunNote}
          </p>
        )}
        {!hasBegun && (
          <ServerChoice scope={form} change={change} faults={of('servers')} faultsOf={told.byServer} />
        )}
        {!(hasBegun && isSeries) && (
          <fieldset class="form-part">
            <legend>{words.form.when}</legend>
            <p class="quiet">{words.form.zone(`${zoneName(at, reader)} (${form.zone})`)}</p>
            {before === undefined && (
              <Chips
                label={words.form.when}
                choices={[
                  { id: 'at', name: words.form.beginsAt },
                  { id: 'now', name: words.form.beginsNow },
                ]}
                chosen={form.beginsNow ? 'now' : 'at'}
                choose={(id) => change({ beginsNow: id === 'now' })}
              />
            )}
            <div class="form-times">
              {!form.beginsNow && !hasBegun && (
                <FaultField
                  id="maintenance-from"
                  label={draft.recurs ? words.form.firstFrom : words.form.from}
                  faults={of('from')}
                >
                  {(attributes) => (
                    <input
                      {...attributes}
                      type="datetime-local"
                      required
                      value={form.from}
                      onInput={({ currentTarget }) => changeFrom(currentTarget.value)}
                    />
                  )}
                </FaultField>
              )}
              <FaultField
                id="maintenance-until"
                label={draft.recurs ? words.form.firstUntil : words.form.until}
                faults={of('until')}
              >
                {(attributes) => (
                  <input
                    {...attributes}
                    type="datetime-local"
                    required
                    value={form.until}
                    onInput={({ currentTarget }) => changeUntil(currentTarget.value)}
                  />
                )}
              </FaultField>
            </div>
            {!hasBegun && (
              <fieldset class="chips">
                <legend class="visually-hidden">{words.form.lasts}</legend>
                {offeredMinutes.map((minutes) => (
                  <button key={minutes} type="button" class="chip" onClick={() => last(minutes)}>
                    {durationText(minutes * 60, reader)}
                  </button>
                ))}
              </fieldset>
            )}
            {form.beginsNow && <Faults id="maintenance-now-faults" faults={of('from')} />}
          </fieldset>
        )}
        {!hasBegun && (
          <RecurrenceFields
            rule={form.rule}
            beginDate={(form.beginsNow ? toField(Date.parse(at), form.zone) : form.from).slice(0, 10)}
            change={(changes) => change({ rule: { ...form.rule, ...changes } })}
            faults={of('repeat')}
          />
        )}
        <FaultField
          id="maintenance-reason"
          label={words.form.reason}
          hint={words.form.reasonHint}
          faults={of('reason')}
        >
          {(attributes) => (
            <input
              {...attributes}
              required
              maxLength={300}
              autoComplete="off"
              value={form.reason}
              onInput={({ currentTarget }) => change({ reason: currentTarget.value })}
            />
          )}
        </FaultField>
      </div>
      <div class="maintenance-aside">
        <Preview draft={draft} zone={form.zone} />
        <Meaning />
        {told.all.length > 0 && (
          <div class="failure failure-small" role="alert" id="maintenance-form-field">
            <p class="failure-title">{words.form.mend(told.all.length)}</p>
            <ul class="faults">
              {told.all.map(({ place, text, detail }) => (
                <li key={place + text + (detail ?? '')}>
                  <button type="button" class="link-button" onClick={() => focusOn([place])}>
                    {text}
                  </button>
                  {place === 'form' && detail !== undefined && (
                    <span class="quiet" lang="en">
                      {' '}
                      {detail}
                    </span>
                  )}
                </li>
              ))}
            </ul>
          </div>
        )}
        {error !== undefined && <Refusal error={error} />}
        <div class="form-deeds">
          <button type="submit" class="button" aria-disabled={isSending}>
            {isSending ? shared.act.working : before === undefined ? words.form.submit : words.form.save}
          </button>
          <a class="button button-plain" href={back}>
            {shared.act.cancel}
          </a>
        </div>
      </div>
    </form>
  );
}

function lengthOf({ from, until, zone }: Pick<Form, 'from' | 'until' | 'zone'>): number | undefined {
  const [fromMs, untilMs] = [fromField(from, zone), fromField(until, zone)];
  return fromMs === undefined || untilMs === undefined || untilMs <= fromMs ? undefined : untilMs - fromMs;
}

type Words = (typeof maintenanceWords)['en'];

interface Placed extends Told {
  readonly place: Place;
}

/** Each fault in the reader's words: those that the page knows of, and those that the server found. */
function toldFaults(
  { faults }: Drafted,
  wasTried: boolean,
  refused: Refused,
  words: Words,
  language: 'ja' | 'en',
) {
  const own = wasTried
    ? faults.map(({ field, name, detail }): Placed => ({ place: field, text: words.faults[name], detail }))
    : [];
  const byServer = new Map<number, Told[]>();
  const theirs = refused.map(({ field, message }): Placed => {
    const { field: place, server } = placeOf(field);
    // English readers need no translation of it.
    const isWhole = language === 'en' && place !== 'servers';
    const one = {
      place,
      text: isWhole ? sentence(message) : words.refused[place],
      detail: isWhole ? undefined : message,
    };
    if (server !== undefined) byServer.set(server, [...(byServer.get(server) ?? []), one]);
    return one;
  });
  const all = [...own, ...theirs];
  const general = all.filter((one) => own.includes(one) || one.place !== 'servers' || byServer.size === 0);
  return { all, byServer, byPlace: Map.groupBy(general, ({ place }) => place) };
}

const sentence = (message: string): string => `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`;

const places: readonly Place[] = ['servers', 'from', 'until', 'repeat', 'reason', 'form'];

/** Puts the reader to the first field that is to be mended, once it is drawn with its fault. */
function focusOn(faulty: readonly Place[]): void {
  const place = places.find((one) => faulty.includes(one));
  if (place === undefined) return;
  requestAnimationFrame(() => {
    const field = document.getElementById(`maintenance-${place}-field`);
    const control =
      field?.querySelector<HTMLElement>('[data-empty="true"] input') ??
      field?.querySelector<HTMLElement>('input[type="search"], [aria-invalid="true"]') ??
      field?.querySelector<HTMLElement>('input, select, button');
    control?.focus();
    field?.scrollIntoView({ block: 'nearest' });
  });
}

interface PreviewProps {
  readonly draft: Drafted;
  readonly zone: string;
}

/** The next periods as they will be, over changes of the clocks, too. */
function Preview({ draft: { periods, isMoved, recurs, request }, zone }: PreviewProps) {
  const words = useWords(maintenanceWords);
  const portal = usePortal();
  const at = useNow(60_000);
  const reader = { language: portal.language, timeZone: zone };
  const [first] = periods;
  const instantOf = (atMs: number) => new Date(atMs).toISOString();
  const isShifted = periods.some(
    ({ fromMs, untilMs }) =>
      offsetMs(fromMs, zone) !== offsetMs(untilMs, zone) ||
      (first !== undefined && wallClock(fromMs, zone) !== wallClock(first.fromMs, zone)),
  );
  const text = request === undefined ? undefined : recurrenceText(request, portal.language, words);
  return (
    <section class="preview" aria-labelledby="preview">
      <h2 id="preview">{words.form.preview}</h2>
      <div aria-live="polite">
        {first === undefined && <p class="quiet">{words.form.previewNone}</p>}
        {text !== undefined && <p class="preview-sentence">{text}</p>}
        {isMoved && first !== undefined && (
          <p>{words.form.moved(wholeDay(instantOf(first.fromMs), reader, at))}</p>
        )}
      </div>
      {first !== undefined && (
        <>
          {recurs && <h3>{words.form.previewFirst}</h3>}
          <ol class="preview-periods">
            {periods.map(({ fromMs, untilMs }) => (
              <li key={fromMs}>
                <span>{periodText(instantOf(fromMs), instantOf(untilMs), reader, at)}</span>
                <span class="quiet">{durationText((untilMs - fromMs) / 1000, reader)}</span>
              </li>
            ))}
          </ol>
          {isShifted && <p class="quiet">{words.form.shifted}</p>}
        </>
      )}
    </section>
  );
}

const wallClock = (atMs: number, zone: string): string => toField(atMs, zone).slice(11);
