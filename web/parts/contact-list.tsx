import type { Contact } from '../../core/account.ts';
import { contactWords } from '../words/contact-words.ts';
import { languageNames, useWords } from '../words/words.ts';

interface ContactListProps {
  readonly contacts: readonly Contact[];
  /** Given while the list is being changed. */
  readonly deeds?: {
    readonly move: (from: number, to: number) => void;
    readonly edit: (place: number) => void;
    readonly remove: (place: number) => void;
  };
}

/** Contacts in calling order. */
export function ContactList({ contacts, deeds }: ContactListProps) {
  const words = useWords(contactWords);
  return (
    <ol class="contacts">
      {contacts.map((contact, place) => (
        <li key={`${contact.mail} ${contact.name}`}>
          <div class="contact-said">
            <p>
              <strong>{contact.name}</strong> <span class="quiet">{languageNames[contact.language]}</span>
            </p>
            <p>
              {contact.mail}
              {!contact.alertMail && <span class="quiet"> ({words.noAlertMail})</span>}
            </p>
            <p>{contact.phone ?? <span class="quiet">{words.noPhone}</span>}</p>
          </div>
          {deeds !== undefined && (
            <div class="contact-deeds">
              {[
                { name: words.up, act: () => deeds.move(place, place - 1), isOff: place === 0 },
                {
                  name: words.down,
                  act: () => deeds.move(place, place + 1),
                  isOff: place === contacts.length - 1,
                },
                { name: words.edit, act: () => deeds.edit(place), isOff: false },
                { name: words.remove, act: () => deeds.remove(place), isOff: false },
              ].map(({ name, act, isOff }) => (
                <button
                  key={name}
                  type="button"
                  class="button button-plain button-small"
                  aria-disabled={isOff}
                  onClick={() => {
                    if (!isOff) act();
                  }}
                >
                  {name}
                  <span class="visually-hidden"> {contact.name}</span>
                </button>
              ))}
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}
