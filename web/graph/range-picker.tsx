import { useId, useRef, useState } from 'preact/hooks';
import { fromField, toField } from '../../core/calendar/wall-clock.ts';
import { now } from '../clock.ts';
import { announce } from '../parts/announcer.tsx';
import { graphWords } from '../words/graph-words.ts';
import { useWords } from '../words/words.ts';
import { spanText } from './time-texts.ts';
import {
  at,
  goesOn,
  leastMs,
  mostMs,
  moved,
  newest,
  queryOf,
  spans,
  type TimeRange,
  type View,
  zoomed,
} from './view.ts';

export interface RangePickerProps {
  readonly view: View;
  readonly range: TimeRange;
  readonly language: string;
  readonly zone: string;
  /** The zone as the reader calls it. */
  readonly zoneName: string;
  readonly onView: (view: View) => void;
  /** Saves the measurements of the range as a file. */
  readonly csv: { readonly href: string; save(): Promise<void> };
}

/** Chooses what all graphs of the page show. */
export function RangePicker(props: RangePickerProps) {
  const { view, range, language, zone, onView } = props;
  const words = useWords(graphWords);
  const isNewest = goesOn(view);
  const nowMs = () => Date.parse(now());
  const step = (share: number) => onView(at(view, moved(range, share), nowMs()));
  const zoom = (factor: number) =>
    onView(at(view, zoomed(range, factor, (range.fromMs + range.toMs) / 2), nowMs()));
  return (
    <div class="ranges">
      <div class="ranges-line">
        <fieldset class="range-spans">
          <legend class="visually-hidden">{words.range.label}</legend>
          {spans.map((span) => (
            <button
              type="button"
              key={span}
              aria-pressed={isNewest && view.span === span}
              onClick={() => onView(newest(view, span))}
            >
              {words.range.spans[span]}
            </button>
          ))}
        </fieldset>
        <div class="range-steps">
          <IconButton label={words.range.back} path="M10 3 5 8l5 5" onClick={() => step(-0.5)} />
          <IconButton
            label={words.range.forward}
            path="m6 3 5 5-5 5"
            isOff={isNewest}
            onClick={() => step(0.5)}
          />
          <IconButton label={words.range.farther} path="M3 8h10" onClick={() => zoom(0.5)} />
          <IconButton label={words.range.nearer} path="M3 8h10M8 3v10" onClick={() => zoom(2)} />
          <button
            type="button"
            class="range-reset"
            disabled={isNewest && view.toggled.length === 0}
            onClick={() => onView({ span: view.span, toggled: [] })}
          >
            {words.range.reset}
          </button>
        </div>
        <FreeRange {...props} />
        <div class="range-take">
          <CopyLink view={view} range={range} />
          <SaveCsv {...props} />
        </div>
      </div>
      <p class="range-said">
        <span>{spanText(range.fromMs, range.toMs, language, zone)}</span>
        <span class="quiet">
          {words.range.zone(props.zoneName)}
          {isNewest && ` · ${words.range.now}`}
        </span>
        <span class="quiet range-hint">{words.cursor.hint}</span>
      </p>
    </div>
  );
}

interface IconButtonProps {
  readonly label: string;
  readonly path: string;
  readonly isOff?: boolean;
  readonly onClick: () => void;
}

const IconButton = ({ label, path, isOff = false, onClick }: IconButtonProps) => (
  <button
    type="button"
    class="range-icon"
    aria-label={label}
    title={label}
    disabled={isOff}
    onClick={onClick}
  >
    <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true">
      <path d={path} />
    </svg>
  </button>
);

type Fault = keyof (typeof graphWords)['en']['range']['faults'];

/** What is wrong with a range that was written by hand. */
function faultOf(fromMs: number | undefined, toMs: number | undefined, nowMs: number): Fault | undefined {
  if (fromMs === undefined || toMs === undefined) return 'empty';
  if (toMs <= fromMs) return 'order';
  if (fromMs >= nowMs) return 'future';
  if (toMs - fromMs < leastMs) return 'short';
  return toMs - fromMs > mostMs ? 'long' : undefined;
}

function FreeRange({ view, range, zone, zoneName, onView }: RangePickerProps) {
  const words = useWords(graphWords);
  const [isOpen, setOpen] = useState(false);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [fault, setFault] = useState<Fault>();
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const open = (wanted: boolean) => {
    setOpen(wanted);
    setFault(undefined);
    if (!wanted) return;
    setFrom(toField(range.fromMs, zone));
    setTo(toField(range.toMs, zone));
  };
  const show = (event: SubmitEvent) => {
    event.preventDefault();
    const fromMs = fromField(from, zone);
    const toMs = fromField(to, zone);
    const nowMs = Date.parse(now());
    const found = faultOf(fromMs, toMs, nowMs);
    setFault(found);
    if (found !== undefined || fromMs === undefined || toMs === undefined) return;
    onView(at(view, { fromMs, toMs }, nowMs));
    close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && isOpen) close();
  };
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div class="range-free">
      <button
        ref={button}
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        aria-pressed={!goesOn(view)}
        onKeyDown={onKeyDown}
        onClick={() => open(!isOpen)}
      >
        {words.range.free}
      </button>
      <form id={id} hidden={!isOpen} onSubmit={show} onKeyDown={onKeyDown} noValidate>
        <label>
          {words.range.from}
          <input
            type="datetime-local"
            value={from}
            aria-describedby={`${id}-said`}
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
        </label>
        <label>
          {words.range.to}
          <input
            type="datetime-local"
            value={to}
            aria-describedby={`${id}-said`}
            onInput={(event) => setTo(event.currentTarget.value)}
          />
        </label>
        <p id={`${id}-said`} class="quiet">
          {words.range.zone(zoneName)}
        </p>
        {fault !== undefined && (
          <p class="range-fault" role="alert">
            {words.range.faults[fault]}
          </p>
        )}
        <button type="submit" class="button button-small">
          {words.range.show}
        </button>
      </form>
    </div>
  );
}

/** Copies an address that shows exactly this, whenever it is opened. */
function CopyLink({ view, range }: Pick<RangePickerProps, 'view' | 'range'>) {
  const words = useWords(graphWords);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    const address = new URL(location.href);
    for (const [name, value] of Object.entries(queryOf({ ...view, fixed: range }))) {
      if (value !== undefined) address.searchParams.set(name, value);
    }
    try {
      await navigator.clipboard.writeText(address.href);
      announce(words.range.linkCopied);
      setCopied(true);
      setTimeout(() => setCopied(false), 2500);
    } catch {
      // The address of the page can be copied by hand: it becomes the link.
      history.replaceState(history.state, '', address);
      announce(words.range.linkFailed);
    }
  };
  return (
    <button type="button" onClick={copy}>
      {isCopied ? words.range.linkCopied : words.range.copyLink}
    </button>
  );
}

/** The link holds for programs with a token; a click saves the file with the reader's own session. */
function SaveCsv({ csv }: Pick<RangePickerProps, 'csv'>) {
  const words = useWords(graphWords);
  const [isFailed, setFailed] = useState(false);
  return (
    <>
      <a
        href={csv.href}
        download
        onClick={(event) => {
          event.preventDefault();
          setFailed(false);
          csv.save().catch(() => setFailed(true));
        }}
      >
        {words.range.csv}
      </a>
      {isFailed && (
        <span class="range-fault" role="alert">
          {words.range.csvFailed}
        </span>
      )}
    </>
  );
}
