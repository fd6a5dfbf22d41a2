import { numberText } from '../format.ts';
import { useLive } from '../live.ts';
import { Choices } from '../parts/choices.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { usePortal } from '../portal.ts';
import { overview } from '../resources.ts';
import { common } from '../words/common.ts';
import { settingsWords } from '../words/settings-words.ts';
import { useWords } from '../words/words.ts';

/** `/settings`: the account, the person, and how they like the pages. */
export function SettingsPage() {
  const words = useWords(settingsWords);
  const shared = useWords(common);
  const portal = usePortal();
  const { me } = portal;
  const { data } = useLive(overview);
  const facts = (all: readonly (readonly [string, string | undefined])[]) => (
    <dl class="facts">
      {all.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <section class="stack" aria-labelledby="account">
        <h2 id="account">{words.account}</h2>
        {facts([
          [words.account, me.account?.name],
          [words.id, me.account?.id ?? portal.account],
          [words.zone, portal.timeZone],
          [words.servers, data === undefined ? undefined : numberText(data.servers, portal)],
        ])}
        <p class="quiet">{words.zoneHint}</p>
      </section>
      <section class="stack" aria-labelledby="you">
        <h2 id="you">{words.you}</h2>
        {facts([
          [words.mail, me.mail],
          [words.role, shared.you.roles[me.role]],
        ])}
      </section>
      <section class="stack settings-pages" aria-labelledby="pages">
        <h2 id="pages">{words.pages}</h2>
        <Choices portal={portal} />
      </section>
      <section class="stack" aria-labelledby="more">
        <h2 id="more">{words.more}</h2>
        <ul class="notes">
          {(
            [
              [words.contacts, '/contacts'],
              [words.addresses, '/monitoring-addresses'],
              [words.tokens, '/tokens'],
              [words.audit, '/audit'],
            ] as const
          ).map(([name, path]) => (
            <li key={path}>
              <a href={portal.to(path)}>{name}</a>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
