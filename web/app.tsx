import { Component, type ComponentChildren, type ComponentType } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Me, NamedAccount } from '../core/api/me.ts';
import { Api } from './api.ts';
import { setClock } from './clock.ts';
import { matchRoute } from './match-route.ts';
import { Announcer } from './parts/announcer.tsx';
import { explain } from './parts/failure.tsx';
import { Frame } from './parts/frame.tsx';
import { Loading } from './parts/loaded.tsx';
import { PageHead } from './parts/page-head.tsx';
import { SignInFailed } from './parts/sign-in-failed.tsx';
import { type Portal, PortalProvider } from './portal.ts';
import { language, suggestLanguage } from './preferences.ts';
import { me as meResource, namedAccount } from './resources.ts';
import { type Match, navigate, type PageProps, type Route, usePlace } from './router.ts';
import { routes } from './routes.ts';
import { goToSignIn, SignedOut } from './session.ts';
import { useStore } from './use-store.ts';
import { common } from './words/common.ts';
import { LanguageProvider, useWords } from './words/words.ts';

/** The clock drifts, and a laptop sleeps: it is set anew this often. */
const clockEveryMs = 300_000;

/** The portal: who is signed in, which page, and the frame around it. */
export function App() {
  const { pathname, visit } = usePlace();
  const match = useMemo(() => matchRoute(pathname, routes), [pathname]);
  const isVisit = match?.route.of === 'visitor';
  const isOpen = isVisit || match?.route.of === 'everybody';
  const { me, error, retry } = useMe({ isOpen, isVisit });
  const chosenLanguage = useStore(language);
  const account = match?.account;
  const named = useNamedAccount(me !== undefined && me.role !== 'customer' ? account : undefined);

  const portal = useMemo(
    () => (me === undefined ? undefined : portalOf(me, account, named.account, chosenLanguage)),
    [me, account, named.account, chosenLanguage],
  );

  if (portal === undefined) {
    return (
      <LanguageProvider value={chosenLanguage}>
        <Frame>
          {isOpen && match !== undefined ? (
            <Page key={visit} match={match} />
          ) : error === undefined ? (
            <Loading />
          ) : error instanceof SignedOut ? (
            <SignInFailed />
          ) : (
            <Failed error={error} retry={retry} />
          )}
          <Announcer />
        </Frame>
      </LanguageProvider>
    );
  }
  return (
    <LanguageProvider value={chosenLanguage}>
      <PortalProvider value={portal}>
        <Frame>
          <Guard key={account ?? ''}>
            {named.isAsked ? <Loading /> : <Chosen key={visit} match={match} portal={portal} />}
          </Guard>
          <Announcer />
        </Frame>
      </PortalProvider>
    </LanguageProvider>
  );
}

function portalOf(
  me: Me,
  account: string | undefined,
  named: NamedAccount | undefined,
  chosen: Portal['language'],
): Portal {
  const isAdministrator = me.role === 'administrator';
  return {
    me,
    account,
    accountName: named?.name,
    api: new Api(account),
    isAdministrator,
    isOperator: isAdministrator || me.role === 'operator',
    language: chosen,
    timeZone: (me.account ?? named)?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    to: (path) => (account === undefined ? path : `/accounts/${encodeURIComponent(account)}${path}`),
  };
}

/**
 * What an operator has to know of an account before its pages are drawn: times that change their zone while they are read are
 * worse than a moment of waiting. Where it is not told, the pages say by themselves why they have nothing.
 *
 * @param id `undefined` for none
 */
function useNamedAccount(id: string | undefined): { account: NamedAccount | undefined; isAsked: boolean } {
  const [told, setTold] = useState<{ id: string; account: NamedAccount | undefined }>();
  const kept = id === undefined ? undefined : new Api().kept(namedAccount(id))?.data;
  useEffect(() => {
    if (id === undefined) return;
    const leaving = new AbortController();
    new Api().get(namedAccount(id), { signal: leaving.signal }).then(
      ({ data }) => setTold({ id, account: data }),
      () => {
        if (!leaving.signal.aborted) setTold({ id, account: undefined });
      },
    );
    return () => leaving.abort();
  }, [id]);
  const isTold = told !== undefined && told.id === id;
  const account = (isTold ? told.account : undefined) ?? kept;
  return { account, isAsked: id !== undefined && account === undefined && !isTold };
}

interface Asking {
  /** The page is for those who are not signed in, too. */
  readonly isOpen: boolean;
  /** It is for nobody else. */
  readonly isVisit: boolean;
}

