import { useState } from 'preact/hooks';
import type { AnnouncementView } from '../../core/api/announcements.ts';
import { fromField, toField } from '../../core/calendar/wall-clock.ts';
import { now } from '../clock.ts';
import { zoneName } from '../format.ts';
import { usePages } from '../pages-of-list.ts';
import { Announcement } from '../parts/announcement.tsx';
import { announce } from '../parts/announcer.tsx';
import { Dialog, Field } from '../parts/dialog.tsx';
import { Empty } from '../parts/loaded.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { PagedList } from '../parts/paged-list.tsx';
import { usePortal } from '../portal.ts';
import { announcement as announcementResource, announcements } from '../resources.ts';
import { announcementWords } from '../words/announcement-words.ts';
import { useWords } from '../words/words.ts';

/** `/operator/announcements`: notices written, changed and withdrawn. */
export function OperatorAnnouncementsPage() {
  const words = useWords(announcementWords);
  const { language } = usePortal();
  const pages = usePages((cursor) => announcements(cursor === undefined ? {} : { cursor }));
  const [edited, setEdited] = useState<AnnouncementView | 'new'>();
  const [chosen, setChosen] = useState<AnnouncementView>();
  return (
    <>
      <PageHead
        title={words.write.title}
        lead={words.write.lead}
        actions={
          <button type="button" class="button" onClick={() => setEdited('new')}>
            {words.write.add}
          </button>
        }
      />
      <PagedList
        pages={pages}
        keyOf={({ id }) => id}
        row={(one) => (
          <Announcement announcement={one}>
            {one.withdrawnAt === undefined && (
              <p class="announcement-deeds">
                <button type="button" class="button button-plain button-small" onClick={() => setEdited(one)}>
                  {words.write.edit}
                  <span class="visually-hidden"> {one.title[language]}</span>
                </button>
                <button type="button" class="button button-plain button-small" onClick={() => setChosen(one)}>
                  {words.write.withdraw}
                  <span class="visually-hidden"> {one.title[language]}</span>
                </button>
              </p>
            )}
          </Announcement>
        )}
        empty={
          <Empty title={words.none}>
            <p>{words.noneBody}</p>
          </Empty>
        }
      />
      {edited !== undefined && (
        <Edit
          before={edited === 'new' ? undefined : edited}
          close={() => setEdited(undefined)}
          onDone={pages.first.refresh}
        />
      )}
      {chosen !== undefined && (
        <Withdraw chosen={chosen} close={() => setChosen(undefined)} onDone={pages.first.refresh} />
      )}
    </>
  );
}

interface WithdrawProps {
  readonly chosen: AnnouncementView;
  readonly close: () => void;
  readonly onDone: () => void;
}

function Withdraw({ chosen, close, onDone }: WithdrawProps) {
  const { write: words } = useWords(announcementWords);
  const { api, language } = usePortal();
  const title = chosen.title[language];
  const act = async () => {
    await api.send(announcementResource(chosen.id), { method: 'DELETE' });
    announce(words.withdrawnNow(title));
    onDone();
  };
  return (
    <Dialog
      title={words.withdraw}
      effect={words.withdrawEffect(title)}
      deed={words.withdraw}
      isDangerous
      act={act}
      close={close}
    />
  );
}

interface EditProps {
  /** Undefined for a new one. */
  readonly before: AnnouncementView | undefined;
  readonly close: () => void;
  readonly onDone: () => void;
}

const kinds = ['failure', 'maintenance', 'information'] as const;

function Edit({ before, close, onDone }: EditProps) {
  const words = useWords(announcementWords);
  const portal = usePortal();
  const field = (at: string | undefined) =>
    at === undefined ? '' : toField(Date.parse(at), portal.timeZone);
  const [form, setForm] = useState(() => ({
    kind: before?.kind ?? ('maintenance' as (typeof kinds)[number]),
    titleJa: before?.title.ja ?? '',
    titleEn: before?.title.en ?? '',
    bodyJa: before?.body.ja ?? '',
    bodyEn: before?.body.en ?? '',
    zones: before?.zones.join(', ') ?? '',
    from: before === undefined ? field(now()) : field(before.from),
    until: field(before?.until),
  }));
  const change = (changes: Partial<typeof form>) => setForm({ ...form, ...changes });
  const act = async () => {
    const from = fromField(form.from, portal.timeZone);
    const until = form.until === '' ? undefined : fromField(form.until, portal.timeZone);
    // The browser lets nothing else through.
    if (from === undefined) throw new Error(`${form.from} is no time`);
    const body = {
      kind: form.kind,
      title: { ja: form.titleJa, en: form.titleEn },
      body: { ja: form.bodyJa, en: form.bodyEn },
      zones: form.zones
        .split(/[,、]/)
        .map((zone) => zone.trim())
        .filter((zone) => zone !== ''),
      from: new Date(from).toISOString(),
      ...(until !== undefined && { until: new Date(until).toISOString() }),
    };
    await (before === undefined
      ? portal.api.send(announcements({}), { method: 'POST', body })
      : portal.api.send(announcementResource(before.id), {
          method: 'PUT',
          body,
          ifMatch: `"${before.version}"`,
        }));
    announce(words.write.saved(body.title[portal.language]));
    onDone();
  };
  const line = (label: string, name: 'titleJa' | 'titleEn') => (
    <Field label={label}>
      {(id) => (
        <input
          id={id}
          required
          maxLength={120}
          value={form[name]}
          onInput={({ currentTarget }) => change({ [name]: currentTarget.value })}
        />
      )}
    </Field>
  );
  const text = (label: string, name: 'bodyJa' | 'bodyEn') => (
    <Field label={label}>
      {(id) => (
        <textarea
          id={id}
          required
          rows={4}
          maxLength={4000}
          value={form[name]}
          onInput={({ currentTarget }) => change({ [name]: currentTarget.value })}
        />
      )}
    </Field>
  );
  const time = (label: string, name: 'from' | 'until', hint?: string) => (
    <Field label={label} hint={hint}>
      {(id, hintId) => (
        <input
          id={id}
          type="datetime-local"
          aria-describedby={hintId}
          required={name === 'from'}
          value={form[name]}
          onInput={({ currentTarget }) => change({ [name]: currentTarget.value })}
        />
      )}
    </Field>
  );
  return (
    <Dialog
      title={before === undefined ? words.write.add : words.write.edit}
      effect={words.write.times(zoneName(now(), portal))}
      deed={before === undefined ? words.write.add : words.write.edit}
      act={act}
      close={close}
    >
      <Field label={words.write.kind}>
        {(id) => (
          <select
            id={id}
            value={form.kind}
            onChange={({ currentTarget }) =>
              change({ kind: kinds.find((one) => one === currentTarget.value) ?? 'information' })
            }
          >
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {words.kinds[kind]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {line(words.write.titleJa, 'titleJa')}
      {line(words.write.titleEn, 'titleEn')}
      {text(words.write.bodyJa, 'bodyJa')}
      {text(words.write.bodyEn, 'bodyEn')}
      <Field label={words.write.zones} hint={words.write.zonesHint}>
        {(id, hintId) => (
          <input
            id={id}
            aria-describedby={hintId}
            value={form.zones}
            onInput={({ currentTarget }) => change({ zones: currentTarget.value })}
          />
        )}
      </Field>
      {time(words.write.from, 'from')}
      {time(words.write.until, 'until', words.write.untilHint)}
    </Dialog>
  );
}
