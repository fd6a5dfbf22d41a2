export interface PageProps {
  /** What stands in the address in place of `:name`, decoded. */
  readonly params: Readonly<Record<string, string>>;
}

export interface AnyRoute<Page> {
  /** `/servers/:server` */
  readonly path: string;
  /**
   * Who sees it. `account`: the customer, and operators below `/accounts/<account>`; `everybody`: without signing in,
   * too; `visitor`: nobody asks who reads it.
   */
  readonly of: 'account' | 'operator' | 'administrator' | 'everybody' | 'visitor';
  /** The page, loaded when it is first needed. */
  readonly load: () => Promise<Page>;
}

export interface AnyMatch<Page> {
  readonly route: AnyRoute<Page>;
  readonly params: Readonly<Record<string, string>>;
  /** The account that an operator looks at. */
  readonly account: string | undefined;
}

const accountPrefix = /^\/accounts\/([^/]+)(\/.*)?$/;

/** What an address stands for; `undefined` for nothing. */
export function matchRoute<Page>(
  pathname: string,
  routes: readonly AnyRoute<Page>[],
): AnyMatch<Page> | undefined {
  const direct = find(pathname, routes);
  if (direct !== undefined) return { ...direct, account: undefined };
  const [, account, rest] = accountPrefix.exec(pathname) ?? [];
  const id = account === undefined ? undefined : decoded(account);
  if (id === undefined) return undefined;
  const below = find(
    rest ?? '/',
    routes.filter(({ of }) => of === 'account'),
  );
  return below === undefined ? undefined : { ...below, account: id };
}

function find<Page>(pathname: string, routes: readonly AnyRoute<Page>[]) {
  for (const route of routes) {
    const params = paramsOf(route.path, pathname);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function paramsOf(path: string, pathname: string): Record<string, string> | undefined {
  const wanted = segments(path);
  const given = segments(pathname);
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [place, segment] of wanted.entries()) {
    const value = decoded(given[place] ?? '');
    if (value === undefined) return undefined;
    if (segment.startsWith(':')) params[segment.slice(1)] = value;
    else if (segment !== value) return undefined;
  }
  return params;
}

const segments = (path: string): string[] => path.split('/').filter((segment) => segment !== '');

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
