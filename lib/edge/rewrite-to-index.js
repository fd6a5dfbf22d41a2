/**
 * Runs at the edge, before the cache is looked at: every page of the portal is index.html, and the script in it shows
 * what the address asks for. Files are those of /assets/ and the few at the root that have an extension; an incident's id has
 * dots too, so that a dot alone does not make a file.
 */
// CloudFront calls it by this name.
// biome-ignore lint/correctness/noUnusedVariables: see above
function handler(event) {
  const request = event.request;
  const isFile = request.uri.startsWith('/assets/') || /^\/[^/]+\.[a-z0-9]+$/.test(request.uri);
  if (!isFile) request.uri = '/index.html';
  return request;
}
