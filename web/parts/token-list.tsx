import { useState } from 'preact/hooks';
import type { PageOf } from '../../core/api/problem.ts';
import type { TokenView } from '../../core/api/tokens.ts';
import type { TokenScope } from '../../core/identity/principal.ts';
import type { Standing } from '../../core/standing.ts';
import type { Resource } from '../api.ts';
import { useNow } from '../clock.ts';
import { usePages } from '../pages-of-list.ts';
import { usePortal } from '../portal.ts';
import { administrationWords } from '../words/administration-words.ts';
import { useWords } from '../words/words.ts';
import { announce } from './announcer.tsx';
import { CopyButton } from './copy-button.tsx';
import { Dialog, Field } from './dialog.tsx';
import { Empty } from './loaded.tsx';
import { StandingMark } from './mark.tsx';
import { PageHead } from './page-head.tsx';
import { PagedTable } from './paged-table.tsx';
import { Ago, Time } from './time.tsx';

interface TokenListProps {
  readonly title: string;
  readonly lead: string;
  readonly tokens: (query: { cursor?: string }) => Resource<PageOf<TokenView>>;
  readonly token: (id: string) => Resource<unknown>;
  /** What a token made here may be allowed. */
  readonly scopes: readonly TokenScope[];
}

/** Tokens of an account or of the MSP: made, shown once, revoked. */
export function TokenList({ title, lead, tokens, token, scopes }: TokenListProps) {
  const { tokens: words } = useWords(administrationWords);
  const now = useNow();
  const pages = usePages((cursor) => tokens(cursor === undefined ? {} : { cursor }));
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<string>();
  const [chosen, setChosen] = useState<TokenView>();
  const stateOf = ({ revokedAt, expiresAt }: TokenView) =>
    revokedAt !== undefined ? 'revoked' : expiresAt !== undefined && expiresAt <= now ? 'expired' : 'active';
  return (
    <>
      <PageHead
        title={title}
        lead={lead}
        actions={
          <button type="button" class="button" onClick={() => setMaking(true)}>
            {words.add}
          </button>
        }
      />
      {made !== undefined && <ShownOnce token={made} close={() => setMade(undefined)} />}
      <PagedTable
        label={title}
        pages={pages}
        keyOf={({ id }) => id}
        empty={
          <Empty title={words.none}>
            <p>{words.noneBody}</p>
          </Empty>
        }
        columns={[
          {
            head: words.name,
            cell: ({ name, id }) => (
              <>
                <strong>{name}</strong> <code class="quiet">mim_{id}_…</code>
              </>
            ),
          },
          {
            head: words.scopes,
            cell: ({ scopes: all }) => all.map((one) => words.scope[one]).join(', '),
          },
          { head: words.state, cell: (one) => <State state={stateOf(one)} /> },
          {
            head: words.lastUsed,
            cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? words.notUsed : <Ago at={lastUsedAt} />),
          },
          {
            head: words.expires,
            cell: ({ expiresAt }) => (expiresAt === undefined ? words.never : <Time at={expiresAt} />),
          },
          {
            head: words.made,
            cell: ({ createdAt, createdBy }) => (
              <>
                <Time at={createdAt} /> <span class="quiet">{words.madeBy(createdBy)}</span>
              </>
            ),
          },
          {
            head: words.revoke,
            cell: (one) =>
              stateOf(one) === 'revoked' ? (
                '–'
              ) : (
                <button type="button" class="button button-plain button-small" onClick={() => setChosen(one)}>
                  {words.revoke}
                  <span class="visually-hidden"> {one.name}</span>
                </button>
              ),
          },
        ]}
      />
      {isMaking && (
        <MakeToken
          tokens={tokens({})}
          scopes={scopes}
          close={() => setMaking(false)}
          onMade={(value) => {
            setMade(value);
            pages.first.refresh();
          }}
        />
      )}
      {chosen !== undefined && (
        <RevokeToken
          chosen={chosen}
          resource={token(chosen.id)}
          close={() => setChosen(undefined)}
          onDone={pages.first.refresh}
        />
      )}
    </>
  );
}

const standingOf = { active: 'ok', expired: 'paused', revoked: 'paused' } satisfies Record<string, Standing>;

function State({ state }: { state: keyof typeof standingOf }) {
  const { tokens: words } = useWords(administrationWords);
  return (
    <span class={`standing tone-${standingOf[state]}`}>
      <StandingMark standing={standingOf[state]} />
      {words[state]}
    </span>
  );
}

function ShownOnce({ token, close }: { token: string; close: () => void }) {
  const { tokens: words } = useWords(administrationWords);
  return (
    <div class="once" role="status">
      <p>
        <strong>{words.shownOnce}</strong>
      </p>
      <p class="once-token">
        <code>{token}</code>
        <CopyButton text={token} />
      </p>
      <button type="button" class="button button-plain" onClick={close}>
        {words.done}
      </button>
    </div>
  );
}

interface MakeTokenProps {
  readonly tokens: Resource<unknown>;
  readonly scopes: readonly TokenScope[];
  readonly close: () => void;
  readonly onMade: (token: string) => void;
}

function MakeToken({ tokens, scopes, close, onMade }: MakeTokenProps) {
  const { tokens: words } = useWords(administrationWords);
  const { api } = usePortal();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<readonly TokenScope[]>(['read']);
  const [expires, setExpires] = useState('');
  const act = async () => {
    const { data } = await api.send<unknown>(tokens, {
      method: 'POST',
      body: {
        name: name.trim(),
        scopes: chosen,
        ...(expires === '' ? {} : { expiresAt: new Date(expires).toISOString() }),
      },
    });
    if (isMade(data)) onMade(data.token);
  };
  return (
    <Dialog title={words.add} deed={words.add} act={act} close={close}>
      <Field label={words.name} hint={words.nameHint}>
        {(id, hintId) => (
          <input
            id={id}
            aria-describedby={hintId}
            required
            maxLength={80}
            autoComplete="off"
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        )}
      </Field>
      <fieldset class="checks">
        <legend>{words.scopes}</legend>
        {scopes.map((scope) => (
          <label key={scope}>
            <input
              type="checkbox"
              checked={chosen.includes(scope)}
              onChange={({ currentTarget }) =>
                setChosen(currentTarget.checked ? [...chosen, scope] : chosen.filter((one) => one !== scope))
              }
            />
            {words.scope[scope]}
          </label>
        ))}
      </fieldset>
      <Field label={words.expires} hint={words.expiresHint}>
        {(id, hintId) => (
          <input
            id={id}
            aria-describedby={hintId}
            type="datetime-local"
            value={expires}
            onInput={({ currentTarget }) => setExpires(currentTarget.value)}
          />
        )}
      </Field>
    </Dialog>
  );
}

const isMade = (data: unknown): data is { readonly token: string } =>
  typeof data === 'object' && data !== null && 'token' in data && typeof data.token === 'string';

interface RevokeTokenProps {
  readonly chosen: TokenView;
  readonly resource: Resource<unknown>;
  readonly close: () => void;
  readonly onDone: () => void;
}

function RevokeToken({ chosen, resource, close, onDone }: RevokeTokenProps) {
  const { tokens: words } = useWords(administrationWords);
  const { api } = usePortal();
  const act = async () => {
    await api.send(resource, { method: 'DELETE' });
    announce(words.wasRevoked(chosen.name));
    onDone();
  };
  return (
    <Dialog
      title={`${words.revoke}: ${chosen.name}`}
      effect={words.revokeEffect(chosen.name)}
      deed={words.revoke}
      isDangerous
      act={act}
      close={close}
    />
  );
}
