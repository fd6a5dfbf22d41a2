import type { OutgoingMail } from './outgoing-mail.ts';

/** What makes a mail client show a mail below the earlier ones (RFC 5322 §3.6.4). */
export interface ThreadHeaders {
  readonly inReplyTo?: string;
  /** Oldest first; empty for the first mail of a thread. */
  readonly references: readonly string[];
}

const maxReferences = 10;
/** Together, in characters: a header line may have 998, and clients need the first and the newest only. */
const maxLength = 900;

/**
 * Answers the earlier mails of the same thread to the same address: the newest by In-Reply-To, the first and the
 * newest few by References. Mails that have no message id yet, as they are still pending, are passed over.
 */
export function threadHeaders(
  earlier: readonly Pick<OutgoingMail, 'number' | 'messageId'>[],
  number: number,
): ThreadHeaders {
  const ids = [...earlier]
    .filter((mail) => mail.number < number)
    .sort((a, b) => a.number - b.number)
    .flatMap(({ messageId }) => (messageId !== undefined && isMessageId(messageId) ? [messageId] : []));
  const [first, ...later] = ids;
  if (first === undefined) return { references: [] };
  const newest: string[] = [];
  let length = first.length;
  for (const id of later.reverse()) {
    length += id.length + 1;
    if (newest.length === maxReferences - 1 || length > maxLength) break;
    newest.unshift(id);
  }
  return { inReplyTo: newest.at(-1) ?? first, references: [first, ...newest] };
}

/** The id came from a mail service; only what is well-formed goes into a header again. */
const isMessageId = (id: string): boolean => /^<[!-;=?-~]{3,250}>$/.test(id);
