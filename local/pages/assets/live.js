// Keeps the parts of a page that change fresh. Without this script the page stands as it was loaded.

/** A part is left alone while its reader selects text in it. */
function isBeingRead(part) {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && part.contains(selection.anchorNode);
}

/** What changed is said to those who do not see it: the first of a part's announced lines. */
const saidOf = (part) => part.querySelector('[data-announce]')?.textContent.replace(/\s+/g, ' ').trim() ?? '';

const scrolling = '.scroll, pre';
/** What may come and go has an id; else the place tells which box it is. */
const boxKey = (box, place) => box.id || `${box.className} ${place}`;

/** What is open, focused or scrolled stays so when the content is replaced. */
function replaceContent(part, content) {
  const open = new Set([...part.querySelectorAll('details[id][open]')].map(({ id }) => id));
  const known = new Set([...part.querySelectorAll('details[id]')].map(({ id }) => id));
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const focusedId = focused?.id;
  const focusedHref = focused?.getAttribute('href');
  const places = new Map(
    [...part.querySelectorAll(scrolling)].map((box, place) => [
      boxKey(box, place),
      [box.scrollLeft, box.scrollTop],
    ]),
  );
  const saidBefore = saidOf(part);
  part.innerHTML = content;
  const said = saidOf(part);
  if (said !== saidBefore) document.getElementById('announcement').textContent = said;
  for (const details of part.querySelectorAll('details[id]')) {
    if (known.has(details.id)) details.open = open.has(details.id);
  }
  part.querySelectorAll(scrolling).forEach((box, place) => {
    const before = places.get(boxKey(box, place));
    if (before) [box.scrollLeft, box.scrollTop] = before;
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
      const address = part.dataset.live;
      const response = await fetch(address, { signal: AbortSignal.timeout(requestLimitMs) });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const next = await response.text();
      if (next !== content && address === part.dataset.live && !isBeingRead(part)) {
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
    // A telephone rings in a tab that nobody looks at, too.
    if (!document.hidden || part.closest('[data-always]')) await refresh();
    setTimeout(loop, waitMs);
  };
  setTimeout(loop, everyMs);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) refresh();
  });
  part.addEventListener('refresh', refresh);
}

for (const part of document.querySelectorAll('[data-live]')) keepFresh(part);

/** Shows another view of a part that has an address of its own, and leaves the rest of the page where it is. */
async function showInPart(part, href) {
  const wanted = new URL(href, location.href);
  const fragment = new URL(wanted);
  fragment.searchParams.set(
    'fragment',
    new URL(part.dataset.live, location.href).searchParams.get('fragment'),
  );
  fragment.hash = '';
  const address = fragment.pathname + fragment.search;
  part.dataset.live = address;
  const response = await fetch(address, { signal: AbortSignal.timeout(requestLimitMs) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const content = await response.text();
  if (part.dataset.live !== address) return;
  replaceContent(part, content);
  const other = document.querySelector('a.language');
  if (other) {
    const translated = new URL(wanted);
    translated.searchParams.set('lang', other.lang);
    other.setAttribute('href', translated.pathname + translated.search);
  }
}

// A link that changes only the part it stands in does so without leaving the page; without this script it is a link.
document.addEventListener('click', async (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[data-part]') : null;
  const part = link?.closest('[data-live]');
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!part || !isPlain) return;
  event.preventDefault();
  const href = link.getAttribute('href');
  try {
    await showInPart(part, href);
    history.pushState(null, '', href);
    // What was asked for may lie further down; what it was asked from stays in sight.
    const shown = part.querySelector('[data-shown]');
    const { top } = shown?.getBoundingClientRect() ?? { top: 0 };
    if (top > innerHeight * 0.8 || top < 0) scrollBy({ top: top - innerHeight * 0.45 });
  } catch {
    location.assign(href);
  }
});

addEventListener('popstate', () => {
  const part = document.querySelector('[data-live]:has(a[data-part])');
  if (part) showInPart(part, location.href).catch(() => location.reload());
});

// A drawing wider than the page opens where something runs.
for (const box of document.querySelectorAll('.graph-scroll')) {
  const now = box.querySelector('.is-selected') ?? box.querySelector('[data-now]');
  const shown = now?.getBoundingClientRect();
  const frame = box.getBoundingClientRect();
  if (shown) {
    box.scrollLeft = shown.left - frame.left - (frame.width - shown.width) / 2;
    box.scrollTop = shown.top - frame.top - (frame.height - shown.height) / 2;
  } else box.scrollLeft = (box.scrollWidth - frame.width) / 2;
}

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