function useMe({ isOpen, isVisit }: Asking) {
  const [me, setMe] = useState<Me>();
  const [error, setError] = useState<Error>();
  const [turn, setTurn] = useState(0);
  const isKnown = me !== undefined;
  useEffect(() => {
    if (isVisit) return;
    const ask = async () => {
      try {
        const { data } = await new Api().get(meResource);
        setClock(data.at, data.speed);
        suggestLanguage(data.language);
        // The same person: what follows from it stays as it is.
        setMe((before) => (before !== undefined && isSame(before, data) ? before : data));
        setError(undefined);
      } catch (cause) {
        if (cause instanceof SignedOut && (isOpen || goToSignIn())) return;
        setError(cause instanceof Error ? cause : new Error(String(cause)));
      }
    };
    if (!isKnown) void ask();
    const timer = setInterval(() => {
      if (!document.hidden) void ask();
    }, clockEveryMs);
    const onVisible = () => {
      if (!document.hidden && isKnown) void ask();
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [turn, isOpen, isVisit, isKnown]);
  return { me, error, retry: () => setTurn((before) => before + 1) };
}

const isSame = (one: Me, other: Me): boolean =>
  JSON.stringify({ ...one, at: '' }) === JSON.stringify({ ...other, at: '' });

interface ChosenProps {
  readonly match: Match | undefined;
  readonly portal: Portal;
}

/** The page of the address, if this reader has it. */
function Chosen({ match, portal }: ChosenProps) {
  const isHome = location.pathname === '/';
  const isLost = portal.isOperator && match?.route.of === 'account' && match.account === undefined;
  useEffect(() => {
    // Operators have no account of their own: their first page is the work of all. An incident's id tells its account.
    const [path, account] = /^\/incidents\/([a-z0-9-]+)\..+/.exec(location.pathname) ?? [];
    const below = account === undefined ? '/accounts' : `/accounts/${account}${path}`;
    if (isLost) navigate(isHome ? '/operator' : below, { replace: true });
  }, [isLost, isHome]);
  if (isLost) return <Loading />;
  return match === undefined || !mayOpen(match, portal) ? <NotFound /> : <Page match={match} />;
}

function mayOpen({ route, account }: Match, { isOperator, isAdministrator }: Portal): boolean {
  if (account !== undefined) return isOperator;
  if (route.of === 'operator') return isOperator;
  if (route.of === 'administrator') return isAdministrator;
  return true;
}

const loadedPages = new Map<Route, ComponentType<PageProps>>();

function Page({ match: { route, params } }: { match: Match }) {
  const [page, setPage] = useState(() => ({ route, view: loadedPages.get(route) }));
  const [error, setError] = useState<Error>();
  useEffect(() => {
    let isCurrent = true;
    route.load().then(
      (view) => {
        loadedPages.set(route, view);
        if (isCurrent) setPage({ route, view });
      },
      (cause) => {
        // After a new version was put up, the old one's parts may be gone.
        if (isCurrent) setError(cause instanceof Error ? cause : new Error(String(cause)));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [route]);
  if (error !== undefined) return <Broken />;
  if (page.view === undefined || page.route !== route) return <Loading />;
  const View = page.view;
  return <View params={params} />;
}

/** A fault in one page leaves the frame standing, so that there is a way to the others. */
class Guard extends Component<{ children: ComponentChildren }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static override getDerivedStateFromError() {
    return { isBroken: true };
  }

  override componentDidCatch(error: unknown) {
    console.error(error);
  }

  override render() {
    return this.state.isBroken ? <Broken /> : this.props.children;
  }
}

/** The portal could not begin. */
function Failed({ error, retry }: { error: Error; retry: () => void }) {
  const words = useWords(common);
  const { title, body, reference } = explain(error, words);
  return (
    <>
      <PageHead title={title} lead={body} />
      {reference !== undefined && <p class="quiet">{reference}</p>}
      <p>
        <button type="button" class="button" onClick={retry}>
          {words.act.retry}
        </button>
      </p>
    </>
  );
}

function Broken() {
  const words = useWords(common);
  return (
    <>
      <PageHead title={words.error.broken.title} lead={words.error.broken.body} />
      <p>
        <button type="button" class="button" onClick={() => location.reload()}>
          {words.act.reload}
        </button>
      </p>
    </>
  );
}

function NotFound() {
  const words = useWords(common);
  return (
    <>
      <PageHead title={words.notFound.title} lead={words.notFound.body} />
      <p>
        <a class="button" href="/">
          {words.notFound.back}
        </a>
      </p>
    </>
  );
}
