// Keeps the parts of a page that change fresh. Without this script the page stands as it was loaded.

/** A part is left alone while its reader selects text in it. */
function isBeingRead(part) {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && part.contains(selection.anchorNode);
}

/** What changed is said to those who do not see it: the first of a part's announced lines. */
const saidOf = (part) => part.querySelector('[data-announce]')?.textContent.replace(/\s+/g, ' ').trim() ?? '';

/** What is open, focused or scrolled stays so when the content is replaced. */
function replaceContent(part, content) {
  const open = new Set([...part.querySelectorAll('details[id][open]')].map(({ id }) => id));
  const known = new Set([...part.querySelectorAll('details[id]')].map(({ id }) => id));
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const focusedId = focused?.id;
  const focusedHref = focused?.getAttribute('href');
  const scrolled = [...part.querySelectorAll('.scroll')].map(({ scrollLeft }) => scrollLeft);
  const saidBefore = saidOf(part);
  part.innerHTML = content;
  const said = saidOf(part);
  if (said !== saidBefore) document.getElementById('announcement').textContent = said;
  for (const details of part.querySelectorAll('details[id]')) {
    if (known.has(details.id)) details.open = open.has(details.id);
  }
  part.querySelectorAll('.scroll').forEach((element, place) => {
    element.scrollLeft = scrolled[place] ?? 0;
  });
  if (focusedId) document.getElementById(focusedId)?.focus({ preventScroll: true });
  else if (focusedHref) {
    [...part.querySelectorAll('a[href]')]
      .find((link) => link.getAttribute('href') === focusedHref)
      ?.focus({ preventScroll: true });
  }
}

const requestLimitMs = 10_000;
const slowestMs = 30_000;

function keepFresh(part) {
  const everyMs = Number(part.dataset.every) * 1000;
  let content = '';
  let waitMs = everyMs;
  const lost = document.createElement('p');
  lost.className = 'lost';
  lost.setAttribute('role', 'status');

  const refresh = async () => {
    try {
      const response = await fetch(part.dataset.live, { signal: AbortSignal.timeout(requestLimitMs) });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const next = await response.text();
      if (next !== content && !isBeingRead(part)) {
        if (content !== '' || next.trim() !== part.innerHTML.trim()) replaceContent(part, next);
        content = next;
      }
      lost.remove();
      waitMs = everyMs;
    } catch {
      lost.textContent = part.dataset.lost;
      part.before(lost);
      waitMs = Math.min(slowestMs, waitMs * 2);
    }
  };

  const loop = async () => {
    if (!document.hidden) await refresh();
    setTimeout(loop, waitMs);
  };
  setTimeout(loop, everyMs);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) refresh();
  });
  part.addEventListener('refresh', refresh);
}

for (const part of document.querySelectorAll('[data-live]')) keepFresh(part);

// A switch acts without loading the page again; without this script its form does it by a redirect.
document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !('inline' in form.dataset)) return;
  event.preventDefault();
  const button = form.querySelector('button');
  button?.setAttribute('aria-busy', 'true');
  try {
    const response = await fetch(form.action, { method: 'POST', headers: { Accept: 'application/json' } });
    if (!response.ok) throw new Error(`status ${response.status}`);
    for (const part of document.querySelectorAll('[data-live]')) part.dispatchEvent(new Event('refresh'));
  } catch {
    form.submit();
  } finally {
    button?.removeAttribute('aria-busy');
  }
});
