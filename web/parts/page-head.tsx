import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { focusIsSet, isFocusDue, offsetToRestore, usePlace } from '../router.ts';

interface PageHeadProps {
  readonly title: string;
  /** Where this page hangs: links to the pages above it. */
  readonly above?: readonly { readonly label: string; readonly href: string }[];
  /** Beside the heading: a mark, an id. */
  readonly beside?: ComponentChildren;
  /** What can be done here. */
  readonly actions?: ComponentChildren;
  /** One line that says what the page is for. */
  readonly lead?: ComponentChildren;
}

/** The heading of a page: it names the tab and takes the focus when the page was come to by a link. */
export function PageHead({ title, above = [], beside, actions, lead }: PageHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { visit } = usePlace();
  useEffect(() => {
    document.title = `${title} · Mimamori`;
  }, [title]);
  useLayoutEffect(() => {
    if (!isFocusDue) return;
    focusIsSet();
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, offsetToRestore ?? 0);
  }, [visit]);
  return (
    <header class="page-head">
      {above.length > 0 && (
        <ol class="above">
          {above.map(({ label, href }) => (
            <li key={href}>
              <a href={href}>{label}</a>
            </li>
          ))}
        </ol>
      )}
      <div class="page-head-line">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {beside}
        {actions !== undefined && <div class="page-actions">{actions}</div>}
      </div>
      {lead !== undefined && <p class="lead">{lead}</p>}
    </header>
  );
}
