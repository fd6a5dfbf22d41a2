import type { StoredMail } from '../mailbox.ts';
import { type Html, html, nothing } from './html.ts';
import { type ShownState, stateMark } from './state-mark.ts';

/** Of the header X-Mimamori-State; mail from elsewhere has none. */
const marks: Readonly<Record<string, ShownState>> = {
  PROBLEM: 'critical',
  UPDATE: 'critical',
  'PARTLY-RECOVERED': 'warning',
  RECOVERED: 'ok',
  RESPONSE: 'confirming',
  PAGE: 'confirming',
  OPERATORS: 'unknown',
};

/** The mark of what a mail tells, with its fixed word, as customers filter by it. */
export function mailStateTag({ headers }: StoredMail): Html {
  const state = headers['x-mimamori-state'];
  const mark = state === undefined || !Object.hasOwn(marks, state) ? undefined : marks[state];
  if (state === undefined || mark === undefined) return nothing;
  return html`<span class="mail-state">${stateMark(mark)}<span translate="no">${state}</span></span>`;
}

/** The language that the mail says it is written in. */
export const mailLanguage = ({ headers }: StoredMail): string | undefined =>
  headers['content-language']?.match(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)?.[0];
