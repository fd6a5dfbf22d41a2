import { useState } from 'preact/hooks';
import type { Contact } from '../../core/account.ts';
import type { ContactsView } from '../../core/api/contacts.ts';
import { useNow } from '../clock.ts';
import { shortTime } from '../format.ts';
import { useLive } from '../live.ts';
import { announce } from '../parts/announcer.tsx';
import { ContactList } from '../parts/contact-list.tsx';
import { Dialog, Field } from '../parts/dialog.tsx';
import { Refusal } from '../parts/failure.tsx';
import { Empty, Loaded } from '../parts/loaded.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { usePortal } from '../portal.ts';
import { contacts, pendingContacts, pendingContactsDeed } from '../resources.ts';
import { common } from '../words/common.ts';
import { contactWords } from '../words/contact-words.ts';
import { languageNames, useWords } from '../words/words.ts';

/** `/contacts`: who is mailed and called, and how that is changed. */
export function ContactsPage() {
  const words = useWords(contactWords);
  const live = useLive(contacts);
  // With the version that it began from: what another changes meanwhile must not be written over.
  const [draft, setDraft] = useState<{ readonly contacts: readonly Contact[]; readonly version: number }>();
  const { data } = live;
  return (
    <>
      <PageHead
        title={words.title}
        lead={words.lead}
        actions={
          data !== undefined &&
          draft === undefined && (
            <button
              type="button"
              class="button"
              onClick={() =>
                setDraft({ contacts: data.pending?.contacts ?? data.contacts, version: data.version })
              }
            >
              {words.change}
            </button>
          )
        }
      />
      <Loaded live={live}>
        {(view) => (
          <>
            {draft !== undefined && (
              <Draft
                contacts={draft.contacts}
                change={(changed) => setDraft({ ...draft, contacts: changed })}
                version={draft.version}
                close={() => setDraft(undefined)}
                onDone={live.refresh}
              />
            )}
            {draft === undefined && view.pending !== undefined && (
              <Pending pending={view.pending} version={view.version} onDone={live.refresh} />
            )}
            <section class="stack" aria-labelledby="contacts-now">
              <h2 id="contacts-now">{words.now}</h2>
              {view.contacts.length === 0 ? (
                <Empty title={words.none}>
                  <p>{words.noneBody}</p>
                </Empty>
              ) : (
                <ContactList contacts={view.contacts} />
              )}
            </section>
          </>
        )}
      </Loaded>
    </>
  );
}

interface PendingProps {
  readonly pending: NonNullable<ContactsView['pending']>;
  readonly version: number;
  readonly onDone: () => void;
}

/** A change that is on its way: when it takes effect, and what can be done about it. */
function Pending({ pending, version, onDone }: PendingProps) {
  const words = useWords(contactWords);
  const portal = usePortal();
  const at = useNow(60_000);
  const [chosen, setChosen] = useState<'withdraw' | 'expedite' | 'reject'>();
  const offered = portal.isOperator ? (['expedite', 'reject'] as const) : (['withdraw'] as const);
  const effects = {
    withdraw: words.withdrawEffect,
    expedite: words.expediteEffect,
    reject: words.rejectEffect,
  };
  const act = async () => {
    const ifMatch = `"${version}"`;
    await (chosen === 'withdraw' || chosen === undefined
      ? portal.api.send(pendingContacts, { method: 'DELETE', ifMatch })
      : portal.api.send(pendingContactsDeed(chosen), { method: 'POST', ifMatch }));
    announce(words.done);
    onDone();
  };
  return (
    <section class="stack pending" aria-labelledby="contacts-pending">
      <h2 id="contacts-pending">{words.pending(shortTime(pending.effectiveAt, portal, at))}</h2>
      <p class="quiet">{words.requestedBy(pending.requestedBy)}</p>
      <ContactList contacts={pending.contacts} />
      <p class="announcement-deeds">
        {offered.map((deed) => (
          <button key={deed} type="button" class="button button-plain" onClick={() => setChosen(deed)}>
            {words[deed]}
          </button>
        ))}
      </p>
      {chosen !== undefined && (
        <Dialog
          title={words[chosen]}
          effect={effects[chosen]}
          deed={words[chosen]}
          isDangerous={chosen !== 'expedite'}
          act={act}
          close={() => setChosen(undefined)}
        />
      )}
    </section>
  );
}

interface DraftProps {
  readonly contacts: readonly Contact[];
  readonly change: (contacts: readonly Contact[]) => void;
  readonly version: number;
  readonly close: () => void;
  readonly onDone: () => void;
}

