/**
 * Whether a request that changes something comes from our own page, or from no page at all (a script, a test).
 * Browsers tell where a request comes from; what another site's page sends is refused. (That the request names this
 * machine by a name of its own is the web server's to see to.)
 */
export function isOwnRequest(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') return false;
  const origin = headers.get('origin');
  if (origin === null) return true;
  return URL.canParse(origin) && new URL(origin).host === headers.get('host');
}
