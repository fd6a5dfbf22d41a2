import { type Html, html, nothing } from '../html.ts';
import type { View } from '../view.ts';

/** Of one value; the whole of an event can be had by itself. */
export const shownChars = 20_000;

/** JSON, indented, and cut where it is long. */
export function jsonBlock(value: unknown, view: View, id: string, most = shownChars): Html {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '');
  return html`<pre tabindex="0" id="${id}">${text.slice(0, most)}</pre>${
    text.length > most
      ? html`<p class="quiet">${view.words.workflows.cut(Buffer.byteLength(text))}</p>`
      : nothing
  }`;
}

/** What a JSON text holds; the text itself when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
