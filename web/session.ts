/** The session is over: only signing in again helps. */
export class SignedOut extends Error {
  override readonly name = 'SignedOut';
}

/** The sign-in could not be asked; it may stand all the same. */
export class SessionUnreachable extends Error {
  override readonly name = 'SessionUnreachable';
}

interface Grant {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
}

/** Asked for anew this long before the end, so that no request leaves with a token that ends on its way. */
const marginMs = 60_000;
const limitMs = 15_000;
const signInMark = 'mimamori.sign-in-at';
/** Kept while somebody is signed in: it says that there may be a session, not whose. */
const sessionHint = 'mimamori.has-session';
/** Who comes back without a session again and again within this time is not sent there once more: it would go on for ever. */
const loopMs = 60_000;
/** Coming back by the browser's own button is no loop. */
const mostSignIns = 3;

let token: { readonly value: string; readonly endsAt: number } | undefined;
let pending: Promise<string> | undefined;
const channel = new BroadcastChannel('mimamori.session');
channel.addEventListener('message', ({ data }) => {
  if (data !== 'signed-out') return;
  token = undefined;
  location.assign('/signed-out');
});

const isFresh = (): boolean => token !== undefined && performance.now() < token.endsAt - marginMs;

/**
 * The access token. It stays in memory; the refresh token is a cookie that no script can read.
 *
 * @param refused a token that the API did not take
 * @throws {SignedOut} without a session
 * @throws {SessionUnreachable} when that could not be found out
 */
export function accessToken(refused?: string): Promise<string> {
  if (refused !== undefined && token?.value === refused) token = undefined;
  if (token !== undefined && isFresh()) return Promise.resolve(token.value);
  pending ??= inTurn(askForToken).finally(() => {
    pending = undefined;
  });
  return pending;
}

/** One tab at a time: a refresh token is good once, and two tabs that use it together look like a thief. */
async function inTurn(ask: () => Promise<string>): Promise<string> {
  // Only a secure page has locks.
  if (navigator.locks === undefined) return ask();
  return await navigator.locks.request('mimamori.session', ask);
}

async function askForToken(): Promise<string> {
  if (!mayHaveSession()) throw new SignedOut('nobody has signed in in this browser');
  const response = await fetch('/auth/session', {
    method: 'POST',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(limitMs),
  }).catch((cause: unknown) => {
    throw new SessionUnreachable('POST /auth/session was not answered', { cause });
  });
  if (response.status === 401 || response.status === 403) {
    remove(localStorageOf, sessionHint);
    throw new SignedOut('there is no session');
  }
  if (!response.ok) throw new SessionUnreachable(`POST /auth/session answered ${response.status}`);
  const grant = (await response.json()) as Grant;
  token = { value: grant.access_token, endsAt: performance.now() + grant.expires_in * 1000 };
  write(localStorageOf, sessionHint, '1');
  remove(sessionStorageOf, signInMark);
  return token.value;
}

/**
 * Sends the person to sign in and back to where they are.
 *
 * @returns false when they have been there several times just now and came back without a session
 */
export function goToSignIn(): boolean {
  if (recentSignIns().length >= mostSignIns) return false;
  markSignIn();
  location.assign(signInAddress());
  return true;
}

/** Notes that the person goes to sign in, so that the session is asked for when they come back. */
export const markSignIn = (): void =>
  write(sessionStorageOf, signInMark, [...recentSignIns(), epochMs()].join(' '));

/** When the person was sent to sign in, in the last minute. */
const recentSignIns = (): number[] =>
  (read(sessionStorageOf, signInMark) ?? '')
    .split(' ')
    .map(Number)
    .filter((at) => epochMs() - at < loopMs);

/** Who has never been signed in here need not be asked: the answer is known, and the way to signing in shorter. */
const mayHaveSession = (): boolean =>
  read(localStorageOf, sessionHint) !== undefined || read(sessionStorageOf, signInMark) !== undefined;

const epochMs = (): number => performance.timeOrigin + performance.now();

/** Where to sign in, and back to this page. */
export const signInAddress = (to = location.pathname + location.search): string =>
  `/auth/sign-in?to=${encodeURIComponent(to)}`;

/** Ends the session here, in other tabs and at the provider. */
export async function signOut(): Promise<void> {
  token = undefined;
  channel.postMessage('signed-out');
  let to = '/signed-out';
  try {
    const response = await fetch('/auth/sign-out', { method: 'POST', signal: AbortSignal.timeout(limitMs) });
    if (response.ok) to = ((await response.json()) as { to?: string }).to ?? to;
  } finally {
    remove(sessionStorageOf, signInMark);
    remove(localStorageOf, sessionHint);
    location.assign(to);
  }
}

type Storing = () => Storage;
const localStorageOf: Storing = () => localStorage;
const sessionStorageOf: Storing = () => sessionStorage;

/** The browser may forbid its stores. Then there may always be a session, and no guard against going round. */
function read(storage: Storing, key: string): string | undefined {
  try {
    return storage().getItem(key) ?? undefined;
  } catch {
    return '0';
  }
}

function write(storage: Storing, key: string, value: string): void {
  try {
    storage().setItem(key, value);
  } catch {
    // See above.
  }
}

function remove(storage: Storing, key: string): void {
  try {
    storage().removeItem(key);
  } catch {
    // See above.
  }
}
