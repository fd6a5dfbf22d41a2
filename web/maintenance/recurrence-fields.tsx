import { maintenanceWords } from '../words/maintenance-words.ts';
import { useWords } from '../words/words.ts';
import type { Told } from './fault-field.tsx';
import { Faults } from './fault-field.tsx';
import { filledIn, type RuleForm, ruleEnds, ruleKinds, weekdays, weekPlaces } from './rule-form.ts';

interface RecurrenceFieldsProps {
  readonly rule: RuleForm;
  /** The day of the begin: what is not chosen goes by it. */
  readonly beginDate: string;
  readonly change: (changes: Partial<RuleForm>) => void;
  readonly faults: readonly Told[];
}

/** Whether and how it comes again. */
export function RecurrenceFields({ rule, beginDate, change, faults }: RecurrenceFieldsProps) {
  const { form: words } = useWords(maintenanceWords);
  const { kind } = rule;
  const describedBy = faults.length > 0 ? 'maintenance-repeat-faults' : undefined;
  return (
    <fieldset class="form-part" id="maintenance-repeat-field" aria-describedby={describedBy}>
      <legend>{words.repeat}</legend>
      <select
        id="maintenance-repeat"
        aria-label={words.repeat}
        value={kind}
        onChange={({ currentTarget }) =>
          change({ kind: ruleKinds.find((one) => one === currentTarget.value) ?? 'none' })
        }
      >
        {ruleKinds.map((one) => (
          <option key={one} value={one}>
            {words.kinds[one]}
          </option>
        ))}
      </select>
      {kind === 'own' && (
        <div class="field">
          <label for="maintenance-rule">{words.rule}</label>
          <input
            id="maintenance-rule"
            class="code-field"
            maxLength={300}
            spellcheck={false}
            autoComplete="off"
            autoCapitalize="characters"
            aria-describedby={`maintenance-rule-hint ${describedBy ?? ''}`}
            aria-invalid={faults.length > 0}
            value={rule.own}
            onInput={({ currentTarget }) => change({ own: currentTarget.value })}
          />
          <p class="quiet" id="maintenance-rule-hint">
            {words.ruleHint}
          </p>
        </div>
      )}
      {kind !== 'none' && kind !== 'own' && (
        <>
          <Day rule={rule} beginDate={beginDate} change={change} />
          <div class="form-line">
            <label for="maintenance-interval">{words.every}</label>
            <input
              id="maintenance-interval"
              class="short-field"
              inputMode="numeric"
              autoComplete="off"
              maxLength={4}
              value={rule.interval}
              aria-describedby="maintenance-interval-unit"
              onInput={({ currentTarget }) => change({ interval: currentTarget.value })}
            />
            <span id="maintenance-interval-unit">{words.units[kind]}</span>
          </div>
          <End rule={rule} beginDate={beginDate} change={change} />
        </>
      )}
      <Faults id="maintenance-repeat-faults" faults={faults} />
    </fieldset>
  );
}

type PartProps = Pick<RecurrenceFieldsProps, 'rule' | 'beginDate' | 'change'>;

/** On which days of the week or month. */
function Day({ rule, beginDate, change }: PartProps) {
  const { form: words } = useWords(maintenanceWords);
  const { days, monthDay, weekPlace, weekday } = filledIn(rule, beginDate);
  if (rule.kind === 'weekly')
    return (
      <fieldset class="chips">
        <legend class="visually-hidden">{words.days}</legend>
        {weekdays.map((day) => (
          <button
            key={day}
            type="button"
            class="chip chip-day"
            aria-pressed={days.includes(day)}
            aria-label={words.longWeekdays[day]}
            onClick={() =>
              change({ days: days.includes(day) ? days.filter((one) => one !== day) : [...days, day] })
            }
          >
            {words.weekdays[day]}
          </button>
        ))}
      </fieldset>
    );
  if (rule.kind === 'month-day')
    return (
      <div class="field">
        <div class="form-line">
          <label for="maintenance-date">{words.date}</label>
          <select
            id="maintenance-date"
            class="fit-field"
            value={monthDay}
            onChange={({ currentTarget }) => change({ monthDay: Number(currentTarget.value) })}
          >
            {Array.from({ length: 31 }, (_, place) => (
              <option key={place} value={place + 1}>
                {words.dateOf(place + 1)}
              </option>
            ))}
            <option value={-1}>{words.lastDate}</option>
          </select>
        </div>
        {monthDay > 28 && <p class="quiet">{words.shortMonths}</p>}
      </div>
    );
  if (rule.kind !== 'month-weekday') return null;
  return (
    <div class="form-line">
      <label for="maintenance-place">{words.place}</label>
      <select
        id="maintenance-place"
        class="fit-field"
        value={weekPlace}
        onChange={({ currentTarget }) =>
          change({ weekPlace: weekPlaces.find((one) => String(one) === currentTarget.value) })
        }
      >
        {weekPlaces.map((place) => (
          <option key={place} value={place}>
            {words.places[place]}
          </option>
        ))}
      </select>
      <select
        class="fit-field"
        aria-label={words.weekday}
        value={weekday}
        onChange={({ currentTarget }) =>
          change({ weekday: weekdays.find((one) => one === currentTarget.value) })
        }
      >
        {weekdays.map((day) => (
          <option key={day} value={day}>
            {words.longWeekdays[day]}
          </option>
        ))}
      </select>
    </div>
  );
}

function End({ rule, beginDate, change }: PartProps) {
  const { form: words } = useWords(maintenanceWords);
  return (
    <div class="form-line">
      <label for="maintenance-end">{words.ends}</label>
      <select
        id="maintenance-end"
        class="fit-field"
        value={rule.end}
        onChange={({ currentTarget }) =>
          change({ end: ruleEnds.find((one) => one === currentTarget.value) ?? 'never' })
        }
      >
        {ruleEnds.map((one) => (
          <option key={one} value={one}>
            {words.endKinds[one]}
          </option>
        ))}
      </select>
      {rule.end === 'until' && (
        <input
          type="date"
          class="fit-field"
          aria-label={words.lastDay}
          min={beginDate}
          value={rule.lastDay}
          onInput={({ currentTarget }) => change({ lastDay: currentTarget.value })}
        />
      )}
      {rule.end === 'count' && (
        <>
          <input
            class="short-field"
            inputMode="numeric"
            autoComplete="off"
            maxLength={4}
            aria-label={words.count}
            value={rule.count}
            onInput={({ currentTarget }) => change({ count: currentTarget.value })}
          />
          <span aria-hidden="true">{words.count}</span>
        </>
      )}
    </div>
  );
}
