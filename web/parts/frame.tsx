import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useNow } from '../clock.ts';
import { zoneName } from '../format.ts';
import { useIsWide } from '../media.ts';
import { type Portal, usePortalIfSignedIn } from '../portal.ts';
import { chooseLanguage, language } from '../preferences.ts';
import { usePlace } from '../router.ts';
import { useStore } from '../use-store.ts';
import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';
import { Choices, languages } from './choices.tsx';
import { Navigation } from './navigation.tsx';
import { SignInLink } from './sign-in-link.tsx';

/** What stands around every page: on wide screens a rail of pages, on narrow ones a bar with a menu. */
export function Frame({ children }: { children: ComponentChildren }) {
  const words = useWords(common);
  const portal = usePortalIfSignedIn();
  const isWide = useIsWide();
  return (
    <>
      <a class="skip" href="#content">
        {words.skip}
      </a>
      <header class="bar">
        <a class="brand" href="/">
          <img src="/mark.svg" width="28" height="28" alt="" />
          <span class="brand-name">{words.product}</span>
        </a>
        {portal === undefined ? <Visitor /> : isWide ? <Person portal={portal} /> : <Menu portal={portal} />}
      </header>
      <div class={portal === undefined || !isWide ? 'body' : 'body body-with-rail'}>
        {portal !== undefined && isWide && (
          <div class="rail">
            <Navigation portal={portal} />
          </div>
        )}
        <main id="content" tabIndex={-1}>
          {children}
        </main>
      </div>
      {portal !== undefined && <Foot portal={portal} />}
    </>
  );
}

function Foot({ portal }: { portal: Portal }) {
  const words = useWords(common);
  const at = useNow(60_000);
  return (
    <footer class="foot">
      <p>{words.tagline}</p>
      <p>{words.time.zone(zoneName(at, portal))}</p>
    </footer>
  );
}

/** On narrow screens: every page and choice in a sheet of its own. */
function Menu({ portal }: { portal: Portal }) {
  const words = useWords(common);
  const sheet = useRef<HTMLDialogElement>(null);
  const { visit } = usePlace();
  useEffect(() => sheet.current?.close(), [visit]);
  return (
    <>
      <SpeedMark portal={portal} />
      <button
        type="button"
        class="button-quiet menu-button"
        aria-haspopup="dialog"
        onClick={() => sheet.current?.showModal()}
      >
        <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
          <path d="M1.5 4h13M1.5 8h13M1.5 12h13" />
        </svg>
        {words.nav.menu}
      </button>
      <dialog class="sheet" ref={sheet} aria-label={words.nav.menu}>
        <div class="sheet-head">
          <span class="brand-name">{words.product}</span>
          <button type="button" class="button-quiet" onClick={() => sheet.current?.close()}>
            {words.nav.close}
          </button>
        </div>
        <Navigation portal={portal} />
        <Choices portal={portal} />
      </dialog>
    </>
  );
}

/** On wide screens: who is signed in, and their choices. */
function Person({ portal }: { portal: Portal }) {
  const box = useRef<HTMLDetailsElement>(null);
  const { visit } = usePlace();
  useEffect(() => box.current?.removeAttribute('open'), [visit]);
  useEffect(() => {
    const close = (event: Event) => {
      if (event instanceof KeyboardEvent) {
        if (event.key !== 'Escape' || !box.current?.open) return;
        box.current.querySelector('summary')?.focus();
      } else if (event.target instanceof Node && box.current?.contains(event.target)) return;
      box.current?.removeAttribute('open');
    };
    document.addEventListener('click', close);
    document.addEventListener('keydown', close);
    return () => {
      document.removeEventListener('click', close);
      document.removeEventListener('keydown', close);
    };
  }, []);
  return (
    <>
      <SpeedMark portal={portal} />
      <LanguageSwitch />
      <details class="person" ref={box}>
        <summary>{portal.me.name}</summary>
        <div class="person-box">
          <Choices portal={portal} />
        </div>
      </details>
    </>
  );
}

function Visitor() {
  return (
    <div class="bar-end">
      <LanguageSwitch />
      <SignInLink to="/" class="button-quiet" />
    </div>
  );
}

/** To the other language, named in that language. */
function LanguageSwitch() {
  const chosen = useStore(language);
  const other = languages.find(({ id }) => id !== chosen);
  if (other === undefined) return null;
  return (
    <button type="button" class="button-quiet" lang={other.id} onClick={() => chooseLanguage(other.id)}>
      {other.name}
    </button>
  );
}

/** Where time runs faster, every page says so. */
function SpeedMark({ portal }: { portal: Portal }) {
  const words = useWords(common);
  if (portal.me.speed === 1) return <span class="bar-gap" />;
  return (
    <span class="bar-gap">
      <span class="speed" title={words.time.speedMeans}>
        <span class="speed-word">{words.time.clock}</span> ×{portal.me.speed}
      </span>
    </span>
  );
}
