import { type Html, html, nothing } from '../html.ts';
import type { View } from '../view.ts';

/** Of one value; the whole of an event can be had by itself. */
export const shownChars = 20_000;

/** JSON, indented, and cut where it is long. */
export function jsonBlock(value: unknown, view: View, id: string, most = shownChars): Html {
  const text = typeof value === 'string' ? withoutToken(value) : readableJson(value);
  return html`<pre tabindex="0" id="${id}">${text.slice(0, most)}</pre>${
    text.length > most
      ? html`<p class="quiet">${view.words.workflows.cut(Buffer.byteLength(text))}</p>`
      : nothing
  }`;
}

/** Indented. A task token lets whoever reads it answer for the task, so only its beginning is shown. */
export const readableJson = (value: unknown): string =>
  JSON.stringify(
    value,
    (_, inner: unknown) => (typeof inner === 'string' ? withoutToken(inner) : inner),
    2,
  ) ?? '';

/** As the engine makes them; a checksum in hexadecimal is as long. */
const taskToken = /^(?![0-9a-f]{64}$)[\w-]{64}$/;

const withoutToken = (text: string): string => (taskToken.test(text) ? `${text.slice(0, 6)}…` : text);

/** What a JSON text holds; the text itself when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
