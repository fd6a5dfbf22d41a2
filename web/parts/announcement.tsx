import type { ComponentChildren } from 'preact';
import type { AnnouncementView } from '../../core/api/announcements.ts';
import { useNow } from '../clock.ts';
import { usePortal } from '../portal.ts';
import { announcementWords } from '../words/announcement-words.ts';
import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';
import { Span, Time } from './time.tsx';

interface AnnouncementProps {
  readonly announcement: AnnouncementView;
  /** What can be done with it. */
  readonly children?: ComponentChildren;
}

/** One notice: what, when, where. */
export function Announcement({ announcement, children }: AnnouncementProps) {
  const words = useWords(announcementWords);
  const shared = useWords(common);
  const { language } = usePortal();
  const now = useNow(60_000);
  const { kind, title, body, zones, from, until, updatedAt, withdrawnAt } = announcement;
  const state =
    withdrawnAt !== undefined
      ? words.withdrawn
      : until !== undefined && until <= now
        ? words.over
        : from <= now
          ? words.holds
          : words.coming;
  return (
    <article class="announcement">
      <h2>{title[language]}</h2>
      <p class="note-head">
        <span class={`badge badge-${kind}`}>{words.kinds[kind]}</span>
        <strong>{state}</strong>
        {until === undefined ? (
          <span>
            <Time at={from} /> – {shared.time.open}
          </span>
        ) : (
          <Span from={from} until={until} />
        )}
      </p>
      <p class="announcement-body">{body[language]}</p>
      <p class="quiet">
        {words.zones}: {zones.length === 0 ? words.everywhere : zones.join(', ')} · {words.updated}{' '}
        <Time at={updatedAt} />
      </p>
      {children}
    </article>
  );
}
