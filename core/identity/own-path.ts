const longestPath = 1000;
/** Stands for our own origin: what a path may not leave. */
const origin = 'https://portal.invalid';

/**
 * Reads a path that a person is to be sent to, as a browser would.
 *
 * @returns the path with its query and fragment, or undefined for whatever could lead to another site
 */
export function ownPath(given: string | undefined): string | undefined {
  if (given === undefined || given.length > longestPath || !given.startsWith('/')) return undefined;
  if (!URL.canParse(given, origin)) return undefined;
  const { origin: to, pathname, search, hash, username, password } = new URL(given, origin);
  // `//` begins another site, be it written so or left over from `/.//`.
  if (to !== origin || username !== '' || password !== '' || pathname.startsWith('//')) return undefined;
  return `${pathname}${search}${hash}`;
}