/** The list as it shall be, put together here and handed in as a whole. */
function Draft({ contacts: all, change, version, close, onDone }: DraftProps) {
  const words = useWords(contactWords);
  const shared = useWords(common);
  const { api } = usePortal();
  const [edited, setEdited] = useState<number>();
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<Error>();
  const hasMail = all.some(({ alertMail }) => alertMail);
  const submit = async () => {
    if (isSending || !hasMail) return;
    setSending(true);
    setError(undefined);
    try {
      await api.send(contacts, { method: 'PUT', body: { contacts: all }, ifMatch: `"${version}"` });
      announce(words.submitted);
      close();
      onDone();
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)));
      setSending(false);
    }
  };
  const deeds = {
    move: (from: number, to: number) => {
      const moved = all.filter((_, place) => place !== from);
      change([...moved.slice(0, to), ...all.slice(from, from + 1), ...moved.slice(to)]);
    },
    edit: setEdited,
    remove: (place: number) => change(all.filter((_, one) => one !== place)),
  };
  return (
    <section class="stack pending" aria-labelledby="contacts-draft">
      <h2 id="contacts-draft">{words.draft}</h2>
      <p class="quiet">{words.draftLead}</p>
      <ContactList contacts={all} deeds={deeds} />
      <p>
        <button type="button" class="button button-plain" onClick={() => setEdited(all.length)}>
          {words.add}
        </button>
      </p>
      {!hasMail && (
        <p class="stale" role="status">
          {words.oneMail}
        </p>
      )}
      <p class="quiet">{words.effect}</p>
      {error !== undefined && <Refusal error={error} />}
      <p class="announcement-deeds">
        <button
          type="button"
          class="button"
          aria-disabled={isSending || !hasMail}
          onClick={() => void submit()}
        >
          {isSending ? shared.act.working : words.submit}
        </button>
        <button type="button" class="button button-plain" onClick={close}>
          {words.discard}
        </button>
      </p>
      {edited !== undefined && (
        <EditContact
          contact={all[edited]}
          close={() => setEdited(undefined)}
          onDone={(contact) =>
            change(
              edited === all.length
                ? [...all, contact]
                : all.map((one, place) => (place === edited ? contact : one)),
            )
          }
        />
      )}
    </section>
  );
}

interface EditContactProps {
  /** Undefined for a new one. */
  readonly contact: Contact | undefined;
  readonly close: () => void;
  readonly onDone: (contact: Contact) => void;
}

function EditContact({ contact, close, onDone }: EditContactProps) {
  const words = useWords(contactWords);
  const shared = useWords(common);
  const { language } = usePortal();
  const [form, setForm] = useState({
    name: contact?.name ?? '',
    mail: contact?.mail ?? '',
    phone: contact?.phone ?? '',
    language: contact?.language ?? language,
    alertMail: contact?.alertMail ?? true,
  });
  const change = (changes: Partial<typeof form>) => setForm({ ...form, ...changes });
  const act = async () => {
    const { phone, name, mail, ...kept } = form;
    onDone({
      ...kept,
      name: name.trim(),
      mail: mail.trim(),
      ...(phone.trim() !== '' && { phone: phone.trim() }),
    });
  };
  return (
    <Dialog
      title={contact === undefined ? words.add : words.edit}
      deed={shared.act.save}
      act={act}
      close={close}
    >
      <Field label={words.name} hint={words.nameHint}>
        {(id, hintId) => (
          <input
            id={id}
            aria-describedby={hintId}
            required
            maxLength={80}
            value={form.name}
            onInput={({ currentTarget }) => change({ name: currentTarget.value })}
          />
        )}
      </Field>
      <Field label={words.mail}>
        {(id) => (
          <input
            id={id}
            type="email"
            required
            maxLength={254}
            value={form.mail}
            onInput={({ currentTarget }) => change({ mail: currentTarget.value })}
          />
        )}
      </Field>
      <Field label={words.phone} hint={words.phoneHint}>
        {(id, hintId) => (
          <input
            id={id}
            type="tel"
            aria-describedby={hintId}
            pattern="\+[1-9][0-9]{6,14}"
            title={words.phonePattern}
            value={form.phone}
            onInput={({ currentTarget }) => change({ phone: currentTarget.value })}
          />
        )}
      </Field>
      <Field label={words.language}>
        {(id) => (
          <select
            id={id}
            value={form.language}
            onChange={({ currentTarget }) => change({ language: currentTarget.value === 'en' ? 'en' : 'ja' })}
          >
            <option value="ja">{languageNames.ja}</option>
            <option value="en">{languageNames.en}</option>
          </select>
        )}
      </Field>
      <label class="inline-field">
        <input
          type="checkbox"
          checked={form.alertMail}
          onChange={({ currentTarget }) => change({ alertMail: currentTarget.checked })}
        />
        {words.alertMail}
      </label>
    </Dialog>
  );
}
