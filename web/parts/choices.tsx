import type { Language } from '../../core/text.ts';
import type { Portal } from '../portal.ts';
import { chooseLanguage, chooseScheme, language, type Scheme, scheme } from '../preferences.ts';
import { signOut } from '../session.ts';
import { useStore } from '../use-store.ts';
import { common } from '../words/common.ts';
import { languageNames, useWords } from '../words/words.ts';

export const languages: readonly { readonly id: Language; readonly name: string }[] = [
  { id: 'ja', name: languageNames.ja },
  { id: 'en', name: languageNames.en },
];
const schemes: readonly Scheme[] = ['system', 'light', 'dark'];

/** Who is signed in, and how they like the pages. */
export function Choices({ portal }: { portal: Portal }) {
  const words = useWords(common);
  const chosenLanguage = useStore(language);
  const chosenScheme = useStore(scheme);
  const { me } = portal;
  return (
    <div class="choices">
      <p>
        <span class="quiet">{words.you.signedInAs}</span>
        <strong>{me.name}</strong>
        <span class="quiet">{me.account?.name ?? words.you.roles[me.role]}</span>
      </p>
      <fieldset class="segments">
        <legend>{words.you.language}</legend>
        {languages.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            lang={id}
            aria-pressed={id === chosenLanguage}
            onClick={() => chooseLanguage(id)}
          >
            {name}
          </button>
        ))}
      </fieldset>
      <fieldset class="segments">
        <legend>{words.you.scheme}</legend>
        {schemes.map((id) => (
          <button key={id} type="button" aria-pressed={id === chosenScheme} onClick={() => chooseScheme(id)}>
            {words.you.schemes[id]}
          </button>
        ))}
      </fieldset>
      <button type="button" class="button button-plain" onClick={() => void signOut()}>
        {words.you.signOut}
      </button>
    </div>
  );
}
