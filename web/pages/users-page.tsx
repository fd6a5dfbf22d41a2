import { useState } from 'preact/hooks';
import type { MadeUser, UserView } from '../../core/api/operators.ts';
import type { Role } from '../../core/identity/principal.ts';
import type { Language } from '../../core/text.ts';
import { usePages } from '../pages-of-list.ts';
import { announce } from '../parts/announcer.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Dialog, Field } from '../parts/dialog.tsx';
import { Empty } from '../parts/loaded.tsx';
import { StandingMark } from '../parts/mark.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { PagedTable } from '../parts/paged-table.tsx';
import { Time } from '../parts/time.tsx';
import { usePortal } from '../portal.ts';
import { ofPortal, user, userDeed, users } from '../resources.ts';
import { administrationWords } from '../words/administration-words.ts';
import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';

type Deed = 'enable' | 'disable' | 'remove';

/** `/operator/users`: who can sign in. */
export function UsersPage() {
  const { users: words } = useWords(administrationWords);
  const shared = useWords(common);
  const { me } = usePortal();
  const pages = usePages((cursor) => users(cursor === undefined ? {} : { cursor }));
  const [isAdding, setAdding] = useState(false);
  const [made, setMade] = useState<MadeUser>();
  const [chosen, setChosen] = useState<{ readonly user: UserView; readonly deed: Deed }>();
  return (
    <>
      <PageHead
        title={words.title}
        lead={words.lead}
        actions={
          <button type="button" class="button" onClick={() => setAdding(true)}>
            {words.add}
          </button>
        }
      />
      {made !== undefined && <FirstPassword made={made} close={() => setMade(undefined)} />}
      <PagedTable
        label={words.title}
        pages={pages}
        keyOf={({ subject }) => subject}
        empty={
          <Empty title={words.none}>
            <p>{words.noneBody}</p>
          </Empty>
        }
        columns={[
          {
            head: words.name,
            cell: ({ name, mail }) => (
              <>
                <strong>{name}</strong> <span class="quiet">{mail}</span>
              </>
            ),
          },
          { head: words.role, cell: ({ role }) => shared.you.roles[role] },
          { head: words.account, cell: ({ account }) => account ?? words.ofMsp },
          {
            head: words.state,
            cell: ({ disabledAt }) => (
              <span class={`standing tone-${disabledAt === undefined ? 'ok' : 'paused'}`}>
                <StandingMark standing={disabledAt === undefined ? 'ok' : 'paused'} />
                {disabledAt === undefined ? words.active : words.disabled}
              </span>
            ),
          },
          { head: words.since, cell: ({ createdAt }) => <Time at={createdAt} /> },
          {
            head: words.deeds,
            cell: (one) =>
              // Who locks themselves out has nobody to ask.
              one.mail === me.mail ? (
                '–'
              ) : (
                <span class="action-list">
                  {(one.disabledAt === undefined
                    ? (['disable'] as const)
                    : (['enable', 'remove'] as const)
                  ).map((deed) => (
                    <button
                      key={deed}
                      type="button"
                      class="button button-plain button-small"
                      onClick={() => setChosen({ user: one, deed })}
                    >
                      {words[deed]}
                      <span class="visually-hidden"> {one.name}</span>
                    </button>
                  ))}
                </span>
              ),
          },
        ]}
      />
      {isAdding && (
        <AddUser
          close={() => setAdding(false)}
          onMade={(one) => {
            setMade(one);
            pages.first.refresh();
          }}
        />
      )}
      {chosen !== undefined && (
        <ChangeUser {...chosen} close={() => setChosen(undefined)} onDone={pages.first.refresh} />
      )}
    </>
  );
}

function FirstPassword({ made: { name, password }, close }: { made: MadeUser; close: () => void }) {
  const { users: words } = useWords(administrationWords);
  return (
    <div class="once" role="status">
      <p>
        <strong>{words.password(name)}</strong>
      </p>
      <p class="once-token">
        <code>{password}</code>
        <CopyButton text={password} />
      </p>
      <button type="button" class="button button-plain" onClick={close}>
        {words.passwordDone}
      </button>
    </div>
  );
}

interface AfterDeed {
  readonly close: () => void;
  readonly onDone: () => void;
}

function ChangeUser({ user: one, deed, close, onDone }: AfterDeed & { user: UserView; deed: Deed }) {
  const { users: words } = useWords(administrationWords);
  const { api } = usePortal();
  const effect = { enable: words.enableEffect, disable: words.disableEffect, remove: words.removeEffect };
  const act = async () => {
    if (deed === 'remove') await api.send(user(one.subject), { method: 'DELETE' });
    else await api.send(userDeed(one.subject, deed), { method: 'POST' });
    announce(words.changed(one.name));
    onDone();
  };
  return (
    <Dialog
      title={`${words[deed]}: ${one.name}`}
      effect={effect[deed](one.name)}
      deed={words[deed]}
      isDangerous={deed !== 'enable'}
      act={act}
      close={close}
    />
  );
}

const roles: readonly Role[] = ['customer', 'operator', 'administrator'];

interface AddUserProps {
  readonly close: () => void;
  readonly onMade: (made: MadeUser) => void;
}

function AddUser({ close, onMade }: AddUserProps) {
  const { users: words } = useWords(administrationWords);
  const shared = useWords(common);
  const { api } = usePortal();
  const [name, setName] = useState('');
  const [mail, setMail] = useState('');
  const [role, setRole] = useState<Role>('customer');
  const [account, setAccount] = useState('');
  const [language, setLanguage] = useState<Language>('ja');
  const act = async () => {
    const body = {
      name: name.trim(),
      mail: mail.trim(),
      role,
      language,
      ...(role === 'customer' ? { account: account.trim() } : {}),
    };
    const { data } = await api.send<MadeUser>(ofPortal('operator/users'), { method: 'POST', body });
    announce(words.added(body.name));
    if (data !== undefined) onMade(data);
  };
  return (
    <Dialog title={words.add} deed={words.add} act={act} close={close}>
      <Field label={words.name}>
        {(id) => (
          <input
            id={id}
            required
            maxLength={80}
            autoComplete="off"
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
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
            autoComplete="off"
            value={mail}
            onInput={({ currentTarget }) => setMail(currentTarget.value)}
          />
        )}
      </Field>
      <Field label={words.role}>
        {(id) => (
          <select
            id={id}
            value={role}
            onChange={({ currentTarget }) =>
              setRole(roles.find((one) => one === currentTarget.value) ?? 'customer')
            }
          >
            {roles.map((one) => (
              <option key={one} value={one}>
                {shared.you.roles[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {role === 'customer' && (
        <Field label={words.account} hint={words.accountHint}>
          {(id, hintId) => (
            <input
              id={id}
              aria-describedby={hintId}
              required
              autoComplete="off"
              autoCapitalize="none"
              spellcheck={false}
              value={account}
              onInput={({ currentTarget }) => setAccount(currentTarget.value)}
            />
          )}
        </Field>
      )}
      <Field label={words.language}>
        {(id) => (
          <select
            id={id}
            value={language}
            onChange={({ currentTarget }) => setLanguage(currentTarget.value === 'en' ? 'en' : 'ja')}
          >
            <option value="ja">日本語</option>
            <option value="en">English</option>
          </select>
        )}
      </Field>
    </Dialog>
  );
}
