/** Colours of a picture, as the style sheet has them now: canvases know no custom properties. */
export interface Colours {
  readonly values: readonly string[];
  readonly text: string;
  readonly quiet: string;
  readonly grid: string;
  readonly surface: string;
  readonly critical: string;
  readonly warning: string;
  readonly unknown: string;
  readonly maintenance: string;
}

export const valueColours = 8;

/** @param host an element within which the properties `--graph-…` hold */
export function coloursOf(host: HTMLElement): Colours {
  const probe = document.createElement('i');
  host.append(probe);
  // A property may be another property or a function of both schemes: only a colour that is used is resolved.
  const colour = (name: string) => {
    probe.style.color = `var(--graph-${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    values: Array.from({ length: valueColours }, (_, i) => colour(String(i + 1))),
    text: colour('text'),
    quiet: colour('quiet'),
    grid: colour('grid'),
    surface: colour('surface'),
    critical: colour('critical'),
    warning: colour('warning'),
    unknown: colour('unknown'),
    maintenance: colour('maintenance'),
  };
  probe.remove();
  return colours;
}

/** Calls when the colours may have changed: scheme of the device, of the reader, and paper. @returns how to stop */
export function followColours(changed: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const contrast = matchMedia('(prefers-contrast: more)');
  const chosen = new MutationObserver(changed);
  const root = document.documentElement;
  chosen.observe(root, { attributes: true, attributeFilter: ['data-scheme', 'class'] });
  // Paper is white: the class gives the light colours, and the observer above draws them.
  const onPaper = () => {
    root.classList.add('on-paper');
    changed();
  };
  const offPaper = () => root.classList.remove('on-paper');
  dark.addEventListener('change', changed);
  contrast.addEventListener('change', changed);
  addEventListener('beforeprint', onPaper);
  addEventListener('afterprint', offPaper);
  return () => {
    chosen.disconnect();
    dark.removeEventListener('change', changed);
    contrast.removeEventListener('change', changed);
    removeEventListener('beforeprint', onPaper);
    removeEventListener('afterprint', offPaper);
  };
}
